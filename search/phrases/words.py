"""A line of typing becomes words: cleaned, split, and brought to the form in which phrases are compared.

Nothing here can fail: any text, of any length, gives a (perhaps empty) list of words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

MOST_CHARACTERS = 4000  # of a line that are looked at at all
MOST_WORDS = 600
_PIECE = 500

_APOSTROPHES = "'’‘`´ʼ′"
_WORD = re.compile(
    r"""
    \d{1,2}[:.]\d{2}(?:\s?[ap]\.?m\b)?      # 10.30am, 10:30
    | \d{1,2}/\d{1,2}(?:/\d{2,4})?          # 24/11, 24/11/2026
    | £\s?\d[\d,]*(?:\.\d\d)?               # £5
    | \d{1,3}\+                             # 60+
    | [ap]\.m\b\.?                          # a.m.
    | [^\W_]+(?:['’‘`´ʼ′][^\W_]+)*          # words, numbers, postcodes, "can't"
    """,
    re.VERBOSE | re.IGNORECASE,
)
_QUOTED = re.compile('["“”]([^"“”]*[^"“”\\s][^"“”]*)["“”]')
_PAUSE = re.compile(r"[.,;:!?()\[\]\n\r|•…]|\s[-–—]+\s")
_SPACES = re.compile(r"\s+")

_JOINED_WITH_NOT = {
    "can": "cant",
    "do": "dont",
    "does": "doesnt",
    "did": "didnt",
    "will": "wont",
    "would": "wouldnt",
    "could": "couldnt",
    "should": "shouldnt",
    "is": "isnt",
    "have": "havent",
    "has": "hasnt",
}
_SAME = {
    "cannot": "cant",
    "somebody": "someone",
    "anybody": "anyone",
    "wanna": "want",
    "u": "you",
    "ur": "your",
    "ppl": "people",
    "abt": "about",
    "wiv": "with",
    "sumthing": "something",
    "somethin": "something",
    "somthing": "something",
    "smthing": "something",
    "sumwhere": "somewhere",
    "somwhere": "somewhere",
    "anythin": "anything",
    "nuthin": "nothing",
    "nuffin": "nothing",
    "nothin": "nothing",
    "me'self": "myself",
    "meself": "myself",
    "mom": "mum",
    "moms": "mums",
    "mommy": "mummy",
    "hubby": "husband",
    "fella": "boyfriend",
    "fellas": "boyfriends",
    "missus": "wife",
    "bf": "boyfriend",
    "gf": "girlfriend",
    "neighbor": "neighbour",
    "neighbors": "neighbours",
    "center": "centre",
    "theater": "theatre",
    "color": "colour",
    "organize": "organise",
    "program": "programme",
}

# Words whose stem could not be found by cutting an ending, or would meet another word's.
_IRREGULAR = {
    "paid": "pay",
    "pays": "pay",
    "paying": "pay",
    "lost": "lose",
    "losing": "lose",
    "loosing": "lose",
    "loses": "lose",
    "died": "die",
    "dies": "die",
    "dying": "die",
    "dieing": "die",
    "passed": "pass",
    "left": "leave",
    "leaves": "leave",
    "leaving": "leave",
    "slept": "sleep",
    "felt": "feel",
    "fell": "fall",
    "fallen": "fall",
    "met": "meet",
    "woke": "wake",
    "shook": "shake",
    "ate": "eat",
    "eaten": "eat",
    "eating": "eat",
    "eats": "eat",
    "drank": "drink",
    "drunk": "drink",
    "beaten": "beat",
    "threw": "throw",
    "thrown": "throw",
    "stole": "steal",
    "stolen": "steal",
    "taught": "teach",
    "hits": "hit",
    "hitting": "hit",
    "hurts": "hurt",
    "cutting": "cut",
    "cuts": "cut",
    "using": "use",
    "uses": "use",
    "used": "use",
    "going": "go",
    "goes": "go",
    "gone": "go",
    "went": "go",
    "doing": "do",
    "does": "do",
    "did": "do",
    "made": "make",
    "said": "say",
    "kept": "keep",
    "owed": "owe",
    "owing": "owe",
    "owes": "owe",
    "buying": "buy",
    "bought": "buy",
    "caring": "caring",
    "ran": "run",
    "gave": "give",
    "given": "give",
    "taken": "take",
    "took": "take",
    "got": "get",
    "gets": "get",
    "getting": "get",
    "broken": "broke",
    "kiddies": "kid",
    "people": "people",
    "lives": "live",
    "alive": "alive",
    "housing": "housing",
    "training": "training",
    "meeting": "meeting",
    "evening": "evening",
    "morning": "morning",
    "wedding": "wedding",
    "building": "building",
    "clothing": "clothing",
    "clothes": "clothes",
    "parenting": "parenting",
    "boxing": "boxing",
    "nothing": "nothing",
    "something": "something",
    "anything": "anything",
    "everything": "everything",
    "during": "during",
    "ceiling": "ceiling",
    "glasses": "glasses",
    "wellbeing": "wellbeing",
    "meaning": "meaning",
    "hundred": "hundred",
    "indeed": "indeed",
    "raped": "rape",
    "raping": "rape",
    "scared": "scared",
    "staring": "stare",
    "stared": "stare",
}
_PLURALS = {
    "children": "child",
    "mornings": "morning",
    "evenings": "evening",
    "wives": "wife",
    "knives": "knife",
    "news": "news",
    "lens": "lens",
    "always": "always",
    "glasses": "glasses",
    "means": "means",
    "clothes": "clothes",
    "does": "does",
    "goes": "goes",
    "shes": "shes",
    "hes": "hes",
    "yes": "yes",
    "this": "this",
    "thats": "thats",
    "whats": "whats",
    "wheres": "wheres",
    "theres": "theres",
    "buses": "bus",
    "wes": "wes",
}
_VOWELS = frozenset("aeiouy")
_SHORT_WITH_E = re.compile(r"^[^aeiou][aeiou][^aeiouwxy]$")  # living → live, hated → hate, but paying → pay
_DOUBLED = frozenset("bdgmnprt")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the line. `text` is small letters without apostrophes; `start` and `end` are places in the line."""

    text: str
    start: int
    end: int
    has_pause_before: bool = False
    has_hyphen_before: bool = False
    quote: int = 0  # words of one quoted stretch share a number above 0: they were meant exactly so
    is_beginning: bool = False  # "knit*" asks for every word that begins so
    singular: str = field(default="", compare=False)
    stem: str = field(default="", compare=False)


def clean(line: str) -> str:
    """The line without what cannot be seen or said: control characters, half surrogates, direction marks."""
    line = line[:MOST_CHARACTERS]
    if not line.isascii():
        line = _composed(line)
    if line.isascii() and line.isprintable():
        return line
    return "".join(map(_seen, line))


def split(line: str) -> list[Word]:
    """The words of a cleaned line, at most MOST_WORDS of them."""
    words: list[Word] = []
    after = 0
    quotes = [found.span(1) for found in _QUOTED.finditer(line)] if line.count('"') > 1 or "“" in line else []
    for found in _WORD.finditer(line):
        text = normal_word(found[0])
        if not text:
            continue
        start, end, between = found.start(), found.end(), line[after : found.start()]
        pause = bool(between.strip()) and bool(_PAUSE.search(between))
        if text == "not" and words and not pause and words[-1].text in _JOINED_WITH_NOT:
            text, start = _JOINED_WITH_NOT[words[-1].text], words[-1].start
            pause = words.pop().has_pause_before
        hyphen = between in ("-", "–", "—", "‐", "‑", " - ", " – ")
        quote = next((number for number, span in enumerate(quotes, start=1) if span[0] <= start < span[1]), 0)
        is_beginning = line[end : end + 1] == "*"
        words.append(Word(text, start, end, pause, hyphen, quote, is_beginning, singular(text), stem(text)))
        after = end
        if len(words) == MOST_WORDS:
            break
    return words


def normal_word(word: str) -> str:
    """Small letters, no apostrophes, no accents on Latin letters: "Can't" and "cant" are one word."""
    text = word.casefold()
    if not text.isascii():
        text = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
        text = unicodedata.normalize("NFC", text)
    for mark in _APOSTROPHES:
        if mark in text:
            text = text.replace(mark, "")
    if text and text[0] in "ap" and "." in text:
        text = text.replace(".", "")
    return _SAME.get(text, text)


def normal(phrase: str) -> str:
    """A phrase in the form that tells whether two are the same: cleaned words with single spaces."""
    return " ".join(word.text for word in split(clean(phrase)))


@lru_cache(maxsize=20_000)
def singular(word: str) -> str:
    """The word without a plural ending: bills → bill, classes → class, babies → baby; other words as they are."""
    if word in _PLURALS:
        return _PLURALS[word]
    length = len(word)
    if length < 4 or word[-1] != "s" or word[-2:] in ("ss", "us", "is") or not word.isalpha():
        return word
    if word.endswith("ies") and length > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The word without the commonest endings, so that "struggling", "struggled" and "struggles" meet.

    Light on purpose: "housing" is not "house", "caring" is not "car". Only phrases of several words are compared so.
    """
    known = _IRREGULAR.get(word)
    if known is not None:
        return known
    word = singular(word)
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) >= 3 and not _VOWELS.isdisjoint(rest):
            if len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] in _DOUBLED:
                return rest[:-1]
            if _SHORT_WITH_E.match(rest):
                return f"{rest}e"
            return rest[:-1] if len(rest) >= 5 and rest.endswith("e") else rest  # "scareing"
    if len(word) >= 5 and word.endswith("e"):
        return word[:-1]
    return word


def listed(words: str) -> frozenset[str]:
    """A set of words written in one string."""
    return frozenset(words.split())


def squeezed(text: str) -> str:
    """White space made single, for showing what somebody typed."""
    return _SPACES.sub(" ", text).strip()


def _composed(line: str) -> str:
    """Full-width, ligature and other compatibility forms made ordinary, piecewise: one letter may become eighteen."""
    pieces: list[str] = []
    length = 0
    for start in range(0, len(line), _PIECE):
        pieces.append(unicodedata.normalize("NFKC", line[start : start + _PIECE]))
        length += len(pieces[-1])
        if length >= MOST_CHARACTERS:
            break
    return "".join(pieces)[:MOST_CHARACTERS]


def _seen(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in ("Cc", "Cs", "Zl", "Zp"):
        return "\n" if letter in "\n\r" else " "
    return "" if category in ("Cf", "Co", "Cn") else letter
