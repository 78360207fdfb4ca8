"""The interface's words for translators: taken out of the code, brought up to date, compiled."""

from __future__ import annotations

import sys
from contextlib import chdir
from pathlib import Path

import click
from babel.messages.frontend import CommandLineInterface

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "assetreg" / "translations"
TEMPLATE = TRANSLATIONS / "messages.pot"
WORDS = ("_", "gettext", "lazy_gettext", "ngettext:1,2", "lazy_ngettext:1,2", "pgettext:1c,2", "npgettext:1c,2,3")


@click.group("texts")
def texts() -> None:
    """The interface's words and their translations."""


@texts.command("extract")
def extract() -> None:
    """Write every word of the interface into messages.pot."""
    extract_to(TEMPLATE)
    click.echo(f"Wrote {TEMPLATE.relative_to(ROOT)}.")


@texts.command("add")
@click.argument("language")
def add(language: str) -> None:
    """Begin a translation into LANGUAGE ("ur", "cy"); then set LANGUAGES=en,ur to offer it."""
    babel("init", "-i", str(TEMPLATE), "-d", str(TRANSLATIONS), "-l", language)


@texts.command("update")
def update() -> None:
    """Bring every translation up to date with messages.pot."""
    if not list(TRANSLATIONS.glob("*/LC_MESSAGES/*.po")):
        sys.exit("There is no translation yet. “texts add LANGUAGE” begins one.")
    babel("update", "-i", str(TEMPLATE), "-d", str(TRANSLATIONS), "--no-fuzzy-matching")


@texts.command("compile")
def compile_translations() -> None:
    """Compile every translation, so that the website speaks it."""
    babel("compile", "-d", str(TRANSLATIONS))


def extract_to(target: Path) -> None:
    """Write every word of the interface into `target`, sorted, with the file it stands in but no line numbers.

    Line numbers and dates would change with every edit, and two people's edits would clash in this file.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    keywords = [part for word in WORDS for part in ("-k", word)]
    with chdir(ROOT):  # so that the file names the places as the repository does
        babel(
            "extract",
            *("-F", "babel.cfg", "-o", str(target), "--no-default-keywords", *keywords),
            *("--add-location=file", "--sort-output", "--omit-header", "--no-wrap", "-c", "Translators:"),
            *("assetreg", "search", "booking", "templates"),
        )


def babel(*arguments: str) -> None:
    """Run one of Babel's own commands, quietly."""
    CommandLineInterface().run(["pybabel", "--quiet", *arguments])  # type: ignore[no-untyped-call]
