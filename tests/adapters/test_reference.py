"""Lists and pages that people edit beside the records."""

from pathlib import Path

import pytest

from lessons.adapters.files import FileReference
from lessons.domain.errors import NotFound
from lessons.domain.synonyms import Group

ACTIONS = """\
# The strongest first.
label: Type of action
help: Strong actions change the work.
cy: {label: Math o weithred}
terms:
  design: {label: Change the kit, help: Make it easy., strength: strong, cy: {label: Newid, help: Hawdd.}}
  no: {label: No action, retired: yes}
  training:
    label: Training
    synonyms: [course, "e-learning: online"]
    broader: design
  course: {label: Course, merged_into: training, synonyms: CPD}
"""
WORDS = """\
- {terms: [senior investigating officer, SIO]}
- {terms: [officer in the case, OIC], ambiguous: [OIC]}
- {terms: [analyst, researcher], broad: true}
"""
PAGE = "---\ntitle: How to debrief\nsummary: In ten minutes.\norder: {order}\n---\n\n# Begin\n\nAsk *why*.\n"


@pytest.fixture
def content(tmp_path) -> Path:
    for name in ("vocabularies", "guidance"):
        (tmp_path / name).mkdir()
    (tmp_path / "vocabularies" / "action.yaml").write_text(ACTIONS)
    (tmp_path / "synonyms.yaml").write_text(WORDS)
    (tmp_path / "guidance" / "debrief.md").write_text(PAGE.format(order=2))
    return tmp_path


@pytest.fixture
def reference(content) -> FileReference:
    return FileReference(content, every=0)


def told(reference: FileReference) -> list[tuple[str, int, str]]:
    return [(Path(path).name, p.line, p.field) for path, p in reference.problems()]


def test_a_list_is_read_with_its_words_in_both_languages(reference):
    actions = reference.vocabularies()["action"]
    assert actions.labels == {"en": "Type of action", "cy": "Math o weithred"}
    assert actions.helps == {"en": "Strong actions change the work."}
    assert list(actions.terms) == ["design", "no", "training", "course"]
    design = actions.terms["design"]
    assert (design.label(), design.label("cy")) == ("Change the kit", "Newid")
    assert (design.help(), design.help("cy")) == ("Make it easy.", "Hawdd.")
    assert design.facts == {"strength": "strong"}
    assert actions.terms["training"].synonyms == ("course", "e-learning: online")
    assert actions.terms["training"].broader == "design"
    assert [term.key for term in actions.current] == ["design", "training"]
    assert actions.find("cpd") is actions.terms["training"]
    assert told(reference) == []


def test_synonyms_are_read_in_their_groups(reference):
    assert reference.synonyms().groups == (
        Group(("senior investigating officer", "SIO")),
        Group(("officer in the case", "OIC"), ambiguous=frozenset({"OIC"})),
        Group(("analyst", "researcher"), broad=True),
    )


def test_guidance_pages_come_in_their_order(reference, content):
    (content / "guidance" / "apply.md").write_text(PAGE.format(order=10))
    (content / "guidance" / "begin.md").write_text(PAGE.format(order=1))
    assert [page.name for page in reference.guidance_pages()] == ["begin", "debrief", "apply"]
    page = reference.guidance("debrief")
    assert (page.title, page.summary, page.order) == ("How to debrief", "In ten minutes.", 2)
    assert page.text == "# Begin\n\nAsk *why*.\n"


@pytest.mark.parametrize("name", ["nothing", "", "../guidance/debrief", "debrief.md"])
def test_a_page_that_is_not_there_is_not_found(reference, name):
    with pytest.raises(NotFound):
        reference.guidance(name)


def test_an_empty_knowledge_base_has_empty_lists(tmp_path):
    reference = FileReference(tmp_path / "nowhere")
    assert reference.vocabularies().lists == {}
    assert reference.vocabularies()["threat"].terms == {}
    assert reference.synonyms().groups == ()
    assert reference.guidance_pages() == ()
    assert told(reference) == []


def test_a_list_that_somebody_edits_is_read_again(reference, content):
    before = reference.vocabularies()
    assert reference.vocabularies() is before
    path = content / "vocabularies" / "action.yaml"
    path.write_text(ACTIONS + "  poster: {label: Poster}\n")
    assert reference.vocabularies()["action"].label("poster") == "Poster"
    path.unlink()
    assert reference.vocabularies().lists == {}


def test_a_change_in_one_place_leaves_what_was_made_of_the_others(reference, content):
    lists, words = reference.vocabularies(), reference.synonyms()
    (content / "guidance" / "debrief.md").write_text(PAGE.format(order=3))
    assert reference.guidance("debrief").order == 3
    assert reference.vocabularies() is lists
    assert reference.synonyms() is words


def test_the_folder_is_not_looked_at_again_before_its_time(content):
    patient = FileReference(content, every=3_600)
    assert patient.vocabularies()["action"].label("design") == "Change the kit"
    (content / "vocabularies" / "action.yaml").unlink()
    assert patient.vocabularies()["action"].label("design") == "Change the kit"


def test_a_slip_in_a_list_is_told_and_the_last_good_reading_stays(reference, content):
    good = reference.vocabularies()
    path = content / "vocabularies" / "action.yaml"
    path.write_text(ACTIONS + "  poster: {label: Poster\n")
    assert reference.vocabularies() is good
    [(name, line, field)] = told(reference)
    assert (name, field) == ("action.yaml", "file")
    assert line >= 13
    path.write_text(ACTIONS + "  poster: {label: Poster}\n")
    assert told(reference) == []
    assert "poster" in reference.vocabularies()["action"].terms


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", [(1, "label")]),
        ("- a\n", [(1, "file")]),
        ("label: A\nterms: [a, b]\n", [(2, "terms")]),
        ("label: A\nterms:\n  a: Word\n", [(3, "a")]),
        ("label: A\nterms:\n  a: {help: Word}\n", [(3, "label")]),
        ("label: A\nterms:\n  a: {label: [x]}\n", [(3, "label")]),
        ("label: A\nterms:\n  a: {label: A, retired: perhaps}\n", [(3, "retired")]),
        ("label: A\nterms:\n  a: {label: A, synonyms: {b: c}}\n", [(3, "synonyms")]),
        ("label: A\nterms:\n  a: {label: A, strength: [b]}\n", [(3, "strength")]),
        ("label: A\nterms:\n  a: {label: A}\n  a: {label: B}\n", [(4, "a")]),
        ("label: &x A\nhelp: *x\n", [(1, "file"), (2, "file")]),
        ("label: caf\udce9\n", [(1, "file")]),
    ],
)
def test_every_slip_is_told_with_its_line(reference, content, text, problems):
    path = content / "vocabularies" / "other.yaml"
    path.write_text(text, errors="surrogateescape")
    assert told(reference) == [("other.yaml", line, field) for line, field in problems]
    assert list(reference.vocabularies().lists) == ["action"]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("terms: [a, b]\n", [(1, "file")]),
        ("- [a, b]\n", [(1, "terms"), (1, "terms")]),
        ("- {terms: [a, b]}\n- {broad: true}\n", [(2, "terms")]),
        ("- {terms: [a, b], broad: maybe}\n", [(1, "broad")]),
    ],
)
def test_a_slip_in_the_synonyms_is_told(reference, content, text, problems):
    good = reference.synonyms()
    (content / "synonyms.yaml").write_text(text)
    assert told(reference) == [("synonyms.yaml", line, field) for line, field in problems]
    assert reference.synonyms() is good


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("# No fields\n", [(1, "file")]),
        ("---\nsummary: x\n---\nText\n", [(2, "title")]),
        ("---\ntitle: x\norder: first\n---\nText\n", [(3, "order")]),
    ],
)
def test_a_slip_in_a_page_is_told(reference, content, text, problems):
    (content / "guidance" / "other.md").write_text(text)
    assert told(reference) == [("other.md", line, field) for line, field in problems]
    assert [page.name for page in reference.guidance_pages()] == ["debrief"]


def test_a_link_out_of_the_folder_is_not_followed(reference, content, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.md"
    outside.write_text(PAGE.format(order=1))
    (content / "guidance" / "secret.md").symlink_to(outside)
    assert told(reference) == [("secret.md", 0, "file")]
    with pytest.raises(NotFound):
        reference.guidance("secret")


def test_an_empty_list_of_synonyms_is_no_slip(reference, content):
    (content / "synonyms.yaml").write_text("# none yet\n")
    assert reference.synonyms().groups == ()
    assert told(reference) == []
