"""Help at once: the list is complete, readable, and there when nothing else is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from search.phrases.words import clean, split
from search.requests import Urgent
from search.urgent import TONES, BadPattern, Sign, UrgentHelp, compiled, from_rows, match_at, read_urgent, starting_help
from search.urgent_checks import MOST_LOOKS, UnsafeChange, check_exceptions, check_patterns, looks_at_a_hostile_line
from tests.search.a_city import understood

SIGNS, HELP = read_urgent()
TEXTS = Path(__file__).resolve().parents[2] / "assetreg" / "data" / "sample_city" / "archetypes"
COUNCIL = {"council": "Elmshire", "council_phone": "0121 496 0000", "housing_phone": "0121 496 0001"}


def keys(line: str, help_: UrgentHelp | None = None) -> list[str]:
    """The phone numbers (or text numbers) that a line brings, in order."""
    return [entry.phone or entry.text_number or entry.url for entry in (help_ or starting_help()).recognise(line)]


def test_the_numbers_everybody_should_know_are_there() -> None:
    known = {entry.phone for entry in HELP.values()}
    assert known >= {"999", "116 123", "111", "0808 2000 247", "0800 1111", "0808 800 4444"}
    assert "option 2" in HELP["nhs-mental-health"].title
    assert (HELP["shout"].text_number, HELP["shout"].text_word) == ("85258", "SHOUT")
    assert "streetlink" in HELP["streetlink"].url


class Counted(list[str]):
    """Words that count how often they are looked at."""

    looks = 0

    def __getitem__(self, at: int) -> str:  # type: ignore[override]
        self.looks += 1
        return super().__getitem__(at)


def test_a_pattern_looks_at_a_line_of_the_same_word_only_so_often() -> None:
    pattern = compiled("he he? he? he? he? .. he .. he .. zebra")  # as many gaps and missing words as may be saved
    words = split("he " * 66)
    stems = Counted(word.stem for word in words)
    assert match_at(words, stems, 0, pattern) is None
    assert stems.looks < 200
    stems = Counted([*stems[:9], "zebra"])
    assert match_at(split("he " * 9 + "zebra"), stems, 0, pattern) == 10


def test_many_patterns_that_are_slow_only_together_are_refused() -> None:
    slow = [f"he he? he? he? he? .. he .. he .. zebra{number}" for number in range(300)]
    check_patterns("unless", slow[:5], ())
    with pytest.raises(UnsafeChange) as refused:
        check_patterns("unless", slow, ())
    assert (refused.value.reason, refused.value.about) == ("slow_patterns", "300")


def test_the_patterns_of_the_file_are_far_from_slow() -> None:
    for sign in SIGNS:
        for texts in (sign.patterns, sign.unless):
            assert sum(looks_at_a_hostile_line(compiled(text)) for text in texts) < MOST_LOOKS / 2, sign.key


@pytest.mark.parametrize("line", ["I have given up on everything", "giving up on life", "want to give up"])
def test_who_gives_up_on_life_is_heard(line: str) -> None:
    assert "116 123" in keys(line)


def test_no_exception_of_the_file_takes_a_line_of_its_sign_with_it() -> None:
    for sign in SIGNS:
        check_exceptions(sign)


def test_every_sign_brings_somebody_and_everybody_is_brought() -> None:
    assert [sign.key for sign in SIGNS if not sign.help or sign.tone not in TONES] == []
    named = {key for sign in SIGNS for key in sign.help}
    assert named == set(HELP)


def test_numbers_can_be_dialled_and_addresses_opened() -> None:
    for entry in HELP.values():
        assert re.fullmatch(r"[0-9 ]{3,14}|\{\w+_phone\}|", entry.phone), entry
        assert entry.url == "" or entry.url.startswith("https://"), entry
        assert entry.title, entry


@pytest.mark.parametrize("pattern", [p for sign in SIGNS for p in (*sign.patterns, *sign.unless)])
def test_a_pattern_can_be_matched(pattern: str) -> None:
    steps = compiled(pattern)
    assert any(not is_optional for _, is_optional in steps)


@pytest.mark.parametrize("pattern", ["", "..", "a? b", ".. b", "a ..", "?", "a /"])
def test_a_pattern_that_cannot_work_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        compiled(pattern)


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("I want to die", "999"),
        ("he hits me", "999"),
        ("nowhere to sleep tonight", "0808 800 4444"),
        ("suicide bereavement group", "116 123"),
    ],
)
def test_the_first_number_fits(line: str, first: str) -> None:
    assert keys(line)[0] == first


def test_who_wants_to_die_is_shown_everybody_who_listens() -> None:
    assert keys("dont want to be here anymore")[:4] == ["999", "116 123", "111", "85258"]


def test_who_is_hit_is_shown_the_helpline() -> None:
    assert "0808 2000 247" in keys("my husband hits me")


def test_a_child_is_shown_childline() -> None:
    assert "0800 1111" in keys("my dad hits me")


def test_grief_is_met_gently() -> None:
    entries = starting_help().recognise("group for people who lost somebody to suicide")
    assert {entry.tone for entry in entries} == {"gentle"}
    assert "999" not in [entry.phone for entry in entries]


def test_life_comes_before_today() -> None:
    tones = [entry.tone for entry in starting_help().recognise("no food today and he hits me")]
    assert tones == sorted(tones, key=TONES.index)
    assert set(tones) == {"now", "today"}


def test_nobody_is_shown_twice() -> None:
    titles = [entry.title for entry in starting_help().recognise("i want to die, he hits me, my dad hits me, overdose")]
    assert len(titles) == len(set(titles)) > 5


def test_who_opens_on_monday_may_still_help_tonight() -> None:
    request = understood("nowhere to sleep tonight").request
    assert (request.dates, request.days, request.times) == (None, (), ())
    assert [hint.term for hint in request.hinted] == ["homelessness"]
    assert understood("bingo tonight").request.dates is not None


def test_the_results_below_a_cry_are_about_it() -> None:
    request = understood("my husband is scaring me").request
    assert request.text == ""
    assert [hint.term for hint in request.hinted] == ["domestic-abuse"]


@pytest.mark.parametrize(
    ("line", "need"),
    [
        ("self harm", "mental-health"),
        ("not coping", "mental-health"),
        ("i am falling apart", "mental-health"),
        ("he is going to kill me", "domestic-abuse"),
        ("someone is following me", "domestic-abuse"),
        ("my ex wont leave me alone", "domestic-abuse"),
        ("my boyfriend hits me and i have nowhere to go", "domestic-abuse"),
        ("my boyfriend hits me and i have nowhere to go", "homelessness"),
        ("need to leave him but nowhere to go with the kids", "homelessness"),
    ],
)
def test_a_cry_is_about_help_and_not_about_hobbies(line: str, need: str) -> None:
    request = understood(line).request
    assert request.in_trouble
    assert need in [hint.term for hint in request.hinted if hint.weight >= 0.8]


@pytest.mark.parametrize("line", ["choir", "sewing to help my anxiety", "walking for mental health", "depressed"])
def test_who_asks_for_something_to_do_gets_that(line: str) -> None:
    assert not understood(line).request.in_trouble


def test_in_danger_other_meanings_of_the_words_come_after_it() -> None:
    hints = {hint.term: hint.weight for hint in understood("im scared he will kill me").request.hinted}
    assert hints["legal"] < hints["domestic-abuse"], "it is not about making a will"
    hints = {hint.term: hint.weight for hint in understood("need to get out of the house away from him").request.hinted}
    assert hints["walking"] < 0.2 < hints["domestic-abuse"]


def test_who_is_hit_and_has_nowhere_to_go_is_shown_who_finds_a_bed() -> None:
    for line in ("my boyfriend hits me and i have nowhere to go", "i ran away from my husband, need somewhere to stay"):
        assert {"999", "0808 2000 247", "0808 800 4444"} <= set(keys(line)), line


def test_typing_mistakes_do_not_hide_a_cry() -> None:
    for line in (
        "im suicidle",
        "my husbend is scareing me",
        "he stranled me",
        "domestic voilence",
        "frightend of my dad",
    ):
        assert keys(line), line


def test_the_councils_own_numbers_come_from_the_settings() -> None:
    help_ = UrgentHelp(SIGNS, HELP).filled(COUNCIL)
    entries = help_.recognise("nowhere to sleep tonight")
    assert ("Elmshire: nowhere to stay", "0121 496 0001") in [(entry.title, entry.phone) for entry in entries]
    hurt = help_.recognise("someone is hurting a child")
    assert "0121 496 0000" in [entry.phone for entry in hurt], "a missing number is the council's own"


def test_without_settings_nobody_is_shown_without_a_number() -> None:
    assert [entry for entry in starting_help().all_help() if not (entry.phone or entry.text_number or entry.url)] == []
    assert [entry for entry in starting_help().all_help() if "{" in entry.title + entry.phone] == []


def test_an_empty_list_of_the_stewards_leaves_the_files() -> None:
    sign = Sign("own", "now", ("help help",), (), ("own",))
    for rows in (((), ()), ((sign,), ()), ((), (("own", Urgent("", "Own", phone="1")),))):
        assert keys("he hits me", from_rows(*rows).filled({})), rows
    own = from_rows((sign,), (("own", Urgent("", "Own", phone="1")),))
    assert keys("help help", own) == ["1"]


def test_ordinary_texts_seldom_sound_like_a_cry() -> None:
    sentences = [
        text
        for file in sorted(TEXTS.glob("*.toml"))
        for archetype in tomllib.loads(file.read_text(encoding="utf-8"))["archetype"]
        for text in (*archetype["names"], *archetype["summaries"], *(t for p in archetype["paragraphs"] for t in p))
    ]
    heard = [text for text in sentences if starting_help().signs_in(split(clean(text)))]
    assert len(sentences) > 3000
    assert len(heard) < len(sentences) / 50
