"""The closed lists of booking: the same words in the database, the forms and the messages."""

from __future__ import annotations

# How people get a place. `bookable`: by themselves. `drop_in`: they just turn up. `ask_first`: the organiser confirms.
# `referred`: only staff book. `appointments`: a session is cut into slots. `course`: a run of sessions.
SERIES_KINDS = ("bookable", "drop_in", "ask_first", "referred", "appointments", "course")
SERIES_STATUSES = ("draft", "published", "ended")
SERIES_FREQUENCIES = ("once", "weekly", "monthly")
WEEKS_OF_MONTH = (1, 2, 3, 4, 5, -1)  # -1: the last
COURSE_BOOKINGS = ("whole", "single", "either")
AGE_RULES = ("none", "warn", "refuse")
QUESTION_KINDS = ("text", "yes_no", "choice")

OCCURRENCE_STATUSES = ("scheduled", "cancelled")

BOOKING_STATES = ("confirmed", "waiting", "offered", "requested", "cancelled", "lapsed", "declined", "left")
# A place is held for these: together they are the occurrence's `places_taken`.
LIVE_STATES = ("confirmed", "offered", "requested")
# Of these one contact has one on an occurrence.
OPEN_STATES = (*LIVE_STATES, "waiting")
ENDED_STATES = ("cancelled", "lapsed", "declined", "left")
BOOKED_BY = ("self", "relative", "connector", "organiser")
ENDED_BY = ("guest", "organiser", "staff", "system")

ATTENDANCE_MARKS = ("attended", "absent")

MOST_PLACES = 100_000
LARGEST_PARTY = 200
LONGEST_SESSION_MINUTES = 1_440
SHORTEST_SESSION_MINUTES = 5
MOST_SESSIONS = 400  # of a fixed run
LONGEST_KEEP_DAYS = 365
