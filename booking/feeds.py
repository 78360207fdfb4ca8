"""Fetching a group's calendar from the web, without being led anywhere else.

The address comes from a person, so it is met with suspicion: https only, only hosts on the public internet (every
address of the name is looked at, and the connection goes to the one that was looked at), few redirects, each of them
looked at the same way, and bounds on time and size.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, urljoin, urlsplit

MOST_BYTES = 2_000_000
LONGEST_S = 15.0
STEP_S = 5.0
MOST_REDIRECTS = 3
REDIRECTS = (301, 302, 303, 307, 308)
Trouble = Literal[
    "not_an_address",
    "not_https",
    "not_public",
    "unknown_host",
    "no_answer",
    "refused",
    "too_large",
    "too_slow",
    "astray",
]


class FeedTrouble(Exception):
    """The calendar could not be fetched; `reason` says why, `status` what the other side said."""

    def __init__(self, reason: Trouble | str, status: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.status = reason, status


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    location: str
    body: bytes


Resolve = Callable[[str], list[str]]
Ask = Callable[[SplitResult, str, float], Answer]


def fetch_calendar(url: str, resolve: Resolve | None = None, ask: Ask | None = None) -> bytes:
    """The bytes behind an address. Raises FeedTrouble."""
    resolve, ask = resolve or resolve_host, ask or ask_server
    until = time.monotonic() + LONGEST_S
    for _try in range(MOST_REDIRECTS + 1):
        parts = look_at(url)
        address = public_address(parts.hostname or "", resolve)
        answer = ask(parts, address, until)
        if answer.status in REDIRECTS and answer.location:
            url = urljoin(url, answer.location)
            continue
        if answer.status != 200:
            raise FeedTrouble("refused", answer.status)
        return answer.body
    raise FeedTrouble("astray")


def tidy_address(text: str) -> str:
    """An address as people paste it: blanks gone, `webcal://` and a missing beginning understood as https."""
    said = "".join(text.split())
    if said.lower().startswith("webcal://"):
        said = "https://" + said[len("webcal://") :]
    elif said and "://" not in said:
        said = f"https://{said}"
    return said


def look_at(url: str) -> SplitResult:
    """The parts of an address that may be asked. Raises FeedTrouble."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FeedTrouble("not_an_address") from None
    if parts.scheme != "https":
        raise FeedTrouble("not_https" if parts.scheme else "not_an_address")
    if not parts.hostname or parts.username or parts.password or port not in (None, 443) or not url.isascii():
        raise FeedTrouble("not_an_address")
    return parts


def public_address(host: str, resolve: Resolve) -> str:
    """The address of a host on the public internet. Raises FeedTrouble when any of its addresses is not on it."""
    try:
        found = resolve(host)
    except (OSError, UnicodeError):
        raise FeedTrouble("unknown_host") from None
    if not found:
        raise FeedTrouble("unknown_host")
    if not all(is_public(address) for address in found):
        raise FeedTrouble("not_public")
    return found[0]


def is_public(address: str) -> bool:
    """Is this an address on the public internet? Not so: private, loopback, link-local, reserved, multicast."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None and not is_public(str(inner)):
            return False
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast


def resolve_host(host: str) -> list[str]:
    """Every address of a host."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)]


class PinnedConnection(http.client.HTTPSConnection):
    """A connection to an address that was looked at, whatever the name means by now; the certificate is the name's."""

    def __init__(self, host: str, address: str, timeout: float) -> None:
        self.certificates = ssl.create_default_context()
        super().__init__(host, 443, timeout=timeout, context=self.certificates)
        self.address = address

    def connect(self) -> None:
        """Connect to the address, speak as with the host."""
        plain = socket.create_connection((self.address, 443), self.timeout)
        self.sock = self.certificates.wrap_socket(plain, server_hostname=self.host)


def ask_server(parts: SplitResult, address: str, until: float) -> Answer:
    """One request. Raises FeedTrouble."""
    connection = PinnedConnection(parts.hostname or "", address, STEP_S)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    try:
        connection.request("GET", path, headers={"Accept": "text/calendar", "User-Agent": "assetreg calendar reader"})
        response = connection.getresponse()
        location = response.getheader("Location", "") or ""
        return Answer(response.status, location, read_body(response, until) if response.status == 200 else b"")
    except TimeoutError:
        raise FeedTrouble("too_slow") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise FeedTrouble("no_answer") from None
    finally:
        connection.close()


def read_body(response: http.client.HTTPResponse, until: float) -> bytes:
    """What is sent, within the bounds. Raises FeedTrouble."""
    body = bytearray()
    while chunk := response.read1(65_536):
        body += chunk
        if len(body) > MOST_BYTES:
            raise FeedTrouble("too_large")
        if time.monotonic() > until:
            raise FeedTrouble("too_slow")
    return bytes(body)
