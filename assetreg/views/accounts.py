"""Signing in and out, one's own account, and passwords."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import current_user

from assetreg.actions import accounts
from assetreg.clock import LOCAL_ZONE
from assetreg.db import db
from assetreg.forms.accounts import (
    WHY_NOT_PASSWORD,
    WRONG_CURRENT_PASSWORD,
    WRONG_SIGN_IN,
    AskForLinkForm,
    ChangePasswordForm,
    ChoosePasswordForm,
    SignInForm,
)
from assetreg.forms.fields import text_of
from assetreg.links import LinkEnded, read_password_link
from assetreg.messages.wording import Sender
from assetreg.permissions import Action, allowed, public
from assetreg.queries.users import find_user_to_sign_in, list_organisations_of
from assetreg.rules.ways_back import own_path
from assetreg.sessions import end_session, find_sign_in_before, start_session
from assetreg.texts.translate import gettext
from assetreg.throttle import count_try, forgive_try, link_bounds, may_send_link, network_of, password_bounds
from assetreg.views.blueprint import blueprint

WRONG_FORM = 422


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """E-mail and password; the same answer, after the same time, whatever of the two is wrong."""
    next_path = own_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(next_path or url_for("assetreg.show_account"))
    form = SignInForm()
    if request.method != "POST":
        return render_template("assetreg/sign_in.html", form=form, next_path=next_path)
    if form.validate():
        email, password = text_of(form.email), text_of(form.password)
        bounds = password_bounds(email, network_of(request.remote_addr))
        count_try(bounds)
        user = find_user_to_sign_in(email)
        is_right = accounts.is_password_right(user, password) and not is_sample_in_production(password)
        if user is not None and is_right:
            start_session(user, accounts.note_sign_in(user, password))
            db.session.commit()
            forgive_try(bounds)
            return redirect(next_path or url_for("assetreg.show_account"))
        form.email.errors = [WRONG_SIGN_IN]
    return render_template("assetreg/sign_in.html", form=form, next_path=next_path), WRONG_FORM


def is_sample_in_production(password: str) -> bool:
    """Did somebody take the sample city's password, which everybody can read, to a real installation?"""
    return bool(current_app.config["IS_PRODUCTION"]) and accounts.is_sample_password(password)


@blueprint.route("/sign-out", methods=["GET", "POST"])
@public
def sign_out() -> ResponseReturnValue:
    """Signing out takes a button, so that no link and no look-ahead of a browser does it."""
    if request.method == "POST":
        if current_user.is_authenticated:
            accounts.end_sessions(current_user)
            db.session.commit()
        end_session()
        return redirect(url_for("assetreg.sign_out"))
    return render_template("assetreg/sign_out.html")


@blueprint.get("/account")
@allowed(Action.SEE_OWN_ACCOUNT)
def show_account() -> ResponseReturnValue:
    """What we know about the person who is signed in."""
    before_at = find_sign_in_before()
    return render_template(
        "assetreg/show_account.html",
        organisations=list_organisations_of(current_user),
        signed_in_before_at=before_at.astimezone(LOCAL_ZONE) if before_at else None,
    )


@blueprint.route("/account/password", methods=["GET", "POST"])
@allowed(Action.CHANGE_OWN_PASSWORD)
def change_password() -> ResponseReturnValue:
    """A new password in place of the present one; every other session ends."""
    form = ChangePasswordForm()
    if request.method != "POST":
        return render_template("assetreg/change_password.html", form=form)
    is_complete = form.validate()
    if is_complete:
        bounds = password_bounds(current_user.email, network_of(request.remote_addr))
        count_try(bounds)
        try:
            accounts.change_password(current_user, text_of(form.current), text_of(form.new), sender())
        except accounts.PasswordRefused as refused:
            show_refusal(form, refused)
        else:
            start_session(current_user._get_current_object(), find_sign_in_before())
            db.session.commit()
            forgive_try(bounds)
            flash(gettext("You have changed your password. We have signed you out everywhere else."), "success")
            return redirect(url_for("assetreg.show_account"))
    return render_template("assetreg/change_password.html", form=form), WRONG_FORM


def show_refusal(form: ChangePasswordForm | ChoosePasswordForm, refused: accounts.PasswordRefused) -> None:
    """Say beside the fields why a password is refused."""
    if refused.is_current_wrong and isinstance(form, ChangePasswordForm):
        form.current.errors = [WRONG_CURRENT_PASSWORD]
    if refused.new is not None:
        form.new.errors = [WHY_NOT_PASSWORD[refused.new]]


@blueprint.route("/reset-password", methods=["GET", "POST"])
@public
def ask_for_password_link() -> ResponseReturnValue:
    """A link by e-mail; the same answer whether or not there is an account."""
    form = AskForLinkForm()
    if request.method != "POST":
        return render_template("assetreg/ask_for_password_link.html", form=form)
    if not form.validate():
        return render_template("assetreg/ask_for_password_link.html", form=form), WRONG_FORM
    count_try(link_bounds(network_of(request.remote_addr)))
    email = text_of(form.email)
    if may_send_link(email):
        accounts.ask_for_password_link(email, sender().web_address, str(get_locale() or "en"))
    db.session.commit()
    return redirect(url_for("assetreg.show_link_sent"))


@blueprint.get("/reset-password/sent")
@public
def show_link_sent() -> ResponseReturnValue:
    """Look into your letter box."""
    return render_template("assetreg/show_link_sent.html")


@blueprint.route("/reset-password/<token>", methods=["GET", "POST"])
@public
def choose_password(token: str) -> ResponseReturnValue:
    """Choose a new password by the link in an e-mail. Looking at the page changes nothing: mail scanners look too."""
    form = ChoosePasswordForm()
    try:
        link = read_password_link(token)
        email = accounts.email_of(link)
        if form.validate_on_submit():
            accounts.choose_password(link, text_of(form.new), sender())
            end_session()
            db.session.commit()
            flash(gettext("You have a new password. Sign in with it now."), "success")
            return redirect(url_for("assetreg.sign_in"))
    except LinkEnded:
        return render_template("assetreg/show_link_ended.html"), 410
    except accounts.PasswordRefused as refused:
        show_refusal(form, refused)
    status = WRONG_FORM if form.errors else 200
    return render_template("assetreg/choose_password.html", form=form, email=email), status


def sender() -> Sender:
    """Who writes our e-mails, and the address that links in them begin with."""
    return Sender.of(current_app.config, request.url_root.rstrip("/"))
