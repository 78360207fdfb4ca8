"""A test client that inspects every HTML page it is given, so that no test has to remember to."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import html5lib
from bs4 import BeautifulSoup
from bs4.element import Tag
from flask import g, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from assetreg import clock

INPUTS = "input:not([type=hidden]):not([type=submit]):not([type=button]), select, textarea"
LEAKS = re.compile(r"\bNone\b|\bUndefined\b|\{\{|\}\}|\{%|%\}|<built-in|object at 0x")


class InspectingClient(FlaskClient):
    """Follows the house's page rules: valid, one h1, title says it, ids once, inputs labelled, CSRF in every form."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Fetch, and inspect what came back if it is a page."""
        forget_last_request()
        response = super().open(*args, **kwargs)
        is_page = response.mimetype == "text/html" and response.request.method != "HEAD"
        if is_page and response.status_code not in (301, 302, 303, 307, 308):
            problems = inspect_page(response.get_data(as_text=True))
            assert not problems, f"{response.request.path} ({response.status_code}): " + "; ".join(problems)
        return response

    def sign_in(self, user: Any) -> InspectingClient:
        """Give this client the session of `user`."""
        with self.session_transaction() as session:
            session["_user_id"] = user.get_id()
            session["_fresh"] = True
            session["signed_in_at"] = int(clock.now().timestamp())
        return self

    def fill_in(
        self, path: str, to: str | None = None, button: tuple[str, str] | None = None, **fields: Any
    ) -> TestResponse:
        """Fetch the page at `path`, fill its form in as a person would, and press its button.

        The form is the one in the main part of the page, or the one whose action begins with `to`. Fields that are not
        named keep what the page put into them. `button` is the name and value of the button, where there are several.
        """
        page = BeautifulSoup(self.get(path).get_data(as_text=True), "html.parser")
        forms = page.select("main form[method=post]") if to is None else page.select(f"form[action^='{to}']")
        assert forms, f"{path} has no such form"
        data = fields_of(forms[0])
        unknown = set(fields) - {str(tag["name"]) for tag in forms[0].select("[name]")}
        assert not unknown, f"the form at {path} has no {unknown}"
        if button is not None:
            data[button[0]] = button[1]
        return self.post(str(forms[0].get("action") or path), data={**data, **fields})


def fields_of(form: Tag) -> dict[str, str]:
    """What a form sends when nobody touches it."""
    data = {}
    for tag in form.select("input[name]"):
        if tag.get("type") in ("radio", "checkbox") and not tag.has_attr("checked"):
            continue
        data[str(tag["name"])] = str(tag.get("value", ""))
    return data


def forget_last_request() -> None:
    """Empty `g`, which the test's own application context would otherwise carry from one request into the next."""
    if has_app_context():
        for name in list(g):
            g.pop(name)


def inspect_page(html: str) -> list[str]:
    """Every rule the page breaks, in plain words; empty when it is well."""
    page = BeautifulSoup(html, "html.parser")
    return [
        *markup_problems(html),
        *heading_problems(page),
        *id_problems(page),
        *form_problems(page),
        *script_problems(page),
        *text_problems(page),
    ]


def markup_problems(html: str) -> list[str]:
    """What an HTML5 parser says."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    return [f"markup: {code} at {place}" for place, code, _ in parser.errors[:3]]


def heading_problems(page: BeautifulSoup) -> list[str]:
    """One h1, and the title begins with it."""
    problems = []
    headings = page.find_all("h1")
    if len(headings) != 1:
        problems.append(f"{len(headings)} h1 instead of one")
    title = page.title.get_text(strip=True) if page.title else ""
    heading = " ".join(headings[0].get_text(" ").split()) if headings else ""
    plain_title = re.sub(r"^Error: ", "", " ".join(title.split()))
    if headings and not is_neutral(page) and not plain_title.startswith(heading):
        problems.append(f"title “{title}” does not start with the h1 “{heading}”")
    if page.html is None or not page.html.get("lang"):
        problems.append("no language on <html>")
    levels = [int(str(tag.name)[1]) for tag in page.find_all(re.compile("^h[1-6]$"))]
    problems += [f"heading h{a} is followed by h{b}" for a, b in pairwise(levels) if b > a + 1]
    return problems


def is_neutral(page: BeautifulSoup) -> bool:
    """A sensitive page has a title that gives nothing away, on purpose."""
    return page.find("meta", attrs={"name": "neutral-title"}) is not None


def id_problems(page: BeautifulSoup) -> list[str]:
    """Ids are unique, and what refers to an id finds it."""
    ids = [str(tag["id"]) for tag in page.find_all(id=True)]
    problems = [f"id “{name}” {ids.count(name)} times" for name in sorted(set(ids)) if ids.count(name) > 1]
    for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
        for tag in page.find_all(attrs={attribute: True}):
            value = tag[attribute]
            names = value if isinstance(value, list) else str(value).split()
            problems += [f"{attribute}=“{name}” refers to nothing" for name in names if name not in ids]
    for tag in page.select("a[href^='#']"):
        target = str(tag["href"])[1:]
        if target and target not in ids:
            problems.append(f"the link #{target} leads nowhere")
    return problems


def form_problems(page: BeautifulSoup) -> list[str]:
    """Every input is labelled, every changing form carries the token, every form has a button."""
    problems = []
    labelled = {str(label.get("for")) for label in page.find_all("label")}
    for field in page.select(INPUTS):
        has_label = field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby")
        if not has_label and field.find_parent("label") is None:
            problems.append(f"the input “{field.get('name')}” has no label")
    for form in page.find_all("form"):
        if (
            str(form.get("method", "get")).lower() == "post"
            and form.find("input", attrs={"name": "csrf_token"}) is None
        ):
            problems.append(f"the form to “{form.get('action')}” has no CSRF token")
        has_button = form.find(["button", "input"], attrs={"type": ["submit", "image"]}) or form.find("button")
        if not has_button and page.find("button", attrs={"form": form.get("id") or "none"}) is None:
            problems.append(f"the form to “{form.get('action')}” has no button")
    return problems


def script_problems(page: BeautifulSoup) -> list[str]:
    """No inline handlers, no script without a nonce, nothing from another host."""
    problems = []
    for tag in page.find_all(True):
        problems += [f"inline handler {name}" for name in tag.attrs if name.startswith("on")]
        problems += [f"javascript: link {tag}" for name in ("href", "action") if is_script_url(tag, name)]
        source = str(tag.get("src", "")) + (str(tag.get("href", "")) if tag.name == "link" else "")
        if source.startswith(("http:", "https:", "//")):
            problems.append(f"loads {source} from elsewhere")
    for script in page.find_all("script"):
        is_data = str(script.get("type", "")) in ("application/json", "application/ld+json")
        if not script.get("nonce") and not script.get("src") and not is_data:
            problems.append("an inline script without a nonce")
    return problems


def is_script_url(tag: Tag, name: str) -> bool:
    """Would following this run a script?"""
    return str(tag.get(name, "")).strip().lower().startswith("javascript:")


def text_problems(page: BeautifulSoup) -> list[str]:
    """No leaked variable or template code in what people read."""
    for tag in page.find_all(["script", "style"]):
        tag.decompose()
    found = LEAKS.search(page.get_text(" "))
    return [f"the text shows “{found.group()}”"] if found else []
