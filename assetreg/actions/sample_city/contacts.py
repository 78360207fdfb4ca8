"""Ways to get in touch, none of which reaches anybody: Ofcom's numbers for drama, and example.org."""

from __future__ import annotations

import re
import unicodedata
from random import Random

from assetreg.actions.sample_city.chances import Deck
from assetreg.actions.sample_city.plan import Draft, Team

LANDLINES = [f"+44121496{number:04d}" for number in range(1000)]
MOBILES = [f"+447700900{number:03d}" for number in range(1000)]
ELSEWHERE = [f"+441632960{number:03d}" for number in range(1000)]

Contact = tuple[str, str, str]  # kind, value, label


class ContactBook:
    """Deals out numbers and addresses, each once while they last."""

    def __init__(self, draw: Random) -> None:
        """Shuffle the numbers."""
        self._landlines = Deck(LANDLINES, draw, ELSEWHERE)
        self._mobiles = Deck(MOBILES, draw)
        self._taken: set[str] = set()

    def of_team(self, team: Team, draw: Random) -> list[Contact]:
        """An organisation's telephone, e-mail and, mostly, its web page."""
        word = self._word(team.name, f"o{team.number}")
        found = [("phone", self._phone(draw, 0.12), ""), ("email", f"{word}@example.org", "")]
        if team.kind in ("council", "library") or draw.random() < 0.7:
            found.append(("url", f"https://example.org/{word}", ""))
        return found

    def of_service(self, draft: Draft, name: str, leader: str, draw: Random) -> list[Contact]:
        """A service's own telephone or e-mail. Some leave everything to their organisation."""
        archetype = draft.archetype
        found: list[Contact] = []
        if archetype.delivery == "telephone":
            found.append(("phone", self._phone(draw, 0.0), ""))
        elif archetype.referral != "none" or draw.random() < 0.5:
            label = leader if archetype.kind == "group" and draw.random() < 0.6 else ""
            found.append(("phone", self._phone(draw, 0.45 if label else 0.15), label))
        if archetype.delivery == "online" or draw.random() < 0.35:
            found.append(("email", f"{self._word(name, f's{draft.number}')}@example.org", ""))
        if archetype.delivery == "online":
            found.append(("url", f"https://example.org/join/{draft.number}", "Join online"))
        return found

    def _phone(self, draw: Random, mobile: float) -> str:
        return (self._mobiles if draw.random() < mobile else self._landlines).deal()

    def _word(self, name: str, number: str) -> str:
        """The name as it can stand in an address; with a number behind it when another is called so."""
        plain = unicodedata.normalize("NFKD", name.replace("'", "")).encode("ascii", "ignore").decode().lower()
        word = "-".join(re.findall(r"[a-z0-9]+", plain))[:50].strip("-") or number
        if word in self._taken:
            word = f"{word}-{number}"
        self._taken.add(word)
        return word
