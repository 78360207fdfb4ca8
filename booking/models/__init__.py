"""What booking stores, and the constraints that keep its promises."""

from booking.models.attendance import Attendance
from booking.models.booking import Answer, Booking, BookingEvent, Submission
from booking.models.calendar import Closure, SchoolTerm
from booking.models.calendar_feed import CalendarFeed
from booking.models.message_template import MessageTemplate
from booking.models.occurrence import Occurrence
from booking.models.series import Leader, Question, Series, SeriesSkip

__all__ = [
    "Answer",
    "Attendance",
    "Booking",
    "BookingEvent",
    "CalendarFeed",
    "Closure",
    "Leader",
    "MessageTemplate",
    "Occurrence",
    "Question",
    "SchoolTerm",
    "Series",
    "SeriesSkip",
    "Submission",
]
