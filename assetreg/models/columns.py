"""Column shapes that several tables share."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from sqlalchemy import BigInteger, DateTime, Identity, Uuid, func
from sqlalchemy.orm import mapped_column

READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 or O, 1 or I or L, and no U, so that no rude word forms by chance

Key = Annotated[int, mapped_column(BigInteger, Identity(always=False), primary_key=True)]
PublicId = Annotated[uuid.UUID, mapped_column(Uuid, unique=True, default=uuid.uuid4)]
CreatedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]
UpdatedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now(), onupdate=func.now())]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]


def one_of(column: str, values: Iterable[str]) -> str:
    """SQL for a check that `column` holds one of `values` (or NULL, which a check lets pass)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


def new_short_code() -> str:
    """Seven characters that can be read aloud and typed from paper: 22 thousand million combinations."""
    number = secrets.randbelow(len(READABLE) ** 7)
    return "".join(READABLE[number // len(READABLE) ** place % len(READABLE)] for place in range(7))
