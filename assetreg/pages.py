"""What every template can use: GOV.UK components as macros, addresses of built files, the language, the day."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from assetreg.clock import today
from assetreg.forms.fields import error_summary
from assetreg.rules.vocabulary import SENSITIVE_NEEDS
from assetreg.texts.translate import locale

COMPONENTS = "govuk_frontend_jinja"
FIELDS = "govuk_frontend_wtf"
ONE_YEAR_S = 365 * 24 * 3600
_digests: dict[tuple[str, int], str] = {}


def built(name: str) -> str:
    """The address of one built file; it changes whenever the file does, so that browsers may keep it for good."""
    path = Path(current_app.static_folder or "") / "build" / name
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        return url_for("static", filename=f"build/{name}")
    key = (name, stamp)
    if key not in _digests:
        _digests[key] = sha256(path.read_bytes()).hexdigest()[:10]
    return url_for("static", filename=f"build/{name}", v=_digests[key])


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
    own = app.jinja_loader
    components = PrefixLoader({name: PackageLoader(name) for name in (COMPONENTS, FIELDS)})
    app.jinja_loader = ChoiceLoader([own, components] if own else [components])
    app.jinja_env.globals.update(
        built=built,
        error_summary=error_summary,
        page_language=page_language,
        sensitive_needs=SENSITIVE_NEEDS,
        today=today,
    )
