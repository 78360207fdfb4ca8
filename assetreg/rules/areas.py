"""What is true of areas: how they are called in addresses, and when a new set of boundaries may replace the present."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

ALIKE_ENOUGH = 0.9  # of the codes, both ways: fewer, and the file is of other wards or of another year
_CODE = re.compile(r"\S*\d\S*")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far the codes of a new file and those of the present areas are the same."""

    present: int
    incoming: int
    shared: int

    @property
    def is_close(self) -> bool:
        """Whether nine in ten of the one are in the other, both ways; always when there is nothing yet."""
        if self.present == 0:
            return True
        return self.shared >= ALIKE_ENOUGH * self.present and self.shared >= ALIKE_ENOUGH * self.incoming


def likeness(present: Collection[str], incoming: Collection[str]) -> Likeness:
    """Compare two sets of codes."""
    here, there = set(present), set(incoming)
    return Likeness(len(here), len(there), len(here & there))


def why_not_replace(kind: str, alike: Likeness) -> str | None:
    """Why this file should not replace the present areas of this kind, in numbers; None when it may."""
    if alike.is_close:
        return None
    if alike.shared >= ALIKE_ENOUGH * alike.present:
        return (
            f"The file covers more than the register: of its {alike.incoming} areas only {alike.shared} are among the "
            f"{alike.present} present areas of the kind “{kind}”. Nothing was changed. Choose your part of the file "
            "with --only FIELD=VALUE, or add --force to take all of it."
        )
    return (
        f"This looks like another set of areas: the register has {alike.present} of the kind “{kind}”, the file has "
        f"{alike.incoming}, and only {alike.shared} have the same code. Nothing was changed. Check that it is the "
        "right file and the right year. If you do mean to replace them, add --force."
    )


def slug_of(kind: str, name: str) -> str:
    """How an area is called in an address: wards and the city by name alone, others with their kind after it."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ")).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    if kind not in ("ward", "city") and kind not in words:
        words.append(kind)
    return "-".join(words) or kind


def free_slug(kind: str, name: str, taken: Collection[str]) -> str:
    """The area's slug, with its kind or the first free number after it when another area is already called so."""
    slug = slug_of(kind, name)
    if slug in taken and not slug.endswith(kind):
        slug = f"{slug}-{kind}"
    candidate, number = slug, 2
    while candidate in taken:
        candidate, number = f"{slug}-{number}", number + 1
    return candidate


def code_of(kind: str, value: str) -> str:
    """The code to keep for what a file gives as one: official codes as they are, a mere name with the kind before it.

    A council's own localities have no codes; "South" becomes "locality-south", the same from every file.
    """
    return value if _CODE.fullmatch(value) else f"{kind}-{slug_of('ward', value)}"


def slugs_meant(text: str) -> list[str]:
    """The addresses that somebody who writes this for an area can mean, the likeliest first.

    "Brandwood and King’s Heath", "brandwood & kings heath" and "Brandwood & King's Heath ward" are all the same.
    """
    slug = slug_of("ward", text)
    without = slug.removesuffix("-ward")
    return list(dict.fromkeys([slug, without, f"{without}-ward", f"{slug}-constituency", f"{slug}-locality"]))


def share_of(text: str) -> float | None:
    """A share between 0 and 1 as spreadsheets write it ("0.61", "61%", "61.29 %", "1,0"); None when it is none."""
    plain = text.strip().replace(",", ".")
    is_percent = plain.endswith("%")
    try:
        share = float(plain.removesuffix("%"))
    except ValueError:
        return None
    share = share / 100 if is_percent else share
    return share if 0 < share <= 1 else None


def listed(names: Iterable[str], most: int = 5) -> str:
    """Names in a sentence: "Alpha, Beta and 3 more"."""
    every = list(names)
    if len(every) <= most:
        return ", ".join(every[:-1]) + (" and " if len(every) > 1 else "") + every[-1] if every else "none"
    return f"{', '.join(every[:most])} and {len(every) - most} more"
