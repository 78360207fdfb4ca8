"""What is left when everything else is understood: the words for the full text, without those that say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from search.phrases.lexicon import LIGHT
from search.phrases.line import FREE, KEPT, NAMED, SHARED, TAKEN, Line, Table
from search.phrases.negation import EVERYWHERE
from search.phrases.words import Word, listed

MOST_TEXT = 40  # words handed on for full text

# Whose trouble it is says little of what would help: "my mum has dementia" looks for no mums' group.
RELATIVES = listed(
    "neighbour mum mums mom dad dads mother father nan nana gran grandma grandad husband wife partner son daughter"
    " brother sister boyfriend girlfriend friend mate mates aunt uncle auntie lad lass day days week weeks year"
    " years last month"
)
# They say how something is done, and would raise whatever is done so: "yoga for beginners" is no language class.
GENERIC = listed("beginner class lesson session course workshop group appointment level")
GREETINGS = Table(
    {
        "good morning|good afternoon|good evening|good day|at the moment|right now"
        "|its sunday|its saturday|its friday|its monday|its the weekend|its late|its night|its winter": True
    }
)
SILENT = listed(
    "far after before till til nothing absolutely getting filling need needs needed want wants wanted looking look"
    " search find help helps helping support supported advice advise info information something somewhere someone"
    " somebody anything anywhere anyone anybody things thing stuff any some near nearby nearest local locally around"
    " please thanks thank hi hello hey cheers ta ok okay somehow else about who what where when why how which whose"
    " im ive id ill dont do does did am is are was were be been being have has had having get gets getting got go"
    " going goes the a an my our his her their your its me him them us we he she they you i it to of for with in on"
    " at from by as and or but if so then than that this these those there here can could will would should may"
    " might must just really very too also maybe perhaps possibly preferably ideally bit little lot lots new good"
    " nice best great better place places try trying tried know like love loves likes enjoy enjoys keen interested"
    " using use via per each every not no out up off into onto over under down back through during while because cos"
    " coz since again now today struggling struggle problem problems trouble issue issues people person suggest"
    " suggestions recommend recommendations options option asap urgent urgently etc constituency ward bring come"
    " take run runs live lives living give gives make makes let lets tell says say said think feel all both either"
    " whether area happening available between"
)


def read_greetings(line: Line) -> None:
    """ "Good morning" is no time of day."""
    for first, after, _ in GREETINGS.spans(line):
        line.mark(first, after, TAKEN)


def read_rest(line: Line) -> tuple[str, str]:
    """The text to search, and the words that a hint already stands for.

    Fillers go, unless nothing else was said: a line with words never becomes an empty search by that.
    """
    is_explained = bool(line.weights)
    for at, state in enumerate(line.states):
        if state == FREE and is_explained and line.words[at].singular in EVERYWHERE:
            line.mark(at, at + 1, SHARED)
        elif state == FREE and (line.word(at) in SILENT or (is_explained and line.words[at].singular in RELATIVES)):
            line.mark(at, at + 1, TAKEN)
    text = as_asked([line.words[at] for at, state in enumerate(line.states) if state in (KEPT, FREE)])
    extra = [
        line.spelt.get(at, line.words[at].text)
        for at, state in enumerate(line.states)
        if state in (SHARED, NAMED)
        and line.words[at].singular not in GENERIC
        and line.word(at) not in SILENT
        and line.words[at].stem not in LIGHT
    ]
    if not text and not line.chips and not line.values and not line.near_me:
        text = as_asked(line.words)
    return " ".join(text[:MOST_TEXT]), " ".join(dict.fromkeys(extra))


def as_asked(words: Sequence[Word]) -> list[str]:
    """Words as the index wants them asked: quoted stretches in quotes, "knit*" with its star."""
    asked: list[str] = []
    for quote, group in groupby(words, key=lambda word: word.quote):
        texts = [f"{word.text}*" if word.is_beginning else word.text for word in group]
        asked += [f'"{" ".join(texts)}"'] if quote and len(texts) > 1 else texts
    return asked
