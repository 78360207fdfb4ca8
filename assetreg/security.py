"""What every answer carries and every request must pass: headers, CSRF, and the route's declared permission."""

from __future__ import annotations

import secrets

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from assetreg.browser import is_shared_computer
from assetreg.permissions import Action, declared, may

csrf = CSRFProtect()

# Answers to what somebody asked: what is found must not be in the browser for whoever sits down next. Data that may be
# kept (shapes, the map's marks) says so itself.
DATA_TYPES = ("application/json", "text/csv")


def csp_nonce() -> str:
    """This answer's nonce: the only scripts that run are those that carry it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def check_permission() -> ResponseReturnValue | None:
    """Hold the request against what its route declares."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    answer = declared(current_app.view_functions[request.endpoint])
    if answer == "public":
        return None
    if not isinstance(answer, Action):
        abort(403)
    if may(current_user, answer):
        return None
    if current_user.is_authenticated:
        abort(403)
    if request.path.endswith((".json", ".geojson")):
        abort(401)
    return redirect(url_for("assetreg.sign_in", next=address_asked_for()))


def address_asked_for() -> str | None:
    """Where to go on after signing in; a form that was sent cannot be sent again."""
    if request.method not in ("GET", "HEAD"):
        return None
    return request.full_path.removesuffix("?")


def set_headers(response: Response) -> Response:
    """Strict headers on every answer; no third party but the tile server that the operator set."""
    tiles = tile_origin(current_app.config["MAP_TILE_URL"])
    is_framed = g.get("is_framed", False)
    ancestors = "*" if is_framed else "'none'"
    policy = (
        "default-src 'none'; "
        f"script-src 'self' 'nonce-{csp_nonce()}'; "
        "style-src 'self'; style-src-attr 'unsafe-inline'; "
        f"img-src 'self' data: {tiles}; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}; object-src 'none'"
    )
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if not is_framed:
        response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=(), payment=()")
    if current_app.config["IS_PRODUCTION"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if response.mimetype == "text/html":
        is_private = is_shared_computer() or current_user.is_authenticated
        response.headers.setdefault("Cache-Control", "no-store" if is_private else "private, no-cache")
    elif response.mimetype in DATA_TYPES:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def allow_framing() -> None:
    """Let other websites show this answer in a frame of theirs: only for pages where nobody can press anything."""
    g.is_framed = True


def tile_origin(tile_url: str) -> str:
    """The origin of a tile URL template, for the policy; empty when maps are drawn without tiles."""
    if "://" not in tile_url:
        return ""
    scheme, _, rest = tile_url.partition("://")
    host = rest.split("/", 1)[0].replace("{s}", "*")
    return f"{scheme}://{host}"


def refuse_undeclared_routes(app: Flask) -> None:
    """Stop the start when a route does not say who may ask for it."""
    silent = [name for name, view in app.view_functions.items() if name != "static" and declared(view) is None]
    if silent:
        raise RuntimeError(f"These routes do not declare who may ask for them: {', '.join(sorted(silent))}")


def init_app(app: Flask) -> None:
    """Attach all of it. Comes last, when every route is known."""
    refuse_undeclared_routes(app)
    csrf.init_app(app)
    app.before_request(check_permission)
    app.after_request(set_headers)
    app.jinja_env.globals.update(csp_nonce=csp_nonce, may=may, Action=Action)
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
