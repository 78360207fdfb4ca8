"""Parts of pages that are worked out once, and templates whose imports are read once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale

from assetreg.pages import MOST_KEPT, HouseTemplate

PART = "{% call kept_part('numbered', which) %}<b>{{ next_number() }}</b>{% endcall %}"


@pytest.fixture
def say(app: Flask) -> Iterator[object]:
    """The part, as a page says it for one value of what it differs by."""
    numbers = count(1)
    with app.test_request_context("/"):
        yield lambda which: render_template_string(PART, which=which, next_number=lambda: next(numbers))


def test_a_part_is_worked_out_once_for_each_value_and_language(say) -> None:  # type: ignore[no-untyped-def]
    assert [say("one"), say("one"), say("two"), say("one")] == ["<b>1</b>", "<b>1</b>", "<b>2</b>", "<b>1</b>"]
    with force_locale("is"):
        assert say("one") == "<b>3</b>"


def test_parts_are_forgotten_before_they_are_too_many(app: Flask, say) -> None:  # type: ignore[no-untyped-def]
    for number in range(MOST_KEPT + 5):
        say(number)
    assert len(app.extensions["kept_parts"]) <= MOST_KEPT


def test_what_is_kept_is_escaped_once(app: Flask) -> None:
    with app.test_request_context("/"):
        page = "{% call kept_part('names') %}{{ name }}{% endcall %}"
        assert [render_template_string(page, name="<&>") for _ in range(2)] == ["&lt;&amp;&gt;"] * 2


def test_a_template_reads_its_imports_once(app: Flask) -> None:
    with app.app_context():
        template = app.jinja_env.get_template("components/icons.html")
        assert isinstance(template, HouseTemplate)
        assert template._get_default_module() is template._get_default_module(None)
