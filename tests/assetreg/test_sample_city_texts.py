"""The hand-written texts of the sample city: every promise their writers made, and how hard they are to read."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator

import pytest
import textstat

from assetreg.actions.sample_city.naming import FAITHS
from assetreg.actions.sample_city.sense import claims_of
from assetreg.actions.sample_city.texts import FOLDER, THEMES, Archetype, read_archetypes, read_toml
from assetreg.actions.terms import STARTING_SET
from assetreg.rules.times import read_times
from assetreg.rules.vocabulary import ACCESS_FEATURES, AUDIENCES, GENDERS, REFERRALS, SERVICE_KINDS, STAGES

ARCHETYPES = read_archetypes()
SLOTS = {
    "names": {"ward", "venue", "organisation"},
    "summaries": {"ward"},
    "paragraphs": {"ward", "venue", "organisation", "leader"},
    "first_visits": set(),
    "eligibility": {"ward"},
}
SHOUTING = re.compile(r"—|!!|\b(?:vibrant|empower\w*|holistic|passionate|journey|invalid|submit|user|asset)\b", re.I)
REACHES_SOMEBODY = re.compile(r"\d{5}|https?:|www\.|@|\.org|\.co\.uk", re.I)


def by_file(file: str) -> list[Archetype]:
    """The archetypes of one file."""
    return [archetype for archetype in ARCHETYPES if archetype.file == file]


def texts_of(archetype: Archetype) -> Iterator[tuple[str, str]]:
    """Every text of an archetype, with the kind of slot it may have."""
    for kind in ("names", "summaries", "first_visits", "eligibility"):
        yield from ((kind, text) for text in getattr(archetype, kind))
    yield from (("paragraphs", text) for paragraph in archetype.paragraphs for text in paragraph)


def sentences_of(archetype: Archetype) -> Iterator[str]:
    """Every sentence that is shown as a text of its own."""
    for kind, text in texts_of(archetype):
        if kind in ("summaries", "first_visits", "paragraphs"):
            yield from (sentence.lower() for sentence in re.split(r"(?<=[.!?])\s+", text))


def test_there_are_at_least_150_archetypes_with_distinct_keys() -> None:
    assert len(ARCHETYPES) >= 200
    assert len({archetype.key for archetype in ARCHETYPES}) == len(ARCHETYPES)
    assert {archetype.file for archetype in ARCHETYPES} == set(THEMES)


def test_every_need_and_interest_has_an_archetype_or_has_children_that_do() -> None:
    with STARTING_SET.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    known = {row["slug"] for row in rows}
    used = {slug for archetype in ARCHETYPES for slug in archetype.terms}
    parents = {row["parent"] for row in rows if row["slug"] in used}
    assert used <= known
    assert known - used <= parents


@pytest.mark.parametrize("file", sorted(THEMES))
def test_an_archetype_keeps_to_the_format(file: str) -> None:
    for archetype in by_file(file):
        assert archetype.kind in SERVICE_KINDS
        assert archetype.referral in REFERRALS
        assert archetype.stage in STAGES
        assert archetype.audience in AUDIENCES
        assert archetype.gender in ("", *GENDERS)
        assert archetype.delivery in ("venue", "online", "telephone", "area")
        assert bool(archetype.where) == (archetype.delivery == "venue")
        assert archetype.is_whole_place or len(set(archetype.names)) >= 6
        assert len(archetype.summaries) >= 5
        assert all(40 <= len(summary) <= 160 for summary in archetype.summaries)
        assert len(archetype.paragraphs) >= 3
        assert archetype.alternatives >= 4
        assert len(archetype.first_visits) >= 4
        assert len(archetype.costs) == len(archetype.cost_notes)
        assert all(set(features) <= set(ACCESS_FEATURES) for features in archetype.access)
        assert all("en" in languages for languages in archetype.languages)
        assert all(low <= high or high < 0 for low, high in archetype.ages)
        for times in archetype.times:
            cell = read_times(times)
            assert cell.times
            assert not cell.note


@pytest.mark.parametrize("file", sorted(THEMES))
def test_texts_have_only_slots_that_can_be_filled(file: str) -> None:
    for archetype in by_file(file):
        for kind, text in texts_of(archetype):
            slots = set(re.findall(r"\{(\w*)\}", text))
            assert slots <= SLOTS[kind], text
            assert text.count("{") == text.count("}") == len(re.findall(r"\{\w+\}", text)), text
            if archetype.delivery != "venue" or archetype.sensitive:
                assert "venue" not in slots, text
            assert not SHOUTING.search(text), text
            assert not REACHES_SOMEBODY.search(text), text


@pytest.mark.parametrize("file", sorted(THEMES))
def test_somebody_who_may_lead_is_never_called_he_or_she(file: str) -> None:
    for archetype in by_file(file):
        for _, text in texts_of(archetype):
            for sentence in re.split(r"(?<=[.!?])\s+", text):
                if "{leader}" in sentence and archetype.gender == "":
                    assert not re.search(r"\b(?:he|she|his|him|herself|himself)\b", sentence, re.I), sentence


@pytest.mark.parametrize("file", sorted(THEMES))
def test_every_kind_of_place_leaves_texts_that_go_with_it(file: str) -> None:
    for archetype in by_file(file):
        kinds = {kind for kind in archetype.where if kind != "faith-centre"}
        kinds |= set(FAITHS) if "faith-centre" in archetype.where else set()
        for kind in kinds:
            for texts in (*archetype.paragraphs, archetype.summaries, archetype.first_visits):
                fitting = [text for text in texts if all(kind in places for places in claims_of(text).places)]
                assert len(fitting) >= 2, (kind, texts)


def test_no_sentence_stands_in_two_places() -> None:
    counts = Counter(sentence for archetype in ARCHETYPES for sentence in sentences_of(archetype))
    assert [sentence for sentence, count in counts.items() if count > 1] == []


def test_no_two_archetypes_share_a_name() -> None:
    counts = Counter(
        name.lower() for archetype in ARCHETYPES if not archetype.is_whole_place for name in archetype.names
    )
    assert [name for name, count in counts.items() if count > 1] == []


def test_phrases_are_written_once_in_their_list_and_reach_nobody() -> None:
    lists = [
        texts for section in read_toml("phrases").values() for texts in section.values() if isinstance(texts, list)
    ]
    assert all(len(set(texts)) == len(texts) for texts in lists)
    assert not any(REACHES_SOMEBODY.search(text) or SHOUTING.search(text) for texts in lists for text in texts)


def test_archetypes_read_at_nine_to_eleven_on_average() -> None:
    # The automated readability index gives the school year in the United States: 4 is a reader of nine or ten, 6 of
    # eleven or twelve. (textstat's other measures for English need a download.)
    grades = [textstat.automated_readability_index(plain_text_of(archetype)) for archetype in ARCHETYPES]
    assert 3 <= sum(grades) / len(grades) <= 5.5
    assert max(grades) <= 7


def plain_text_of(archetype: Archetype) -> str:
    """All that is read of an archetype, with something ordinary in its slots."""
    texts = [text for kind, text in texts_of(archetype) if kind in ("summaries", "first_visits", "paragraphs")]
    return " ".join(texts).format(leader="Anna", ward="Harborne", venue="Elm Hall", organisation="Elm Hall")


def test_the_facts_name_their_licence() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for words in (
        "Open Government Licence v3.0",
        "Contains OS data",
        "Contains Royal Mail data",
        "National Statistics",
    ):
        assert words in readme
