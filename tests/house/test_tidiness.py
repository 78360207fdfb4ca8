"""Nothing lies about: no template that nobody draws, nobody else's brand, nothing of one person's machine."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

TEMPLATES = ROOT / "templates"
PACKAGES = ("assetreg", "search", "booking")

# What belongs to GOV.UK alone (care.md: "without GOV.UK's brand").
BRAND_WORDS = re.compile(
    r"GDS[\s-]*Transport|govuk-header__logotype|govuk-logotype|govuk-crest|govuk-footer__crown", re.I
)
BRAND_FILES = re.compile(r"crown|crest|govuk-(apple-touch-)?icon|govuk-opengraph|favicon\.ico|\.woff2?$", re.I)

# Where people's files lie on their machines. The folder of this checkout and of this account are added.
MACHINE_PATHS = (r"/home/[a-z][\w-]*/", r"/Users/[A-Za-z]", r"(?<![\w.])/root/", r"[A-Z]:\\Users\\")


def tracked_files() -> list[Path]:
    """What git keeps, as far as it is text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:4096]]


def mentions() -> str:
    """All code and templates that can name a template, as one text."""
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return "\n".join(path.read_text() for path in (*files, *TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")))


def test_every_template_is_drawn_by_somebody() -> None:
    text = mentions()
    unused = []
    for path in sorted(TEMPLATES.rglob("*.*")):
        name = path.relative_to(TEMPLATES).as_posix()
        is_error_page = name.startswith("errors/") and f'"{path.stem}"' in text
        if not is_error_page and f'"{name}"' not in text and f"'{name}'" not in text:
            unused.append(name)
    assert unused == []


def front_end_files() -> Iterator[Path]:
    """Templates, and everything that browsers are sent."""
    for folder in (TEMPLATES, ROOT / "static"):
        yield from (path for path in folder.rglob("*") if path.is_file())


def test_nothing_wears_the_brand_of_gov_uk() -> None:
    assert [str(path) for path in front_end_files() if BRAND_FILES.search(path.name)] == []
    wearing = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in front_end_files()
        if path.suffix in (".html", ".css", ".scss", ".js", ".svg", ".txt")
        if (found := BRAND_WORDS.search(path.read_text(encoding="utf-8")))
    ]
    assert wearing == []


def test_the_style_sheet_that_was_just_looked_at_is_there() -> None:
    built = ROOT / "static" / "build" / "app.css"
    if not built.exists():
        pytest.skip("the front end has not been built: script/test does it")
    assert "govuk-button" in built.read_text()


def test_nothing_of_one_persons_machine_is_kept() -> None:
    own = (re.escape(str(ROOT)) + r"(?![\w-])", re.escape(str(Path.home())) + "/")
    telling = re.compile("|".join((*MACHINE_PATHS, *own)))
    found = [
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path in tracked_files()
        if path != Path(__file__).resolve()
        if (hit := telling.search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert found == []


def test_lock_files_name_no_download_address() -> None:
    address = re.compile(r"https?://|--(?:extra-)?index-url|--find-links")
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = [line for line in (ROOT / name).read_text().splitlines() if not line.lstrip().startswith("#")]
        assert [line for line in lines if address.search(line)] == []
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
