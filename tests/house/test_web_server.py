"""The web server's own log keeps to the rule of ours: nothing of a person, nothing of what was asked."""

from __future__ import annotations

import logging
import runpy
from pathlib import Path

import pytest

CONFIGURATION = Path(__file__).resolve().parents[2] / "script" / "lib" / "gunicorn.conf.py"


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("Invalid request from ip=192.0.2.7: bad line", ()),
        ("Error handling request %s %s", ("GET", "/search?q=my+secret")),
    ],
)
def test_complaints_name_nobody(message: str, arguments: tuple[str, ...]) -> None:
    leave_people_out = runpy.run_path(str(CONFIGURATION))["leave_people_out"]
    record = logging.LogRecord("gunicorn.error", logging.WARNING, "", 0, message, arguments, None)
    assert leave_people_out(record)
    assert "192.0.2.7" not in record.getMessage()
    assert "secret" not in record.getMessage()


def test_a_search_in_any_script_fits_in_the_request_line() -> None:
    assert runpy.run_path(str(CONFIGURATION))["limit_request_line"] >= 8190


@pytest.mark.parametrize("said", ["abc", "0", "-1", "1e3"])
def test_a_number_that_is_none_is_one_sentence(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("WEB_WORKERS", said)
    with pytest.raises(SystemExit, match="Set WEB_WORKERS to a whole number"):
        runpy.run_path(str(CONFIGURATION))
