"""Where things happen: locations, and the spaces (rooms) inside them."""

from __future__ import annotations

from typing import Any

from geoalchemy2 import Geography
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetreg.db import Model
from assetreg.models.area import Area
from assetreg.models.columns import CreatedAt, Key, PublicId, UpdatedAt, one_of
from assetreg.rules.vocabulary import ACCESS_FEATURES, PLACEMENTS, VISIBILITIES

ACCESS_ARRAY = ", ".join(f"'{feature}'" for feature in ACCESS_FEATURES)


class Location(Model):
    """One place on the map, or deliberately not on it.

    `visibility` other than public means that the address, postcode and point are not stored at all; the database
    refuses them (care.md, "Confidential places"). `ward_id` and `placement` of a public location with a point are set
    by a trigger, from the ward whose boundary covers the point.
    """

    __tablename__ = "location"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(Text, default="", server_default="")
    address: Mapped[str | None] = mapped_column(Text)
    postcode: Mapped[str | None] = mapped_column(Text)
    point: Mapped[Any] = mapped_column(Geography("POINT", srid=4326, spatial_index=False), nullable=True)
    is_approximate: Mapped[bool] = mapped_column(default=False, server_default="false")
    visibility: Mapped[str] = mapped_column(Text, default="public", server_default="public")
    placement: Mapped[str] = mapped_column(Text, default="needs_location", server_default="needs_location")
    ward_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("area.id", ondelete="SET NULL"), index=True)
    access: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    getting_there: Mapped[str] = mapped_column(Text, default="", server_default="")
    source: Mapped[str | None] = mapped_column(Text, ForeignKey("source.name"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    ward: Mapped[Area | None] = relationship()
    spaces: Mapped[list[Space]] = relationship(back_populates="location", order_by="Space.name, Space.id")

    __table_args__ = (
        CheckConstraint(one_of("visibility", VISIBILITIES), name="visibility_known"),
        CheckConstraint(one_of("placement", PLACEMENTS), name="placement_known"),
        CheckConstraint(
            "visibility = 'public' OR (address IS NULL AND postcode IS NULL AND point IS NULL AND getting_there = '')",
            name="confidential_has_no_address",
        ),
        CheckConstraint("visibility <> 'area_only' OR ward_id IS NOT NULL", name="area_only_has_a_ward"),
        CheckConstraint("(visibility = 'public') = (placement <> 'withheld')", name="confidential_is_withheld"),
        CheckConstraint(f"access <@ ARRAY[{ACCESS_ARRAY}]::text[]", name="access_known"),
        Index("ix_location_point", "point", postgresql_using="gist"),
        Index("ix_location_postcode", "postcode"),
    )


class Space(Model):
    """A room inside a location that can be occupied by one thing at a time."""

    __tablename__ = "space"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    location_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("location.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text)
    capacity: Mapped[int | None]
    is_hireable: Mapped[bool] = mapped_column(default=False, server_default="false")
    hire_pence_per_hour: Mapped[int | None]
    hire_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    access: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")

    location: Mapped[Location] = relationship(back_populates="spaces")

    __table_args__ = (
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("hire_pence_per_hour >= 0", name="hire_not_negative"),
        CheckConstraint(f"access <@ ARRAY[{ACCESS_ARRAY}]::text[]", name="access_known"),
    )
