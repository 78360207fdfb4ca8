"""Every location and postcode knows its ward, and goes on knowing it when points or boundaries change

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

# Postcodes and their centres likewise; they have no placement.
PLACE_POSTCODE = """
CREATE FUNCTION place_postcode() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.ward_id := ward_covering(NEW.point);
    RETURN NEW;
END
$$
"""

PLACE_POSTCODE_TRIGGERS = (
    "CREATE TRIGGER postcode_placed BEFORE INSERT OR UPDATE OF point ON postcode"
    " FOR EACH ROW EXECUTE FUNCTION place_postcode()",
    "CREATE TRIGGER postcode_centre_placed BEFORE INSERT OR UPDATE OF point ON postcode_centre"
    " FOR EACH ROW EXECUTE FUNCTION place_postcode()",
)

# After boundaries change: only what lies in or near them is looked at (of 1.7 million postcodes a few thousand), and only
# rows whose ward is another one are written. A geography's box is drawn around great circles, an edge of a boundary is
# straight in degrees: a hundredth of a degree more on every side covers the difference for wards 100 km wide.
PLACE_AGAIN = """
CREATE FUNCTION place_again(ward_ids bigint[], ground geometry[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE location SET point = point
     WHERE id IN (SELECT id FROM location WHERE ward_id = ANY (ward_ids)
                  UNION
                  SELECT location.id FROM unnest(ground) AS piece
                    JOIN location ON location.point && ST_Expand(piece, 0.01)::geography)
       AND point IS NOT NULL AND ward_id IS DISTINCT FROM ward_covering(point);
    WITH near AS (
        SELECT code FROM postcode WHERE ward_id = ANY (ward_ids)
        UNION
        SELECT postcode.code FROM unnest(ground) AS piece
          JOIN postcode ON postcode.point && ST_Expand(piece, 0.01)::geography
    ), placed AS (
        SELECT DISTINCT ON (postcode.code) postcode.code, area.id
          FROM near JOIN postcode ON postcode.code = near.code
          LEFT JOIN area ON area.kind = 'ward' AND area.retired_at IS NULL
                        AND ST_Covers(area.boundary, postcode.point::geometry)
         ORDER BY postcode.code, area.code
    )
    UPDATE postcode SET ward_id = placed.id FROM placed
     WHERE postcode.code = placed.code AND postcode.ward_id IS DISTINCT FROM placed.id;
    UPDATE postcode_centre SET ward_id = ward_covering(point)
     WHERE ward_id IS DISTINCT FROM ward_covering(point);
END
$$
"""

# One call for a whole statement, with the ground that its wards had before and have now.
WARDS_CHANGED = """
CREATE FUNCTION wards_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ward_ids bigint[];
    ground geometry[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(id), array_agg(boundary) INTO ward_ids, ground
          FROM new_rows WHERE kind = 'ward' AND boundary IS NOT NULL;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(id), array_agg(boundary) INTO ward_ids, ground
          FROM old_rows WHERE kind = 'ward' AND boundary IS NOT NULL;
    ELSE
        SELECT array_agg(id), array_agg(boundary) INTO ward_ids, ground
          FROM (SELECT old_rows.id, unnest(ARRAY[old_rows.boundary, new_rows.boundary]) AS boundary
                  FROM old_rows JOIN new_rows ON new_rows.id = old_rows.id
                 WHERE 'ward' IN (old_rows.kind, new_rows.kind)
                   AND (old_rows.kind <> new_rows.kind OR old_rows.code <> new_rows.code
                        OR (old_rows.retired_at IS NULL) <> (new_rows.retired_at IS NULL)
                        OR old_rows.boundary IS DISTINCT FROM new_rows.boundary)) AS changed
         WHERE boundary IS NOT NULL;
    END IF;
    IF ground IS NOT NULL THEN
        PERFORM place_again(ward_ids, ground);
    END IF;
    RETURN NULL;
END
$$
"""

WARDS_CHANGED_TRIGGERS = (
    "CREATE TRIGGER wards_added AFTER INSERT ON area REFERENCING NEW TABLE AS new_rows"
    " FOR EACH STATEMENT EXECUTE FUNCTION wards_changed()",
    "CREATE TRIGGER wards_changed AFTER UPDATE ON area REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows"
    " FOR EACH STATEMENT EXECUTE FUNCTION wards_changed()",
    "CREATE TRIGGER wards_removed AFTER DELETE ON area REFERENCING OLD TABLE AS old_rows"
    " FOR EACH STATEMENT EXECUTE FUNCTION wards_changed()",
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
        PLACE_POSTCODE,
        *PLACE_POSTCODE_TRIGGERS,
        PLACE_AGAIN,
        WARDS_CHANGED,
        *WARDS_CHANGED_TRIGGERS,
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
        ("wards_removed", "area"),
        ("wards_changed", "area"),
        ("wards_added", "area"),
        ("postcode_centre_placed", "postcode_centre"),
        ("postcode_placed", "postcode"),
        ("location_placed", "location"),
    ):
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for function in (
        "outbox_has_work()",
        "audit_is_kept()",
        "wards_changed()",
        "place_again(bigint[], geometry[])",
        "place_postcode()",
        "place_location()",
        "ward_covering(geography)",
    ):
        op.execute(f"DROP FUNCTION {function}")
