"""How: what it costs, what somebody needs to get in, which language, online or by phone, with or without referral."""

from __future__ import annotations

from typing import Any

from search.phrases.languages import (
    ASKED_FOR,
    CLASSES,
    COMMUNITY,
    LANGUAGES,
    LEARNING_AFTER,
    LEARNING_BEFORE,
    SPEAKERS,
    THEIR_PEOPLE,
)
from search.phrases.line import KEPT, SHARED, TAKEN, Line, Table
from search.phrases.words import listed

FREE_OF_CHARGE = Table(
    {
        "free|free of charge|for free|no cost|no charge|no fee|costs nothing|nothing to pay|without paying|for nothing"
        "|cost nothing|doesnt cost anything|doesnt cost|doesnt cost money|dont have to pay|dont want to pay|wont cost"
        "|zero cost|free entry|no entry fee|not paying": True,
    }
)
CHEAP = Table(
    {
        "cheap|cheaply|low cost|affordable|inexpensive|not expensive|not too expensive|on a budget|cheap as chips"
        "|bargain|not dear|not pricey|not too dear|wont break the bank|reasonably priced|doesnt cost much"
        "|dont cost much|doesnt cost a lot|does not cost much|cost much|pay what you can|donation|cheapest": True,
    }
)
# "Smoke free" costs something; "I'm free on Tuesday" is about time; "free school meals" have a name.
NOT_FREE_AFTER = listed(
    "im i am are were is be been being get set break feel feeling feels alcohol smoke drug gluten dairy sugar wheat"
    " nut step pain debt hands tax interest rent duty stress worry car cruelty lactose toll traffic youre hes shes"
    " theyre"
)
WHO_IS_FREE = listed("im am are were youre hes shes theyre be")
NOT_FREE_BEFORE = listed("parking time range school press speech fall style from will spirit runner running wifi")

ACCESS = Table(
    {
        "wheelchair|wheelchair user|in a wheelchair|wheelchair accessible|wheelchair friendly|wheelchair access"
        "|step free|stepfree|no steps|no stairs|without stairs|without steps|level access|flat access|ramp|ramps"
        "|with a ramp|cant do stairs|cant manage stairs|cant manage steps|cant climb stairs|cant get up stairs"
        "|cant get up steps|cant use stairs|cant walk up stairs|cant do steps|disabled access|disabled friendly"
        "|ground floor|has a lift|with a lift|buggy friendly|pushchair friendly|pram friendly|mobility scooter"
        "|rollator|in a chair|wheel chair|uses a wheelchair|use a wheelchair|walking frame|zimmer frame"
        "|accessible venue|accessible building|accessible for wheelchairs": "step-free",
        "disabled toilet|accessible toilet|disabled loo|accessible loo|changing place|changing places toilet"
        "|wheelchair toilet|disabled toilets": "accessible-toilet",
        "hearing loop|induction loop|loop system|hearing aid loop|t loop|hearing aid friendly": "hearing-loop",
        "quiet space|quiet room|quiet area|somewhere quiet|quiet place|low noise|sensory friendly|quiet hour"
        "|quiet session|relaxed session|relaxed performance|calm space|not noisy|not loud|not too loud|not too noisy"
        "|isnt loud|isnt too loud|isnt too noisy|not too busy|isnt busy|isnt too busy|isnt noisy|cant stand noise"
        "|cant cope with noise": "quiet-space",
        "bsl|british sign language|sign language|bsl interpreter|bsl interpreted|signed session|signer|signed"
        "|bsl users|sign language interpreter": "bsl",
        "parking|car park|free parking|can park|somewhere to park|where i can park|disabled parking|blue badge parking"
        "|disabled bay|with parking|parking space|on site parking": "parking",
        "guide dog|assistance dog|hearing dog|service dog|support dog": "assistance-dogs",
        "bring a friend|bring my carer|bring a carer|bring someone|bring someone with me|bring somebody|with my carer"
        "|bring my support worker|bring my friend|with a companion|companion|come with me|take someone with me"
        "|bring my pa|bring a companion|carer can come": "companion-welcome",
        "easy read|easyread|easy to read|large print|easy words": "easy-read",
    }
)
ACCESS_LABELS = {
    "step-free": "step-free",
    "accessible-toilet": "accessible toilet",
    "hearing-loop": "hearing loop",
    "quiet-space": "quiet space",
    "bsl": "British Sign Language",
    "parking": "parking",
    "assistance-dogs": "assistance dogs welcome",
    "companion-welcome": "you can bring somebody",
    "easy-read": "easy read",
}
# A wheelchair to borrow, play in or mend is what the search is about; so is a course in signing.
ABOUT_AFTER = listed(
    "basketball rugby sport sports tennis hire loan repair repairs service services dance dancing racing football"
    " class classes course courses lessons lesson level training fine fines ticket tickets permit permits badge"
    " charge wardens club games curling boccia battery batteries broken broke brake brakes tyre tyres wheel wheels"
    " puncture charger mend fixed stolen"
)
ABOUT_BEFORE = listed(
    "need borrow hire get new electric want loan manual buy learn learning teach study powered second hire rent broken"
    " apply"
)

WAYS: Table[tuple[str, str, object]] = Table(
    {
        "online|on line|on zoom|over zoom|via zoom|by zoom|on teams|virtual|virtually|remote|remotely"
        "|over the internet|video call|by video"
        "|from home|from my sofa|on my laptop|internet group": ("online", "online", True),
        "in person|face to face|face 2 face|not online|not on zoom|not virtual|real people|in real life|f2f": (
            "online", "in person", False),
        "over the phone|by phone|on the phone|by telephone|telephone support|phone line|helpline|help line"
        "|phone support|phone call|someone to ring|someone i can ring|somewhere i can ring|number to ring"
        "|number to call|can ring|someone to phone|ring someone|telephone|phone number|someone to call"
        "|telephone group": (
            "telephone", "by phone", True),
        "no waiting list|without a waiting list|no wait|without waiting|no waiting|taking new people|taking people on"
        "|taking new members|taking referrals|taking new referrals|spaces now|open to new members|accepting new"
        "|accepting referrals|with spaces|dont want to wait|cant wait": ("taking_people", "taking people now", True),
        "without a referral|no referral|no referral needed|without referral|self referral|self refer|refer myself"
        "|refer yourself|dont need a referral|without being referred|without a doctor|without my gp|no gp referral"
        "|without a gp|without going through my gp|without going through the doctor|without a social worker"
        "|no social worker|dont need referring|no appointment|no appointment needed|without an appointment|no booking"
        "|without booking|dont have to book|dont need to book|no need to book|just turn up|can just turn up|turn up"
        "|walk in|no appointments": ("without_referral", "nobody has to refer you", True),
    }
)  # fmt: skip
ONLINE_THINGS = listed(
    "safety banking form forms shopping dating scam scams fraud application applications account job jobs bullying"
    " gambling abuse world stuff security predators grooming learning"
)


def read_cost(line: Line) -> None:
    """Free of charge, or cheap."""
    for first, after, _ in FREE_OF_CHARGE.spans(line):
        if after - first == 1 and _is_another_free(line, first):
            if line.word(first - 1) in WHO_IS_FREE:
                line.mark(first, after, TAKEN)
            continue
        line.take(first, after, line.chip("free", "1", "free", first, after), free=True)
    for first, after, _ in CHEAP.spans(line):
        line.take(first, after, line.chip("cheap", "1", "low cost", first, after), cheap=True)
    for at, word in enumerate(line.words):
        if word.text.startswith("£") and line.is_free(at) and line.word(at - 1) in ("under", "than", "to", "max"):
            first = at - (2 if line.word(at - 2) in ("less", "up", "more", "no") else 1)
            if all(line.is_free(index) for index in range(max(first, 0), at)):
                line.take(first, at + 1, line.chip("cheap", "1", "low cost", first, at + 1), cheap=True)


def _is_another_free(line: Line, at: int) -> bool:
    before, following = line.word(at - 1), line.word(at + 1)
    if following in NOT_FREE_BEFORE:
        return True
    if at and line.words[at].has_pause_before:
        return False
    return before in NOT_FREE_AFTER and not (before in ("is", "are") and line.word(at - 2) in ("that", "which", "what"))


def read_access(line: Line) -> None:
    """What somebody needs to get in and take part."""
    for first, after, feature in ACCESS.spans(line):
        if line.word(after) in ABOUT_AFTER or (line.word(after - 1) == "signed" and line.word(after) in ("off", "up")):
            continue
        before = line.word(first - 1) if line.word(first - 1) not in ("a", "an", "my", "some") else line.word(first - 2)
        if before in ABOUT_BEFORE and feature in ("step-free", "bsl", "parking") and after - first <= 2:
            continue
        if line.word(first) == "ramp" and line.word(after) == "up":
            continue
        chip = line.chip("access", feature, ACCESS_LABELS[feature], first, after)
        line.take(first, after, chip, access=(feature,))


def read_ways(line: Line) -> None:
    """Online, by phone, taking people, without a referral."""
    for first, after, (name, label, value) in WAYS.spans(line):
        if name == "online" and (line.word(after) in ONLINE_THINGS or line.word(first - 1) in ("get", "getting", "go")):
            continue
        given = "1" if value is True else "0"
        changes: dict[str, Any] = {name: value}
        line.take(first, after, line.chip(name, given, label, first, after), **changes)


def read_languages(line: Line) -> None:
    """A language somebody wants to be spoken to in; not one to learn, to eat or to put on nails."""
    for at, word in enumerate(line.words):
        known = LANGUAGES.get(word.text) if line.is_free(at) and line.is_open(at, at + 1) else None
        if known is None:
            continue
        code, name, others = known
        before, following = line.word(at - 1), line.word(at + 1)
        is_asked = before in ASKED_FOR or following in SPEAKERS or following in THEIR_PEOPLE
        if code != "en" and not is_asked and (following in CLASSES or before in ("learn", "learning")):
            chip = line.chip("interest", "languages", "Languages and conversation", at, at + 1)
            line.hint("languages", 1.0, chip)
        if not is_asked and code == "en":
            continue
        if not is_asked and (word.text not in COMMUNITY or before in LEARNING_BEFORE or following in LEARNING_AFTER):
            continue
        if code == "en" and (line.word(at - 2) in ("cant", "dont", "doesnt", "learn", "no", "little") or
                             before in ("speak", "speaking")):  # fmt: skip
            continue
        first, after = at, at + 1
        while line.is_free(first - 1) and line.word(first - 1) in ASKED_FOR | {"who", "people", "that", "someone"}:
            first -= 1
        if line.is_free(after) and line.word(after) in SPEAKERS:
            after += 1
        chip = line.chip("language", code, f"in {name}", first, after)
        line.take(first, after, chip, languages=(code, *others))
        if line.states[at] != KEPT:
            line.mark(at, at + 1, SHARED)
