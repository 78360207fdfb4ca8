"""What one import knows while it runs: its source, its columns, its clock, and where its audit rows go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from assetreg.actions.import_services.known import Names
from assetreg.actions.import_services.staging import Teller
from assetreg.actions.import_services.writing import Ids, Writes


@dataclass
class Run:
    """One import. `now` is ISO 8601; `public_id` names the run in every audit row it writes.

    `tell` puts down a problem with a line; its row counts as rejected. `salt` makes this import's keys useless outside.
    """

    connection: Connection
    public_id: str
    source: str | None
    columns: frozenset[str]
    names: Names
    now: str
    is_dry_run: bool
    actor: str
    user_id: int | None
    ids: Ids
    tell: Teller
    salt: bytes
    taken: set[int] = field(default_factory=set)  # services that a row of this import was found to be
    organisation_urls: dict[int, str] = field(default_factory=dict)

    def note_audit(
        self, writes: Writes, action: str, entity: str, entity_id: str, changes: Mapping[str, list[Any]]
    ) -> None:
        """Add an audit row that names this run."""
        writes.audits.append(
            {
                "actor": self.actor,
                "user_id": self.user_id,
                "action": action,
                "entity": entity,
                "entity_id": entity_id,
                "changes": {**changes, "import_run": [None, self.public_id]},
            }
        )
