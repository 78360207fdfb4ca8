"""Which services are shown in lists. Every list and every count asks here."""

from __future__ import annotations

# Not closed, begun, and not over: for statements with the service as `s` and the day as :today.
IS_LISTED = (
    "s.status <> 'closed' AND (s.valid_from IS NULL OR s.valid_from <= :today)"
    " AND (s.valid_until IS NULL OR s.valid_until >= :today)"
)
# How far a service `s` is from the point :near, in metres on the sphere: the order is the spheroid's, in a tenth of the
# time, and the cards say the spheroid's. A service that only tells its ward counts as in the middle of it.
METRES_AWAY = """
    min(ST_Distance(CASE WHEN l.visibility = 'public' THEN l.point ELSE w.centre END,
                    CAST(:near AS geography), false))"""
PLACES_THAT_MAY_BE_TOLD = """
    service_at_location sl
    JOIN location l ON l.id = sl.location_id AND l.visibility <> 'hidden'
    LEFT JOIN area w ON w.id = l.ward_id"""
