"""My list: what somebody keeps without an account. Whoever has the browser's secret may see and change it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from uuid import UUID

from flask import Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetreg import clock
from assetreg.actions import shortlist_mail, shortlists
from assetreg.browser import first_keys, forget_list, is_shared_computer, list_key, remember_list
from assetreg.db import db
from assetreg.drawing import qr_code
from assetreg.forms.fields import text_of
from assetreg.forms.shortlists import EmailListForm, ListChanges, ShareListForm, read_changes, read_press
from assetreg.list_keys import key_hash, link_key
from assetreg.messages.shortlists import own_list
from assetreg.own_list import say_next_time, use_list
from assetreg.permissions import public
from assetreg.queries.shortlists import Glance, ListPage, find_list_page
from assetreg.rules.shortlists import MOST_ENTRIES
from assetreg.rules.ways_back import own_path
from assetreg.texts.translate import gettext, ngettext
from assetreg.throttle import TooManyTries, count_try, list_bounds, list_link_bounds, list_mail_bounds, network_of
from assetreg.views.accounts import WRONG_FORM, sender
from assetreg.views.blueprint import blueprint

NOTHING = ListPage()


@blueprint.get("/my-list")
@public
def show_my_list() -> ResponseReturnValue:
    """Everything on the list, in order, with notes."""
    return private(render_list(own_page(), ListChanges()))


@blueprint.post("/my-list")
@public
def change_my_list() -> ResponseReturnValue:
    """Save the notes, and do what was pressed: move, take off, put back. Nothing that was typed is lost."""
    asked = read_changes(request.form)
    if asked.is_too_much:
        return private(render_list(own_page(), asked), WRONG_FORM)
    key = list_key()
    shortlist = shortlists.find_list(key)
    if shortlist is None or key is None:
        if asked.written:
            return private(render_list(NOTHING, asked, lost=asked.written), WRONG_FORM)
        say_next_time(None, gettext("Your list is not here any more. It was cleared, or its time was over."))
        return private(redirect(url_for("assetreg.show_my_list")))
    if asked.errors:
        return private(render_list(own_page(), asked), WRONG_FORM)
    off = shortlists.write_notes(shortlist, asked.notes)
    lost = [asked.notes[public_id] for public_id in off if asked.notes[public_id].strip()]
    if lost:
        db.session.commit()
        return private(render_list(own_page(), asked, lost=lost), WRONG_FORM)
    if asked.public_id is None or asked.button == "save":
        said = gettext("We have saved your notes.")
    else:
        said = say_outcome(shortlists.press(shortlist, asked.button, asked.public_id))
    shortlists.keep(shortlist, is_shared_computer=is_shared_computer())
    db.session.commit()
    say_next_time(asked.public_id, said)
    where = f"entry-{asked.public_id}" if asked.public_id else None
    response = private(redirect(url_for("assetreg.show_my_list", _anchor=where)))
    remember_list(response, key)
    return response


def say_outcome(outcome: shortlists.Outcome) -> str:
    """What came of pressing a button beside a service."""
    said = {
        "added": gettext("Added to your list."),
        "already": gettext("It is on your list already."),
        "full": gettext("Your list is full: it holds %(most)s things. Take one off first.", most=MOST_ENTRIES),
        "removed": gettext("Taken off your list."),
        "up": gettext("Moved up."),
        "down": gettext("Moved down."),
    }
    return said[outcome]


@blueprint.post("/my-list/services")
@public
def keep_on_my_list() -> ResponseReturnValue:
    """Put a service on the list or take it off, by the button on its card; then back to that very card."""
    button, public_id = read_press(request.form)
    if public_id is None:
        return private(redirect(url_for("assetreg.show_my_list")))
    service_id = shortlists.get_service_id(public_id)
    key = list_key()
    shortlist = shortlists.find_list(key)
    said = say_outcome("removed")
    if button == "add":
        if shortlist is None or key is None:
            count_try(list_bounds(network_of(request.remote_addr)), "list")
            shortlist, key = shortlists.begin_list(first_keys())
        said = say_outcome(shortlists.add(shortlist, service_id))
    elif shortlist is not None:
        shortlists.remove(shortlist, service_id)
    if shortlist is not None:
        shortlists.keep(shortlist, is_shared_computer=is_shared_computer())
    db.session.commit()
    response = answer_press(public_id, service_id, key, said)
    if shortlist is not None and key is not None:
        remember_list(response, key)
    return response


def answer_press(public_id: UUID, service_id: int, key: str | None, said: str) -> Response:
    """Back to the card with the news beside it; or, for the script that asked for it, the news alone."""
    if request.accept_mimetypes.best == "application/json":
        page = find_list_page(key_hash(key), clock.now(), clock.today()) if key else None
        kept = page.kept if page else ()
        return private(
            jsonify(
                is_on=any(entry.card.id == service_id for entry in kept),
                count=len(kept),
                header=gettext("My list (%(number)s)", number=len(kept)),
                said=said,
            )
        )
    say_next_time(public_id, said)
    back = own_path(request.form.get("next")) or url_for("assetreg.show_my_list")
    return private(redirect(f"{back.partition('#')[0]}#list-{public_id}"))


@blueprint.route("/my-list/clear", methods=["GET", "POST"])
@public
def clear_my_list() -> ResponseReturnValue:
    """Remove the list, its notes and its link for good, after asking."""
    if request.method != "POST":
        page = own_page()
        if not page.entries and page.link is None:
            return private(redirect(url_for("assetreg.show_my_list")))
        return private(render_template("assetreg/clear_my_list.html", page=page))
    was_there = shortlists.clear(list_key())
    db.session.commit()
    if was_there:
        say_next_time(None, gettext("Your list is cleared. Nothing of it is left."))
    response = private(redirect(url_for("assetreg.show_my_list")))
    forget_list(response)
    return response


@blueprint.route("/my-list/email", methods=["GET", "POST"])
@public
def email_my_list() -> ResponseReturnValue:
    """The list to one e-mail address, which is not kept."""
    page, form, key = own_page(), EmailListForm(), list_key()
    if not page.kept or key is None:
        return private(redirect(url_for("assetreg.show_my_list")))
    status = 200
    if request.method == "POST":
        status = WRONG_FORM
        if form.validate():
            email = text_of(form.email)
            try:
                count_try(list_mail_bounds(email, key, network_of(request.remote_addr)), "list")
            except TooManyTries as problem:
                form.email.errors = [say_wait(problem)]
                status = 429
            else:
                wording = own_list(page.kept, with_notes=bool(form.with_notes.data), on=clock.today(), sender=sender())
                shortlist_mail.queue_list(email, wording)
                db.session.commit()
                said = gettext(
                    "We are sending your list. It can take a few minutes. If it does not come, look in spam."
                )
                say_next_time(None, said)
                return private(redirect(url_for("assetreg.show_my_list")))
    return private(render_template("assetreg/email_my_list.html", page=page, form=form), status)


def say_wait(problem: TooManyTries) -> str:
    """When the next e-mail is welcome."""
    minutes = math.ceil((problem.until - clock.now()).total_seconds() / 60)
    return ngettext(
        "We have sent this a few times already. Wait %(num)s minute, then try again",
        "We have sent this a few times already. Wait %(num)s minutes, then try again",
        max(minutes, 1),
    )


@blueprint.route("/my-list/link", methods=["GET", "POST"])
@public
def share_my_list() -> ResponseReturnValue:
    """The link by which others may read the list: make it, see it again, switch it off."""
    key, form = list_key(), ShareListForm()
    if request.method != "POST" or key is None:
        page = own_page()
        if key is None or not (page.kept or page.link):
            return private(redirect(url_for("assetreg.show_my_list")))
        address = address_of_link(key, page.link.mark) if page.link else ""
        return private(
            render_template(
                "assetreg/share_my_list.html",
                page=page,
                form=form,
                address=address,
                qr=qr_code(address) if address else "",
            )
        )
    is_stopping = request.form.get("button") == "stop"
    if not is_stopping:
        count_try(list_link_bounds(key, network_of(request.remote_addr)), "list")
    shortlist = shortlists.find_list(key)
    if shortlist is None:
        return private(redirect(url_for("assetreg.show_my_list")))
    if is_stopping:
        shortlists.stop_sharing(shortlist)
        said = gettext("The link is switched off. Nobody can open it any more.")
    else:
        shortlists.share(shortlist, key, has_notes=bool(form.with_notes.data))
        said = gettext("Your link is ready.")
    shortlists.keep(shortlist, is_shared_computer=is_shared_computer())
    db.session.commit()
    say_next_time(None, said)
    response = private(redirect(url_for("assetreg.share_my_list")))
    remember_list(response, key)
    return response


def address_of_link(key: str, mark: bytes) -> str:
    """The whole address that others can open."""
    root = current_app.config["PUBLIC_URL"] or request.url_root.rstrip("/")
    return f"{root}{url_for('assetreg.show_shared_list', key=link_key(key, mark))}"


def own_page() -> ListPage:
    """This browser's list; empty when it has none."""
    key = list_key()
    return (find_list_page(key_hash(key), clock.now(), clock.today()) if key else None) or NOTHING


def render_list(page: ListPage, asked: ListChanges, lost: Sequence[str] = ()) -> str:
    """The page of a list, with what was typed where something is wrong with it, or where it has no place any more."""
    use_list(Glance(frozenset(entry.card.id for entry in page.kept)))
    return render_template("assetreg/show_my_list.html", page=page, asked=asked, lost=lost)


def private(answer: ResponseReturnValue, status: int | None = None) -> Response:
    """An answer that no cache, and no browser that goes back after the list is cleared, may keep."""
    response = make_response(answer)
    if status is not None:
        response.status_code = status
    response.headers["Cache-Control"] = "private, no-store"
    return response
