"""What stewards type about phrases, signs and help at once."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField

from assetreg.forms.fields import text_of, tidied
from assetreg.texts.translate import lazy_gettext as _
from search.actions.phrases import Written
from search.phrases.checking import STRENGTHS, strength_of, weight_of
from search.word_rows import HelpRow, PhraseRow, SignRow

TERM_FIELDS = 4  # drawn at once; a phrase that has more gets as many as it has
STRENGTH_NAMES = {
    "plain": _("Plain: it always means this"),
    "likely": _("Likely: it mostly means this"),
    "hint": _("A hint: it may mean this"),
}
PHRASE_PROBLEMS = {
    "empty": _("Write the words that people say"),
    "too_long": _("Use at most 120 letters"),
    "only_fillers": _("These are only little words like “help” or “the”. Add a word that says what it is about"),
    "a_place": _("This is the name of a place. People who type it already see what is near there"),
    "a_day": _("This is a day or a time. People who type it already see what is on then"),
    "something_else": _("This is already understood as a filter, such as an age, a language or “free”"),
    "duplicate": _("We have this phrase, or one that counts as the same"),
    "unknown_term": _("One of these is not a need or interest any more. Choose another"),
    "term_twice": _("You chose the same one twice. Leave one of them empty"),
    "no_terms": _("Choose what it means, or tick that it means none of them"),
    "terms_and_nothing": _("You chose what it means and ticked that it means none. Choose one or the other"),
    "too_many_terms": _("Choose at most six"),
    "note_too_long": _("Use at most 200 letters in the note"),
    "not_from_file": _("This phrase did not come with the program"),
}


def line_field(label: str) -> StringField:
    """One line of text."""
    return StringField(label, filters=[tidied])


class PhraseForm(FlaskForm):  # type: ignore[misc]
    """A phrase and what it means."""

    phrase = line_field(_("What people say"))
    term1 = line_field(_("What it means first of all"))
    term2 = line_field(_("Also"))
    term3 = line_field(_("Also"))
    term4 = line_field(_("Also"))
    term5 = line_field(_("Also"))
    term6 = line_field(_("Also"))
    means_nothing = BooleanField(_("It means none of them. Never take it for one"))
    strength = line_field(_("How sure is that?"))
    note = line_field(_("Note for other stewards"))
    examples = StringField(_("Sentences to test it with"))
    version = HiddenField()

    def fill(self, row: PhraseRow, version: str) -> None:
        """Put a saved phrase in."""
        self.phrase.data, self.note.data, self.version.data = row.phrase, row.note, version
        self.strength.data, self.means_nothing.data = strength_of(row.weight), not row.terms
        for field, slug in zip(self.term_fields(), row.terms, strict=False):
            field.data = slug

    def term_fields(self) -> list[StringField]:
        """The fields for needs and interests, the surest first."""
        return [self.term1, self.term2, self.term3, self.term4, self.term5, self.term6]

    def written(self, weight_before: float | None = None) -> Written:
        """What was typed. A strength that nobody knows is a plain one."""
        strength = text_of(self.strength)
        known = strength if strength in {name for name, _, _ in STRENGTHS} else "plain"
        return Written(
            phrase=text_of(self.phrase),
            terms=tuple(slug for field in self.term_fields() if (slug := text_of(field))),
            weight=weight_of(known, weight_before),
            note=text_of(self.note),
            means_nothing=bool(self.means_nothing.data),
        )

    def lines(self) -> list[str]:
        """The sentences to test with."""
        return lines_of(self.examples)


def lines_of(field: StringField) -> list[str]:
    """A text of several lines as its lines, without empty ones."""
    return [line for given in text_of(field).splitlines() if (line := tidied(given) or "")]


class SignForm(FlaskForm):  # type: ignore[misc]
    """How one kind of emergency is said, and who helps."""

    name = line_field(_("What it is about"))
    tone = line_field(_("How urgent is it?"))
    patterns = StringField(_("Words that show it"))
    unless = StringField(_("But not these words"))
    help1 = line_field(_("Who helps best"))
    help2 = line_field(_("Also"))
    help3 = line_field(_("Also"))
    help4 = line_field(_("Also"))
    help5 = line_field(_("Also"))
    help6 = line_field(_("Also"))
    term1 = line_field(_("What the list below should be about"))
    term2 = line_field(_("Also"))
    sentences = StringField(_("Sentences to test it with"))
    sure = BooleanField(_("I know that nobody who types these words will be shown this help"))
    version = HiddenField()

    def fill(self, row: SignRow, version: str) -> None:
        """Put a saved sign in."""
        self.name.data, self.tone.data, self.version.data = row.key, row.tone, version
        self.patterns.data, self.unless.data = "\n".join(row.patterns), "\n".join(row.unless)
        for field, key in zip(self.help_fields(), row.help, strict=False):
            field.data = key
        for field, slug in zip(self.term_fields(), row.terms, strict=False):
            field.data = slug

    def help_fields(self) -> list[StringField]:
        """Who helps, the best first."""
        return [self.help1, self.help2, self.help3, self.help4, self.help5, self.help6]

    def term_fields(self) -> list[StringField]:
        """What the results should be about."""
        return [self.term1, self.term2]


class HelpForm(FlaskForm):  # type: ignore[misc]
    """Somebody who helps at once."""

    title = line_field(_("Name"))
    says = line_field(_("One sentence about it"))
    phone = line_field(_("Phone number"))
    text_number = line_field(_("Number to text"))
    text_word = line_field(_("Word to text"))
    url = line_field(_("Web address"))
    position = line_field(_("Place in the list"))
    sure = BooleanField(_("I know that nobody will be shown this help any more"))
    version = HiddenField()

    def fill(self, row: HelpRow, version: str) -> None:
        """Put a saved entry in."""
        for name in ("title", "says", "phone", "text_number", "text_word", "url"):
            self[name].data = getattr(row, name)
        self.position.data, self.version.data = str(row.position + 1), version


class TryForm(FlaskForm):  # type: ignore[misc]
    """Sentences to look for signs in."""

    sentences = StringField(_("What somebody might type"))
