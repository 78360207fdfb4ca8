"""Areas (polygons with a code) and how they lie inside one another."""

from __future__ import annotations

from typing import Any

from geoalchemy2 import Geography, Geometry
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetreg.db import Model
from assetreg.models.columns import CreatedAt, Instant, Key, UpdatedAt, one_of
from assetreg.rules.vocabulary import AREA_KINDS


class Area(Model):
    """A ward, constituency, locality or the city. `retired_at` keeps a former area that entries still refer to."""

    __tablename__ = "area"

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    boundary: Mapped[Any] = mapped_column(
        Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=True, deferred=True
    )
    centre: Mapped[Any] = mapped_column(Geography("POINT", srid=4326, spatial_index=False), nullable=True)
    is_approximate: Mapped[bool] = mapped_column(default=False, server_default="false")
    source: Mapped[str] = mapped_column(Text, default="", server_default="")
    retired_at: Mapped[Instant | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    __table_args__ = (
        CheckConstraint(one_of("kind", AREA_KINDS), name="kind_known"),
        CheckConstraint("name <> '' AND code <> '' AND slug <> ''", name="named"),
        Index("ix_area_boundary", "boundary", postgresql_using="gist"),
        Index("ix_area_kind_name", "kind", "name"),
    )


class AreaLink(Model):
    """`child` lies in `parent`. A ward may be in two constituencies; `share` is the part of its postcodes there."""

    __tablename__ = "area_link"

    child_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("area.id", ondelete="CASCADE"), primary_key=True)
    parent_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("area.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    share: Mapped[float] = mapped_column(Numeric(5, 4, asdecimal=False), default=1, server_default="1")

    child: Mapped[Area] = relationship(foreign_keys=[child_id])
    parent: Mapped[Area] = relationship(foreign_keys=[parent_id])

    __table_args__ = (
        CheckConstraint("share > 0 AND share <= 1", name="share_is_a_part"),
        CheckConstraint("child_id <> parent_id", name="not_inside_itself"),
    )


class Postcode(Model):
    """One full postcode and where it is. `code` is compact upper case ("B312AB"). Written only by the loader."""

    __tablename__ = "postcode"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    point: Mapped[Any] = mapped_column(Geography("POINT", srid=4326, spatial_index=False))
    ward_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("area.id", ondelete="SET NULL"), index=True)

    __table_args__ = (
        CheckConstraint("code ~ '^[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}$'", name="code_compact"),
        Index("ix_postcode_point", "point", postgresql_using="gist"),
    )


class PostcodeCentre(Model):
    """The middle of an outward code ("B31") or a sector ("B31 2"): what is known when the full postcode is not.

    `is_derived` centres are averages of loaded postcodes and are renewed with them; the others came with the sample.
    """

    __tablename__ = "postcode_centre"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    point: Mapped[Any] = mapped_column(Geography("POINT", srid=4326, spatial_index=False))
    postcodes: Mapped[int] = mapped_column(default=0, server_default="0")
    is_derived: Mapped[bool] = mapped_column(default=False, server_default="false")
    ward_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("area.id", ondelete="SET NULL"))
    loaded_at: Mapped[CreatedAt]

    __table_args__ = (
        CheckConstraint("code ~ '^[A-Z]{1,2}[0-9][0-9A-Z]?( [0-9])?$'", name="code_is_outward_or_sector"),
    )
