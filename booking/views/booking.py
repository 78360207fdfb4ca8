"""Booking: one session, or a whole course. A form that is sent twice books once; nothing that was typed is lost."""

from __future__ import annotations

import math
from dataclasses import replace
from hashlib import sha256
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from assetreg import clock
from assetreg.db import db
from assetreg.permissions import public
from assetreg.security import csrf
from assetreg.texts.amounts import say_ages
from assetreg.texts.translate import gettext, locale, ngettext
from assetreg.throttle import TooManyTries, booking_bounds, count_try, network_of
from booking import saying_places
from booking.actions.places import BookingWish, Outcome, VeryBusy, book_place, book_run
from booking.forms.booking import Asks, BookingForm, check, empty_form, new_key, read_form
from booking.forms.reading import one_line, some_lines
from booking.links import manage_path
from booking.queries.own_bookings import has_namesake
from booking.queries.session_pages import (
    SessionPage,
    get_first_of_run,
    get_session_page,
    list_nearest_dates,
    list_run,
    list_times_of_day,
)
from booking.rules.bookable import Reason, Wish, free_for_age
from booking.standing_of_sessions import WayIn, sitting_of_page, way_into
from booking.views.blueprint import blueprint
from booking.views.who import REFUSED, WRONG_FORM, Powers, council_phone, powers_over, refuse_unlisted, secret

# Reasons that one field of the form can put right.
FIELDS_OF_REASONS = {
    "party_too_small": "party_size",
    "party_too_large": "party_size",
    "age_needed": "age",
    "not_for_this_age": "age",
}
BUSY = 503
TOO_MANY = 429


@blueprint.route("/sessions/<uuid:public_id>/book", methods=["GET", "POST"], endpoint="book_session")
# The token is checked in `Desk.take`, so that a form left open over night comes back with all that was typed.
@csrf.exempt  # type: ignore[untyped-decorator]
@public
def book_session(public_id: UUID) -> ResponseReturnValue:
    """Book places at one session, ask for them, or wait for them."""
    page = get_session_page(public_id)
    return secret(serve(page, whole_run=False))


@blueprint.route("/series/<uuid:public_id>/book-run", methods=["GET", "POST"], endpoint="book_run_of_series")
@csrf.exempt  # type: ignore[untyped-decorator]  # as above
@public
def book_run_of_series(public_id: UUID) -> ResponseReturnValue:
    """Book all the dates of a course that are still to come."""
    return secret(serve(get_first_of_run(public_id, clock.now()), whole_run=True))


def serve(page: SessionPage, *, whole_run: bool) -> ResponseReturnValue:
    """The form, and what comes of it."""
    powers = powers_over(page)
    refuse_unlisted(page, powers, page.public_id)
    asks = Asks(
        largest_party=page.largest_party,
        asks_names=page.series.asks_names,
        age_rule=page.series.age_rule,
        questions=page.series.questions,
        is_desk=powers.is_desk,
        may_overbook=powers.organises,
    )
    desk = Desk(page, powers, asks, whole_run)
    if request.method != "POST":
        if desk.found.way not in ("book", "ask", "wait") and not desk.can_overbook:
            return redirect(url_for("booking.show_session", public_id=page.public_id))
        return desk.show(empty_form(asks))
    form = read_form(request.form, asks)
    if request.form.get("button") == "carry":
        form.key = new_key()
        return desk.show(form)
    return desk.take(form)


class Desk:
    """One session's form for whoever asks for it now."""

    def __init__(self, page: SessionPage, powers: Powers, asks: Asks, whole_run: bool) -> None:
        self.page, self.powers, self.asks, self.whole_run = page, powers, asks, whole_run
        self.now = clock.now()
        self.found: WayIn = way_into(
            page, self.now, by_staff=powers.books_for_others, by_organiser=powers.organises, whole_run=whole_run
        )
        self.address = (
            url_for("booking.book_run_of_series", public_id=page.series.public_id)
            if whole_run
            else url_for("booking.book_session", public_id=page.public_id)
        )

    @property
    def can_overbook(self) -> bool:
        """Can whoever looks after a full session make one more place?"""
        return self.powers.organises and self.found.reason is not None and self.found.reason.name == "full"

    def show(self, form: BookingForm, status: int = 200, notice: str = "") -> ResponseReturnValue:
        """The form with everything in it that was typed."""
        page = self.page
        is_slot = page.series.kind == "appointments"
        return (
            render_template(
                "booking/book_session.html",
                page=page,
                form=form,
                asks=self.asks,
                found=self.found,
                powers=self.powers,
                can_overbook=self.can_overbook,
                address=self.address,
                notice=notice,
                run=list_run(page.occurrence.series_id, self.now) if self.whole_run else [],
                times=list_times_of_day(page.occurrence, self.now) if is_slot else [],
                say=saying_places,
                phone=council_phone(),
            ),
            status,
        )

    def take(self, form: BookingForm) -> ResponseReturnValue:
        """Book what the form asks for; else say what is wrong, with everything kept."""
        try:
            csrf.protect()
        except CSRFError:
            said = gettext(
                "This page was open for a long time, so we have not sent it yet. All you typed is still here. Check it,"
                " then press the button again."
            )
            return self.show(form, WRONG_FORM, said)
        if not check(form):
            return self.show(form, WRONG_FORM)
        warning = self.warning_about(form)
        if warning:
            return self.show(form, WRONG_FORM, warning)
        try:
            if not self.powers.is_desk:
                count_try(booking_bounds(form.email or form.phone or "", network_of(request.remote_addr)), "booking")
            outcome = self.book(form)
        except TooManyTries as problem:
            return self.show(form, TOO_MANY, say_wait(problem))
        except VeryBusy:
            said = gettext("Very many people want this just now. Nothing was saved. Press the button again.")
            return self.fresh().show(form, BUSY, said)
        if outcome.kind == "refused":
            db.session.rollback()
            return self.fresh().refuse(form, outcome.reason or Reason("not_found"))
        db.session.commit()
        first = outcome.bookings[0]
        if outcome.is_repeat:
            flash(gettext("This form was sent twice. We booked once."), "notice")
        return redirect(manage_path(first), 303)

    def fresh(self) -> Desk:
        """The same desk, with the session as it is now: it changed while somebody typed."""
        return Desk(get_session_page(self.page.public_id), self.powers, self.asks, self.whole_run)

    def warning_about(self, form: BookingForm) -> str:
        """What whoever books should know before anything is saved, once; empty when there is nothing."""
        series, page = self.page.series, self.page
        if series.age_rule == "warn" and not form.values["age_seen"]:
            sitting = replace(sitting_of_page(page), age_rule="warn")
            if not free_for_age(sitting, Wish(age=form.age)):
                form.values["age_seen"] = "yes"
                return gettext(
                    "This session is meant for these ages: %(ages)s. You can still book. Press the button again if you"
                    " want to.",
                    ages=say_ages(series.min_age, series.max_age).lower(),
                )
        if self.powers.is_desk and not form.values["name_seen"] and has_namesake(page.occurrence.id, form.name):
            form.values["name_seen"] = "yes"
            return gettext(
                "Somebody called %(name)s has a booking here already. If it is another person, press the button again.",
                name=form.name,
            )
        return ""

    def book(self, form: BookingForm) -> Outcome:
        """Ask for the places. Raises VeryBusy."""
        wish = self.wish_of(form)
        if self.whole_run:
            return book_run(self.page.occurrence.series_id, wish, clock.now())
        return book_place(wish, clock.now())

    def wish_of(self, form: BookingForm) -> BookingWish:
        """What the form asks for, as the rules know it."""
        overbooks = bool(form.values["overbooks"]) and self.asks.may_overbook
        comes_first = bool(form.values["is_priority"]) and self.asks.is_desk
        ids = {question.public_id: question.id for question in self.page.series.questions}
        return BookingWish(
            occurrence_ids=(self.page.occurrence.id,),
            name=form.name,
            party_size=form.party_size,
            email=form.email,
            phone=form.phone,
            comers=form.comers,
            comers_note=one_line(form.values["comers_note"]),
            access_needs=some_lines(form.values["access_needs"]),
            age=form.age,
            booked_by=self.booked_by(form, overbooks),
            booked_by_id=current_user.id if self.powers.is_desk else None,
            booker_name=form.booker_name,
            answers={ids[public_id]: text for public_id, text in form.answers.items()},
            may_wait=bool(request.form.get("may_wait")),
            wants_late=bool(form.values["wants_late"]),
            priority_reason=one_line(form.values["priority_reason"]) if comes_first else "",
            overbook_reason=one_line(form.values["overbook_reason"]) if overbooks else "",
            is_whole_run=self.whole_run,
            language=str(locale().language),
            key=f"{self.page.public_id}:{form.key}:{mark_of(form)}",
        )

    def booked_by(self, form: BookingForm, overbooks: bool) -> str:
        """Whose work this booking is. Only as organiser does anybody get past the session's own limits."""
        if self.powers.is_desk:
            is_only_organiser = self.powers.organises and not self.powers.books_for_others
            return "organiser" if is_only_organiser or overbooks else "connector"
        return "relative" if form.is_for_other else "self"

    def refuse(self, form: BookingForm, reason: Reason) -> ResponseReturnValue:
        """Why not, in a sentence, with what to do instead; everything that was typed goes along."""
        said = saying_places.say_reason(reason, council_phone())
        field = FIELDS_OF_REASONS.get(reason.name)
        if field is not None:
            form.problems[field] = said
            return self.show(form, WRONG_FORM)
        page = self.page
        return (
            render_template(
                "booking/show_refusal.html",
                page=page,
                form=form,
                reason=reason,
                said=said,
                can_wait=reason.name == "full" and bool(reason.facts.get("takes_waiting")),
                can_overbook=self.can_overbook,
                instead=[] if self.whole_run else list_nearest_dates(page.occurrence, self.now, form.party_size),
                address=self.address,
                say=saying_places,
                phone=council_phone(),
            ),
            REFUSED,
        )


def mark_of(form: BookingForm) -> str:
    """A short mark of who comes. Somebody who goes back and books for the next person is not taken for the first one:
    neither is their booking lost, nor do they see the other's.
    """
    who = repr((form.name, form.booker_name, form.email, form.phone))
    return sha256(who.encode()).hexdigest()[:16]


def say_wait(problem: TooManyTries) -> str:
    """When the next booking is welcome."""
    minutes = max(math.ceil((problem.until - clock.now()).total_seconds() / 60), 1)
    return ngettext(
        "Many bookings were made from where you are. Nothing was saved. Wait %(num)s minute, then press the button"
        " again, or call us.",
        "Many bookings were made from where you are. Nothing was saved. Wait %(num)s minutes, then press the button"
        " again, or call us.",
        minutes,
    )
