"""A city to understand lines in: real names of Birmingham's areas at made-up points, and the program's own words."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path

from search.phrases.gazetteer import Gazetteer
from search.phrases.lexicon import Lexicon, Named, read_phrases
from search.phrases.understanding import understand
from search.requests import Request, Somewhere, Understood

NEEDS = Path(__file__).resolve().parents[2] / "assetreg" / "data" / "needs.csv"
TODAY = date(2026, 11, 21)  # a Saturday

WARDS = """
    Acocks Green; Allens Cross; Alum Rock; Aston; Balsall Heath West; Bartley Green; Billesley; Birchfield;
    Bordesley & Highgate; Bordesley Green; Bournbrook & Selly Park; Bournville & Cotteridge; Brandwood & King's Heath;
    Bromford & Hodge Hill; Castle Vale; Druids Heath & Monyhull; Edgbaston; Erdington; Frankley Great Park;
    Garretts Green; Glebe Farm & Tile Cross; Gravelly Hill; Hall Green North; Hall Green South; Handsworth;
    Handsworth Wood; Harborne; Heartlands; Highter's Heath; Holyhead; King's Norton North; King's Norton South;
    Kingstanding; Ladywood; Longbridge & West Heath; Lozells; Moseley; Nechells; Newtown; North Edgbaston; Northfield;
    Oscott; Perry Barr; Perry Common; Pype Hayes; Quinton; Rubery & Rednal; Shard End; Sheldon; Small Heath;
    Soho & Jewellery Quarter; South Yardley; Sparkbrook & Balsall Heath East; Sparkhill; Stirchley; Stockland Green;
    Sutton Four Oaks; Sutton Mere Green; Sutton Vesey; Tyseley & Hay Mills; Ward End; Weoley & Selly Oak; Yardley East;
    Yardley West & Stechford
"""
CONSTITUENCIES = """
    Edgbaston; Erdington; Hall Green and Moseley; Hodge Hill and Solihull North; Ladywood; Northfield; Perry Barr;
    Selly Oak; Yardley; Sutton Coldfield
"""
BUILDINGS = "Northfield Library; Sparkhill Pool; St Mary's Church Hall"
OUTWARDS = "B1 B5 B6 B11 B12 B13 B14 B15 B17 B23 B29 B30 B31 B45"


def names(listed: str) -> list[str]:
    """The names in one of the lists above."""
    return [" ".join(name.split()) for name in listed.split(";")]


@cache
def gazetteer() -> Gazetteer:
    """The city's names and some postcodes."""
    rows = [Somewhere("city", "C", "Birmingham", (52.48, -1.89))]
    for kind, listed in (("ward", WARDS), ("constituency", CONSTITUENCIES), ("location", BUILDINGS)):
        for number, name in enumerate(names(listed)):
            rows.append(Somewhere(kind, f"{kind[0].upper()}{number}", name, (52.4 + number / 500, -1.9)))
    rows += [
        Somewhere("locality", f"L-{name}", name, (52.4, -1.9)) for name in ("North", "South", "East", "West", "Central")
    ]
    centres = {code: (52.4, -1.9 + number / 100) for number, code in enumerate(OUTWARDS.split())}
    return Gazetteer.build(rows, centres, {"B312AB": (52.411, -1.971)}, right_words=lexicon().known_words)


@cache
def terms() -> tuple[Named, ...]:
    """The needs and interests that come with the program."""
    with NEEDS.open(encoding="utf-8", newline="") as lines:
        return tuple(Named(row["slug"], row["kind"], row["name"]) for row in csv.DictReader(lines))


@cache
def lexicon() -> Lexicon:
    """The phrases that come with the program."""
    return Lexicon.build(read_phrases(), terms())


def understood(line: str, form: Request | None = None, ignored: tuple[str, ...] = ()) -> Understood:
    """The line, read in this city on this Saturday."""
    return understand(line, form or Request(), gazetteer(), lexicon(), TODAY, ignored)


def said(found: Understood) -> list[str]:
    """What was understood, in the shorthand of the files of utterances."""
    request = found.request
    shown = [
        f"{chip.kind}:{chip.label.split(' ', 1)[1] if chip.kind in ('near', 'area') else chip.value}"
        for chip in found.chips
        if chip.kind not in ("need", "interest")
    ]
    shown += [f"+{hint.term}" for hint in request.hinted]
    shown += [f"text:{request.text}"] if request.text else []
    shown += ["near-me"] if found.near_me else []
    shown += [f"unplaced:{code}" for code in found.unplaced]
    shown += [f"which:{len(found.places)}"] if found.places else []
    return shown
