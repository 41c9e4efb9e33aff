"""`lessons brief`: a pack of lessons for a coming operation, without a browser. Nothing of it is kept."""

import json
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, BinaryIO

import click
from babel.dates import format_datetime

from lessons.cli.common import PROBLEMS, acting_as, house, library
from lessons.cli.paper_text import as_text
from lessons.domain.access import Permit, System, User, demand
from lessons.domain.briefings import MOST, UNKEPT, marking_of
from lessons.domain.errors import MarkingTooHigh, NotFound
from lessons.domain.paper import Paper
from lessons.domain.record import Kind, Record, Revision, Value, kind_of, tidy_id
from lessons.domain.text import N_
from lessons.domain.vocabulary import Term, Vocabulary
from lessons.domain.words import plain_words
from lessons.library import Library
from lessons.ports import NotTaken, Order
from lessons.services.brief import building
from lessons.services.brief import paper as papers
from lessons.services.brief.arranging import in_order
from lessons.services.brief.asking import TAKEN, demand_order, operation_of
from lessons.services.brief.drafts import row_of
from lessons.services.brief.paper import Form
from lessons.services.brief.reading import Entry, Pack, Since
from lessons.services.brief.saying import Saying, reasons

FORMS = click.Choice([form.value for form in Form])
DOCUMENTS, JSON = (".pdf", ".docx"), ".json"
WIDEST = 100  # columns of a terminal that lines go across
NEAREST, ALIKE = 5, 0.6
UNNAMED = N_("Lessons for a coming operation")
MADE_FOR = N_("Made for %(name)s (%(role)s) on %(moment)s")
THIN = N_(
    "Little was said, so these are the nearest lessons there are. Say more for a better pack."
)
FEW = N_("Few lessons fit the plan closely, so the nearest are here as well.")
LITTLE = 400  # characters of a plan that says little
MADE = N_("Made by Lessons on %(day)s")
# Options that name keys of lists: the field of a briefing, and the list.
KEYS = {
    "threats": ("threat", "threat"), "vulnerabilities": ("vulnerability", "vulnerability"),
    "four_p": ("four-p", "four_p"), "tactics": ("tactic", "tactic"), "partners": ("partner", "partner"),
    "place_type": ("place", "place_type"),
}  # fmt: skip


def _keys(command: Callable[..., None]) -> Callable[..., None]:
    for field, (option, name) in reversed(KEYS.items()):
        once = field == "place_type"
        said = f"Key or words of the list {name}." + (
            "" if once else " May be given several times."
        )
        command = click.option(f"--{option}", field, multiple=not once, metavar="K", help=said)(
            command
        )
    return command


@click.command()
@click.option(
    "--text", "text", type=click.File("rb"), help="An operation order, or a plan: text or .docx; - reads from the pipe."
)  # fmt: skip
@click.option("--operation", metavar="ID", help="Operation in the register.")
@_keys
@click.option(
    "--limit", type=click.IntRange(1, MOST), default=building.USUAL, show_default=True, help="Lessons at most."
)  # fmt: skip
@click.option(
    "--as", "name", metavar="USER", help="As this person may read.  [default: everything]"
)
@click.option("--form", type=FORMS, default=Form.WHOLE.value, show_default=True, help="Which copy.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="A file: .pdf, .docx or .json.  [default: shown]"
)  # fmt: skip
def brief(
    text: BinaryIO | None, operation: str | None, limit: int, name: str | None, form: str, out: Path | None,
    **keys: Any,
) -> None:  # fmt: skip
    """The lessons that matter for a coming operation, each with why it is in."""
    if out and out.suffix.lower() not in (*DOCUMENTS, JSON):
        raise click.BadParameter("name a file that ends in .pdf, .docx or .json.", param_hint="'--out'")  # fmt: skip
    if not (text or operation or any(keys.values())):
        raise click.UsageError(
            "Say something of the operation: --text, --operation, --threat or another key."
        )
    here, who = library(), acting_as(house().accounts, name)
    demand(who, Permit.BRIEF)
    asked = _asked(here, who, operation, keys)
    order = _order(text)
    said = (
        asked if operation else asked.with_(title="")
    )  # what it is called by default says nothing
    built = building.build(here, who, said, order=order.text, most=limit)
    if built.cut or order.cut:
        click.echo("That is longer than is read: its beginning was used.", err=True)
    copy = _Copy(here, who, Form(form), _pack(here, who, asked, built), built)
    if built.thin:
        click.echo(copy.saying.say(THIN if len(order.text) < LITTLE else FEW), err=True)
    copy.hand_over(out)
    sys.exit(0 if built.picked else PROBLEMS)


# --- what is asked -----------------------------------------------------------------------------------
def _asked(here: Library, who: User, operation: str | None, keys: dict[str, Any]) -> Record:
    """A briefing that is not kept. Raises NotFound, BadParameter."""
    fields: dict[str, Value] = {"marking": "official", "title": UNNAMED}
    if operation:
        stored = here.peek(who, tidy_id(operation))
        if stored is None or kind_of(stored.record.id) is not Kind.OPERATION:
            raise NotFound(f"There is no operation {operation!r} in the register.")
        taken = {n: stored.record.fields[n] for n in TAKEN if n in stored.record.fields}
        fields |= {**taken, "title": stored.record.title, "operation": stored.record.id}
    for field, (option, name) in KEYS.items():
        given = keys[field]
        if isinstance(given, str):
            fields[field] = _key(here, who, option, name, given)
        elif given:
            fields[field] = tuple(_key(here, who, option, name, each) for each in given)
    return Record(UNKEPT, Kind.BRIEFING, fields=fields)


def _key(here: Library, who: User, option: str, name: str, given: str) -> str:
    """Raises BadParameter, with the keys that are nearest."""
    terms = here.lists_for(who)[name]
    found = terms.find(given)
    if found:
        return found.key
    near = _with_its_words(terms, given)
    others = [] if near else [
        f"--{other} {key}"
        for other, list_name in KEYS.values() if other != option
        for key in _with_its_words(here.lists_for(who)[list_name], given)
    ]  # fmt: skip
    if others:
        said = f"It is in another list: {', '.join(others[:NEAREST])}"
    elif near := near or _spelt_alike(terms, given):
        said = f"Nearest: {', '.join(near)}"
    else:
        said = f"There are: {', '.join(term.key for term in terms.current)}"
    raise click.BadParameter(f"there is no {given!r}. {said}", param_hint=f"'--{option}'")


def _words_of(term: Term) -> Iterable[str]:
    return (term.key.replace("_", " "), *term.labels.values(), *term.synonyms)


def _with_its_words(terms: Vocabulary, given: str) -> list[str]:
    """Keys of the terms that have every word of what was given, or words that begin so."""
    wanted = plain_words(given.replace("_", " "))
    held = {term.key: [w for said in _words_of(term) for w in plain_words(said)] for term in terms.current}  # fmt: skip
    return [
        key for key, words in held.items()
        if wanted and all(any(word.startswith(w) for word in words) for w in wanted)
    ][:NEAREST]  # fmt: skip


def _spelt_alike(terms: Vocabulary, given: str) -> list[str]:
    by_word = {word.casefold(): term.key for term in terms.current for word in _words_of(term)}
    near = get_close_matches(given.casefold(), by_word, NEAREST, ALIKE)
    return list(dict.fromkeys(by_word[word] for word in near))


def _order(text: BinaryIO | None) -> Order:
    """Raises BadParameter, with what to do instead."""
    if text is None:
        return Order("")
    try:
        read: Order = house().orders.read(getattr(text, "name", ""), text)
        demand_order(read.text)
    except (NotTaken, MarkingTooHigh) as error:
        raise click.BadParameter(str(error), param_hint="'--text'") from None
    return read


# --- what is found -----------------------------------------------------------------------------------
def _pack(here: Library, who: User, asked: Record, built: building.Built) -> Pack:
    """As if it had been issued now."""
    lessons = in_order(here, [
        Entry(row_of(each), each.lesson, None, Since.SAME, revision=each.revision) for each in built.picked
    ])  # fmt: skip
    operation = operation_of(here, who, asked)
    marking = marking_of(asked, [each.now for each in lessons], operation)
    record = asked.with_(lessons=tuple(each.row for each in lessons), marking=marking)
    return Pack(record, Revision(0, here.clock(), who.name, "brief"), lessons, 0, operation, ())


# --- what is given -----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Copy:
    here: Library
    who: User
    form: Form
    pack: Pack
    built: building.Built

    @property
    def language(self) -> str:
        if isinstance(self.who, System):
            return str(house().settings["LANGUAGE"])
        return str(house().accounts.get(self.who.name).language)

    @property
    def saying(self) -> Saying:
        language, lists = self.language, self.here.lists_for(self.who)
        words = house().catalogue(language)
        return Saying(
            say=words.gettext,
            ngettext=lambda one, several, n: str(words.ngettext(one, several, n) % {"num": n}),
            label=lambda name, key: lists.label(name, key, language),
            moment=lambda at: str(format_datetime(at.astimezone(), "d MMMM y, HH:mm", locale=language)),
            blocks=house().blocks,
        )  # fmt: skip

    def hand_over(self, out: Path | None) -> None:
        suffix = out.suffix.lower() if out else ""
        if out and suffix == JSON:
            out.write_text(json.dumps(self.told(), ensure_ascii=False, indent=2) + "\n", "utf-8")
        elif self.pack.lessons and out:
            out.write_bytes(house().printers[suffix[1:]].print(self.paper(suffix[1:])))
        elif self.pack.lessons:
            width = min(shutil.get_terminal_size().columns, WIDEST)
            click.echo(as_text(self.paper("pdf"), width))
        if not self.pack.lessons:
            click.echo("No lesson matches what was said of the operation.")
            for page in self.built.guidance:
                click.echo(f"Guidance: {page.title} ({page.name})")
            return
        papers.note(self.here, self.who, self.pack, self.form, suffix[1:] or "text")
        if out:
            click.echo(f"{out}: {len(papers.held(self.pack, self.form))} lessons.")

    def paper(self, how: str) -> Paper:
        saying, printer = self.saying, house().printers[how]

        def ready(one: Paper) -> Paper:
            return replace(one, language=self.language, gap=saying.say("Gap"))

        pack = replace(self.pack, record=self.pack.record.with_(title=self.title))
        return ready(
            papers.compose(
                pack, self.form, saying, made=self.made, fits=lambda one: printer.fits(ready(one))
            )
        )

    @property
    def title(self) -> str:
        return self.saying.say(self.pack.record.title)

    @property
    def made(self) -> str:
        saying, now = self.saying, self.here.clock()
        if isinstance(self.who, System):
            return saying.filled(MADE, day=saying.moment(now))
        role = saying.label("role", self.who.role)
        return saying.filled(MADE_FOR, name=self.who.name, role=role, moment=saying.moment(now))

    def told(self) -> dict[str, Any]:
        """For a program: best first, as found."""
        best = [each.lesson.id for each in self.built.picked]
        held = sorted(papers.held(self.pack, self.form), key=lambda each: best.index(each.id))
        saying = self.saying
        told: dict[str, Any] = {
            "title": saying.say(papers.FOR_PARTNERS) if self.form is Form.PARTNERS else self.title,
            "marking": saying.label("marking", papers.marking(self.pack, self.form)),
            "lessons": [*_lessons(held, saying)],
            "guidance": [
                {"name": p.name, "title": p.title, "summary": p.summary}
                for p in self.built.guidance
            ],
        }
        left_out = len(self.pack.lessons) - len(held)
        return told | ({"left_out": left_out} if self.form is Form.PARTNERS else {})


def _lessons(held: Iterable[Entry], saying: Saying) -> Iterable[dict[str, Any]]:
    for each in held:
        lesson = each.shown
        yield {
            "id": each.id, "element": each.element, "title": lesson.title, "why": reasons(saying, each.row),
            "marking": saying.label("marking", lesson.line("marking") or "official"),
            "learning": lesson.line("learning"), "revision": each.revision,
        }  # fmt: skip
