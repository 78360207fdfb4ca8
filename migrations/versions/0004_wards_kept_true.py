"""Every location knows its ward, and goes on knowing it when points or boundaries change

Revision: 0004_wards_kept_true, after 0003_records
"""

from __future__ import annotations

from alembic import op

revision = "0004_wards_kept_true"
down_revision = "0003_records"

# The ward that covers a point. Two wards share their edge: the lower code has it, always the same one.
WARD_COVERING = """
CREATE FUNCTION ward_covering(place geography) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT area.id FROM area
     WHERE area.kind = 'ward' AND area.retired_at IS NULL AND ST_Covers(area.boundary, place::geometry)
     ORDER BY area.code LIMIT 1
$$
"""

# A public location with a point is in the ward that covers it, or outside the city. Without a point the placement that
# was given stays, but never 'placed' without a ward. A confidential location keeps the ward that staff chose.
PLACE_LOCATION = """
CREATE FUNCTION place_location() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.visibility <> 'public' THEN
        NEW.placement := 'withheld';
    ELSIF NEW.point IS NOT NULL THEN
        NEW.ward_id := ward_covering(NEW.point);
        NEW.placement := CASE WHEN NEW.ward_id IS NULL THEN 'outside' ELSE 'placed' END;
    ELSE
        NEW.ward_id := NULL;
        IF NEW.placement IN ('placed', 'withheld') THEN
            NEW.placement := 'needs_location';
        END IF;
    END IF;
    RETURN NEW;
END
$$
"""

PLACE_LOCATION_TRIGGER = """
CREATE TRIGGER location_placed BEFORE INSERT OR UPDATE OF point, visibility, ward_id, placement ON location
    FOR EACH ROW EXECUTE FUNCTION place_location()
"""

# After boundaries change: only rows whose ward is another one are written.
PLACE_AGAIN = """
CREATE FUNCTION place_everything_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE location SET point = point
     WHERE point IS NOT NULL AND ward_id IS DISTINCT FROM ward_covering(point);
    UPDATE postcode SET ward_id = ward_covering(point)
     WHERE ward_id IS DISTINCT FROM ward_covering(point);
    UPDATE postcode_centre SET ward_id = ward_covering(point)
     WHERE ward_id IS DISTINCT FROM ward_covering(point);
    RETURN NULL;
END
$$
"""

PLACE_AGAIN_TRIGGERS = (
    "CREATE TRIGGER area_changed AFTER UPDATE OF boundary, kind, retired_at ON area"
    " FOR EACH STATEMENT EXECUTE FUNCTION place_everything_again()",
    "CREATE TRIGGER area_added_or_removed AFTER INSERT OR DELETE ON area"
    " FOR EACH STATEMENT EXECUTE FUNCTION place_everything_again()",
)

# The audit can be read and added to, never changed, with two exceptions: an address that became confidential is taken
# out, and the link to an account that was erased is emptied.
AUDIT_GUARD = """
CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (NEW.id, NEW.at, NEW.actor, NEW.action, NEW.entity, NEW.entity_id)
           = (OLD.id, OLD.at, OLD.actor, OLD.action, OLD.entity, OLD.entity_id) THEN
        IF NEW.user_id IS NOT DISTINCT FROM OLD.user_id AND OLD.entity = 'location'
           AND NEW.changes = OLD.changes - ARRAY['address', 'postcode', 'point', 'getting_there'] THEN
            RETURN NEW;
        END IF;
        IF NEW.user_id IS NULL AND OLD.user_id IS NOT NULL AND NEW.changes = OLD.changes THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'The audit is kept as it was written' USING ERRCODE = 'insufficient_privilege';
END
$$
"""

AUDIT_GUARD_TRIGGER = """
CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_kept()
"""

# One waiting worker hears of new work at once, without asking every moment.
OUTBOX_NOTIFY = """
CREATE FUNCTION outbox_has_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('outbox', '');
    RETURN NULL;
END
$$
"""

OUTBOX_NOTIFY_TRIGGER = """
CREATE TRIGGER outbox_added AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_has_work()
"""


def upgrade() -> None:
    """Forward."""
    for statement in (
        WARD_COVERING,
        PLACE_LOCATION,
        PLACE_LOCATION_TRIGGER,
        PLACE_AGAIN,
        *PLACE_AGAIN_TRIGGERS,
        AUDIT_GUARD,
        AUDIT_GUARD_TRIGGER,
        OUTBOX_NOTIFY,
        OUTBOX_NOTIFY_TRIGGER,
    ):
        op.execute(statement)


def downgrade() -> None:
    """Back."""
    for trigger, table in (
        ("outbox_added", "outbox"),
        ("audit_kept", "audit"),
        ("area_added_or_removed", "area"),
        ("area_changed", "area"),
        ("location_placed", "location"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for function in (
        "outbox_has_work()",
        "audit_is_kept()",
        "place_everything_again()",
        "place_location()",
        "ward_covering(geography)",
    ):
        op.execute(f"DROP FUNCTION {function}")
