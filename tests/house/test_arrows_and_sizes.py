"""The house keeps its shape: arrows point down, rooms stay small, nothing hides in a drawer called utils."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("assetreg", "search", "geo", "booking")
DRAWERS = {"utils", "util", "helpers", "common", "misc", "shared", "base", "manager", "service_layer"}


def python_files(*folders: str) -> list[Path]:
    """Every Python file below these folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def test_imports_only_point_downwards() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([linter, "--config", "setup.cfg"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("folders", "most"), [((*PACKAGES, "migrations", "script"), 400), (("tests",), 600)])
def test_no_file_outgrows_its_room(folders: tuple[str, ...], most: int) -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in python_files(*folders)}
    assert {str(path): lines for path, lines in lengths.items() if lines > most} == {}


def test_nothing_lives_in_a_drawer_without_a_name() -> None:
    assert [str(path) for path in python_files(*PACKAGES) if path.stem in DRAWERS or path.parent.name in DRAWERS] == []


def test_every_public_function_says_what_it_promises() -> None:
    linter = Path(sys.executable).with_name("ruff")
    rules = ["--isolated", "--select", "D100,D101,D102,D103,D104", "--target-version", "py311"]
    result = subprocess.run([linter, "check", *rules, *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
