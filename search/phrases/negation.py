"""What somebody does not want: "not a church", "no children", "don't want to sing".

First the words under a "not" are marked, so that no reader takes them for a wish; what no reader used at the end is
what the results should not be about. Many a "not" denies nothing: "not far", "not sleeping", "no money".
"""

from __future__ import annotations

from search.phrases.lexicon import LIGHT, Lexicon
from search.phrases.line import FREE, KEPT, TAKEN, Line, Table
from search.phrases.words import listed
from search.requests import Chip

MOST_DENIED = 4  # words after one "not"

CUES = Table(
    {
        "not|no|non|nothing|without|except|except for|excluding|avoid|avoiding|none of|nothing with|nothing to do with"
        "|anything but|other than|rather than|instead of|apart from|dont want|doesnt want|didnt want|dont like"
        "|doesnt like|wouldnt like|not want|not interested in|isnt interested in|not into|not keen on|isnt|dont do"
        "|isnt a fan of|not a fan of|not one for|arent": True,
    }
)
WANTING = Table({"dont want|doesnt want|didnt want|not want|dont like|doesnt like": True})
# After these a "not" denies nothing that could be searched for; both words say nothing.
HARMLESS = listed(
    "sure far too just only necessarily really been able bothered being getting well long longer more much many idea"
    " problem matter worries doubt wonder even ever always yet very fussed fussy picky until before after expensive"
    " dear pricey one nothing now going working coping eating sleeping feeling managing doing having going"
    " point judged judgement thank thanks know good ok okay right enough allowed safe happy myself himself herself"
    " themselves"
)
# What people lack: having none of it is the trouble itself, not a thing to keep away from.
LACKED = listed(
    "money cash food gas electric electricity leccy heating heat water job work home house friend mate pal family"
    " furniture bed cooker fridge phone internet wifi broadband doctor gp dentist qualification experience"
    " confidence energy support help income benefit visa paper passport recourse english transport car clothe"
    " clothing shoe coat nappy childcare school sleep appetite credit wage saving roof address fixed hope motivation"
    " company visitor college course training laptop computer bank account boiler hot carpet purpose life"
    " someone somebody anyone where-to"
)
# "I don't want to lose my home" fears it; only a thing one does can be kept away from.
FEARED = listed("be lose end get feel go live die have worry bother burden stay sit move leave talk")
STOPS = listed(
    "but and near for on just only please because something somewhere someone i im so who where when if that which"
    " preferably ideally within under over not no without"
)
# These begin something new, unless the "not" stands right before them: "no kids tuesday", but "not tuesday".
LATER_STOPS = listed(
    "in at of to today tomorrow tonight weekend weekday monday tuesday wednesday thursday friday saturday sunday mon"
    " tue tues wed thu thur thurs fri sat sun morning afternoon evening night after before between free cheap"
)
NOTHING_MORE = listed("all day else left happening works much ever more going tonight today round here there")
THROUGH = listed("a an the any too very to in at of or anything other like based")
KIND_OF = listed("based run led related style")
# Nobody is kept away from "group" by saying "not a church group".
EVERYWHERE = listed(
    "group club class session place thing stuff activity service people need support help advice course event meeting"
    " centre one based related lesson workshop beginner appointment application level type sort kind bit required"
)


def mark_denied(line: Line, lexicon: Lexicon) -> None:
    """Note which words stand under a "not"."""
    at = 0
    while at < len(line.words):
        found = CUES.at(line, at)
        if found is None or at in line.guards or _says_nothing_yet(line, at, found[0]):
            at += 1
            continue
        after = _end_of_denial(line, found[0], lexicon, is_wanting=WANTING.at(line, at) is not None)
        if after > found[0]:
            line.cues[at] = after
            for denied in range(at, after):
                line.denied[denied] = at
        at = max(found[0], after)


def read_denied(line: Line) -> None:
    """What no reader used of the denied words is excluded; the "not" itself goes either way."""
    for cue, after in line.cues.items():
        if line.states[cue] != FREE:
            continue
        words = [
            line.word(at)
            for at in range(_after_cue(line, cue), after)
            if line.states[at] == FREE
            and line.word(at) not in THROUGH
            and line.words[at].stem not in LIGHT
            and line.words[at].singular not in EVERYWHERE
        ]
        chip = Chip("not", " ".join(words), f"not {' '.join(words)}", line.source(cue, after))
        is_ignored = bool(words) and line.is_ignored(chip.key)
        for at in range(cue, after):
            if line.states[at] == FREE:
                line.mark(at, at + 1, KEPT if is_ignored else TAKEN)
        if words and not is_ignored:
            line.add_chip(chip)
            so_far = line.values.get("excluded", ())
            line.values["excluded"] = so_far + tuple(word for word in words if word not in so_far)


def _says_nothing_yet(line: Line, at: int, after: int) -> bool:
    """ "Nothing religious" denies; "nothing to do" and "nothing in the fridge" do not."""
    following = line.word(after)
    is_little = (
        not following or following in THROUGH or following in NOTHING_MORE or following in STOPS or following in LIGHT
    )
    return line.word(at) == "nothing" and after == at + 1 and is_little


def _after_cue(line: Line, cue: int) -> int:
    found = CUES.at(line, cue)
    return found[0] if found else cue + 1


def _end_of_denial(line: Line, first: int, lexicon: Lexicon, is_wanting: bool) -> int:
    """The index after the last denied word; `first` itself when nothing is denied."""
    at, denied = first, 0
    while at < len(line.words) and denied < MOST_DENIED:
        word = line.words[at]
        if at > first and (word.has_pause_before or word.text in STOPS):
            break
        if denied and word.singular in LATER_STOPS:
            break
        if denied == 0 and _denies_nothing(line, at, lexicon, is_wanting):
            return first
        if word.text in THROUGH or (word.stem in LIGHT and denied == 0):
            at += 1
            continue
        guard = line.guards.get(at)
        at = guard.after if guard else at + 1
        denied += 1
        if line.word(first - 1) == "non":  # one word, as in "non religious toddler group"
            return at
        if at < len(line.words) and line.word(at) in KIND_OF:  # "not church based food bank" is a food bank
            return at + 1
    while at > first and line.word(at - 1) in THROUGH:
        at -= 1
    return at if denied else first


def _denies_nothing(line: Line, at: int, lexicon: Lexicon, is_wanting: bool) -> bool:
    word = line.words[at]
    if word.text in HARMLESS or word.singular in LACKED:
        return True
    if is_wanting and word.stem in FEARED:
        return True
    if word.text.endswith("ing"):  # "not sleeping" is a trouble, "not knitting" a wish
        meaning = lexicon.meaning(word.singular)
        return not (meaning and any(lexicon.named(slug).kind == "interest" for slug in meaning.terms))
    return False
