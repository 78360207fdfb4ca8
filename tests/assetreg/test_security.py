"""What every answer carries, what production insists on, and what the process says of itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, request

from assetreg.app import create_app
from assetreg.browser import cookie_name
from assetreg.config import BadSettings, read_settings, with_driver
from assetreg.permissions import MAY, Action, may, public, roles_of
from assetreg.security import refuse_undeclared_routes, tile_origin
from tests.factories.register import partner, user
from tests.inspecting_client import InspectingClient

PRODUCTION = {
    "ASSETREG_ENV": "production",
    "SECRET_KEY": "x" * 40,
    "PUBLIC_URL": "https://near.example.org",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
}


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application as in production; its database is never there."""
    return create_app(read_settings({**PRODUCTION, "ASSETREG_VAR": str(tmp_path_factory.mktemp("var"))}))


@pytest.mark.parametrize("path", ["/contact", "/no-such-page", "/static/images/favicon.svg", "/health/live"])
def test_every_answer_carries_the_headers(client: InspectingClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_a_file_whose_address_names_its_state_is_kept_for_good(client: InspectingClient) -> None:
    path = "/static/images/favicon.svg"
    assert "immutable" in client.get(f"{path}?v=1").headers["Cache-Control"]
    assert "immutable" not in client.get(path).headers["Cache-Control"]
    assert "immutable" not in client.get("/static/no-such-file.css?v=1").headers.get("Cache-Control", "")


def test_the_policy_lets_nothing_in_from_elsewhere(client: InspectingClient) -> None:
    policy = client.get("/contact").headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    for name in ("default-src", "base-uri", "frame-ancestors", "object-src"):
        assert directives[name] == "'none'"
    assert re.fullmatch(r"'self' 'nonce-[\w-]{16,}'", directives["script-src"])
    assert "unsafe-inline" not in directives["script-src"] + directives["style-src"]
    assert "http" not in policy


def test_each_answer_has_a_nonce_of_its_own_and_scripts_carry_it(client: InspectingClient) -> None:
    nonces = set()
    for _ in range(3):
        answer = client.get("/contact")
        found = re.search(r"'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])
        assert found is not None
        page = answer.get_data(as_text=True)
        assert set(re.findall(r'<script[^>]*nonce="([^"]+)"', page)) == {found[1]}
        assert len(re.findall(r"<script", page)) == page.count(f'nonce="{found[1]}"')
        nonces.add(found[1])
    assert len(nonces) == 3


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("", ""),
        ("/tiles/{z}/{x}/{y}.png", ""),
        ("https://tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org"),
        ("https://{s}.tiles.example.org/{z}/{x}/{y}.png", "https://*.tiles.example.org"),
    ],
)
def test_only_the_operators_tile_server_is_let_in(url: str, origin: str) -> None:
    assert tile_origin(url) == origin


def test_production_insists_on_https(production: Flask, app: Flask) -> None:
    headers = production.test_client().get("/contact").headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in app.test_client().get("/contact").headers


def test_production_cookies_are_bound_to_this_host(production: Flask) -> None:
    client = production.test_client()
    page = client.get("/display", base_url="https://near.example.org")
    (session_cookie,) = page.headers.getlist("Set-Cookie")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))
    assert token is not None
    data = {"csrf_token": token[1], "text": "large", "next": "/about"}
    answer = client.post("/display", base_url="https://near.example.org", data=data)
    (display_cookie,) = answer.headers.getlist("Set-Cookie")
    for cookie, name in ((session_cookie, "__Host-session="), (display_cookie, "__Host-display=")):
        assert cookie.startswith(name)
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
        assert "Domain" not in cookie


def test_cookie_names_in_development_have_no_prefix(app: Flask) -> None:
    assert app is not None
    assert cookie_name("display") == "display"


def test_a_browser_that_sends_no_referer_can_still_send_forms(production: Flask) -> None:
    client = production.test_client()
    page = client.get("/display", base_url="https://near.example.org").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    data = {"csrf_token": token[1], "text": "large"}
    assert client.post("/display", base_url="https://near.example.org", data=data).status_code == 302


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "development-only"}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "http://near.example.org"}, "PUBLIC_URL"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
    ],
)
def test_production_refuses_an_unsafe_start(change: dict[str, str], said: str) -> None:
    with pytest.raises(BadSettings, match=said):
        read_settings({**PRODUCTION, **change})


def test_real_e_mails_need_an_address_that_no_request_can_choose() -> None:
    mailing = {"DATABASE_URL": PRODUCTION["DATABASE_URL"], "SMTP_HOST": "mail.example.org"}
    with pytest.raises(BadSettings, match="PUBLIC_URL"):
        read_settings(mailing)
    assert read_settings({**mailing, "PUBLIC_URL": "http://127.0.0.1:8000"})["SMTP_HOST"]


def test_development_starts_without_a_secret() -> None:
    settings = read_settings({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"})
    assert not settings["IS_PRODUCTION"]
    assert settings["SECRET_KEY"]


def test_any_spelling_of_a_database_address_gets_our_driver() -> None:
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        assert with_driver(f"{scheme}://a@b/c") == "postgresql+psycopg://a@b/c"


def test_forms_cannot_be_sent_without_a_token_anywhere(app: Flask, client: InspectingClient) -> None:
    paths = [rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()) and not rule.arguments]
    assert len(paths) >= 6
    for path in paths:
        assert client.post(path).status_code == 400


def test_behind_a_proxy_the_visitors_own_network_counts(tmp_path: Path) -> None:
    settings = read_settings({**PRODUCTION, "TRUSTED_PROXIES": "1", "ASSETREG_VAR": str(tmp_path)})
    app = create_app(settings)
    seen: list[str | None] = []

    @app.get("/who")
    @public
    def show_who() -> str:
        seen.append(request.remote_addr)
        return "ok"

    forwarded = {"X-Forwarded-For": "1.2.3.4, 81.2.69.142", "X-Forwarded-Proto": "https"}
    app.test_client().get("/who", headers=forwarded)
    assert seen == ["81.2.69.142"]


def test_roles_come_from_the_account_and_from_groups(app: Flask) -> None:
    assert app is not None
    assert roles_of(user("steward")) == {"steward"}
    assert roles_of(partner()) == {"citizen", "partner"}


def test_every_action_is_in_the_table_and_names_known_roles() -> None:
    known = {"citizen", "partner", "adviser", "connector", "steward", "commissioner", "administrator"}
    assert set(MAY) == set(Action)
    for roles in MAY.values():
        assert roles
        assert roles <= known


def test_nobody_signed_out_may_do_anything(app: Flask) -> None:
    assert app is not None

    class Visitor:
        is_authenticated = False
        role = "administrator"

    assert not any(may(Visitor(), action) for action in Action)


def test_a_route_that_says_nothing_stops_the_start() -> None:
    silent = Flask("silent")
    silent.add_url_rule("/", "home", lambda: "hello")
    with pytest.raises(RuntimeError, match="do not declare who may ask for them: home"):
        refuse_undeclared_routes(silent)
