"""The post: takes a finished message out of the house, by SMTP or into a folder.

A message may be handed over twice (the worker was killed between sending and marking). Its Message-ID and, in a
folder, its file name are made from its public id, so that the second one replaces the first or can be dropped.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

from flask import current_app

from assetreg.models import Message

SMTP_TIMEOUT_S = 20


class Channel(Protocol):
    """A way for an e-mail to leave the house."""

    def deliver(self, email: EmailMessage) -> None:
        """Hand it over; returning means that it is out. Raises OSError or SMTPException when it is not."""
        ...


class Folder:
    """Writes each e-mail as a file, for development and for trying things out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(self, email: EmailMessage) -> None:
        """Write the file whole or not at all, under a name that a second delivery would use again."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = str(email["Message-ID"]).strip("<>").partition("@")[0]
        unfinished = self.folder / f"{name}.part"
        unfinished.write_bytes(bytes(email))
        unfinished.replace(self.folder / f"{name}.eml")


class SmtpServer:
    """Hands e-mails to a mail server, encrypted wherever the server offers it."""

    def __init__(self, host: str, port: int, user: str, password: str) -> None:
        self.host, self.port, self.user, self.password = host, port, user, password

    def deliver(self, email: EmailMessage) -> None:
        """Send it. A password never goes over an unencrypted connection."""
        context = ssl.create_default_context()
        if self.port == 465:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=SMTP_TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=SMTP_TIMEOUT_S)
        try:
            server.ehlo()
            if self.port != 465 and (self.user or server.has_extn("starttls")):
                server.starttls(context=context)
                server.ehlo()
            if self.user:
                server.login(self.user, self.password)
            server.send_message(email)
        finally:
            # A server that says goodbye badly has taken the e-mail all the same: sending it again would be wrong.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()


def compose(message: Message, sender_name: str, sender_address: str) -> EmailMessage:
    """The e-mail for a message: plain text, marked as sent by a machine so that nobody's out-of-office answers it."""
    email = EmailMessage(policy=SMTP)
    _, _, domain = sender_address.rpartition("@")
    email["Message-ID"] = f"<{message.public_id}@{domain}>"
    email["Date"] = format_datetime(message.created_at)
    email["From"] = Address(sender_name, addr_spec=sender_address)
    email["To"] = in_ascii(message.to_email or "")
    email["Subject"] = message.subject
    email["Auto-Submitted"] = "auto-generated"
    email["X-Auto-Response-Suppress"] = "All"
    email.set_content(message.body)
    if message.calendar:
        add_calendar(email, message.calendar)
    return email


def add_calendar(email: EmailMessage, calendar: str) -> None:
    """Put an entry for a calendar with the e-mail: as another form of it, which calendars act on (RFC 6047), and as a
    file for those that do not.
    """
    found = re.search(r"^METHOD:([A-Z]+)\r?$", calendar, re.MULTILINE)
    method = found[1] if found else "PUBLISH"
    email.add_alternative(calendar, subtype="calendar", params={"method": method})
    email.add_attachment(calendar.encode(), maintype="text", subtype="calendar", filename="session.ics")


def in_ascii(address: str) -> str:
    """The address with its domain as mail servers look it up (RFC 5891, A-labels); as it is when it has none."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def channel() -> Channel:
    """The operator's mail server, or the folder `mail` where none is set."""
    settings = current_app.config
    if settings["SMTP_HOST"]:
        return SmtpServer(
            settings["SMTP_HOST"], settings["SMTP_PORT"], settings["SMTP_USER"], settings["SMTP_PASSWORD"]
        )
    return Folder(settings["VAR"] / "mail")
