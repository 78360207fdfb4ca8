"""Words: what is found by them, how mistakes and beginnings are read, and what makes one answer better than another."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.qparser import QueryParser
from whoosh.scoring import Frequency

from search.asking import units_of
from search.engine import find
from search.index.folder import INDEX_NAME, read_current
from search.loading import load
from search.lookups import Lookups, TermEntry
from search.records import Document
from search.requests import Request, Weight
from search.schema import ANALYSER, PART_ROOM, PARTS, stem_of, words_of
from search.snapshot import Snapshot
from tests.search.indexes import document, written
from tests.search.worlds import TODAY

LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs",))
WORDS = ("debt", "debts", "advice", "yoga", "garden", "gardens", "gas", "bill", "the", "of", "café", "women's")
texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


def found(text: str, snapshot: Snapshot, **values: object) -> list[int]:
    """The keys of what a text finds, in order."""
    return [result.key for result in find(Request(text=text, per_page=200, **values), snapshot).results]


@given(st.text(LETTERS, max_size=80))
def test_the_quick_analysis_is_whooshs_analysis(text: str) -> None:
    quick = [(place, stem_of(word)) for place, word in enumerate(words_of(text))]
    slow = [(token.pos, token.text) for token in ANALYSER(text, positions=True)]
    assert [each for each in quick if each[1]] == slow


def test_words_are_found_whatever_form_they_have(tmp_path: Path) -> None:
    snapshot = written(tmp_path, [document(1, "Debts and you"), document(2, "Zoë's Café for women")])
    assert found("debt", snapshot) == [1]
    assert found("DEBTS", snapshot) == [1]
    assert found("cafe", snapshot) == found("café", snapshot) == found("women's", snapshot) == [2]


def test_every_part_of_an_entry_is_searched_and_the_name_counts_most(tmp_path: Path) -> None:
    parts = [document(number, "Other", **{part: "knitting"}) for number, part in enumerate(PARTS[1:], 2)]
    snapshot = written(tmp_path, [document(1, "Knitting"), *parts])
    assert found("knitting", snapshot)[0] == 1
    assert sorted(found("knitting", snapshot)) == [1, 2, 3, 4, 5, 6, 7]


@settings(max_examples=60, deadline=None)
@given(st.lists(texts, min_size=1, max_size=12), st.sampled_from(WORDS))
def test_one_word_finds_exactly_the_entries_that_have_it(names: list[str], word: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        half = len(names) // 2
        documents = [document(key, name) for key, name in enumerate(names, 1)]
        snapshot = written(Path(folder), documents[:half], documents[half:])
        wanted = stem_of(words_of(word)[0])
        having = {key for key, name in enumerate(names, 1) if wanted in {stem_of(each) for each in words_of(name)}}
        if wanted and having:
            assert set(found(word, snapshot)) == having


@settings(max_examples=60, deadline=None)
@given(st.lists(texts, min_size=1, max_size=12), st.lists(st.sampled_from(WORDS), min_size=2, max_size=4))
def test_a_quoted_phrase_finds_exactly_the_entries_that_have_it(names: list[str], phrase: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        documents = [document(key, name) for key, name in enumerate(names, 1)]
        snapshot = written(Path(folder), documents)
        wanted = [stem_of(words_of(word)[0]) for word in phrase]
        if any(wanted):
            having = {key for key, name in enumerate(names, 1) if has_phrase(name, wanted)}
            assert set(found(f'"{" ".join(phrase)}"', snapshot)) == having


def has_phrase(name: str, wanted: list[str]) -> bool:
    """Do these terms stand in a row? Fillers at the ends of the phrase do not matter, those inside stand for any."""
    first = next(place for place, term in enumerate(wanted) if term)
    asked = [(place - first, term) for place, term in enumerate(wanted) if term]
    terms = [stem_of(word) for word in words_of(name)]
    return any(
        all(start + place < len(terms) and terms[start + place] == term for place, term in asked)
        for start in range(len(terms))
    )


def test_no_phrase_runs_from_one_part_into_the_next(tmp_path: Path) -> None:
    full = " ".join(["word"] * PART_ROOM[0] + ["gas"])
    snapshot = written(tmp_path, [document(1, "gas", terms="bill"), document(2, full, terms="bill")])
    assert found('"gas bill"', snapshot) == []


def test_whoosh_itself_reads_our_index(tmp_path: Path) -> None:
    written(tmp_path, [document(1, "gas bill help"), document(2, "bill for gas")], [document(3, "garden gas bill")])
    index = FileIndex(FileStorage(str(tmp_path / read_current(tmp_path).folder)), indexname=INDEX_NAME)
    with index.searcher(weighting=Frequency()) as searcher:
        for words, expected in (("gas", 3), ('"gas bill"', 2), ("gas NOT garden", 2), ("gard*", 1)):
            assert len(searcher.search(QueryParser("words", index.schema).parse(words))) == expected


def test_several_words_need_not_all_be_there_but_more_is_better(tmp_path: Path) -> None:
    others = [document(key, "Something else") for key in range(10, 40)]
    snapshot = written(
        tmp_path, [document(1, "Chess club for beginners"), document(2, "Chess"), document(3, "Beginners"), *others]
    )
    assert found("chess beginners", snapshot)[0] == 1
    assert set(found("chess beginners", snapshot)) == {1, 2, 3}


def test_a_common_word_alone_does_not_flood_the_answer(tmp_path: Path) -> None:
    groups = [document(key, "Group for all") for key in range(10, 60)]
    snapshot = written(tmp_path, [document(1, "Ukulele group"), *groups])
    assert found("ukulele group", snapshot) == [1]


def test_when_nothing_has_enough_of_the_words_the_nearest_to_it_are_shown_and_said_to_be(tmp_path: Path) -> None:
    snapshot = written(tmp_path, [document(1, "Swimming"), document(2, "Dancing"), document(3, "Chess")])
    answer = find(Request(text="swimming xylophone zither theremin"), snapshot)
    assert [result.key for result in answer.results] == [1]
    assert answer.matched is not None
    assert answer.matched.is_partial


def test_words_nobody_wrote_find_nothing(tmp_path: Path) -> None:
    snapshot = written(tmp_path, [document(1, "Swimming")])
    assert found("qqqqzzz", snapshot) == []


@pytest.mark.parametrize("typed", ["benifits", "benefts", "bennefits", "ebnefits", "benefitss"])
def test_a_mistyped_word_is_read_as_what_it_was_meant_to_be(tmp_path: Path, typed: str) -> None:
    snapshot = written(tmp_path, [document(1, "Benefits advice"), document(2, "Bananas")])
    answer = find(Request(text=f"{typed} advice"), snapshot)
    assert [result.key for result in answer.results] == [1]
    assert answer.did_you_mean == "benefits advice"


def test_two_mistakes_are_forgiven_in_a_long_word(tmp_path: Path) -> None:
    snapshot = written(tmp_path, [document(1, "Homelessness prevention")])
    assert found("homelesnes", snapshot) == [1]


def test_a_word_that_is_right_is_never_corrected(tmp_path: Path) -> None:
    snapshot = written(tmp_path, [document(1, "Carers"), *(document(key, "Careers advice") for key in range(2, 30))])
    answer = find(Request(text="carers"), snapshot)
    assert [result.key for result in answer.results] == [1]
    assert answer.did_you_mean is None


def test_the_beginning_of_a_word_finds_it(tmp_path: Path) -> None:
    snapshot = written(tmp_path, [document(1, "Gardening"), document(2, "Garden design"), document(3, "Garage")])
    assert set(found("garde", snapshot)) == {1, 2}
    assert set(found("gar*", snapshot)) == {1, 2, 3}


def test_words_written_together_are_found_apart(tmp_path: Path) -> None:
    snapshot = written(tmp_path, [document(1, "Food bank"), document(2, "Bank of food for thought")])
    assert found("foodbank", snapshot) == [1]


def test_words_typed_next_to_one_another_are_better_found_so(tmp_path: Path) -> None:
    apart = [document(key, "Support for somebody at work", description="help") for key in range(2, 6)]
    snapshot = written(tmp_path, [*apart, document(9, "Support work for somebody at home", description="help")])
    assert found("support work", snapshot)[0] == 9


def needs(*slugs: str) -> Lookups:
    """Needs without parents, numbered from 1."""
    return Lookups(terms=tuple(TermEntry(number, slug, "need", slug) for number, slug in enumerate(slugs, 1)))


def test_a_need_behind_the_words_finds_what_does_not_use_them(tmp_path: Path) -> None:
    documents = [document(1, "Warm homes team", term_ids=(1,)), document(2, "Gas safety"), document(3, "Chess")]
    snapshot = written(tmp_path, documents, lookups=needs("energy"))
    assert set(found("gas", snapshot, hinted=(Weight("energy", 1.0),))) == {1, 2}
    assert found("", snapshot, hinted=(Weight("energy", 1.0),)) == [1]


def test_words_that_a_need_stands_for_raise_what_uses_them_and_leave_nothing_out(tmp_path: Path) -> None:
    documents = [document(1, "Warm homes", term_ids=(1,)), document(2, "Gas bills", term_ids=(1,))]
    snapshot = written(tmp_path, documents, lookups=needs("energy"))
    assert found("", snapshot, hinted=(Weight("energy", 1.0),), extra_text="gas") == [2, 1]


def test_words_after_not_push_down(tmp_path: Path) -> None:
    documents = [document(1, "Church coffee morning"), document(2, "Coffee morning at the library")]
    snapshot = written(tmp_path, documents)
    assert found("coffee morning", snapshot, excluded=("church",)) == [2, 1]


HOSTILE = (
    "",
    "the of and",
    "🎉🎊",
    '"',
    '""',
    '"the"',
    "*",
    "a*",
    "'; DROP TABLE service; --",
    "[a-z]+(.*)?{1,}",
    "AND OR NOT",
    "field:value",
    "\x00\x01",
    "x" * 10_000,
    "word " * 2_000,
    '"' + "gas bill " * 500 + '"',
    "‮مرحبا",
    "－１２３",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_is_answered(tmp_path: Path, text: str) -> None:
    snapshot = written(tmp_path, [document(1, "Gas bill help"), document(2, "Word games")])
    find(Request(text=text, extra_text=text, excluded=(text,)), snapshot)


@settings(deadline=None)
@given(st.text(LETTERS, max_size=200))
def test_whatever_is_typed_is_answered_and_leaves_no_trace(text: str) -> None:
    find(Request(text=text), SMALL)
    assert not SMALL.scratch().any()


SMALL = written(
    Path(tempfile.mkdtemp()), [document(1, "Gas bill help"), document(2, "Word games", summary="a café for 12 people")]
)


def test_an_empty_index_answers(tmp_path: Path) -> None:
    nothing: list[Document] = []
    snapshot = written(tmp_path, nothing)
    assert find(Request(text="gas", point=(52.4, -1.9), within_m=100, needs=("debt",), days=(1,)), snapshot).total == 0
    assert units_of("gas", snapshot)[0].postings.rarity == 0


def test_a_term_in_several_segments_is_as_rare_as_in_one(tmp_path: Path) -> None:
    documents = [document(key, "gas" if key % 3 else "oil") for key in range(1, 20)]
    one = written(tmp_path / "one", documents)
    two = written(tmp_path / "two", documents[:5], documents[5:11], documents[11:])
    assert one.postings("gas").rarity == two.postings("gas").rarity
    assert found("gas", one) == found("gas", two)
    assert load(tmp_path / "two", TODAY).token == two.token
