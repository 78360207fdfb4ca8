"""How pages look, as each visitor likes it, and computers that others use too."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from tests.factories.register import user
from tests.inspecting_client import InspectingClient


def html_classes(answer: TestResponse) -> set[str]:
    """The classes on <html>."""
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert page.html is not None
    return set(page.html.get_attribute_list("class"))


def set_cookies(answer: TestResponse) -> dict[str, str]:
    """Each Set-Cookie line by the cookie's name."""
    return {line.partition("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}


def test_choices_are_on_every_page(client: InspectingClient) -> None:
    client.fill_in("/display", text="larger", colours="dark", spacing="wide", motion="less")
    wanted = {"app-text-larger", "app-colours-dark", "app-spacing-wide", "app-motion-less"}
    for path in ("/contact", "/display", "/no-such-page"):
        assert wanted <= html_classes(client.get(path))


def test_the_page_shows_what_was_chosen(client: InspectingClient) -> None:
    client.fill_in("/display", text="largest")
    page = BeautifulSoup(client.get("/display").get_data(as_text=True), "html.parser")
    chosen = {(tag["name"], tag["value"]) for tag in page.select("input[type=radio][checked]")}
    expected = {("text", "largest"), ("colours", "standard"), ("spacing", "standard"), ("motion", "standard")}
    assert chosen == expected


def test_saving_says_so(client: InspectingClient) -> None:
    assert client.fill_in("/display", text="large").location == "/display"
    assert "We have saved how you like pages to look." in client.get("/display").get_data(as_text=True)


def test_the_cookie_lasts_a_year_and_no_script_can_read_it(client: InspectingClient) -> None:
    line = set_cookies(client.fill_in("/display", text="large"))["display"]
    for part in ("display=text-large", "Max-Age=31536000", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in line


def test_standard_again_forgets_the_cookie(client: InspectingClient) -> None:
    client.fill_in("/display", text="large", colours="dark")
    client.fill_in("/display", button=("button", "standard"))
    assert client.get_cookie("display") is None
    assert html_classes(client.get("/contact")) == {"govuk-template"}


def test_one_goes_back_to_where_one_came_from(client: InspectingClient) -> None:
    page = client.get("/display", headers={"Referer": "http://localhost/areas/northfield?free=1"})
    assert 'href="/areas/northfield?free=1"' in page.get_data(as_text=True)
    assert client.fill_in("/display?next=/about", text="large").location == "/about"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_sent_to_another_website(client: InspectingClient, address: str) -> None:
    assert client.fill_in(f"/display?next={address}", text="large").location == "/display"
    page = client.get("/display", headers={"Referer": address}).get_data(as_text=True)
    assert "evil.example" not in page
    token = BeautifulSoup(page, "html.parser").select_one("main input[name=csrf_token]")
    assert token is not None
    answer = client.post("/display", data={"csrf_token": str(token["value"]), "next": address, "text": "large"})
    assert answer.location == "/display"


def test_what_is_no_choice_changes_nothing(client: InspectingClient) -> None:
    client.fill_in("/display", text="gigantic", colours='dark"><script>')
    assert html_classes(client.get("/contact")) == {"govuk-template"}


def test_a_cookie_that_somebody_tampered_with_is_harmless(client: InspectingClient) -> None:
    client.set_cookie("display", 'text-large"><script>alert(1)</script>.colours-dark')
    answer = client.get("/contact")
    assert html_classes(answer) == {"govuk-template", "app-colours-dark"}
    assert "alert(1)" not in answer.get_data(as_text=True)


def test_looking_at_the_settings_sets_no_display_cookie(client: InspectingClient) -> None:
    assert "display" not in set_cookies(client.get("/display"))


def test_a_shared_computer_says_so_on_every_page(client: InspectingClient) -> None:
    assert "You are using a shared computer." not in client.get("/contact").get_data(as_text=True)
    client.fill_in("/shared-computer")
    for path in ("/contact", "/display", "/no-such-page", "/sign-in"):
        page = client.get(path).get_data(as_text=True)
        assert "You are using a shared computer." in page
        assert "Finish and clear everything" in page


def test_a_shared_computer_keeps_nothing_beyond_the_window(client: InspectingClient) -> None:
    client.fill_in("/display", text="large")
    client.sign_in(user())
    with client.session_transaction() as session:
        session.permanent = True
    answer = client.fill_in("/shared-computer")
    lines = [*set_cookies(answer).values(), *set_cookies(client.fill_in("/display", text="larger")).values()]
    assert {line.partition("=")[0] for line in lines} == {"session", "display", "shared"}
    for line in lines:
        assert "Max-Age" not in line
        assert "Expires" not in line


def test_pages_on_a_shared_computer_are_not_kept_by_the_browser(client: InspectingClient) -> None:
    client.fill_in("/shared-computer")
    assert client.get("/contact").headers["Cache-Control"] == "no-store"


def test_answers_as_data_are_not_kept_by_the_browser(client: InspectingClient) -> None:
    for path in ("/search.json?q=refuge", "/search.csv?q=refuge"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path
    assert client.get("/places.json?q=nor").headers["Cache-Control"] == "private, max-age=60"
    client.fill_in("/shared-computer")
    assert client.get("/places.json?q=nor").headers["Cache-Control"] == "no-store"


def test_finishing_signs_out_and_drops_everything(client: InspectingClient, app: Flask) -> None:
    assert app is not None
    client.fill_in("/display", text="large")
    client.fill_in("/shared-computer")
    client.sign_in(user())
    assert client.get("/account").status_code == 200
    answer = client.fill_in("/contact", to="/shared-computer/finish")
    assert (answer.status_code, answer.location) == (302, "/shared-computer/finish")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"
    for name in ("session", "display", "shared"):
        assert client.get_cookie(name) is None
    page = client.get("/shared-computer/finish")
    assert "Everything is cleared" in page.get_data(as_text=True)
    assert page.headers.getlist("Set-Cookie") == []
    assert html_classes(page) == {"govuk-template"}
    assert client.get("/account").status_code == 302


def test_finishing_takes_a_button(client: InspectingClient) -> None:
    client.fill_in("/shared-computer")
    page = client.get("/shared-computer/finish").get_data(as_text=True)
    assert "Finish and clear everything?" in page
    assert client.get_cookie("shared") is not None


def test_signing_in_on_a_shared_computer_ends_with_the_window(client: InspectingClient) -> None:
    client.fill_in("/shared-computer")
    client.sign_in(user())
    assert "Expires" not in client.get("/account").headers.get("Set-Cookie", "")


@pytest.mark.parametrize("path", ["/display", "/shared-computer", "/shared-computer/finish", "/sign-in"])
def test_a_look_ahead_at_a_form_is_not_its_button(client: InspectingClient, path: str) -> None:
    """Link checkers ask with HEAD, which carries no token: it must do what GET does, and that is nothing."""
    client.fill_in("/display", text="large")
    seen = client.head(path)
    assert seen.status_code == 200
    assert "Clear-Site-Data" not in seen.headers
    assert not {"display", "shared"} & set(set_cookies(seen))
    assert "app-text-large" in html_classes(client.get("/contact"))
