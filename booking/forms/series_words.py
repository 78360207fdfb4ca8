"""The words of the forms about series: choices, hints, and what is said when something is wrong."""

from __future__ import annotations

from assetreg.texts.dates import WEEKDAYS
from assetreg.texts.translate import lazy_gettext as _

KINDS = {
    "bookable": _("They book a place"),
    "drop_in": _("They just turn up"),
    "ask_first": _("They ask, and you say yes or no"),
    "referred": _("Only staff can book for them"),
    "appointments": _("They book a time of their own"),
    "course": _("They book a whole course"),
}
KIND_HINTS = {
    "bookable": _("We count the places and keep a waiting list."),
    "drop_in": _("Nobody books. You do not have to say how many can come."),
    "ask_first": _("We keep their place until you answer."),
    "referred": _("People cannot book by themselves."),
    "appointments": _("We cut the time into parts, such as 20 minutes each."),
    "course": _("The sessions belong together."),
}
FREQUENCIES = {
    "once": _("Once"),
    "weekly": _("Every week, or every few weeks"),
    "monthly": _("By the month, such as the 1st and 3rd Tuesday"),
}
ENDS = {"never": _("It goes on"), "on": _("On a day"), "after": _("After a number of sessions")}
DAYS = {str(number): name for number, name in enumerate(WEEKDAYS)}
WEEKS = {"1": _("1st"), "2": _("2nd"), "3": _("3rd"), "4": _("4th"), "5": _("5th"), "-1": _("Last")}
COURSES = {
    "whole": _("People book the whole course"),
    "single": _("People book one session at a time"),
    "either": _("People choose: the whole course, or one session"),
}
AGES = {
    "none": _("Say nothing"),
    "warn": _("Warn them, and let them book"),
    "refuse": _("Do not let them book"),
}
ANSWERS = {"text": _("In their own words"), "yes_no": _("Yes or no"), "choice": _("They choose from a list")}

PROBLEMS = {
    "no_service": _("Choose what it is"),
    "no_place": _("Choose a place from the list"),
    "no_date": _("Enter a day, like 24/11/2026"),
    "not_a_date": _("We cannot read this day. Write it like 24/11/2026 or 24 November"),
    "in_the_past": _("This day is in the past. Choose today or a later day"),
    "too_far_away": _("This day is more than 5 years away. Choose an earlier one"),
    "no_days": _("Choose at least one day of the week"),
    "no_weeks": _("Choose at least one week of the month"),
    "every_weeks": _("Enter a number of weeks from 1 to %(number)s"),
    "ends_before_it_starts": _("The last day is before the first day. Choose a later one"),
    "sessions": _("Enter a number of sessions from 1 to %(number)s"),
    "no_number": _("Enter a number"),
    "not_a_number": _("Enter a whole number, like 12"),
    "course_needs_an_end": _("A course has an end. Choose a last day, or a number of sessions"),
    "course_is_more_than_one_day": _("A course has more than one day. Choose how often it is"),
    "no_time": _("Enter a time, like 10am or 14:30"),
    "not_a_time": _("There is no such time. Write it like 10am or 14:30"),
    "time_ends_before_it_starts": _("The end is not after the start. Check both times"),
    "too_short": _("A session takes at least %(number)s minutes"),
    "too_long": _("A session takes at most %(number)s hours"),
    "appointments_too_short": _("Enter how many minutes each appointment takes, at least %(number)s"),
    "appointments_longer_than_session": _("One appointment is longer than the whole session. Check the times"),
    "capacity_needed": _("Enter how many people can come"),
    "capacity": _("Enter how many people can come, from 1 to %(number)s"),
    "largest_party": _("Enter a number of people from 1 to %(number)s"),
    "opens_days": _("Enter a number of days from 0 to %(number)s"),
    "closes_hours": _("Enter a number of hours from 0 to %(number)s"),
    "age": _("Enter an age from 0 to %(number)s"),
    "ages_in_order": _("The oldest age is below the youngest. Check both"),
    "cost": _("Enter at most £10,000"),
    "not_money": _("Write the cost like £2.50, or “free”"),
    "text_too_long": _("This is too long. Use at most %(number)s letters"),
    "choices": _("Give 2 to %(number)s answers to choose from, with commas between"),
    "keep_days": _("Enter a number of days from 0 to %(number)s"),
    "nothing_held": _("With these choices there is no session at all. Check the days"),
}
