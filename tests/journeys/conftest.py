"""A real browser against a real server on a copy of the sample city."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from assetreg.db import db
from tests.conftest import (
    TEMPLATE_LOCK,
    administrator,
    copy_database,
    database_url,
    drop_database,
    make_app,
    source_digest,
)

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True)
class City:
    """The sample city being served: where, and the application for looking things up."""

    url: str
    app: Flask


@pytest.fixture(scope="session")
def sample_city_template(template_database: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the sample city in it; made once for each state of its sources."""
    folders = ("assetreg/data", "assetreg/actions", "assetreg/models", "geo", "migrations")
    name = f"city_{source_digest(*folders)}"
    with administrator() as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            making = f"{name}_making"
            app = make_app(copy_database(template_database, making), tmp_path_factory.mktemp("city"))
            with app.app_context():
                result = app.test_cli_runner().invoke(args=["demo"])
                db.session.remove()
                db.engine.dispose()
            assert result.exit_code == 0, result.output
            connection.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
        connection.execute("SELECT pg_advisory_unlock(%s)", [TEMPLATE_LOCK])
    return name


@pytest.fixture(scope="session")
def city(sample_city_template: str, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The sample city with its index, on a free port of loopback, for as long as this worker tests."""
    name = f"{worker_name}_city"
    app = make_app(copy_database(sample_city_template, name), tmp_path_factory.mktemp("served"))
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["search", "rebuild", "--processes", "1"])
        db.session.remove()
    assert result.exit_code == 0, result.output
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield City(f"http://127.0.0.1:{server.server_port}", app)
    server.shutdown()
    thread.join()
    with app.app_context():
        db.engine.dispose()
    with administrator() as connection:
        drop_database(name, connection)
    assert database_url(name)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright; nothing is downloaded."""
    if not Path(CHROMIUM).exists():
        pytest.exit(f"No browser at {CHROMIUM}: run the tests with script/test, which installs it.", returncode=3)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_browser(browser: Browser, city: City) -> Iterator[Callable[..., Page]]:
    """Open a fresh browser window on the city: `open_browser(phone=True, javascript=False, …)`."""
    contexts: list[BrowserContext] = []

    def open_one(phone: bool = False, javascript: bool = True, **options: Any) -> Page:
        options.setdefault("viewport", PHONE if phone else DESK)
        context = browser.new_context(base_url=city.url, java_script_enabled=javascript, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: refuse_elsewhere(request.url, city.url))
        return page

    yield open_one
    for context in contexts:
        context.close()


def refuse_elsewhere(asked: str, own: str) -> None:
    """Nothing may be asked of another host."""
    assert asked.startswith((own, "data:", "blob:", "about:")), f"the page asked {asked}"


def axe_violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands, one line each."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}}).then(r => r.violations.map(v =>"
        " v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + n.failureSummary).join(' | ')))",
        RULES,
    )
    return [str(line) for line in found]


def sideways_scroll(page: Page) -> int:
    """By how many pixels the page is wider than the window; 0 when nobody has to scroll sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
