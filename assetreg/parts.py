"""What the floors above add to the pages of this one: they know when, and how many places, this floor does not.

`assetreg/app.py` fills `PARTS`; a template asks with `more_on("show_service", page)` where the parts belong (see
docs/decisions/0010-sessions-on-the-registers-pages.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

Part = Callable[[Any], Markup]

# The view's name, with the place on its page after a colon where it has several → what is asked for the part, given
# what the page is about. An empty part leaves the page as this floor would show it.
PARTS: dict[str, list[Part]] = {}


def more_on(page: str, about: Any = None) -> Markup:
    """All parts of a page, one after the other; nothing when no floor has any."""
    return Markup("").join(part(about) for part in PARTS.get(page, ()))
