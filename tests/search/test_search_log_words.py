"""Whatever somebody types, no name, number or address of theirs is among the words that may be kept."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.kept_words import personal_names, words_to_keep
from search.phrases.lexicon import Lexicon, read_phrases
from search.phrases.ordinary import ordinary_words
from search.phrases.words import clean, split

KNOWN = Lexicon.build(read_phrases()).known_words
EVERYDAY = ("yoga", "choir", "food", "bill", "garden", "help", "with", "for", "my", "mum", "and", "near")


class Everything:
    """The worst of all indexes: it has every word there is, in descriptions only."""

    def has(self, word: str) -> bool:
        """Yes."""
        return bool(word)

    def stand_together(self, _first: str, _second: str) -> bool:
        """No name of a service."""
        return False


class NamedAfterSomebody(Everything):
    """An index with a service called “John Taylor Hospice”."""

    def stand_together(self, first: str, second: str) -> bool:
        """Two words of that name."""
        return (first, second) in (("john", "taylor"), ("taylor", "hospice"))


def kept(line: str) -> tuple[str, ...]:
    """What may be kept of a line with the worst of all indexes."""
    return words_to_keep(line, Everything(), KNOWN)[0]


sentences = st.lists(st.sampled_from(EVERYDAY), min_size=1, max_size=6)
names = st.sampled_from(sorted(personal_names()))
numbers = st.from_regex(r"(\+44|0)[ -]?[0-9]{3,4}[ -]?[0-9]{3}[ -]?[0-9]{3,4}", fullmatch=True)
postcodes = st.from_regex(r"[A-Za-z]{1,2}[0-9]{1,2}[A-Za-z]? ?[0-9][A-Za-z]{2}", fullmatch=True)
emails = st.emails()


@given(sentences, names, st.sampled_from(("", "'s", "s")))
def test_a_name_is_never_kept(words: list[str], name: str, ending: str) -> None:
    found = kept(f"{' '.join(words)} {name.capitalize()}{ending} {' '.join(words)}")
    assert name not in found
    assert name + ending.strip("'") not in found


@pytest.mark.parametrize("line", ["my son Tom Baker is autistic", "Priya Cook, food", "for Amina Baker's mum"])
def test_an_everyday_word_behind_a_name_may_be_a_surname_and_is_not_kept(line: str) -> None:
    assert not {"baker", "bakers", "cook"} & set(kept(line))
    assert "baker" in kept("a baker who teaches yoga")


@given(sentences, st.one_of(numbers, postcodes, emails))
def test_a_number_a_postcode_or_an_address_is_never_kept(words: list[str], secret: str) -> None:
    found = kept(f"{' '.join(words)} {secret} {' '.join(words)}")
    assert set(found) <= set(EVERYDAY)


@given(st.text(max_size=300))
def test_whatever_is_typed_only_plain_everyday_words_are_kept(line: str) -> None:
    found = kept(line)
    typed = {word.text for word in split(clean(line))}
    assert set(found) <= typed
    assert all(word.isalpha() and not re.search(r"[\d@]", word) for word in found)
    assert not set(found) & personal_names()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("help with my gas bill", ("help", "with", "my", "gas", "bill")),
        ("skint", ("skint",)),
        ("my name is Rose Baker", ("my", "name", "is")),
        ("a boy called Hope Green needs yoga", ("boy", "called", "needs", "yoga")),
        ("Mr Wood", ()),
        ("ring oh seven seven double nine", ("ring",)),
        ("@rosebaker yoga", ("yoga",)),
        ("facebook.com/rose.baker www.rose.co.uk food", None),
        ("", ()),
        ("🧶🧶", ()),
    ],
)
def test_examples(line: str, words: tuple[str, ...] | None) -> None:
    found = kept(line)
    if words is None:
        assert "baker" not in found
        assert found[-1] == "food"
    else:
        assert set(found) <= set(words)
        assert not words or found


def test_a_name_in_the_name_of_a_service_is_kept_only_beside_its_neighbour() -> None:
    index = NamedAfterSomebody()
    assert words_to_keep("john taylor hospice", index, ())[0] == ("john", "taylor", "hospice")
    assert words_to_keep("john khan", index, ())[0] == ()
    assert words_to_keep("john, taylor", index, ())[0] == (), "a comma parts them"
    assert words_to_keep("my name is john taylor", index, ())[0] in ((), ("name",), ("my", "name", "is"))


def test_everyday_words_of_the_lexicon_survive_the_list_of_names() -> None:
    lost = {
        word.text
        for row in read_phrases()
        for word in split(clean(row.phrase))
        if word.text in personal_names() and word.text in ordinary_words()
    }
    assert len(lost) <= 12, lost
