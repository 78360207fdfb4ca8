"""How somebody wants pages to look: four choices, kept as a short text in a cookie."""

from __future__ import annotations

from dataclasses import dataclass, fields

TEXT_SIZES = ("standard", "large", "larger", "largest")
COLOURS = ("standard", "contrast", "dark", "cream")
SPACINGS = ("standard", "wide")
MOTIONS = ("standard", "less")


@dataclass(frozen=True)
class Display:
    """The choices; "standard" is what a page looks like when nobody chose."""

    text: str = "standard"
    colours: str = "standard"
    spacing: str = "standard"
    motion: str = "standard"

    @property
    def is_standard(self) -> bool:
        """Has nothing been chosen?"""
        return self == Display()


CHOICES: dict[str, tuple[str, ...]] = {
    "text": TEXT_SIZES,
    "colours": COLOURS,
    "spacing": SPACINGS,
    "motion": MOTIONS,
}


def read_display(cookie: str) -> Display:
    """The choices in a cookie's text ("text-large.colours-dark"); whatever is not a choice of ours is passed over."""
    chosen = {}
    for part in cookie.split("."):
        name, _, value = part.partition("-")
        if value in CHOICES.get(name, ()):
            chosen[name] = value
    return Display(**chosen)


def write_display(display: Display) -> str:
    """The cookie's text for these choices; empty when everything is standard."""
    return ".".join(f"{name}-{value}" for name, value in chosen_of(display))


def classes_of(display: Display) -> str:
    """The classes that `<html>` carries: "app-text-large app-colours-dark"; empty when everything is standard."""
    return " ".join(f"app-{name}-{value}" for name, value in chosen_of(display))


def chosen_of(display: Display) -> list[tuple[str, str]]:
    """The choices that differ from the standard, in a fixed order."""
    pairs = [(field.name, str(getattr(display, field.name))) for field in fields(display)]
    return [(name, value) for name, value in pairs if value != "standard"]
