"""Golden files: what we say to people, word for word, read by a person before it is changed."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).resolve().parent / "assetreg" / "golden"


def assert_golden(name: str, text: str) -> None:
    """The text is what the golden file says. RENEW_GOLDEN=1 writes the file anew, for a person to read."""
    path = GOLDEN / name
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"{path.name} is missing: run with RENEW_GOLDEN=1, then read what was written"
    assert text == path.read_text(encoding="utf-8")
