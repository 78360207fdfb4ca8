"""Phone numbers, e-mail addresses and web addresses: read what people type, keep it one way."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumber, PhoneNumberFormat, is_valid_short_number_for_region

HOME_COUNTRY = "GB"
URL_MAX = 1000
LONGEST_SHORT = 6  # digits, as in 116123

# Numbers that Ofcom keeps free for drama, so that examples and samples ring nobody; libphonenumber refuses these four.
_KEPT_FOR_DRAMA = ("+441632960", "+447700900", "+443069990", "+448081570")
_PLAIN_BRITISH = re.compile(r"0[1237]\d{2,4} ?\d{3} ?\d{3,4}", re.ASCII)
_PLAIN_LOCAL = re.compile(r"(?=.{1,64}$)[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*")
_LABEL = re.compile(r"^\s*(?:tel|phone|mobile|telephone)\b", re.IGNORECASE)
_HOST = re.compile(r"(?!-)[^\W_][\w-]*(?:\.[\w-]+)*\.[^\W\d_]{2,63}\.?|\d{1,3}(?:\.\d{1,3}){3}")
_LOOKS_LIKE_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#].*)?")


class ContactError(ValueError):
    """This cannot be used to get in touch; `str()` is a sentence that says what to write."""


@lru_cache(maxsize=4096)
def read_phone(text: str) -> str:
    """A phone number as E.164 ("+441214960123"); a short number ("116123") stays as it is dialled.

    British unless it begins with + and another country. Raises ContactError.
    """
    number = plain_british(text) or parse_phone(text)
    if len(str(number.national_number)) <= LONGEST_SHORT and is_valid_short_number_for_region(number, HOME_COUNTRY):
        return re.sub(r"\D", "", text)
    written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    is_valid = phonenumbers.is_valid_number_for_region(number, HOME_COUNTRY) or phonenumbers.is_valid_number(number)
    if is_valid or (len(written) == 13 and written.startswith(_KEPT_FOR_DRAMA)):
        return written
    raise ContactError("No phone has this number. Check the digits, and write it like 0121 496 0123.")


def plain_british(text: str) -> PhoneNumber | None:
    """The number of the usual ten or eleven digits that begin with 0, without the long way round; None for others."""
    match = _PLAIN_BRITISH.fullmatch(text)
    return PhoneNumber(country_code=44, national_number=int(re.sub(r"\D", "", text))) if match else None


def parse_phone(text: str) -> PhoneNumber:
    """The number that a text is, and nothing besides. Raises ContactError."""
    try:
        number = phonenumbers.parse(text, HOME_COUNTRY)
    except phonenumbers.NumberParseException:
        raise ContactError("This is not a phone number. Write it like 0121 496 0123.") from None
    if number.extension:
        raise ContactError("An extension cannot be kept with the number. Write the number alone, like 0121 496 0123.")
    if re.search(r"[^\W\d_]", _LABEL.sub("", text)):
        raise ContactError("Write only the number here, like 0121 496 0123, and the words in another column.")
    return number


def read_email(text: str) -> str:
    """An e-mail address in its usual form. Whether it exists is not asked. Raises ContactError."""
    local, _, domain = text.strip().rpartition("@")
    try:
        if _PLAIN_LOCAL.fullmatch(local):
            return f"{local}@{read_domain(domain)}"
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        raise ContactError("This is not an e-mail address. Write it like name@example.org.") from None


@lru_cache(maxsize=4096)
def read_domain(domain: str) -> str:
    """The part of an e-mail address behind the @, in its usual form. Many addresses share one."""
    return validate_email(f"a@{domain}", check_deliverability=False).domain


def read_url(text: str) -> str:
    """A web address that begins with http:// or https://; one written without gets https://. Raises ContactError."""
    wanted = text.strip()
    if len(wanted) > URL_MAX:
        raise ContactError(f"This web address is longer than {URL_MAX} characters. Use a shorter one.")
    if re.search(r"[\s<>\"\\^`{}|\x00-\x1f\x7f]", wanted):
        raise ContactError(
            "A web address has no spaces or quotation marks. Write one address, like https://example.org."
        )
    if "://" not in wanted and _LOOKS_LIKE_HOST.fullmatch(wanted):
        wanted = f"https://{wanted}"
    try:
        parts = urlsplit(wanted)
        host, is_plain = parts.hostname or "", parts.port is None or parts.port > 0
    except ValueError:
        host, is_plain = "", False
    if (
        not is_plain
        or parts.scheme.lower() not in ("http", "https")
        or not _HOST.fullmatch(host)
        or "@" in parts.netloc
    ):
        raise ContactError("This is not a web address. Write it in full, like https://example.org.")
    return wanted
