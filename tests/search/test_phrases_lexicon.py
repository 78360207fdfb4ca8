"""The phrases that come with the program, and how phrases are found in a line."""

from __future__ import annotations

from collections import Counter

import pytest

from search.phrases.lexicon import Lexicon, Match, Named, Phrase, best_cover, key_of, read_phrases
from search.phrases.words import clean, split
from tests.search.a_city import lexicon, terms, understood

ROWS = read_phrases()


def found(lexicon: Lexicon, line: str) -> list[Match]:
    """What a lexicon finds in a line, without overlaps."""
    return best_cover(lexicon.matches(split(clean(line))))


def small(**phrases: str) -> Lexicon:
    """A lexicon of phrases (with _ for a space) that each mean one need."""
    return Lexicon.build([Phrase(phrase.replace("_", " "), (slug,)) for phrase, slug in phrases.items()])


def test_phrases_are_many_and_none_is_there_twice() -> None:
    keys = Counter(" ".join(key_of(row.phrase)) for row in ROWS)
    assert [key for key, times in keys.items() if times > 1] == []
    assert len(keys) >= 500


def test_every_phrase_means_something_we_have() -> None:
    known = {term.slug for term in terms()}
    assert [(row.phrase, slug) for row in ROWS for slug in row.terms if slug not in known] == []
    assert [row.phrase for row in ROWS if not 0 < row.weight <= 1 or len(row.phrase) > 120] == []


def test_every_need_and_interest_can_be_said_in_three_ways() -> None:
    ways = Counter(slug for row in ROWS for slug in row.terms)
    assert [term.slug for term in terms() if ways[term.slug] < 3] == []


@pytest.mark.parametrize("row", [row for row in ROWS if row.terms], ids=lambda row: row.phrase)
def test_a_phrase_alone_is_understood_as_what_it_means(row: Phrase) -> None:
    request = understood(row.phrase).request
    meant = {hint.term for hint in request.hinted} | ({"older-people"} if request.ages else set())
    is_read_otherwise = request.access or request.languages or request.telephone or request.excluded
    assert is_read_otherwise or meant & set(row.terms), request


def test_little_words_may_stand_between() -> None:
    words = small(cant_pay_gas_bill="energy")
    for line in (
        "can't pay my gas bill",
        "I cannot pay for the gas bills!",
        "cant pay gas bill",
        "can not pay our gas bill",
    ):
        assert [match.phrase.terms for match in found(words, line)] == [("energy",)], line
    for line in ("cant pay, gas bill", "cant pay electric and gas bill", "gas bill"):
        assert found(words, line) == [], line


def test_the_longer_phrase_is_meant() -> None:
    words = small(school="school-support", free_school_meals="food", the_social="benefits", social_club="loneliness")
    assert [match.phrase.phrase for match in found(words, "free school meals")] == ["free school meals"]
    assert [match.phrase.phrase for match in found(words, "where is the social club")] == ["social club"]
    assert [match.phrase.phrase for match in found(words, "the social stopped it")] == ["the social"]


def test_typing_mistakes_are_forgiven_but_weigh_less() -> None:
    words = small(loneliness="loneliness", food_bank="food", bereavement="bereavement")
    for line in ("lonelyness", "loneleness", "food bnak", "foodbank", "foodbanks", "berevement"):
        assert len(found(words, line)) == 1, line
    assert found(words, "lonelyness")[0].weights()[0][1] < found(words, "loneliness")[0].weights()[0][1]


@pytest.mark.parametrize(
    "line", ["mood", "good", "bank", "lonesome", "loaf and bread", "foot bath", "sheets", "grapes"]
)
def test_other_words_are_no_typing_mistakes(line: str) -> None:
    assert found(lexicon(), line) == []


def test_the_first_need_is_the_surest() -> None:
    words = Lexicon.build([Phrase("skint", ("money", "grants", "food", "energy", "debt"), 0.8)])
    weights = [weight for _, weight in found(words, "skint")[0].weights()]
    assert weights[0] == 0.8
    assert weights == sorted(weights, reverse=True)


def test_words_may_mean_no_need_at_all() -> None:
    words = Lexicon.build([Phrase("hits me", ("domestic-abuse",)), Phrase("hit me up", ())])
    assert [match.phrase.terms for match in found(words, "hit me up about football")] == [()]


def test_what_stands_under_a_not_is_never_meant() -> None:
    for line in (
        "not a church",
        "no football",
        "don't want to sing",
        "yoga but without the meditation",
        "anything but bingo",
    ):
        hinted = {hint.term for hint in understood(line).request.hinted}
        assert hinted.isdisjoint({"faith", "faith-life", "sport", "music", "games"}), line


def test_a_trouble_with_a_not_in_it_is_meant() -> None:
    for line, slug in (("not sleeping", "mental-health"), ("no food", "food"), ("cant cope", "mental-health"),
                       ("i dont want to be alone", "loneliness"),
                       ("no recourse to public funds", "immigration")):  # fmt: skip
        assert slug in {hint.term for hint in understood(line).request.hinted}, line


def test_a_term_can_be_removed_and_its_words_are_searched() -> None:
    line = "skint"
    assert understood(line, ignored=("need:money", "need:grants")).request.text == "skint"
    kept = understood(line, ignored=("need:grants",)).request
    assert {hint.term for hint in kept.hinted} == {"money"}


def test_words_of_a_hint_still_raise_what_uses_them() -> None:
    request = understood("food bnak in harborne").request
    assert request.text == ""
    assert request.extra_text.split() == ["food", "bank", "harborne"]


def test_words_of_other_languages_are_left_alone() -> None:
    for line in ("madad chahiye", "mujhe ghar chahiye", "kaam di lor hai", "naukri talash", "paisa nahi hai",
                 "roti kapra makaan", "angen help gyda bwyd", "cymorth iechyd meddwl"):  # fmt: skip
        found = understood(line)
        assert found.chips == (), line
        assert not found.request.hinted, line


def test_a_name_of_the_taxonomy_is_on_the_chip() -> None:
    words = Lexicon.build([Phrase("skint", ("money",))], [Named("money", "need", "Money and benefits")])
    assert words.named("money").name == "Money and benefits"
    assert words.named("gone-since").name == "Gone since"
