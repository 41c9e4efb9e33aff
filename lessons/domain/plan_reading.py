"""What the sentences of a plan say, as far as lists of words tell: who does what and by when, which days, of what it
speaks. In English and in Welsh.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from lessons.domain import wording
from lessons.domain.dates import read_span
from lessons.domain.tailored import plain, sentences
from lessons.domain.text import N_
from lessons.domain.wording import Ask

WHO, WHAT, WHEN = N_("who?"), N_("what will be different?"), N_("by when?")


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of the plan. lacks: what it does not say, as messages. words: those that leave open what is meant."""

    text: str
    lacks: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """A sentence that says that something will be done. who, what: its words about either."""

    sentence: str
    who: str
    what: str


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _any(words: str) -> re.Pattern[str]:
    """Any of these as whole words; a blank stands as “_” where they are more than one."""
    each = "|".join(word.replace("_", r"\s+") for word in words.split())
    return re.compile(rf"(?<!\w)(?:{each})(?!\w)")


_TO_BE_DONE = _any("will shall must needs?_to should ought_to is_to are_to byddwn dylem")
_VERB_FIRST = _any("bydd byddant dylai rhaid_i'r rhaid_i")  # then who, “yn”, and what
_BY = _any("by_the by_our by_an? gan_y gan_yr gan_ein owner lead lro sio")
_PASSIVE = re.compile(r"\s*(?:not\s+)?be\s+\w+(?:ed|en|t|ne|ade|un)\b")
# Words that leave open who it is, and little ones.
_NOBODY = _set("""
    we it they this that these those there everyone everybody all someone somebody police officers staff partners team
    teams agencies people who ni pawb rhywun heddlu swyddogion partneriaid
    a an the our their its any other local some each every and also then as y yr ein eu
""")
_TIME = _any(r"""
    \d{1,2}[:.]\d\d \d{1,2}\s?(?:am|pm) (?:19|20)\d\d today tomorrow tonight daily weekly monthly hourly hours? days?
    weeks? months? quarter mornings? noon evenings? nights? dawn (?:mon|tues|wednes|thurs|fri|satur|sun)days? january
    february march april june july august september october november december \d{1,2}_may before until within once
    as_soon_as on_arrival at_the_same_time when after during first
    heddiw yfory erbyn cyn o_fewn pan ar_ôl wythnos(?:au)? diwrnod dydd mis bore nos ionawr chwefror mawrth ebrill
    mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr
""")


# --- who, what, by when ----------------------------------------------------------------------------
def what_is_done(plan: str) -> list[Done]:
    """Its sentences that say that something will be done: with “will”, “must” and the like, or as an order."""
    return [done for sentence in sentences(plan) if (done := _done(sentence))]


def _done(sentence: str) -> Done | None:
    words = plain(sentence)
    welsh, found = _VERB_FIRST.search(words), _TO_BE_DONE.search(words)
    if welsh:
        who, _yn, what = words[welsh.end() :].partition(" yn ")
        return Done(sentence, who, what)
    if found:
        return Done(sentence, words[: found.start()], words[found.end() :])
    begins = not any(each.ask is Ask.VERB for each in wording.questions(sentence))
    return Done(sentence, "", words) if begins and len(words.split()) > 2 else None


def lacking(done: Done) -> Quote | None:
    """The sentence with what it does not say; None where it says all of it."""
    vague = _vague(done.what)
    asked = (
        (WHO, not _names_somebody(done)),
        (WHAT, bool(vague)),
        (WHEN, not _TIME.search(plain(done.sentence))),
    )
    lacks = tuple(question for question, is_open in asked if is_open)
    return Quote(done.sentence, lacks, vague) if lacks else None


def _names_somebody(done: Done) -> bool:
    """Whether a role or a team stands before what will be done, or after it with “by”."""
    if _BY.search(f"{done.who} {done.what}"):
        return True
    named = set(re.findall(r"[^\W\d_]+", done.who)) - _NOBODY
    return bool(named) and not _PASSIVE.match(done.what)


def _vague(what: str) -> str:
    """The words that leave open what will be different, if what will be done begins with them."""
    asked = wording.questions(re.sub(r"^\W*(?:(?:also|then|not|be|to|yn)\s+)?", "", what))
    return next((each.words for each in asked if each.ask is Ask.VAGUE), "")


# --- days ------------------------------------------------------------------------------------------
_DAY = re.compile(
    r"\b(?:\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{4}|\d{1,2}(?:st|nd|rd|th)?\s+[^\W\d_]{3,10},?\s+\d{4})\b"
)


def days_in(text: str) -> list[date]:
    """The days that a text names with their year, each once, the earliest first."""
    found = (_day(match.group()) for match in _DAY.finditer(text))
    return sorted({day for day in found if day})


def _day(words: str) -> date | None:
    span = read_span(re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", words))
    return span[0] if span and span[0] == span[1] else None


# --- of what it speaks -----------------------------------------------------------------------------
PROFILE = _any("""
    profiles? community_impact_assessment equality_impact_assessment neighbourhood_team local_knowledge residents?
    neighbours? local_people proffil proffiliau cymuned cymunedau cymunedol trigolion cymdogion gwybodaeth_leol
""")
PARTNERS = _any("partners? partneriaid partner_agencies multi-?agency aml-?asiantaeth")
EVALUATED = _any(r"""
    evaluat\w* baseline measured? measures_of how_we_know how_we_will_know gwerthus\w* mesur llinell_sylfaen
""")
AFTER_CARE = _any(r"""
    after-?care after_care reassur\w+ safeguard\w* victim_care victim_support victims_are victims_will supported
    support_for support_worker support_workers follow-?up follow_up return_visits? afterwards welfare_checks?
    welfare_visits? ôl-ofal diogelu tawelu_meddwl cymorth_i ymweliadau_dilynol wedyn lles
""")


def speaking_of(plan: str, words: re.Pattern[str]) -> tuple[Quote, ...]:
    """Its sentences with such words in them."""
    return tuple(Quote(each) for each in sentences(plan) if words.search(plain(each)))


# Words in the names of partners that plans have for other reasons as well.
_COMMON = _set("""
    service services force forces care social safety community other work provider authority department adult children
    standards team local national police office officer with from gwasanaeth gwasanaethau gofal cymdeithasol diogelwch
    llu arall adran awdurdod
""")


def mentions(plan: str, names: Iterable[str]) -> bool:
    """Whether it has a telling word of one of these names of a partner, such as “housing” of “Housing provider”; of
    names without any, such as “Other police force”, nothing is said.
    """
    telling = frozenset[str]().union(*map(_telling, names))
    return not telling or not telling.isdisjoint(re.findall(r"[^\W\d_]+", plain(plan)))


def partners_in(plan: str, named: Iterable[Collection[str]]) -> tuple[Quote, ...]:
    """Its sentences that speak of partners, or have a telling word of one of these, each given by its names."""
    telling = frozenset[str]().union(*(_telling(name) for names in named for name in names))
    return tuple(
        Quote(each)
        for each in sentences(plan)
        if PARTNERS.search(plain(each))
        or not telling.isdisjoint(re.findall(r"[^\W\d_]+", plain(each)))
    )


def _telling(name: str) -> set[str]:
    words = re.findall(r"[^\W\d_]+", name)
    return {plain(word) for word in words if len(word) > 3 or word.isupper()} - _COMMON
