"""A record as a plain file: whatever people type comes back exactly, and what cannot be read is told by line."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.adapters.files import PlainText
from lessons.domain.errors import Invalid, Unreadable
from lessons.domain.record import Kind, Record, Revision, Stored, Value
from lessons.domain.schema import SHAPES, Field, Type

FILES = PlainText()
NEVER_SAVED = Revision(0, datetime(1970, 1, 1, tzinfo=UTC), "", "")
IDS = {kind: f"{kind.letter}-2026-7K3QD" for kind in Kind if kind is not Kind.THEME}
IDS[Kind.THEME] = "radio"

AWKWARD = [
    "\n", "\n\n", "\r", "\r\n", "\t", " ", "   ", "\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\xa0", "\u2028",
    "\u2029", "\ufeff", "\ufffe", "\uffff", "\u200e", "\u202e", "مرحبا", "שלום", "ŵŷ", "👮🏽‍♀️", "\U0010ffff",
    "---", "\n---\n", "...", "## ", "## What happened {#happened}", "\n## What happened {#happened}\n",
    "\\## What happened {#happened}", "\n\\\\## In short {#summary}\n", "\n##\tx {#y} \r\n", "{#", "}", "{#summary}",
    "\\", "`", "```\n", "<script>", "[x](y)", "|", ": ", " #", "- ", "? ", "& ", "*", "!", "!!int ", "%", "@", "'", '"',
    "\\n", "yes", "no", "null", "~", "0123", "22:30", "1e3", "2026-05-04", "=", "<<", "[", "]", "{", ",", "a",
]  # fmt: skip
UNICODE = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TEXT = st.lists(st.sampled_from(AWKWARD) | UNICODE, max_size=6).map("".join)
WORDS = TEXT.filter(bool)
MOMENT = st.datetimes(datetime(1000, 1, 1), datetime(9998, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
LINK = {kind: st.just(id) for kind, id in IDS.items()}


def values(field: Field) -> st.SearchStrategy[Value]:
    """What the schema lets this field hold."""
    link = st.one_of([LINK[kind] for kind in field.to]) if field.to else WORDS
    many = {
        Type.CHOICES: WORDS,
        Type.NAMES: WORDS,
        Type.LINKS: link,
        Type.ROWS: st.dictionaries(st.sampled_from([*field.columns] or ["x"]), WORDS, min_size=1),
    }
    if field.type in many:
        unique = None if field.type is Type.ROWS else (lambda value: value)
        return st.lists(many[field.type], min_size=1, max_size=3, unique_by=unique).map(tuple)
    one: dict[Type, st.SearchStrategy[Value]] = {
        Type.LINE: WORDS,
        Type.CHOICE: WORDS,
        Type.DATE: st.dates(),
        Type.MOMENT: MOMENT,
        Type.NUMBER: st.integers(-(10**15) + 1, 10**15 - 1),
        Type.FLAG: st.booleans(),
        Type.LINK: link,
    }
    return one[field.type]


@st.composite
def records(draw) -> Record:
    kind = draw(st.sampled_from(list(Kind)))
    plain = [f for f in SHAPES[kind].fields if f.type is not Type.TEXT]
    chosen = draw(st.lists(st.sampled_from(plain), max_size=5, unique_by=lambda f: f.name))
    sections = [f.name for f in SHAPES[kind].texts] or ["none"]
    texts = draw(st.dictionaries(st.sampled_from(sections), TEXT, max_size=4))
    texts.pop("none", None)
    return Record(IDS[kind], kind, fields={f.name: draw(values(f)) for f in chosen}, texts=texts)


REVISIONS = st.just(NEVER_SAVED) | st.builds(
    Revision, st.integers(1, 10**9 - 1), MOMENT, TEXT, TEXT
)


@settings(max_examples=400, deadline=None)
@given(st.builds(Stored, records(), REVISIONS))
def test_whatever_is_written_comes_back_exactly(stored):
    assert FILES.parse(FILES.render(stored)) == stored


@settings(max_examples=400, deadline=None)
@given(TEXT, TEXT, TEXT)
def test_any_text_survives_in_first_middle_and_last_section_and_in_the_title(first, middle, last):
    texts = {"summary": first, "happened": middle, "lesson": last}
    stored = lesson(texts=texts, title=middle)
    again = FILES.parse(FILES.render(stored).encode().decode())
    assert again == stored
    assert dict(again.record.texts) == {name: text for name, text in texts.items() if text}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*AWKWARD, "---\n", "id: L-2026-7K3QD\n", "title: "])).map("".join))
def test_any_file_is_read_or_refused_with_lines_and_never_breaks(text):
    try:
        stored = FILES.parse(text, "lessons/x.md")
    except Unreadable as error:
        assert error.problems
        assert all(1 <= p.line <= text.count("\n") + 2 for p in error.problems)
    else:
        assert FILES.parse(FILES.render(stored)) == stored


@pytest.mark.parametrize(
    "unit", ["word ", "\\", "## x {#", "{#a}", "## a {#a}\n", "\r\n", "🚓", "   ", "\x00"]
)
def test_a_megabyte_of_anything_comes_back(unit):
    text = unit * (1_000_000 // len(unit.encode()))
    stored = lesson(texts={"detail": text, "summary": text + "\n"}, title=text[:10_000])
    assert FILES.parse(FILES.render(stored)) == stored


def lesson(texts=None, number=3, **fields) -> Stored:
    record = Record(IDS[Kind.LESSON], Kind.LESSON, fields=fields, texts=texts or {})
    saved = datetime(2026, 5, 5, 9, 30, tzinfo=UTC)
    return Stored(record, Revision(number, saved, "ann", "send") if number else NEVER_SAVED)


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(Unreadable) as refused:
        FILES.parse(text, "lessons/L-2026-7K3QD.md")
    assert refused.value.path == "lessons/L-2026-7K3QD.md"
    return [(problem.line, problem.field) for problem in refused.value.problems]


# --- what a file looks like --------------------------------------------------------------------------
def test_a_file_can_be_read_by_anybody_with_an_editor():
    stored = lesson(
        title="When it is loud, carry spare batteries: radios fail first",
        occurred=date(2026, 5, 4),
        themes=("radio", "handover"),
        partner_safe=True,
        texts={"lesson": "Keep spares at the muster point.", "happened": "Two radios died."},
    )
    assert FILES.render(stored) == (
        "---\n"
        "id: L-2026-7K3QD\n"
        "kind: lesson\n"
        "revision: 3\n"
        "saved: 2026-05-05T09:30:00Z\n"
        "saved_by: ann\n"
        "change: send\n"
        "title: 'When it is loud, carry spare batteries: radios fail first'\n"
        "occurred: 2026-05-04\n"
        "themes: [radio, handover]\n"
        "partner_safe: yes\n"
        "---\n"
        "\n"
        "## What happened {#happened}\n"
        "\n"
        "Two radios died.\n"
        "\n"
        "## What we learned {#lesson}\n"
        "\n"
        "Keep spares at the muster point.\n"
    )


def test_a_table_stands_row_by_row():
    points = ({"lesson": IDS[Kind.LESSON], "sentence": "Test radios."}, {"sentence": "Ask early."})
    debrief = Record(IDS[Kind.DEBRIEF], Kind.DEBRIEF, fields={"points": points})
    text = FILES.render(Stored(debrief, NEVER_SAVED))
    assert (
        "points:\n- lesson: L-2026-7K3QD\n  sentence: Test radios.\n- sentence: Ask early.\n"
        in text
    )


def test_a_file_that_was_never_saved_here_has_no_stamp():
    text = FILES.render(lesson(number=0, title="Test radios"))
    assert text == "---\nid: L-2026-7K3QD\nkind: lesson\ntitle: Test radios\n---\n"
    assert FILES.parse(text).revision == NEVER_SAVED


# --- files made by hand ------------------------------------------------------------------------------
def test_a_file_made_by_hand_may_leave_out_kind_stamp_and_blank_lines():
    text = (
        "---\nid: L-2026-7K3QD\nthemes: radio\n\n# a remark\ntitle: >\n  Test\n  radios\nunit:\n---\n"
        "## In short {#summary}\nOne line.\n## My words {#happened}\n\n\nTwo lines.\n\n### More\n"
    )
    stored = FILES.parse(text)
    assert stored.revision == NEVER_SAVED
    assert stored.record.kind is Kind.LESSON
    assert dict(stored.record.fields) == {"themes": ("radio",), "title": "Test radios\n"}
    assert dict(stored.record.texts) == {
        "summary": "One line.",
        "happened": "\nTwo lines.\n\n### More",
    }


def test_words_that_yaml_would_take_for_something_else_stay_words():
    text = "---\nid: L-2026-7K3QD\ntitle: 22:30\nunit: NO\nsource_id: 0123\nowner: null\n---\n"
    fields = FILES.parse(text).record.fields
    assert dict(fields) == {"title": "22:30", "unit": "NO", "source_id": "0123", "owner": "null"}


def test_a_file_saved_by_a_windows_editor_is_read_the_same():
    text = FILES.render(
        lesson(title="Test radios", texts={"summary": "One.\nTwo.", "lesson": "Three."})
    )
    from_windows = "\ufeff" + text.replace("\n", "\r\n")
    assert FILES.parse(from_windows) == FILES.parse(text)


# --- what cannot be read -----------------------------------------------------------------------------
def test_every_problem_of_a_file_is_told_with_its_line():
    text = (
        "---\n"
        "id: L-2026-7K3QD\n"
        "revision: three\n"
        "title: 🚓 A title\n"
        "title: Another title\n"
        "colour: blue\n"
        "occurred: 31 May\n"
        "happened: in the fields\n"
        "partner_safe: [yes, no]\n"
        "debrief: L-2026-7K3QD\n"
        "themes: {radio: 1}\n"
        "---\n"
        "\n"
        "Stray words.\n"
        "## What happened {#happened}\n"
        "## Weather {#weather}\n"
        "## What happened {#happened}\n"
    )
    assert problems(text) == [
        (3, "revision"), (5, "title"), (6, "colour"), (7, "occurred"), (8, "happened"), (9, "partner_safe"),
        (10, "debrief"), (11, "themes"), (14, "file"), (16, "weather"), (17, "happened"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(1, "file")]),
        ("Just words.\n", [(1, "file")]),
        ("---\nid: L-2026-7K3QD\n", [(2, "file")]),
        ("---\n---\n", [(2, "id")]),
        ("---\nid: ../../etc/passwd\nkind: lesson\n---\n", [(2, "id")]),
        ("---\nid: L-2026-7K3QD\nkind: debrief\n---\n", [(3, "kind")]),
        ("---\nid: L-2026-7K3QD\nkind: poem\n---\n", [(3, "kind")]),
        ("---\n- a\n- b\n---\n", [(2, "file")]),
        ("---\nid: L-2026-7K3QD\ntitle: a: b\n---\n", [(3, "file")]),
        ("---\nid: L-2026-7K3QD\ntitle: \x07\n---\n", [(3, "file")]),
        ("---\nid: L-2026-7K3QD\ntitle: 'a\u2028b'\nunit: [\n---\n", [(5, "file")]),
        ("---\nid: L-2026-7K3QD\nunit: &a x\n---\n", [(3, "file")]),
        ("---\nid: L-2026-7K3QD\nunit: &a x\nowner: *a\n---\n", [(3, "file"), (4, "file")]),
        ("---\nid: L-2026-7K3QD\nunit: !!str x\n---\n", [(3, "file")]),
        ("---\nid: L-2026-7K3QD\n? [a, b]\n: c\n---\n", [(3, "file")]),
        ("---\nid: L-2026-7K3QD\n...\nid: L-2026-7K3QE\n---\n", [(4, "file")]),
        ("---\nid: L-2026-7K3QD\nunit: " + "[" * 100_000 + "\n---\n", [(3, "file")]),
        ("---\nid: [L-2026-7K3QD]\n---\n", [(2, "id")]),
        ("---\nid: L-2026-7K3QD\nrevision: 2\nsaved: noon\n---\n", [(4, "saved")]),
        ("---\nid: L-2026-7K3QD\nunit: \ud800\n---\n", [(3, "file")]),
    ],
)  # fmt: skip
def test_what_is_not_a_record_is_refused(text, found):
    assert problems(text) == found


def test_a_problem_says_what_to_do():
    with pytest.raises(Unreadable) as refused:
        FILES.parse("---\nid: L-2026-7K3QD\noccurred: 31 May\n---\n", "lessons/L-2026-7K3QD.md")
    expected = "lessons/L-2026-7K3QD.md:3: occurred: Enter a real date, such as 2026-03-27."
    assert str(refused.value) == expected


@pytest.mark.parametrize(
    ("fields", "texts"),
    [
        ({"colour": "blue"}, {}),
        ({}, {"weather": "Wet."}),
        ({"happened": "in the fields"}, {}),
        ({}, {"title": "in a section"}),
        ({"debrief": "L-2026-7K3QD"}, {}),
        ({"occurred": "soon"}, {}),
    ],
)
def test_a_record_that_could_not_be_read_back_is_not_written(fields, texts):
    with pytest.raises(Invalid):
        FILES.render(lesson(texts=texts, **fields))
