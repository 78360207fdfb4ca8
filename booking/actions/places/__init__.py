"""Places: taken, changed and given back, never sold twice. Whoever changes a booking holds its session's row.

Every function here flushes and leaves the commit to the caller: until then nothing has happened.
"""

from booking.actions.outcomes import Booked, BookingWish, Changed, Kind, Outcome, VeryBusy
from booking.actions.places.book import answer_to, book_place, book_run
from booking.actions.places.change import cancel_booking, change_party, confirm_request, decline_request

__all__ = [
    "Booked",
    "BookingWish",
    "Changed",
    "Kind",
    "Outcome",
    "VeryBusy",
    "answer_to",
    "book_place",
    "book_run",
    "cancel_booking",
    "change_party",
    "confirm_request",
    "decline_request",
]
