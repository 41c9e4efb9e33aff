"""A pack on one side of a sheet: shortened in steps until it fits, and saying how."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, replace

from lessons.domain import points
from lessons.domain.paper import Block, Heading, Numbered, Paper, Para, Point
from lessons.domain.text import N_
from lessons.services.brief.reading import Entry, Since
from lessons.services.brief.saying import SINCE, Saying, beginning, cut, plain

SENTENCES = 2  # of what to do
USUAL = "change"  # the kind of learning that nothing is said of
NO_LESSON = N_("There is no lesson to show here.")
FITTED = N_("This copy was made to fit on one side. The whole pack has everything in full.")
LESSONS_CUT = N_("Lessons are shortened.")
NOTES_CUT = N_("Notes are shortened.")
NOTES_GONE = N_("Notes are left out.")
REFERENCES_GONE = N_("References are left out.")


@dataclass(frozen=True, slots=True)
class Step:
    """How many characters of each are left. for_all: of the note for everybody. headed: whether headings stand
    between. Numbers stay, and are those of the whole pack. advice: of what to do, under each
    lesson, or under warnings alone unless all_advised.
    """

    sentence: int
    note: int = 0
    for_all: int = 0
    _: KW_ONLY
    references: bool = False
    title: int = 160
    headed: bool = True
    advice: int = 0
    all_advised: bool = False


FULL = Step(500, 1_000, 4_000, references=True)
# Taken only where all stands on one side in letters of the usual size.
ADVISED = (
    replace(FULL, advice=280, all_advised=True),
    replace(FULL, advice=160, all_advised=True),
    replace(FULL, advice=160),
)
STEPS = (
    *ADVISED,
    FULL,
    Step(500, 160, 600, references=True),
    Step(300, 120, 300, references=True),
    Step(300, 80, 200),
    Step(220, 60, 120),
    *(Step(most) for most in (220, 180, 150, 130, 110, 90)),
    Step(70, title=100),
    Step(40, title=60, headed=False),
    Step(16, title=40, headed=False),  # for letters that no font has
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What goes on it. groups: lessons by heading. top: lines of small print above them. note: for everybody."""

    groups: Sequence[tuple[str, Sequence[Entry]]]
    top: Sequence[str]
    note: str


def on_one_side(sheet: Sheet, frame: Paper, saying: Saying, fits: Callable[[Paper], bool]) -> Paper:
    """frame: the paper without its blocks. fits: whether a paper stands on one side."""
    note = cut(plain(saying, beginning(sheet.note, STEPS[0].for_all)), STEPS[0].for_all)
    last = frame
    for step in STEPS:
        blocks = tuple(_blocks(sheet, note, step, saying))
        last = replace(
            frame,
            title=cut(frame.title, step.title),
            blocks=blocks,
            brief=True,
            grown=True,
        )
        if fits(replace(last, brief=False, grown=False) if step in ADVISED else last):
            break
    return last


def _blocks(sheet: Sheet, note: str, step: Step, saying: Saying) -> Iterator[Block]:
    lost = " ".join(saying.say(words) for words in _lost(sheet, note, step))
    yield Para("\n".join([*sheet.top, *([lost] if lost else [])]), quiet=True)
    if not sheet.groups:
        yield Para(saying.say(NO_LESSON))
    for heading, entries in sheet.groups:
        if step.headed:
            yield Heading(heading)
        yield Numbered(tuple(_point(each, step, saying) for each in entries))
    if note and step.for_all:
        yield Heading(saying.say(N_("Note")))
        yield Para(cut(note, step.for_all))


def _lost(sheet: Sheet, note: str, step: Step) -> Iterator[str]:
    """What is said of what does not stand on it."""
    if step in ADVISED or step is FULL:
        return
    entries = [entry for _, those in sheet.groups for entry in those]
    notes = [(entry.row.get("note", ""), step.note) for entry in entries] + [(note, step.for_all)]
    yield FITTED
    if any(len(entry.shown.title) > step.sentence for entry in entries):
        yield LESSONS_CUT
    if any(words and not most for words, most in notes):
        yield NOTES_GONE
    elif any(len(words) > most for words, most in notes):
        yield NOTES_CUT
    if not step.references:
        yield REFERENCES_GONE


def _point(entry: Entry, step: Step, saying: Saying) -> Point:
    kind = entry.shown.line("learning")
    advised = step.advice and (step.all_advised or entry.is_warning)
    advice = [_advice(entry, step.advice, saying)] if advised else []
    notes = [cut(entry.row.get("note", ""), step.note)] if step.note else []
    if entry.since is not Since.SAME:
        notes.append(saying.say(SINCE[entry.since]))
    mark = saying.label("learning", kind) if kind and kind != USUAL else ""
    words = cut(entry.shown.title, step.sentence)
    return Point(
        words,
        mark,
        entry.is_warning,
        entry.id if step.references else "",
        tuple(filter(None, [*advice, *notes])),
    )


def _advice(entry: Entry, most: int, saying: Saying) -> str:
    """What to do, in a sentence or two; "" where it says nothing that the lesson's own sentence does not."""
    texts = entry.shown.texts
    text = next((texts[name] for name in points.ADVICE if texts.get(name, "").strip()), "")
    found = points.drawn(plain(saying, beginning(text, 4 * most)), most=SENTENCES)
    said = cut(" ".join(filter(None, (found.lead, *found.items))), most)
    return "" if said.rstrip(".") == entry.shown.title.rstrip(".") else said
