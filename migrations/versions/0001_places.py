"""Areas, postcodes, sources and locations

Revision: 0001_places, after
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography, Geometry
from sqlalchemy.dialects import postgresql

revision = "0001_places"
down_revision = None


def upgrade() -> None:
    """Forward."""
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.create_table(
        "area",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("boundary", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=True),
        sa.Column("centre", Geography("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.Column("is_approximate", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('city', 'ward', 'constituency', 'locality')", name=op.f("ck_area_kind_known")),
        sa.CheckConstraint("name <> '' AND code <> '' AND slug <> ''", name=op.f("ck_area_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("code", name=op.f("uq_area_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_area_slug")),
    )
    op.create_index("ix_area_boundary", "area", ["boundary"], unique=False, postgresql_using="gist")
    op.create_index("ix_area_kind_name", "area", ["kind", "name"], unique=False)
    op.create_table(
        "source",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="csv", nullable=False),
        sa.Column("attribution", sa.Text(), server_default="", nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("last_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_source")),
    )
    op.create_table(
        "area_link",
        sa.Column("child_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=False),
        sa.Column("share", sa.Numeric(precision=5, scale=4, asdecimal=False), server_default="1", nullable=False),
        sa.CheckConstraint("child_id <> parent_id", name=op.f("ck_area_link_not_inside_itself")),
        sa.CheckConstraint("share > 0 AND share <= 1", name=op.f("ck_area_link_share_is_a_part")),
        sa.ForeignKeyConstraint(["child_id"], ["area.id"], name=op.f("fk_area_link_child_id_area"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["area.id"], name=op.f("fk_area_link_parent_id_area"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("child_id", "parent_id", name=op.f("pk_area_link")),
    )
    op.create_index(op.f("ix_area_link_parent_id"), "area_link", ["parent_id"], unique=False)
    op.create_table(
        "location",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("point", Geography("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.Column("is_approximate", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("visibility", sa.Text(), server_default="public", nullable=False),
        sa.Column("placement", sa.Text(), server_default="needs_location", nullable=False),
        sa.Column("ward_id", sa.BigInteger(), nullable=True),
        sa.Column("access", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("getting_there", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(visibility = 'public') = (placement <> 'withheld')", name=op.f("ck_location_confidential_is_withheld")
        ),
        sa.CheckConstraint(
            "access <@ ARRAY['step-free', 'hearing-loop', 'quiet-space', 'accessible-toilet', 'bsl', 'parking', 'assistance-dogs', 'companion-welcome', 'easy-read']::text[]",
            name=op.f("ck_location_access_known"),
        ),
        sa.CheckConstraint(
            "placement IN ('placed', 'outside', 'needs_location', 'withheld')", name=op.f("ck_location_placement_known")
        ),
        sa.CheckConstraint(
            "visibility <> 'area_only' OR ward_id IS NOT NULL", name=op.f("ck_location_area_only_has_a_ward")
        ),
        sa.CheckConstraint(
            "visibility = 'public' OR (address IS NULL AND postcode IS NULL AND point IS NULL AND getting_there = '')",
            name=op.f("ck_location_confidential_has_no_address"),
        ),
        sa.CheckConstraint(
            "visibility IN ('public', 'area_only', 'hidden')", name=op.f("ck_location_visibility_known")
        ),
        sa.ForeignKeyConstraint(["source"], ["source.name"], name=op.f("fk_location_source_source")),
        sa.ForeignKeyConstraint(["ward_id"], ["area.id"], name=op.f("fk_location_ward_id_area"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("public_id", name=op.f("uq_location_public_id")),
    )
    op.create_index("ix_location_point", "location", ["point"], unique=False, postgresql_using="gist")
    op.create_index("ix_location_postcode", "location", ["postcode"], unique=False)
    op.create_index(op.f("ix_location_ward_id"), "location", ["ward_id"], unique=False)
    op.create_table(
        "postcode",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("point", Geography("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("ward_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("code ~ '^[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}$'", name=op.f("ck_postcode_code_compact")),
        sa.ForeignKeyConstraint(["ward_id"], ["area.id"], name=op.f("fk_postcode_ward_id_area"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_postcode")),
    )
    op.create_index("ix_postcode_point", "postcode", ["point"], unique=False, postgresql_using="gist")
    op.create_index(op.f("ix_postcode_ward_id"), "postcode", ["ward_id"], unique=False)
    op.create_table(
        "postcode_centre",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("point", Geography("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column("postcodes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_derived", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("ward_id", sa.BigInteger(), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "code ~ '^[A-Z]{1,2}[0-9][0-9A-Z]?( [0-9])?$'", name=op.f("ck_postcode_centre_code_is_outward_or_sector")
        ),
        sa.ForeignKeyConstraint(
            ["ward_id"], ["area.id"], name=op.f("fk_postcode_centre_ward_id_area"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_postcode_centre")),
    )
    op.create_table(
        "space",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("is_hireable", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("hire_pence_per_hour", sa.Integer(), nullable=True),
        sa.Column("hire_note", sa.Text(), server_default="", nullable=False),
        sa.Column("access", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.CheckConstraint(
            "access <@ ARRAY['step-free', 'hearing-loop', 'quiet-space', 'accessible-toilet', 'bsl', 'parking', 'assistance-dogs', 'companion-welcome', 'easy-read']::text[]",
            name=op.f("ck_space_access_known"),
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_space_named")),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_space_capacity_positive")),
        sa.CheckConstraint("hire_pence_per_hour >= 0", name=op.f("ck_space_hire_not_negative")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_space_location_id_location"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_space")),
        sa.UniqueConstraint("public_id", name=op.f("uq_space_public_id")),
    )
    op.create_index(op.f("ix_space_location_id"), "space", ["location_id"], unique=False)


def downgrade() -> None:
    """Back."""
    op.drop_index(op.f("ix_space_location_id"), table_name="space")
    op.drop_table("space")
    op.drop_table("postcode_centre")
    op.drop_index(op.f("ix_postcode_ward_id"), table_name="postcode")
    op.drop_index("ix_postcode_point", table_name="postcode", postgresql_using="gist")
    op.drop_table("postcode")
    op.drop_index(op.f("ix_location_ward_id"), table_name="location")
    op.drop_index("ix_location_postcode", table_name="location")
    op.drop_index("ix_location_point", table_name="location", postgresql_using="gist")
    op.drop_table("location")
    op.drop_index(op.f("ix_area_link_parent_id"), table_name="area_link")
    op.drop_table("area_link")
    op.drop_table("source")
    op.drop_index("ix_area_kind_name", table_name="area")
    op.drop_index("ix_area_boundary", table_name="area", postgresql_using="gist")
    op.drop_table("area")
