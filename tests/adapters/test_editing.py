"""A press of a reviewer changes one word in a file that people keep by hand, and nothing else."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.adapters.files import FileReference, editing
from lessons.adapters.files.reading import read_synonyms
from lessons.domain.errors import Invalid, NotFound

WORDS = """\
# Change freely.
- {terms: ["senior investigating officer", SIO]}   # not SRO

- terms:
    - cuckooing   # street word
    - home takeover
  broad: true
- {terms: [analyst, 'researcher'], broad: true, ambiguous: [researcher]}
- terms: prison
"""
PAGE = "---\ntitle: How to debrief # a note\norder: 2\n---\n\n# Begin\n---\nAsk *why*.\n"


@pytest.fixture
def content(tmp_path) -> Path:
    (tmp_path / "guidance").mkdir()
    (tmp_path / "synonyms.yaml").write_text(WORDS)
    (tmp_path / "guidance" / "debrief.md").write_text(PAGE)
    return tmp_path


@pytest.fixture
def reference(content) -> FileReference:
    return FileReference(content, every=3_600)


def words(content) -> str:
    return (content / "synonyms.yaml").read_bytes().decode()


@pytest.mark.parametrize(
    ("term", "before", "after"),
    [
        ("SIO", ", SIO]}", ', SIO, "the boss"]}'),
        ("home takeover", "- home takeover\n", '- home takeover\n    - "the boss"\n'),
        ("Analyst", "'researcher']", "'researcher', \"the boss\"]"),
        ("a new term", "prison\n", 'prison\n- {terms: ["a new term", "the boss"]}\n'),
    ],
)
def test_a_word_joins_its_group_and_leaves_it(content, reference, term, before, after):
    reference.add_synonym("the boss", term)
    assert words(content) == WORDS.replace(before, after)
    assert any("the boss" in group.terms for group in reference.synonyms().groups), "at once"
    reference.drop_synonym("the boss", term)
    assert words(content) == WORDS
    assert not any("the boss" in group.terms for group in reference.synonyms().groups)


def test_doing_it_twice_is_doing_it_once(content, reference):
    reference.add_synonym("the boss", "SIO")
    once = words(content)
    reference.add_synonym("the boss", "SIO")
    assert words(content) == once
    reference.drop_synonym("the boss", "SIO")
    reference.drop_synonym("the boss", "SIO")
    assert words(content) == WORDS


def test_an_ambiguous_short_form_names_no_group(content, reference):
    reference.add_synonym("the boss", "researcher")
    assert words(content).endswith('- {terms: ["researcher", "the boss"]}\n')


@pytest.mark.parametrize("odd", ["\ufeff{}", "crlf"])
def test_marks_and_line_ends_of_another_editor_stay(content, reference, odd):
    before = WORDS.replace("\n", "\r\n") if odd == "crlf" else odd.format("") + WORDS
    (content / "synonyms.yaml").write_bytes(before.encode())
    reference.add_synonym("the boss", "SIO")
    assert words(content) == before.replace("SIO]", 'SIO, "the boss"]')
    reference.drop_synonym("the boss", "SIO")
    assert words(content) == before


def test_a_file_without_a_line_end_gets_a_line_of_its_own(content, reference):
    (content / "synonyms.yaml").write_text("- {terms: [a, b]}")
    reference.add_synonym("the boss", "gaffer")
    assert words(content) == '- {terms: [a, b]}\n- {terms: ["gaffer", "the boss"]}\n'


def test_a_list_that_is_not_there_is_begun(content, reference):
    (content / "synonyms.yaml").unlink()
    reference.add_synonym("the boss", "gaffer")
    assert words(content) == '- {terms: ["gaffer", "the boss"]}\n'


def test_who_may_read_the_file_stays_as_it_was(content, reference):
    (content / "synonyms.yaml").chmod(0o640)
    reference.add_synonym("the boss", "SIO")
    assert stat.S_IMODE((content / "synonyms.yaml").stat().st_mode) == 0o640
    assert {f.name for f in content.iterdir()} == {".history", "guidance", "synonyms.yaml"}


@pytest.mark.parametrize("broken", ["- {terms: [half\n", "- {terms: *x}\n", "\xff"])
def test_a_file_with_a_mistake_is_left_alone(content, reference, broken):
    (content / "synonyms.yaml").write_bytes(WORDS.encode() + broken.encode("latin-1"))
    before = (content / "synonyms.yaml").read_bytes()
    with pytest.raises(Invalid, match=r"synonyms\.yaml cannot be changed from here"):
        reference.add_synonym("the boss", "SIO")
    assert (content / "synonyms.yaml").read_bytes() == before


def test_a_link_in_its_place_is_not_followed(content, reference, tmp_path):
    (content / "synonyms.yaml").rename(tmp_path / "elsewhere.yaml")
    (content / "synonyms.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    with pytest.raises(Invalid):
        reference.add_synonym("the boss", "SIO")
    assert (tmp_path / "elsewhere.yaml").read_text() == WORDS


TERM = st.text(st.characters(categories=["Lu", "Ll", "Nd", "Po", "Zs"]), min_size=1).filter(
    str.strip
)
LISTS = st.lists(st.lists(TERM, min_size=2, max_size=4, unique=True), min_size=1, max_size=4)


@given(LISTS, st.data())
def test_whatever_stands_in_a_list_one_term_comes_and_goes(groups, data):
    text = ""
    for group in groups:
        text = editing.add_group(text, group) + "# a note\n"
    number = data.draw(st.integers(0, len(groups) - 1))
    added = editing.add_term(text, number, "the boss")
    read = read_synonyms("synonyms", added, problems := [])
    assert problems == []
    assert [list(g.terms) for g in read or ()] == [
        [*group, "the boss"] if n == number else group for n, group in enumerate(groups)
    ]
    assert editing.drop_term(added, number, "the boss") == text


def test_words_lead_to_a_page_and_no_longer(content, reference):
    page = content / "guidance" / "debrief.md"
    reference.add_also("debrief", "washup")
    assert page.read_text() == PAGE.replace("order: 2\n", 'order: 2\nalso: ["washup"]\n')
    reference.add_also("debrief", "wash up")
    reference.add_also("debrief", "wash up")
    assert reference.guidance("debrief").also == ("washup", "wash up")
    reference.drop_also("debrief", "washup")
    assert reference.guidance("debrief").also == ("wash up",)
    reference.drop_also("debrief", "wash up")
    assert page.read_text() == PAGE
    with pytest.raises(NotFound):
        reference.add_also("no-such-page", "washup")


def test_a_page_is_wanted_until_it_has_text_and_is_said_to_be_ready(content, reference):
    reference.ask_for_page("permits", 'Permits "A"', "permits")
    path = content / "guidance" / "permits.md"
    [wanted] = reference.wanted_pages()
    assert (wanted.title, wanted.order, wanted.also) == ('Permits "A"', 3, ("permits",))
    with pytest.raises(NotFound):
        reference.guidance("permits")
    with pytest.raises(Invalid, match="of that name already"):
        reference.ask_for_page("permits", "Again", "again")
    path.write_text(path.read_text() + "\nAsk the desk.\n")
    fresh = FileReference(content)
    assert [page.name for page in fresh.wanted_pages()] == ["permits"], "still said to be a draft"
    with pytest.raises(Invalid, match="begun to write"):
        fresh.drop_page("permits")
    path.write_text(path.read_text().replace("draft: yes\n", ""))
    assert FileReference(content).guidance("permits").text == "Ask the desk.\n"


def test_a_page_that_nobody_wrote_can_be_taken_away(content, reference):
    reference.ask_for_page("permits", "Permits", "permits")
    reference.drop_page("permits")
    assert not (content / "guidance" / "permits.md").exists()
    reference.drop_page("debrief")
    assert reference.guidance("debrief").title.startswith("How to debrief")
