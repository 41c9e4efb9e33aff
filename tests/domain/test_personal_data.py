"""What the scan finds in a debrief, what it leaves alone, and what redaction takes out."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lessons.domain.personal_data import KINDS, Flag, checks, redact, scan, stops

SENTENCES = Path(__file__).with_name("personal_data_sentences.yaml")
MARKS = ["DC ", "Mr ", "CHIS ", "0", "7", "A", "@", ".", "/", "-", "'", " ", "\n", "O'", "é", "ﬁ"]


@dataclass(frozen=True)
class Span:
    kind: str
    start: int
    end: int

    def meets(self, flag: Flag) -> bool:
        return flag.kind == self.kind and flag.start < self.end and self.start < flag.end


def _sentences() -> list[dict[str, Any]]:
    return list(yaml.safe_load(SENTENCES.read_text(encoding="utf-8")))


def _spans(sentence: dict[str, Any], field: str) -> list[Span]:
    said = sentence["say"]
    pairs = [pair for entry in sentence.get(field, []) for pair in entry.items()]
    return [Span(kind, said.index(words), said.index(words) + len(words)) for kind, words in pairs]


def _kinds(text: str) -> list[tuple[str, str]]:
    return [(flag.kind, flag.text) for flag in scan(text)]


# --- the labelled set


def test_the_labelled_set_is_large_and_about_half_of_it_is_clean() -> None:
    sentences = _sentences()
    clean = sum("flags" not in sentence for sentence in sentences)
    assert len(sentences) >= 500
    assert 0.4 <= clean / len(sentences) <= 0.6
    labelled = {span.kind for sentence in sentences for span in _spans(sentence, "flags")}
    assert labelled == set(KINDS), "every kind has labelled examples"


def test_what_ought_to_be_flagged_is_flagged_and_little_else() -> None:
    right: Counter[str] = Counter()
    missed: list[str] = []
    false: list[str] = []
    for sentence in _sentences():
        said, flags = sentence["say"], scan(sentence["say"])
        wanted, allowed = _spans(sentence, "flags"), _spans(sentence, "may")
        for span in wanted:
            if any(span.meets(flag) for flag in flags):
                right[span.kind] += 1
            else:
                missed.append(f"{span.kind}: {said[span.start : span.end]!r} in {said!r}")
        for flag in flags:
            tolerated = flag.certainty == "possible" and any(one.meets(flag) for one in allowed)
            if not (tolerated or any(one.meets(flag) for one in wanted)):
                false.append(f"{flag.kind} ({flag.certainty}): {flag.text!r} in {said!r}")
    found = right.total()
    recall, precision = found / (found + len(missed)), found / (found + len(false))
    report = "\n".join(
        [f"recall {recall:.3f}, precision {precision:.3f}", "missed:", *missed, "false:", *false]
    )
    assert recall >= 0.95, report
    assert precision >= 0.90, report


def test_a_general_mention_of_a_method_is_never_more_than_possible() -> None:
    general = [sentence for sentence in _sentences() if "may" in sentence]
    assert len(general) > 5
    for sentence in general:
        assert all(flag.certainty == "possible" for flag in scan(sentence["say"])), sentence


# --- what people see


def test_every_flag_says_what_it_looks_like_and_what_to_do() -> None:
    for sentence in _sentences():
        for flag in scan(sentence["say"]):
            assert flag.why.startswith("This ") and flag.why.endswith("."), flag
            assert flag.certainty in {"likely", "possible"}


def test_every_kind_has_a_label_a_help_text_and_a_group() -> None:
    assert {kind.group for kind in KINDS.values()} == {"personal", "sensitive", "stop"}
    assert all(kind.label and kind.help for kind in KINDS.values())


# --- made-up officers


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("PC Example 1234 had the only key.", "Example"),
        ("PC Example (1234) had the only key.", "Example"),
        ("PC 1234 Example had the only key.", "Example"),
        ("PC Gethin Example 1234 had the only key.", "Gethin Example"),
        ("We asked PC EXAMPLE 1234 for it.", "EXAMPLE"),
    ],
)
def test_example_after_a_rank_is_a_name(said: str, name: str) -> None:
    found = {flag.kind: flag.text for flag in scan(said, known=["Operation Example", "Example"])}
    assert found["name"] == name
    assert found["collar"].strip("()") == "1234"


@pytest.mark.parametrize(
    "said",
    [
        "This is an example of a good search.",
        "Example: the key did not fit.",
        "A PC example is kept in the training folder.",
        "The PC example 1234 shows how a number is written.",
        "For Example see the DC sample form.",
        "The Officer Example is in the folder.",
        "Operation Example ran for a year.",
    ],
)
def test_an_example_that_is_no_officer_is_left_alone(said: str) -> None:
    assert _kinds(said) == []


# --- allowed words


def test_the_name_of_an_operation_is_allowed_but_not_an_officer_of_that_name() -> None:
    known = ["Adams", "Gethin Vale"]
    assert scan("Gethin Vale was a good plan.", known=known) == ()
    assert [flag.text for flag in scan("DC Adams wrote it.", known=known)] == ["Adams"]
    assert [flag.text for flag in scan("Rachel Adams wrote it.", known=known)] == ["Rachel Adams"]


def test_a_vocabulary_label_is_allowed_but_its_words_elsewhere_are_not() -> None:
    known = ["Undercover work", "Handover"]
    assert scan("Theme: undercover work.", known=known) == ()
    assert scan("DS Handover spoke first.", known=known) == ()
    assert _kinds("An undercover officer met him.") == [("undercover", "undercover officer")]


def test_no_allowed_word_ever_silences_a_stop() -> None:
    said = "The matter was referred to the IOPC."
    assert stops(scan(said, known=[said, "IOPC", "referred to the IOPC"]))


# --- stops


def test_a_death_in_custody_stops_the_debrief_and_a_bulletin_about_it_does_not() -> None:
    assert [flag.kind for flag in stops(scan("He died in custody that night."))] == ["pip"]
    assert stops(scan("The IOPC publishes a bulletin.")) == ()
    assert stops(scan("The victim died and two men were remanded in custody.")) == ()


# --- one text, many hands


@pytest.mark.parametrize(
    "said",
    [
        "DC Sia\u0302n Gwyther met us.",  # the accent as a character of its own
        "DC Ｓｍｉｔｈｅｒｓ met us.",  # full-width letters
        "DC\u00a0Gwyther\u00ad met us.",  # a hard space and a soft hyphen
        "DC **Gwyther** met us.",
        "DC\nGwyther met us.",
        "DC O\u2019Gwyther met us.",
    ],
)
def test_pasted_text_is_read_as_people_see_it(said: str) -> None:
    assert [flag.kind for flag in scan(said)] == ["name"]


def test_an_accent_goes_with_the_letter_that_carries_it() -> None:
    said = "We met DC Rene\u0301."
    assert redact(said, scan(said)) == "We met DC [removed]."


def test_a_name_in_a_file_name_is_found() -> None:
    assert _kinds("Gethin_Hughes_statement.docx") == [("name", "Gethin_Hughes")]


def test_a_name_does_not_run_over_a_blank_line() -> None:
    assert scan("We told the DC\n\nHousing came next.") == ()


# --- redaction


def test_redaction_keeps_the_rank_and_takes_the_name_and_number() -> None:
    said = "DC Hughes rang 07700 900123 from 14 Rhodfa Gwyn."
    assert redact(said, scan(said)) == "DC [removed] rang [removed] from [removed]."
    assert redact(said, scan(said)[:1], with_="X") == said.replace("Hughes", "X")
    assert redact(said, ()) == said


def test_redaction_refuses_flags_from_another_text() -> None:
    flags = scan("DC Hughes was there.")
    with pytest.raises(ValueError, match="does not belong"):
        redact("A wholly different sentence.", flags)


def test_nothing_is_left_of_what_was_flagged() -> None:
    for sentence in _sentences():
        flags = scan(sentence["say"])
        cleaned = redact(sentence["say"], flags, with_="…")
        assert cleaned.count("…") >= (1 if flags else 0)
        assert len(cleaned) == len(sentence["say"]) - sum(len(f.text) - 1 for f in flags)


# --- check digits


def test_check_digits_follow_their_published_rules() -> None:
    assert checks.luhn("490154203237518") and not checks.luhn("490154203237519")
    assert checks.nhs_number("9434765919") and not checks.nhs_number("9434765918")
    assert checks.pnc_letter("2002", "73319", "Z") and not checks.pnc_letter("2002", "73319", "A")
    assert checks.pnc_letter("21", "265416", "G", width=6)
    assert checks.iban("GB82 WEST 1234 5698 7654 32")
    assert not checks.iban("GB83 WEST 1234 5698 7654 32")
    assert checks.national_insurance("AB123456C") and not checks.national_insurance("GB123456C")


def test_a_number_that_fails_its_check_and_has_no_context_is_left_alone() -> None:
    assert scan("The code was 490154203237519 on the sheet.") == ()
    assert scan("Row 943 476 5918 was blank.") == ()
    assert scan("See 2002/73319A in the index.") == ()


# --- any text at all


@settings(deadline=None, max_examples=100)
@given(st.one_of(st.text(max_size=20_000), st.lists(st.sampled_from(MARKS)).map("".join)))
def test_flags_are_in_order_apart_and_exact_for_any_text(text: str) -> None:
    _well_formed(text)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from([one["say"] for one in _sentences()]), max_size=40),
    st.sampled_from(["", " ", "\n", "\u200b", "\u0301", "-", "ﬁ"]),
)
def test_flags_stay_exact_when_sentences_run_together(said: list[str], between: str) -> None:
    _well_formed(between.join(said))


def _well_formed(text: str) -> None:
    flags = scan(text, known=["Operation Example", "the", "A"])
    done = 0
    for flag in flags:
        assert done <= flag.start < flag.end <= len(text)
        assert flag.text == text[flag.start : flag.end]
        assert flag.kind in KINDS
        done = flag.end
    redact(text, flags)


@pytest.mark.parametrize(
    "piece",
    [
        *("a", "A", "@", "0", "1", "1 ", "0 ", "1-", "1.", ".", "/", "-", "'", " ", "\n", "\u0301"),
        *("a.", "a@", "a-", "A-", "A ", "Aa ", "O'", "1/", "07", "+44 ", "(0)", ":", "a:", "12:"),
        *("DC ", "DC Aa ", "Mr ", "and ", "DCs Aa, ", "Aa, ", "aka ", "source ", "CHIS met "),
        *("officer ", "police pursuit ", "died in ", "shots ", "IOPC ", "warrants will ", "OP in "),
        *("crime ", "crime ref ", "log 1 of ", "Flat 1 ", "1 Aa ", "lives at ", "a.b.c ", "///a."),
        *("SECRET ", "tracker ", "under ", "bc1", "0x", "GB82", "AB12", "AB12 CDE ", "\ufdfa"),
    ],
)
def test_a_hostile_text_of_one_thing_repeated_comes_back(piece: str) -> None:
    _well_formed(piece * (100_000 if len(piece) == 1 else 20_000 // len(piece)))
