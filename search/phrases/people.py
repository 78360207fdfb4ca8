"""Who it is for: women only, for my mum, on my own."""

from __future__ import annotations

from search.phrases.ages import hint_older
from search.phrases.line import SHARED, TAKEN, Line, Table
from search.phrases.words import listed

ONLY = Table(
    {
        "woman only|women only|lady only|ladies only|female only|just woman|just women|just for women|just for ladies"
        "|only women|only for women|all female|all women|womens only|no men|no blokes|without men|no men allowed"
        "|woman only space|women only space|single sex women|female staff|not a man|not with men|not with a man"
        "|dont want a man|dont want men|dont want to talk to a man|dont want to talk to men|dont want to see a man"
        "|dont want to speak to a man|cant talk to a man|rather not see a man|rather not talk to a man"
        "|not around men|dont want to be around men|female only staff|female worker|female counsellor": "women",
        "man only|men only|male only|just men|just for men|just for blokes|only men|only for men|all male|mens only"
        "|no women|no woman|without women|blokes only|lads only": "men",
    }
)
DENIES = listed("no not dont cant rather without")
LABELS = {"women": "women only", "men": "men only"}
FOR_LABELS = {"women": "for a woman", "men": "for a man"}

WOMEN = listed(
    "mum mom mummy mam mother nan nana nanny gran granny grandma grandmother wife sister daughter auntie aunt niece"
    " girlfriend ammi amma nani dadi bibi missus woman women lady ladies girl girls womens"
)
MEN = listed(
    "dad daddy father grandad granddad grandpa grandfather husband hubby brother bro son uncle nephew boyfriend abbu"
    " abba dada bloke man men lad lads mens blokes"
)
ELDERS = listed(
    "mum mam mother dad father nan nana nanny gran granny grandma grandmother grandad granddad grandpa grandfather"
    " parents grandparents ammi amma nani dadi abbu abba inlaws elderly"
)
PARENTS_ONLY = listed("mum mam mother dad father parents")
FOR = listed("for with take bring taking bringing")
OWN = listed("my our his her the a their")
# "My dad can't use his phone": what is for older people may suit him better. It raises that, and finds nothing by it.
MINE = listed("my our")
CHILDREN = listed("son daughter kid kids child children toddler baby boy girl grandson granddaughter grandchildren")
GRANDPARENTS = listed("nan nana gran granny grandma grandmother grandad granddad grandpa grandfather")
RAISES = 0.15
# "women's group" and "men's shed" are for them, but a word of their names as well.
GROUPS = Table(
    {
        "ladies|womens group|womens class|womens swimming|womens club|ladies group|ladies night|ladies club"
        "|womens session|womens circle|for women|for ladies|for girls|womens football|girls football|girls group"
        "|ladies swimming|ladies session|womens support"
        "|womens centre|im a woman|im a girl|muslim women|asian women|single mum|single mom|single mother|im a mum"
        "|im a mother": "women",
        "mens group|mens club|mens class|mens session|mens circle|for men|for blokes|for lads|mens football"
        "|mens talking|mens support|im a man|im a bloke|lads group|male carer|male carers|boys group|for boys"
        "|mens space|mens mental health|single dad|single father|im a dad|im a father": "men",
    }
)


def read_people(line: Line) -> None:
    """Only for women or men; for a woman or a man; for somebody older."""
    for first, after, gender in ONLY.spans(line, through_guards=True):
        chip = line.chip("gender", gender, LABELS[gender], first, after)
        # "Not with a man" must not look for the word "man"
        is_denied = any(line.word(at) in DENIES for at in range(first, after))
        line.take(first, after, chip, state=TAKEN if is_denied else SHARED, gender=gender)
    for first, after, gender in GROUPS.spans(line, through_guards=True):
        if "gender" in line.values or line.is_settled("gender"):
            continue
        _lean(line, first, after, gender)
    for at in range(len(line.words)):
        if line.is_free(at) and line.is_open(at, at + 1):
            _read_relative(line, at)


def raise_their_own(line: Line) -> None:
    """Whoever the trouble is about: services for people like them come first among equals."""
    if not line.weights or "age" in line.values or "ages" in line.values:
        return
    for at in range(len(line.words)):
        if at == 0 or line.word(at) in GRANDPARENTS or line.word(at - 1) in MINE or line.word(at - 2) in MINE:
            term = "older-people" if line.word(at) in ELDERS else "children" if line.word(at) in CHILDREN else ""
            if term and not line.is_ignored(f"need:{term}"):
                line.weights.setdefault(term, RAISES)


def _lean(line: Line, first: int, after: int, gender: str) -> None:
    line.take(first, after, line.chip("for", gender, FOR_LABELS[gender], first, after), state=SHARED, for_gender=gender)


def _read_relative(line: Line, at: int) -> None:
    """ "For my mum" leans to women and to older people, and filters nothing."""
    word = line.word(at)
    gender = "women" if word in WOMEN else "men" if word in MEN else ""
    if not gender and word not in ELDERS:
        return
    first = at
    while line.is_free(first - 1) and (
        line.word(first - 1) in OWN or line.word(first - 1) in ("elderly", "old", "and")
    ):
        first -= 1
    if line.word(first - 1) not in FOR or first == at:
        return
    is_free_for = line.is_free(first - 1) and line.word(first - 1) == "for"
    first = first - 1 if is_free_for else first
    if gender and "gender" not in line.values and "for_gender" not in line.values and is_free_for:
        _lean(line, first, at + 1, gender)
    line.mark(first, at + 1, TAKEN if is_free_for else SHARED)
    if word in ELDERS:
        hint_older(line, 0.3 if word in PARENTS_ONLY else 0.5, first, at + 1)
