"""Settings, all from the environment. The table in README.md is this file in prose."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DEVELOPMENT_SECRET = "development-only"  # noqa: S105  (a marker that production refuses, not a secret)


class BadSettings(Exception):
    """The environment does not allow a start; the message says what to set."""


def read_settings(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Flask's configuration from environment variables. Raises BadSettings when production would be unsafe."""
    is_production = environ.get("ASSETREG_ENV", "development") == "production"
    secret = environ.get("SECRET_KEY", "" if is_production else DEVELOPMENT_SECRET)
    if is_production and (len(secret) < 32 or secret == DEVELOPMENT_SECRET):
        raise BadSettings("Set SECRET_KEY to at least 32 random characters before starting in production.")
    public_url = environ.get("PUBLIC_URL", "").rstrip("/")
    if is_production and not public_url.startswith("https://"):
        raise BadSettings("Set PUBLIC_URL to the https:// address that people will use, for links in e-mails.")
    if environ.get("NOTIFY_API_KEY") and not (public_url and environ.get("NOTIFY_TEXT_TEMPLATE")):
        raise BadSettings("NOTIFY_API_KEY needs PUBLIC_URL, for links in texts, and NOTIFY_TEXT_TEMPLATE.")
    if environ.get("SMTP_HOST") and not public_url:
        # Without it links would lead to wherever a request says it came for, and that is for anybody to say.
        raise BadSettings("Set PUBLIC_URL to the address that people will use: e-mails sent through SMTP_HOST need it.")
    database_url = environ.get("DATABASE_URL", "")
    if not database_url:
        raise BadSettings("Set DATABASE_URL, or start through script/server, which brings its own database.")
    return {
        "IS_PRODUCTION": is_production,
        "SECRET_KEY": secret,
        "SQLALCHEMY_DATABASE_URI": with_driver(database_url),
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(int(environ.get("STATEMENT_TIMEOUT_MS", "8000"))),
        "PUBLIC_URL": public_url,
        # For links in messages that the worker writes while PUBLIC_URL is not set.
        "LOCAL_URL": f"http://{environ.get('HOST', '') or '127.0.0.1'}:{environ.get('PORT', '') or '8000'}",
        "VAR": Path(environ.get("ASSETREG_VAR", "var")).absolute(),
        "SERVICE_NAME": environ.get("SERVICE_NAME", "Near you in Birmingham"),
        "COUNCIL_NAME": environ.get("COUNCIL_NAME", "Birmingham sample council"),
        "COUNCIL_PHONE": environ.get("COUNCIL_PHONE", "0121 496 0123"),
        # For help at once, above search results; empty is COUNCIL_PHONE.
        "HOUSING_PHONE": environ.get("HOUSING_PHONE", ""),
        "CHILDREN_PHONE": environ.get("CHILDREN_PHONE", ""),
        "ADULTS_PHONE": environ.get("ADULTS_PHONE", ""),
        # What is searched for, without anybody who searches: on or off, how often it is written, how long it is kept.
        "SEARCH_LOG": environ.get("SEARCH_LOG", "on").strip().lower() not in ("off", "no", "0", "false"),
        "SEARCH_LOG_EVERY_S": max(1, int(environ.get("SEARCH_LOG_EVERY_S", "60"))),
        "SEARCH_LOG_DAYS": max(1, int(environ.get("SEARCH_LOG_DAYS", "400"))),
        "COUNCIL_HOURS": environ.get("COUNCIL_HOURS", "Monday to Friday, 9am to 5pm"),
        "COUNCIL_EMAIL": environ.get("COUNCIL_EMAIL", "hello@example.org"),
        "CITY_NAME": environ.get("CITY_NAME", "Birmingham"),
        "CITY_CODE": environ.get("CITY_CODE", "E08000025"),
        "MAP_TILE_URL": environ.get("MAP_TILE_URL", ""),
        "MAP_TILE_ATTRIBUTION": environ.get("MAP_TILE_ATTRIBUTION", ""),
        "MAIL_FROM": environ.get("MAIL_FROM", "no-reply@example.org"),
        "SMTP_HOST": environ.get("SMTP_HOST", ""),
        "SMTP_PORT": int(environ.get("SMTP_PORT", "587")),
        "SMTP_USER": environ.get("SMTP_USER", ""),
        "SMTP_PASSWORD": environ.get("SMTP_PASSWORD", ""),
        "NOTIFY_API_KEY": environ.get("NOTIFY_API_KEY", ""),
        "NOTIFY_TEXT_TEMPLATE": environ.get("NOTIFY_TEXT_TEMPLATE", ""),
        "NOTIFY_LETTER_TEMPLATE": environ.get("NOTIFY_LETTER_TEMPLATE", ""),
        "NOTIFY_URL": environ.get("NOTIFY_URL", "https://api.notifications.service.gov.uk"),
        # Personal details of a booking are erased so many days after the session.
        "BOOKING_DETAILS_DAYS": max(1, int(environ.get("BOOKING_DETAILS_DAYS", "90"))),
        "TRUSTED_PROXIES": int(environ.get("TRUSTED_PROXIES", "0")),
        "LANGUAGES": tuple(environ.get("LANGUAGES", "en").split(",")),
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_DEFAULT_TIMEZONE": "Europe/London",
        "BABEL_TRANSLATION_DIRECTORIES": str(Path(__file__).parent / "translations"),
        "SESSION_COOKIE_NAME": "__Host-session" if is_production else "session",
        "SESSION_COOKIE_SECURE": is_production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        # Set when it changes and not with every answer: files that caches may keep must not carry somebody's session.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,
        # Some people's browsers send no Referer; the token and the SameSite cookie are what protects forms.
        "WTF_CSRF_SSL_STRICT": False,
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
    }


def with_driver(url: str) -> str:
    """A database URL that names the driver we use (psycopg 3), whichever short form the operator wrote."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else url


def engine_options(statement_timeout_ms: int) -> dict[str, Any]:
    """How connections behave: no request may hang on a slow statement, a lock, a dead server or a cut cable.

    Parameters of statements stay out of error messages, and so out of logs.

    Compiling a page's statements takes longer than running them, so PostgreSQL's just-in-time compiler is off.
    `prepare_threshold` is None because prepared plans turn generic after five runs and generic plans of
    geographic filters are bad ones (search.md, "Traps").
    """
    timeouts = f"-c statement_timeout={statement_timeout_ms} -c lock_timeout=3000"
    return {
        "pool_pre_ping": True,
        "pool_recycle": 1800,
        "pool_timeout": 5,
        "hide_parameters": True,
        "connect_args": {
            "connect_timeout": 3,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
            "options": f"{timeouts} -c idle_in_transaction_session_timeout=60000 -c timezone=UTC -c jit=off",
            "prepare_threshold": None,
            "application_name": "assetreg",
        },
    }
