"""Money, ages, distances, phone numbers and languages as people say them."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers
from babel import Locale
from babel.numbers import format_decimal

from assetreg.texts.translate import gettext, locale, ngettext
from geo.points import nearness


def say_number(number: int) -> str:
    """A count as it is read: 9,640."""
    if -1000 < number < 1000:
        return str(number)  # most are, and nobody groups three digits
    return f"{number:,}" if locale().language == "en" else format_decimal(number, locale=locale())


def say_money(pence: int) -> str:
    """£2, £2.50; free when it is nothing."""
    if pence == 0:
        return gettext("free")
    pounds, rest = divmod(pence, 100)
    return f"£{pounds:,}.{rest:02d}" if rest else f"£{pounds:,}"


def say_cost(pence: int | None) -> str:
    """What it costs: Free, £2, or that we do not know."""
    if pence is None:
        return gettext("Ask about the cost")
    return gettext("Free") if pence == 0 else say_money(pence)


def say_miles(metres: float) -> str:
    """Miles up to one decimal, whole from ten on: 0.6 miles, 1 mile, 12 miles."""
    miles = nearness(metres).miles
    said = f"{miles:.0f}" if miles >= 10 else f"{miles:.1f}".removesuffix(".0")
    return gettext("1 mile") if said == "1" else gettext("%(miles)s miles", miles=said)


def say_walk(metres: float) -> str:
    """Minutes on foot under a mile; empty from a mile on."""
    minutes = nearness(metres).walk_minutes
    return ngettext("%(num)s minute’s walk", "%(num)s minutes’ walk", minutes) if minutes else ""


def say_ages(lowest: int | None, highest: int | None) -> str:
    """Who it is for by age: All ages, 18 and over, Up to 11, 5 to 11, Age 16."""
    if lowest in (None, 0) and highest is None:
        return gettext("All ages")
    if highest is None:
        return gettext("%(age)s and over", age=lowest)
    if lowest in (None, 0):
        return gettext("Up to %(age)s", age=highest)
    if lowest == highest:
        return gettext("Age %(age)s", age=lowest)
    return gettext("%(lowest)s to %(highest)s", lowest=lowest, highest=highest)


@lru_cache(maxsize=4096)
def parsed_phone(number: str) -> phonenumbers.PhoneNumber | None:
    """A number as the phone book knows it; None when it is none, and for short ones (999, 116 123) that stay as is."""
    try:
        parsed = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return None
    is_whole = phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.IS_POSSIBLE
    return parsed if is_whole else None


@lru_cache(maxsize=4096)
def say_phone(number: str) -> str:
    """As it is dialled here: 0121 496 0123. Whatever was written stays when it is no number we know."""
    parsed = parsed_phone(number)
    if parsed is None:
        return number
    is_ours = parsed.country_code == 44
    shape = phonenumbers.PhoneNumberFormat.NATIONAL if is_ours else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, shape)


def tel_link(number: str) -> str:
    """The address that a phone dials: tel:+441214960123."""
    parsed = parsed_phone(number)
    if parsed is None:
        return "tel:" + "".join(character for character in number if character.isdigit() or character == "+")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.RFC3966).replace("-", "")


@lru_cache(maxsize=1024)
def language_name(code: str, reader: Locale) -> str:
    """A language's name in the reader's own; British Sign Language, which the tables lack, by hand."""
    if code == "bfi":
        return "British Sign Language"
    name = reader.languages.get(code)
    return str(name) if name else code


def say_language(code: str) -> str:
    """The name of a language by its ISO 639 code: "ur" is Urdu."""
    return language_name(code, locale())
