"""The filters' tick boxes, worked out once: a page has a hundred, and most are the same on the next page."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

from flask import current_app
from markupsafe import Markup

from assetreg.texts.translate import locale
from search.saying import Option

MOST_BOXES = 8192  # of half a kilobyte each


def boxes() -> Callable[[Option], Markup]:
    """What makes one box with its label and number, as the macro `option_box` has it, in the reader's language."""
    return partial(box_in, str(locale()))


@lru_cache(maxsize=MOST_BOXES)
def box_in(_language: str, option: Option) -> Markup:
    """The same for one language: which is the reader's, when this is asked."""
    template = current_app.jinja_env.get_template("components/find_panel.html")
    said: Markup = template.module.option_box(option)  # type: ignore[attr-defined]
    return said
