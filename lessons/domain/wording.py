"""How an action is worded: questions that help somebody to say what will be done, by whom and how it will be seen.

Nothing here refuses: whoever writes an action knows more than a list of words, and may keep it as it is.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from lessons.domain.text import N_
from lessons.domain.vocabulary import Vocabulary

LONG = 30  # words that one thing to do needs at most
STRONG, MEDIUM, WEAK = "strong", "medium", "weak"  # fact `strength` of the list `action_strength`
REMINDER = "reminder"


class Ask(StrEnum):
    """What may be better."""

    VERB = "verb"
    VAGUE = "vague"
    OBJECT = "object"
    LONG = "long"
    SEVERAL = "several"
    LONE_REMINDER = "lone_reminder"
    WEAK_ALONE = "weak_alone"


QUESTIONS: Mapping[Ask, str] = {
    Ask.VERB: N_("Does it begin with what somebody will do? For example: Add, Build, Move, Agree, Stop."),
    Ask.VAGUE: N_("“%(words)s”: how would somebody else see that it was done? Say what will be different."),
    Ask.OBJECT: N_("What is it done to? Say the thing, form, team or place."),
    Ask.LONG: N_("Is this one thing to do, in one sentence? The rest can go under progress."),
    Ask.SEVERAL: N_("Is this more than one action? Each needs an owner and a date of its own."),
    Ask.LONE_REMINDER: N_("People forget. What would make the right way the easy way?"),
    Ask.WEAK_ALONE: N_("Alone, this asks people to remember or to know. What would make the right way the easy way?"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """One question about the words or the type of an action. words: those it is about, as typed."""

    ask: Ask
    words: str = ""

    @property
    def text(self) -> str:
        """Its message; %(words)s stands for `words`."""
        return QUESTIONS[self.ask]

    @property
    def about_strength(self) -> bool:
        return self.ask in (Ask.LONE_REMINDER, Ask.WEAK_ALONE)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Verbs that actions begin with, in English and in Welsh.
_VERBS = _set("""
    accept add adopt agree allocate allow analyse apply appoint approve arrange ask assess assign attach audit automate
    begin block book brief bring build buy call carry change check choose clear close collect combine commission compare
    complete confirm connect contact convert copy correct count create cut date debrief define delete deliver design
    develop digitise display divide double draft draw drop edit embed employ end enter equip establish evaluate examine
    exchange expand extend fill film find fit fix follow form forward freeze fund gather give grant group hand hire hold
    identify include increase indicate insert inspect install introduce invite issue join keep label launch lead lend
    let license limit link list load lock log mail make map mark match measure meet merge monitor move name negotiate
    note notify number obtain offer open order organise pay pilot pin place plan post prepare print process procure
    produce protect prove provide publish purchase put raise read rebuild recognise record recruit redesign reduce refer
    refuse register reject release relocate remind remove rename renew repair repeat replace report request require
    reserve resource restrict return revise rewrite rota route run scan schedule secure seek select sell send separate
    set share show sign simplify sort split staff standardise start state stop store strip submit supply switch take
    teach tell test train transfer translate trial turn update upgrade upload use visit warn withdraw write
    adolygu ailysgrifennu agor anfon ariannu atgoffa caniatau cau cofnodi creu cyflwyno cyhoeddi cymharu cynnal
    cynnwys cytuno darllen darparu defnyddio diweddaru dod dweud dylunio galw gofyn gosod gwahodd gwirio gwneud
    hyfforddi llunio mesur newid nodi penodi profi rhoi rhannu symleiddio symud trefnu tynnu ychwanegu ysgrifennu
""")
_VAGUE = (
    "consider", "explore", "look into", "look at", "be aware", "raise awareness", "remind", "ensure", "make sure",
    "think about", "be mindful", "try to", "encourage", "promote", "support", "continue to", "discuss", "improve",
    "strengthen", "review", "ystyried", "ystyriwch", "archwilio", "archwiliwch", "sicrhau", "sicrhewch", "atgoffa",
    "atgoffwch", "codi ymwybyddiaeth", "edrych ar", "edrychwch ar", "parhau i", "gwella", "trafod",
)  # fmt: skip
# Words with which a second action begins after “and”. Words that are names of things as well are left out.
_SECOND = _set("""
    add agree allocate appoint arrange ask assign begin build buy carry choose create define deliver develop draft
    ensure establish find fit give hold identify include install introduce invite keep make move obtain organise
    prepare provide publish put reduce remove replace review revise rewrite send set share start stop teach tell train
    update use write ychwanegu anfon creu cytuno gofyn gosod gwneud hyfforddi newid rhoi ysgrifennu
""")
_BEFORE = frozenset(["please", "always", "never", "also", "then", "jointly", "to", "not", "do"])
_LITTLE = _set("""
    a an the this that it them all more better up out in on off of for to by with and or at from as now soon regularly
    things something everything everybody staff people y yr i o ar gan mwy gwell popeth pawb
""")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_SENTENCE_ENDS = re.compile(r"[.!?;]\s+\S")


def questions(
    title: str, strength: str = "", kinds: Vocabulary | None = None, *, stronger: bool = False
) -> tuple[Question, ...]:
    """What to ask of an action with these words and of this type; nothing of an empty one.

    kinds: the list `action_strength`. stronger: whether what it comes from has a stronger action already.
    """
    found = [*_of_words(" ".join(title.split()))]
    if kinds is not None and not stronger and grade(kinds, strength) == WEAK:
        found.append(Question(Ask.LONE_REMINDER if strength == REMINDER else Ask.WEAK_ALONE))
    return tuple(found)


def _of_words(title: str) -> Iterator[Question]:
    words = [word.casefold() for word in _WORD.findall(title)]
    if not words:
        return
    while len(words) > 1 and words[0] in _BEFORE:
        words = words[1:]
    vague = next((v for v in _VAGUE if f" {' '.join(words)} ".startswith(f" {v} ")), "")
    if vague:
        yield Question(Ask.VAGUE, vague)
    elif not _is_verb(words[0]):
        yield Question(Ask.VERB)
    if all(word in _LITTLE for word in words[len(vague.split()) or 1 :]):
        yield Question(Ask.OBJECT)
    if len(words) > LONG or _SENTENCE_ENDS.search(title):
        yield Question(Ask.LONG)
    joining = ("and", "then", "ac", "a") if _is_welsh(words) else ("and", "then")
    if any(a in joining and b in _SECOND for a, b in pairwise(words)):
        yield Question(Ask.SEVERAL)


def _is_verb(word: str) -> bool:
    """As far as a short list and the ends of words tell."""
    stem = word.removeprefix("re-").removeprefix("co-")
    return word in _VERBS or stem in _VERBS or word.endswith(("ise", "ize", "ify", "wch"))


def _is_welsh(words: list[str]) -> bool:
    return any(word in ("y", "yr", "yn", "gyda", "ar", "gan") for word in words)


def grade(kinds: Vocabulary, strength: str) -> str:
    """How strong a type of action is: a fact of the list; "" for none or one that the list does not grade."""
    term = kinds.terms.get(strength)
    return term.facts.get("strength", "") if term else ""


def stronger_kinds(kinds: Vocabulary) -> list[str]:
    """The keys of the types that do not rest on memory, strongest first, as the list has them."""
    return [t.key for t in kinds.current if t.facts.get("strength") in (STRONG, MEDIUM)]


def fingerprint(question: Question, title: str, strength: str) -> str:
    """What somebody confirms who keeps it as it is: this question of these words, or of this type."""
    about = strength if question.about_strength else " ".join(title.split()).casefold()
    said = f"{question.ask}\0{about}".encode("utf-8", "surrogatepass")
    return "w" + hashlib.sha256(said).hexdigest()[:12]
