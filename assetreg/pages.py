"""What every template can use: GOV.UK components as macros, addresses of built files, the language, the day."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, has_request_context, request, url_for
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader, Template
from markupsafe import Markup

from assetreg.clock import today
from assetreg.forms.fields import error_summary
from assetreg.rules.vocabulary import SENSITIVE_NEEDS
from assetreg.texts.translate import locale

COMPONENTS = "govuk_frontend_jinja"
FIELDS = "govuk_frontend_wtf"
ONE_YEAR_S = 365 * 24 * 3600
MOST_KEPT = 500  # parts of pages: a handful for each language, role and length of somebody's list
_addresses: dict[tuple[str, int, str], str] = {}


class HouseTemplate(Template):
    """A template whose imports are read once.

    Jinja compares the names of all globals at every import of every page, in case a page brings globals of its own, in
    which case it would import anew. None of ours does, and the comparing took a twentieth of a page's time.
    """

    def _get_default_module(self, _context: Any = None) -> Any:
        if self._module is None:
            self._module = self.make_module()
        return self._module


def kept_part(name: str, *differs_by: Hashable, caller: Callable[[], str]) -> Markup:
    """What stands inside `{% call kept_part(…) %}`, worked out once for each language and each value of `differs_by`.

    For parts that every page carries and that nothing else can change: no nonce, no token, nothing of a person.
    """
    parts = current_app.extensions["kept_parts"]
    key = (name, str(locale()), request.script_root, *differs_by)
    if key not in parts:
        if len(parts) >= MOST_KEPT:
            parts.clear()
        parts[key] = Markup(caller())  # noqa: S704  (it comes from a template, which has escaped it)
    found: Markup = parts[key]
    return found


def built(name: str) -> str:
    """The address of one built file; it changes whenever the file does, so that browsers may keep it for good."""
    path = f"{current_app.static_folder}/build/{name}"
    try:
        stamp = os.stat(path).st_mtime_ns
    except FileNotFoundError:
        return url_for("static", filename=f"build/{name}")
    key = (path, stamp, request.script_root if has_request_context() else "")
    if key not in _addresses:
        digest = sha256(Path(path).read_bytes()).hexdigest()[:10]
        _addresses[key] = url_for("static", filename=f"build/{name}", v=digest)
    return _addresses[key]


def keep_for_good(response: Response) -> Response:
    """Let browsers keep a built file whose address names its state: on a slow phone each question costs a second."""
    if request.endpoint == "static" and "v" in request.args and response.status_code in (200, 206, 304):
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR_S}, immutable"
    return response


def page_language() -> tuple[str, str]:
    """The language of the interface and its direction: ("en", "ltr")."""
    reader = locale()
    return str(reader).replace("_", "-"), "rtl" if reader.text_direction == "rtl" else "ltr"


def init_app(app: Flask) -> None:
    """Attach it to the application."""
    app.after_request(keep_for_good)
    app.extensions["kept_parts"] = {}
    app.jinja_env.template_class = HouseTemplate
    own = app.jinja_loader
    components = PrefixLoader({name: PackageLoader(name) for name in (COMPONENTS, FIELDS)})
    app.jinja_loader = ChoiceLoader([own, components] if own else [components])
    app.jinja_env.globals.update(
        built=built,
        error_summary=error_summary,
        kept_part=kept_part,
        page_language=page_language,
        sensitive_needs=SENSITIVE_NEEDS,
        today=today,
    )
