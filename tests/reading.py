"""What a page says, as somebody would read it."""

from __future__ import annotations

from bs4 import BeautifulSoup
from werkzeug.test import TestResponse


def main_text(answer: TestResponse) -> str:
    """The words of the main part of a page, with single blanks."""
    main = BeautifulSoup(answer.get_data(as_text=True), "html.parser").select_one("main")
    return " ".join(main.get_text(" ").split()) if main else ""
