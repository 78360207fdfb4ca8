"""The statements of a booking. Everybody waits for the row of a session that everybody wants, so as little as can be
is done while it is held: one statement reads what the rules need, without holding anything; one writes all that a
booking is and holds the row from there to the commit.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    DateTime,
    Integer,
    SmallInteger,
    Text,
    TextualSelect,
    Uuid,
    bindparam,
    column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from booking.prepared import OPTION

OF_OCCURRENCE = (
    *("id", "series_id", "starts_at", "ends_at", "status", "is_paused", "capacity", "overbooked", "places_taken"),
)
OF_SERIES = (
    *("kind", "course_booking", "largest_party", "opens_days", "closes_minutes", "age_rule", "min_age", "max_age"),
    *("allows_repeats", "takes_waiting"),
)
WHAT_RULES_ASK = f"""
    SELECT {", ".join(f"o.{name}" for name in OF_OCCURRENCE)}, {", ".join(f"s.{name}" for name in OF_SERIES)},
        s.is_paused AS series_is_paused, s.status AS series_status
    FROM occurrence o JOIN series s ON s.id = o.series_id
"""  # noqa: S608  (our own names)


def often(written: str, *columns: str, **types: Any) -> TextualSelect:
    """A statement that is run again and again: what it takes and answers is worked out once."""
    typed = text(written).bindparams(*(bindparam(name, type_=kind) for name, kind in types.items()))
    answering: TextualSelect = typed.columns(*(column(name) for name in columns)).execution_options(**{OPTION: True})
    return answering


ANSWERED = (*OF_OCCURRENCE, *OF_SERIES, "series_is_paused", "series_status")
READ = often(f"{WHAT_RULES_ASK} WHERE o.id = :id", *ANSWERED, id=BigInteger)

# Rows are locked in the order of their ids, whoever books which: nobody waits for somebody who waits for them. Keys
# stay readable (NO KEY), so that a row which only points here waits for nothing. How long anybody waits is set for
# every connection (`assetreg.config.engine_options`).
LOCK_AND_READ = often(
    f"{WHAT_RULES_ASK} WHERE o.id = ANY(:ids) ORDER BY o.id FOR NO KEY UPDATE OF o", *ANSWERED, ids=ARRAY(BigInteger)
)

COLUMNS = (
    "public_id, reference, occurrence_id, run_key, state, party_size, name, email, phone, email_key, comers,"
    " comers_note, access_needs, age, booked_by, booked_by_id, booker_name, booker_contact, may_repeat, wants_late,"
    " is_priority, priority_reason, waits_since, expires_at, confirmed_at, language"
)
VALUES = ", ".join(f":{name.strip()}" for name in COLUMNS.split(","))

# What may have changed since the rules were asked is compared once more, on the row as it is when it is ours.
IS_AS_IT_WAS = """o.id = :occurrence_id AND o.status = 'scheduled' AND o.starts_at = :starts_at
            AND o.is_paused = :is_paused AND o.capacity = :capacity"""
HAS_ROOM = "AND (:held = 0 OR o.places_taken + :held <= :most)"

# The rest hangs on the counter, the booking also on the key of the form (nobody sent it before) and on the unique
# indexes (one contact, one booking): `BOOKED` tells which of them said no.
PLACE = """
    WITH counted AS (
        UPDATE occurrence o SET places_taken = o.places_taken + :held
        WHERE {is_as_it_was} {has_room} RETURNING o.id
    ), sent AS (
        {sent}
    ), placed AS (
        INSERT INTO booking ({columns}) SELECT {values} FROM sent ON CONFLICT DO NOTHING RETURNING id
    ), noted AS (
        INSERT INTO booking_event (occurrence_id, booking_id, at, kind, note, user_id)
        SELECT :occurrence_id, placed.id, :now, :event, :note, :user_id FROM placed
    ), written AS (
        INSERT INTO message (public_id, kind, channel, to_email, to_phone, for_user_id, subject, body, template,
            event_key, about, created_at)
        SELECT :message_id, :event, :channel, :to_email, :to_phone, :for_user_id, '', '', :event, :event_key,
            :public_id, :now FROM placed WHERE :is_told
    ), told AS (
        INSERT INTO outbox (topic, payload, due_at)
        SELECT :topic, CAST(:payload AS jsonb), :now FROM placed WHERE :is_told
    )
    SELECT (SELECT id FROM counted) AS counted, (SELECT key FROM sent) AS sent, (SELECT id FROM placed) AS placed
"""
WITH_KEY = """INSERT INTO submission (key, made, created_at)
        SELECT :key, :made, :now FROM counted ON CONFLICT DO NOTHING RETURNING key"""
WITHOUT_KEY = "SELECT '' AS key FROM counted"

TYPES: dict[str, Any] = {
    **dict.fromkeys(("public_id", "run_key", "message_id"), Uuid),
    **dict.fromkeys(("occurrence_id", "booked_by_id", "user_id", "for_user_id"), BigInteger),
    **dict.fromkeys(("party_size", "age"), SmallInteger),
    **dict.fromkeys(("held", "most", "capacity"), Integer),
    **dict.fromkeys(("is_told", "is_paused"), Boolean),
    **dict.fromkeys(("waits_since", "expires_at", "confirmed_at", "now", "starts_at"), DateTime(timezone=True)),
    "comers": ARRAY(Text),
}


def placing(sent: str, has_room: str = HAS_ROOM, **types: Any) -> TextualSelect:
    """The statement that writes a booking."""
    written = PLACE.format(is_as_it_was=IS_AS_IT_WAS, has_room=has_room, sent=sent, columns=COLUMNS, values=VALUES)
    return often(written, "counted", "sent", "placed", **TYPES, **types)


PLACE_WITHOUT_KEY = placing(WITHOUT_KEY)
PLACE_WITH_KEY = placing(WITH_KEY, made=JSONB)
