"""Writing a text anew where something was found in it: what belongs together is replaced by one thing, once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from lessons.domain.clearing import fingerprint
from lessons.domain.personal_data import Flag


class Do(StrEnum):
    """What becomes of words that were found."""

    REPLACE = "replace"
    REMOVE = "remove"
    STAY = "stay"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reviewer says of one thing found, wherever it stands. words: with REPLACE. why: with STAY."""

    do: Do
    words: str = ""
    why: str = ""


Answers = Mapping[str, Answer]  # by fingerprint

# What stands before a name or number goes with it: “DC Rowan” becomes “an officer”, “Mr Rowan” becomes “a person”.
_BLANK = "[ \\u00a0\\t]"
_SERVES = (
    rf"(?:(?:Detective|Det|Police|Chief|Temporary|Acting|Special)\.?{_BLANK}+)*"
    r"(?:[TA]/)?(?:[TW]?PC|T?DC|W?PS|DS|DI|DCI|CI|D?C?Supt|DSU|DCS|PCSO|CSO|SP?C|Insp|Sgt|Con|Officer|Constable"
    r"|Sergeant|Inspector|Superintendent|Cwnstabl|Rhingyll|Arolygydd)"
)
_TITLE = re.compile(rf"\b(?:{_SERVES}|Mr|Mrs|Ms|Miss|Dr)\.?{_BLANK}+$")
_RANK = re.compile(rf"\b{_SERVES}\.?[ \u00a0\t:#-]*$")  # before a number: “PC4471”, “PC #4471”
_RANK_AFTER = re.compile(rf"{_BLANK}+{_SERVES}\b")  # “4471 PC”
_OFFICER = re.compile(rf"\b{_SERVES}\.?(?:[ \u00a0\t:#-]*\(?\d{{2,6}}[A-Z]{{0,2}}\)?,?)?{_BLANK}+$")
_BLANKS = re.compile(rf"{_BLANK}*")


def of_officer(text: str, flag: Flag) -> bool:
    """Whether a rank stands before the name found, with or without a number between them."""
    return _OFFICER.search(text[max(0, flag.start - 80) : flag.start]) is not None


class _Stretch(NamedTuple):
    """Where a flag and the rank or title that goes with it stand."""

    start: int
    end: int
    flag: Flag


class _Edit(NamedTuple):
    """Words written in place of a stretch of the text; "" for none."""

    start: int
    end: int
    words: str


def rewritten(text: str, flags: Sequence[Flag], answers: Answers) -> str:
    """The text with what was found in it taken out or replaced as was said. flags: by start, without overlap."""
    parts, end = [""], 0
    for edit in _edits(text, flags, answers):
        parts.append(text[end : edit.start])
        end = edit.end
        if edit.words:
            parts.append(edit.words)
            continue
        # neither two blanks nor one before a full stop are left behind
        at_start = not parts[-1] or parts[-1].endswith((" ", "\n"))
        end += at_start and text[end : end + 1] == " "
        if re.match(r"[.,;:!?)]", text[end : end + 1]):
            parts[-1] = parts[-1].rstrip(" ")
    return "".join([*parts, text[end:]])


def _edits(text: str, flags: Sequence[Flag], answers: Answers) -> list[_Edit]:
    edits: list[_Edit] = []
    for run in _runs(text, flags):
        whole = _as_one(run, answers)
        if whole is not None:
            edits.append(_Edit(run[0].start, run[-1].end, whole))
            continue
        for start, end, flag in run:
            words = _said(answers.get(fingerprint(flag)))
            last = edits[-1] if edits else None
            if words is None:
                continue
            if last and last.words == words and _side_by_side(text, last.end, start):
                edits[-1] = last._replace(end=end)
            else:
                edits.append(_Edit(max(start, last.end) if last else start, end, words))
    return edits


def _said(answer: Answer | None) -> str | None:
    """What is written in its place: "" for nothing, None when it stays."""
    if answer is None or answer.do is Do.STAY:
        return None
    return answer.words.strip() if answer.do is Do.REPLACE else ""


def _as_one(run: Sequence[_Stretch], answers: Answers) -> str | None:
    """What is written for one officer's name and number together; None when each has its own answer.

    What is said of either is said of the officer, so that no number is left behind when its name goes; where something
    different is said of the two, the name decides. Where one of them may stay, they are two things.
    """
    by_kind = {each.flag.kind: answers.get(fingerprint(each.flag)) for each in run}
    if len(run) != 2 or by_kind.keys() != {"name", "collar"}:
        return None
    given = [answer for answer in (by_kind["name"], by_kind["collar"]) if answer]
    if not given or any(answer.do is Do.STAY for answer in given):
        return None
    return next((words for words in map(_said, given) if words), "")


def _runs(text: str, flags: Sequence[Flag]) -> Iterator[list[_Stretch]]:
    """Flags that stand side by side, with only blanks between them and their ranks."""
    run: list[_Stretch] = []
    for flag in flags:
        stretch = _stretch(text, flag)
        if run and not _side_by_side(text, run[-1].end, stretch.start):
            yield run
            run = []
        run.append(stretch)
    if run:
        yield run


def _side_by_side(text: str, end: int, start: int) -> bool:
    return start <= end or _BLANKS.fullmatch(text, end, start) is not None


def _stretch(text: str, flag: Flag) -> _Stretch:
    if flag.kind not in {"name", "collar"}:
        return _Stretch(flag.start, flag.end, flag)
    near = max(0, flag.start - 80)  # room for the longest rank
    before = (_TITLE if flag.kind == "name" else _RANK).search(text[near : flag.start])
    start = near + before.start() if before else flag.start
    after = None if before or flag.kind == "name" else _RANK_AFTER.match(text, flag.end)
    return _Stretch(start, after.end() if after else flag.end, flag)
