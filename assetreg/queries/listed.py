"""Which services are shown in lists, and what they reach: fragments that every list and every count is made of.

A service is `s`; `:today` is the day, `:near` a point, `:area_ids` and `:around_ids` are areas.
"""

from __future__ import annotations

# Not closed, begun, and not over.
IS_LISTED = (
    "s.status <> 'closed' AND (s.valid_from IS NULL OR s.valid_from <= :today)"
    " AND (s.valid_until IS NULL OR s.valid_until >= :today)"
)
# The services that have a place in one of the areas, or say that they serve one. A hidden place is in no area.
ARE_THERE = """
    SELECT sl.service_id FROM service_at_location sl JOIN location l ON l.id = sl.location_id
     WHERE l.ward_id = ANY(:area_ids) AND l.visibility <> 'hidden'
    UNION
    SELECT sa.service_id FROM service_area sa WHERE sa.area_id = ANY(:area_ids)"""
# Names no area, and is online, by telephone, somewhere hidden or nowhere: it can be had from anywhere.
REACHES_EVERYWHERE = """
    s.id NOT IN (SELECT service_id FROM service_area) AND (
        s.is_online OR s.is_telephone
        OR s.id NOT IN (SELECT service_id FROM service_at_location)
        OR s.id IN (SELECT sl.service_id FROM service_at_location sl JOIN location l ON l.id = sl.location_id
                     WHERE l.visibility = 'hidden'))"""
# Serves something around the areas, or can be had from anywhere.
REACHES_THERE = f"""(
    s.id IN (SELECT service_id FROM service_area WHERE area_id = ANY(:around_ids)) OR {REACHES_EVERYWHERE})"""  # noqa: S608
# How far each service is, in metres on the sphere: they order as the spheroid's do, in a tenth of the time, and the
# cards say the spheroid's. A place that only tells its ward counts as in the middle of it. OFFSET 0 keeps the planner
# from measuring once for each service instead of once for each place.
AWAY = """
    SELECT sl.service_id, min(place.metres) AS metres
      FROM (SELECT l.id, ST_Distance(CASE WHEN l.visibility = 'public' THEN l.point
                                          ELSE (SELECT w.centre FROM area w WHERE w.id = l.ward_id) END,
                                     CAST(:near AS geography), false) AS metres
              FROM location l WHERE l.visibility <> 'hidden' OFFSET 0) AS place
      JOIN service_at_location sl ON sl.location_id = place.id
     GROUP BY sl.service_id"""
