"""What makes one result better than another: the numbers, and how they go together. Nobody can pay for a place.

A result's score is how well it answers (words and needs, 0 to about 1) times how near it is, times how sure we are of
it. Factors and not sums, so that being near never outweighs being something else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Scores = NDArray[np.float32]

# BM25F. In the order of `schema.PARTS`: name, needs and interests, summary, organisation, meaning, place, description.
PART_WEIGHTS = (5.0, 3.0, 2.5, 1.2, 0.8, 0.6, 1.0)
LENGTH_MATTERS = (0.3, 0.5, 0.4, 0.2, 0.5, 0.2, 0.7)  # BM25's b
SATURATION = 1.6  # BM25's k1

# Several words. A service must have words that carry at least this part of what all the words together carry (by the
# square root of inverse document frequency, so that one rare word does not outweigh two that are not so rare); when
# none has, those that come nearest to it, down to the second number.
ENOUGH_OF_THE_WORDS = 0.5
TOO_LITTLE_OF_THE_WORDS = 0.2
HINTED_ENOUGH = 0.75  # the same when a need is meant: who does not have that must have more of the words
COMPLETED = 0.8  # a word that we completed or corrected counts this much of one that was typed whole
CORRECTED_ONE, CORRECTED_TWO = 0.7, 0.5
TOGETHER = 0.4  # two words next to one another, as they were typed: this much of both once more
# A need or interest that the words mean counts this part of the rarest word possible, where it is certain: in a larger
# register a stray word is rarer, but says no more.
HINT = 0.75
RARER_SAYS_MORE = 0.1  # a need that few carry is more telling: by this power of its rarity
COMMON = 0.1  # words that more of all services use do not tell what a need is about
RAISES_ONLY = 0.2  # so weak a hint raises those that have it, and finds none
INSTEAD = 0.5  # a need that nothing here has: what it belongs to counts so much of it
EXTRA = 0.5  # words that a hint already stands for
# When fewer than FEW services answer, the other needs of the AKIN_FROM best bring
# others with the same, below them: MOST_AKIN needs, the first of which counts AKIN of one that was meant.
FEW, AKIN_FROM, MOST_AKIN, AKIN = 10, 5, 4, 0.25
UNWANTED = 6.0  # a word after "not": divides by up to 1 + this

# Nearness.
NEAR = 2.0  # here is worth three times far away
NEAR_SCALE_M = 2_000.0  # where half of it is gone
NOWHERE_M = 2_500.0  # online, by phone, citywide or confidential: as if this far away
SERVED_M = 1_000.0  # the same when it serves the ward where somebody is by name: it comes to their door
OUT_OF_REACH = 0.2  # it has no place that they could go to, and serves only areas where they are not

# Trust and standing.
ASSURED_FACTOR = ((183, 1.0), (365, 0.95), (730, 0.9))  # checked within so many days
ASSURED_LONG_AGO = 0.85
NEVER_ASSURED = 0.92
PAUSED_FACTOR = 0.5
REACHES_FACTOR = 0.75  # asked for an area: reaches it from elsewhere
BROWSED_REACHES_FACTOR = 0.01  # the same where no words were said: whatever is in the area comes first (decision 5)
TAKING_FACTORS = (1.0, 1.05, 0.9, 0.75)  # not said, yes, waiting list, no
FREE_PLACE_SOON = 0.05  # a session with a free place within a fortnight: more cost 1 point of nDCG in the tuning half
SOON_DAYS = 14
FREE_BOOST, CHEAP_BOOST, CHEAP_PENCE = 1.15, 1.08, 500  # when cheap was asked for
# Somebody is in trouble: what people do for fun as well, what is for everybody, and what is there for a crisis.
FOR_FUN_TOO, FOR_EVERYBODY, FOR_A_CRISIS = 0.75, 0.85, 1.1
FOR_THEM_BOOST = 1.2  # women asked for, and it is for women
FOR_THEIR_AGE_BOOST = 1.15  # an age asked for, and it is for young or for older people as they are
CHILDHOOD_ENDS, YOUTH_ENDS, LATER_LIFE = 17, 30, 45  # years


def part_weights(words: NDArray[Any], averages: ArrayLike, weights: ArrayLike) -> Scores:
    """What one occurrence counts in each part of each document: more in names, less in long texts.

    `words` are the lengths in words, parts × documents; `averages` those of the whole index.
    """
    b = np.asarray(LENGTH_MATTERS, np.float32)[:, None]
    relative = words.astype(np.float32) / np.maximum(np.asarray(averages, np.float32), 1)[:, None]
    return (np.asarray(weights, np.float32)[:, None] / (1 - b + b * relative)).astype(np.float32)


def rarity(documents: int, having: int) -> float:
    """Inverse document frequency: how much it says that a document has a word that `having` of all have."""
    return float(np.log1p((documents - having + 0.5) / (having + 0.5)))


def quality(assured_days_ago: NDArray[Any], is_paused: NDArray[Any], taking_people: NDArray[Any]) -> Scores:
    """The factor that does not depend on the question. `assured_days_ago` is negative where nobody ever checked."""
    factor = np.full(len(assured_days_ago), ASSURED_LONG_AGO, np.float32)
    for days, value in reversed(ASSURED_FACTOR):
        factor[assured_days_ago <= days] = value
    factor[assured_days_ago < 0] = NEVER_ASSURED
    factor *= np.where(is_paused, PAUSED_FACTOR, 1).astype(np.float32)
    factor *= np.array(TAKING_FACTORS, np.float32)[taking_people]
    return factor


def for_their_age(asked: tuple[int, int], lowest: NDArray[Any], highest: NDArray[Any]) -> NDArray[Any]:
    """The factor for being made for people of that age: for children and the young, or for later life."""
    if asked[1] <= CHILDHOOD_ENDS:
        return np.where(highest <= YOUTH_ENDS, FOR_THEIR_AGE_BOOST, 1)
    if asked[0] >= LATER_LIFE:
        return np.where(lowest >= LATER_LIFE, FOR_THEIR_AGE_BOOST, 1)
    return np.ones(len(lowest))


def nearness(distance_m: NDArray[Any]) -> NDArray[Any]:
    """The factor for being near: falls smoothly with metres, and is fair to what has no place (infinite metres)."""
    factor = NEAR / (1 + distance_m * (1 / NEAR_SCALE_M))
    factor[factor == 0] = NEAR / (1 + NOWHERE_M / NEAR_SCALE_M)
    factor += 1
    return factor
