"""What keeps the list of help at once whole: checks of patterns, signs, numbers and of the list. Pure.

The pages refuse what these refuse, so that no change, however well meant, leaves somebody in danger with nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import phonenumbers

from assetreg.rules.contacts import HOME_COUNTRY, ContactError, read_phone, read_url
from search.phrases.fillers import SILENT
from search.phrases.lexicon import LIGHT, Phrase
from search.phrases.words import clean, split, stem
from search.requests import Urgent
from search.urgent import GAP, SETTINGS, TONES, BadPattern, Pattern, Sign, UrgentHelp, compiled, match_at

LONGEST_PATTERN = 600
MOST_PATTERNS = 300
MOST_GAPS = 3
MOST_MISSING = 4
MOST_STEPS = 12
# At words of a hostile line, all patterns of a sign together: about 40 ms, three times as many as the largest has.
MOST_LOOKS = 30_000
HOSTILE_WORDS = 66  # as many little words as a line may have
MOST_OF_THE_LEXICON = 0.01  # of the phrases that have nothing to do with emergencies
PLACEHOLDER = re.compile(r"\{(\w+)\}")
TEXT_NUMBER = re.compile(r"[0-9]{4,6}")
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
EMPTY_WORDS = frozenset({stem(word) for word in LIGHT | SILENT} | LIGHT | SILENT)

# Said by people in danger. Whatever stewards change, each of these must bring help, and 999 where it says so.
CRIES = (
    ("I want to die", False),
    ("I want to kill myself", False),
    ("I have taken an overdose", True),
    ("he hits me", True),
    ("my husband beats me", True),
    ("I have been raped", False),
    ("somebody is hurting my child", False),
    ("nowhere to sleep tonight", False),
    ("I cant breathe", True),
    ("I can smell gas", False),
    ("my kids have nothing to eat today", False),
)


# Said by people in no danger. A pattern that is found in more than one of these means nothing.
HARMLESS = (
    "I am looking for a yoga class near me on a Tuesday",
    "something for my mum to do in the afternoon",
    "I want to learn English and meet people",
    "can I get help with my gas bill please",
    "is there a choir that I can join, I am new here",
    "my son wants to play football at the weekend",
    "I have not worked for a year and need a job",
    "we are new to the area and do not know anybody",
    "where can I get food for my kids this week",
    "a cooking class where we eat the food together",
    "I feel lonely and would like to talk to people",
    "I feel low and want to get out of the house more",
    "my dad is not well and I look after him at home",
    "help for my daughter who is being picked on at school",
    "I do not have the money to pay my rent this month",
    "I was told that I could get a free bus pass",
    "things to do with children when it is raining",
    "I need to fill in a form and it is hard to read",
    "somewhere warm to sit and have a cup of tea",
    "he is 80 and wants to go for a walk with others",
    "she does not speak English and needs somebody to talk to",
    "I cannot get to the shop, can someone take me",
    "I hurt my back and want to do gentle exercise",
    "we lost our home help, who can we ask",
)
MOST_HARMLESS = 1


class UnsafeChange(ValueError):
    """This change would leave somebody in danger without help. `reason` is why, `about` a sign, sentence or pattern."""

    def __init__(self, field: str, reason: str, about: str = "") -> None:
        super().__init__(f"{reason}: {about}")
        self.field = field
        self.reason = reason
        self.about = about


def check_patterns(field: str, patterns: Sequence[str], ordinary: Iterable[Phrase]) -> None:
    """Raises UnsafeChange when a pattern cannot be read, would take long, or would be found almost everywhere.

    `ordinary` are phrases of the lexicon: what people type who are in no danger.
    """
    if len(patterns) > MOST_PATTERNS:
        raise UnsafeChange(field, "too_many_patterns", str(MOST_PATTERNS))
    for text in patterns:
        if len(text) > LONGEST_PATTERN:
            raise UnsafeChange(field, "long_pattern", text[:60])
        try:
            pattern = compiled(text)
        except BadPattern as problem:
            raise UnsafeChange(field, "bad_pattern", str(problem)) from problem
        if is_slow(pattern):
            raise UnsafeChange(field, "slow_pattern", text)
        if says_nothing(pattern):
            raise UnsafeChange(field, "empty_pattern" if field == "patterns" else "empty_exception", text)
    if sum(looks_at_a_hostile_line(compiled(text)) for text in patterns) > MOST_LOOKS:
        raise UnsafeChange(field, "slow_patterns", str(len(patterns)))
    if field == "patterns":
        check_reach(patterns, list(ordinary))


def is_slow(pattern: Pattern) -> bool:
    """Would looking for it try too many ways? Each gap has four, each word that may be missing has two."""
    gaps = sum(GAP in stems for stems, _ in pattern)
    missing = sum(may_miss for _, may_miss in pattern)
    return gaps > MOST_GAPS or missing > MOST_MISSING or len(pattern) > MOST_STEPS


class Looked(list[str]):
    """Words that count how often they are looked at."""

    looks = 0

    def __getitem__(self, at: int) -> str:  # type: ignore[override]
        """The word at this place."""
        self.looks += 1
        return super().__getitem__(at)


def looks_at_a_hostile_line(pattern: Pattern) -> int:
    """How often words are looked at when a line is nothing but the word that most steps of the pattern take."""
    word = max(sorted(pattern[0][0]), key=lambda one: sum(one in stems for stems, _ in pattern))
    words = split(f"{word} " * HOSTILE_WORDS)
    stems = Looked([word] * len(words))
    for at in range(len(words)):
        match_at(words, stems, at, pattern)
    return stems.looks


def says_nothing(pattern: Pattern) -> bool:
    """Is it one or two words, and little ones at that, such as "I .. am" or "need help"?"""
    wanted = [stems for stems, may_miss in pattern if not may_miss and GAP not in stems]
    return len(wanted) <= 2 and all(not stems.isdisjoint(EMPTY_WORDS) for stems in wanted)


def check_reach(patterns: Sequence[str], ordinary: Sequence[Phrase]) -> None:
    """Raises UnsafeChange when one pattern is found in many phrases or sentences that are about all sorts of things."""
    times = [0] * len(patterns)
    signs = [Sign(str(number), "now", (text,)) for number, text in enumerate(patterns)]
    looking = UrgentHelp(signs, {})
    for phrase in ordinary:
        for sign in looking.signs_in(split(clean(phrase.phrase))):
            times[int(sign.key)] += 1
    harmless = [0] * len(patterns)
    for sentence in HARMLESS:
        for sign in looking.signs_in(split(clean(sentence))):
            harmless[int(sign.key)] += 1
    most = max(8, MOST_OF_THE_LEXICON * len(ordinary))
    for text, found, often in zip(patterns, times, harmless, strict=True):
        if found > most or often > MOST_HARMLESS:
            raise UnsafeChange("patterns", "everywhere", text)


def check_exceptions(sign: Sign) -> None:
    """Raises UnsafeChange when an exception takes a line of the sign with it whole: nobody would be heard by it."""
    with_exceptions = UrgentHelp([sign], {})
    without = UrgentHelp([replace(sign, unless=())], {})
    for text in sign.patterns:
        words = split(clean(plainly(text)))
        if without.signs_in(words) and not with_exceptions.signs_in(words):
            raise UnsafeChange("unless", "takes_all", text)


def plainly(text: str) -> str:
    """What somebody says who says just what a pattern asks for: the first of its words where several will do."""
    pieces = text.replace("..", " ").split()
    return " ".join(piece.partition("/")[0] for piece in pieces if not piece.endswith("?"))


def check_sign(sign: Sign, help_: Mapping[str, Urgent], slugs: Iterable[str], ordinary: Iterable[Phrase]) -> None:
    """Raises UnsafeChange when a sign cannot be kept. `help_` is what is in use, filled from the settings."""
    if not KEY.fullmatch(sign.key):
        raise UnsafeChange("name", "no_name")
    if sign.tone not in TONES:
        raise UnsafeChange("tone", "no_tone")
    if not sign.patterns:
        raise UnsafeChange("patterns", "no_patterns")
    check_patterns("patterns", sign.patterns, ordinary)
    check_patterns("unless", sign.unless, ())
    check_exceptions(sign)
    if not any(key in help_ for key in sign.help):
        raise UnsafeChange("help1", "no_help")
    if len(set(sign.help)) != len(sign.help):
        raise UnsafeChange("help1", "help_twice")
    if not set(sign.terms) <= set(slugs):
        raise UnsafeChange("term1", "unknown_term")


def check_help(entry: Urgent) -> None:
    """Raises UnsafeChange when somebody could not be reached by what is written."""
    if not entry.title:
        raise UnsafeChange("title", "no_title")
    for field, text, most in (
        ("title", entry.title, 80),
        ("says", entry.says, 240),
        ("text_word", entry.text_word, 20),
    ):
        if len(text) > most:
            raise UnsafeChange(field, "too_long", str(most))
    for name in PLACEHOLDER.findall(entry.title + entry.phone):
        if name not in SETTINGS:
            raise UnsafeChange("phone" if f"{{{name}}}" in entry.phone else "title", "unknown_setting", name)
    if not (entry.phone or entry.text_number or entry.url):
        raise UnsafeChange("phone", "not_reachable")
    if entry.phone and not PLACEHOLDER.fullmatch(entry.phone):
        try:
            read_phone(entry.phone)
        except ContactError as problem:
            raise UnsafeChange("phone", "bad_phone", str(problem)) from problem
    if entry.text_number and not is_text_number(entry.text_number):
        raise UnsafeChange("text_number", "bad_text_number")
    if entry.text_word and not entry.text_number:
        raise UnsafeChange("text_number", "word_without_number")
    if entry.url:
        try:
            read_url(entry.url)
        except ContactError as problem:
            raise UnsafeChange("url", "bad_url", str(problem)) from problem


def is_text_number(text: str) -> bool:
    """A short number that takes texts, or a whole phone number."""
    digits = re.sub(r"[\s-]", "", text)
    if TEXT_NUMBER.fullmatch(digits):
        number = phonenumbers.parse(digits, HOME_COUNTRY)
        return bool(phonenumbers.is_possible_short_number_for_region(number, HOME_COUNTRY))
    try:
        read_phone(text)
    except ContactError:
        return False
    return True


def check_list(signs: Sequence[Sign], help_: Mapping[str, Urgent]) -> None:
    """Raises UnsafeChange when the list as it would be leaves a sign, or one of the `CRIES`, without help."""
    if not signs or not help_:
        raise UnsafeChange("", "empty_list")
    for sign in signs:
        if not any(key in help_ for key in sign.help):
            raise UnsafeChange("", "sign_without_help", sign.key)
    looking = UrgentHelp(signs, help_)
    for cry, needs_999 in CRIES:
        found = looking.recognise(cry)
        if not any(one.tone != "gentle" for one in found):
            raise UnsafeChange("", "cry_without_help", cry)
        if needs_999 and not any(one.phone.strip() == "999" for one in found):
            raise UnsafeChange("", "cry_without_999", cry)
