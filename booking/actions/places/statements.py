"""The two statements of a booking. Everybody waits for the row of a hot session, so as little as can be is done while
it is held: one statement locks and reads it, one writes all that a booking is; what they need is made beforehand.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    DateTime,
    SmallInteger,
    Text,
    TextClause,
    Uuid,
    bindparam,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

# Rows are locked in the order of their ids, whoever books which: nobody waits for somebody who waits for them. Keys
# stay readable (NO KEY), so that a row which only points here waits for nothing. How long anybody waits is set for
# every connection (`assetreg.config.engine_options`).
LOCK_AND_READ = text("""
    SELECT o.id, o.series_id, o.starts_at, o.ends_at, o.status, o.is_paused OR s.is_paused AS is_paused,
        o.capacity, o.overbooked, o.places_taken, s.status AS series_status, s.kind, s.course_booking, s.largest_party, s.opens_days,
        s.closes_minutes, s.age_rule, s.min_age, s.max_age, s.allows_repeats, s.takes_waiting
    FROM occurrence o JOIN series s ON s.id = o.series_id
    WHERE o.id = ANY(:ids) ORDER BY o.id FOR NO KEY UPDATE OF o
""").bindparams(bindparam("ids", type_=ARRAY(BigInteger)))

COLUMNS = (
    "public_id, reference, occurrence_id, run_key, state, party_size, name, email, phone, email_key, comers,"
    " comers_note, access_needs, age, booked_by, booked_by_id, booker_name, booker_contact, may_repeat, wants_late,"
    " is_priority, priority_reason, waits_since, expires_at, confirmed_at, language"
)
VALUES = ", ".join(f":{name.strip()}" for name in COLUMNS.split(","))

# All of it or nothing: what is written hangs on the booking, and the booking on the key of the form (that nobody sent
# it before) and on the unique indexes (one contact, one booking). No row comes back when one of them said no.
PLACE = """
    WITH {sent} placed AS (
        INSERT INTO booking ({columns}) SELECT {values} {from_sent} ON CONFLICT DO NOTHING RETURNING id
    ), counted AS (
        UPDATE occurrence SET places_taken = places_taken + :held FROM placed WHERE occurrence.id = :occurrence_id
    ), noted AS (
        INSERT INTO booking_event (occurrence_id, booking_id, at, kind, note, user_id)
        SELECT :occurrence_id, placed.id, :now, :event, :note, :user_id FROM placed
    ), told AS (
        INSERT INTO outbox (topic, payload, due_at) SELECT :topic, :payload, :now FROM placed WHERE :tells
    )
    SELECT id FROM placed
"""
SENT = """sent AS (
        INSERT INTO submission (key, made, created_at) VALUES (:key, :made, :now) ON CONFLICT DO NOTHING RETURNING key
    ),"""
TYPES = (
    bindparam("public_id", type_=Uuid),
    bindparam("run_key", type_=Uuid),
    bindparam("occurrence_id", type_=BigInteger),
    bindparam("party_size", type_=SmallInteger),
    bindparam("age", type_=SmallInteger),
    bindparam("comers", type_=ARRAY(Text)),
    bindparam("booked_by_id", type_=BigInteger),
    bindparam("user_id", type_=BigInteger),
    *(bindparam(name, type_=DateTime(timezone=True)) for name in ("waits_since", "expires_at", "confirmed_at", "now")),
    bindparam("payload", type_=JSONB),
)


def placing(sent: str, from_sent: str, *types: BindParameter[Any]) -> TextClause:
    """The statement that writes a booking."""
    written = PLACE.format(sent=sent, columns=COLUMNS, values=VALUES, from_sent=from_sent)
    return text(written).bindparams(*TYPES, *types)


PLACE_UNSENT = placing("", "")
PLACE_SENT = placing(SENT, "FROM sent", bindparam("made", type_=JSONB))
