"""Why a change of help at once is refused, in sentences that say what to do."""

from __future__ import annotations

from assetreg.texts.translate import lazy_gettext
from search.urgent_checks import UnsafeChange
from search.word_saying import sign_name

PROBLEMS = {
    "too_many_patterns": lazy_gettext("Write at most %(about)s lines"),
    "long_pattern": lazy_gettext("This line is too long: “%(about)s”. Split it into several lines"),
    "bad_pattern": lazy_gettext("We cannot use a line. %(about)s"),
    "slow_pattern": lazy_gettext(
        "“%(about)s” would make searches slow. Use at most three “..”, four “?” and twelve words in a line"
    ),
    "slow_patterns": lazy_gettext(
        "Together these %(about)s lines would make searches slow. Use fewer lines, or fewer “..” and “?” in them"
    ),
    "empty_pattern": lazy_gettext("“%(about)s” has only little words, so nearly everybody would see this help"),
    "empty_exception": lazy_gettext(
        "“%(about)s” has only little words, so people in danger would miss this help. Add a word that says what it is"
    ),
    "takes_all": lazy_gettext("Nobody who says “%(about)s” would see this help any more. Make the line longer"),
    "everywhere": lazy_gettext(
        "“%(about)s” is found in many searches by people in no danger. Add a word that only somebody in danger uses"
    ),
    "no_name": lazy_gettext("Write what it is about in one or two words"),
    "no_tone": lazy_gettext("Choose how urgent it is"),
    "no_patterns": lazy_gettext("Write at least one line of words, or nobody will be shown this help"),
    "no_help": lazy_gettext(
        "Choose at least one who helps and is in use. Without it, somebody in this danger would be shown nobody"
    ),
    "help_twice": lazy_gettext("You chose the same help twice. Leave one of them empty"),
    "unknown_term": lazy_gettext("One of these is not a need or interest any more. Choose another"),
    "no_title": lazy_gettext("Write who it is"),
    "too_long": lazy_gettext("Use at most %(about)s letters"),
    "unknown_setting": lazy_gettext("We have no number called “%(about)s”. Write one of those named below the box"),
    "not_reachable": lazy_gettext("Give a phone number, a number to text, or a web address"),
    "bad_phone": lazy_gettext("%(about)s"),
    "bad_text_number": lazy_gettext("Texts cannot go to this number. Write a short one like 85258, or a whole number"),
    "word_without_number": lazy_gettext("Write the number that the word is sent to"),
    "bad_url": lazy_gettext("%(about)s"),
    "empty_list": lazy_gettext("This would leave the list empty. Somebody in danger would be shown nobody"),
    "sign_without_help": lazy_gettext(
        "This is the last help for “%(about)s”. Give that sign another help first, so that somebody is there"
    ),
    "cry_without_help": lazy_gettext(
        "After this change nobody who types “%(about)s” would be shown help. So we did not save it"
    ),
    "cry_without_999": lazy_gettext(
        "After this change nobody who types “%(about)s” would be told to call 999. So we did not save it"
    ),
    "not_sure": lazy_gettext("Tick that you are sure. From then on nobody is shown this help"),
}


def say_unsafe(unsafe: UnsafeChange) -> str:
    """The sentence for one refusal."""
    about = sign_name(unsafe.about) if unsafe.reason == "sign_without_help" else unsafe.about
    return str(PROBLEMS[unsafe.reason]) % {"about": about}
