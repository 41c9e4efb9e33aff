"""Files that show that an action works: taken, given out safely, removed with a reason, destroyed with the record."""

import gc
import io
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from lessons.app import House
from lessons.domain.access import SYSTEM
from tests.adapters.test_attachments import PDF, SVG, docx
from tests.people import Page, Person
from tests.review.kit import add
from tests.track.test_actions import ACTION, action, moves, now

Someone = Callable[..., Person]
DONE = f"/actions/{ACTION}/move/done"
WORDS = "Ten forms of May all say who has the fob."


def adds(
    someone: Person,
    *files: tuple[bytes, str],
    status: int = 200,
    key: str = "add_evidence",
    **said: Any,
) -> Page:
    page = someone.opens(f"/actions/{ACTION}/move/{key}")
    form: MultiDict[str, Any] = MultiDict(
        {"version": page.hidden["version"], "evidence": WORDS, **said}
    )
    for content, name in files:
        form.add("files", (io.BytesIO(content), name))
    form["csrf_token"] = someone.token
    address = f"/actions/{ACTION}/move/{key}"
    response = someone.client.post(address, data=form, follow_redirects=True)
    return someone._look(response, address, status)


def test_a_file_is_added_given_out_safely_and_removed_with_a_reason(
    house: House, person: Someone
) -> None:
    add(house, action(1, action_state="under_way"))
    officer, reader = person("officer"), person("analyst")
    page = adds(officer, (PDF, "../../Ten forms.pdf"), (b"a,b\n=1,2\n", "returns.csv"))
    assert page.link("Ten forms.pdf") == f"/actions/{ACTION}/files/Ten%20forms.pdf"
    assert [row["name"] for row in now(house).rows("files")] == ["Ten forms.pdf", "returns.csv"]

    answer = reader.client.get(f"/actions/{ACTION}/files/Ten forms.pdf")
    assert answer.data == PDF and answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    answer.close()
    looks = [
        e
        for e in house.library.audit.events(record=ACTION, who="analyst")
        if e.verb == "consultation"
    ]
    assert looks[-1].note.startswith("file 1 ") and "Ten" not in looks[-1].note
    for name in ("../A-2026-00001.md", "..%2FA-2026-00001.md", "nothing.pdf"):
        assert reader.client.get(f"/actions/{ACTION}/files/{name}").status_code == 404
    assert person("partner").client.get(f"/actions/{ACTION}/files/returns.csv").status_code == 404
    assert not house.library.records.strays() and house.library.sync().clean

    page = officer.opens(f"/actions/{ACTION}/move/remove_file?file=returns.csv")
    form = {"version": page.hidden["version"], "file": "returns.csv"}
    page = officer.sends(f"/actions/{ACTION}/move/remove_file", form, status=422)
    assert "Say why in a sentence" in page.text
    officer.sends(
        f"/actions/{ACTION}/move/remove_file", {**form, "decision": "It was the wrong month."}
    )
    assert reader.client.get(f"/actions/{ACTION}/files/returns.csv").status_code == 404
    history = reader.opens(f"/actions/{ACTION}/history").text
    assert "returns.csv" in history and "wrong month" in history


def test_a_file_alone_is_evidence(house: House, person: Someone) -> None:
    add(house, action(1, action_state="under_way"))
    officer = person("officer")
    adds(officer, (PDF, "forms.pdf"), key="done", evidence="")
    assert now(house).line("action_state") == "done"


def test_bad_files_are_refused_with_why_and_every_word_is_kept(
    house: House, person: Someone
) -> None:
    add(house, action(1, action_state="under_way"))
    officer = person("officer")
    for content, name, why in (
        (SVG, "drawing.svg", "Save it as a PDF or a PNG"),
        (docx({"word/vbaProject.bin": b"x"}), "form.docx", "holds macros"),
        (b"MZ" + bytes(30), "x.pdf", "not taken"),
        (docx({"big": bytes(20 << 20)}), "bomb.docx", "unpacks to far more"),
    ):
        page = adds(officer, (PDF, "good.pdf"), (content, name), status=422)
        assert why in page.text and WORDS in page.html
    assert not now(house).rows("files") and house.library.attachments
    assert house.library.attachments.all(ACTION) == ()
    page = adds(officer, (PDF, "Statement of DC 4471 Smith.pdf"), status=422)
    assert "Look at this first" in page.text and WORDS in page.html


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # the parser is left half way
def test_what_is_too_large_is_not_read_and_the_words_are_kept(
    house: House, person: Someone
) -> None:
    add(house, action(1, action_state="under_way"))
    officer = person("officer")
    page = officer.opens(DONE)
    boundary = "frontier"
    parts = {"csrf_token": officer.token, "version": page.hidden["version"], "evidence": WORDS}
    head = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{said}\r\n'
        for name, said in parts.items()
    )
    head += (
        f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="all.pdf"\r\n\r\n'
    )

    class Stream(io.RawIOBase):
        """As much as anybody wants to read."""

        def __init__(self) -> None:
            self.head, self.given = head.encode(), 0

        def seek(self, *place: int) -> int:
            return 0

        def tell(self) -> int:
            return 0

        def read(self, size: int = -1) -> bytes:
            size = 1 << 16 if size < 0 else size
            data, self.head = self.head[:size], self.head[size:]
            data += b"a" * (size - len(data))
            self.given += size
            return data

    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    for told in ({"CONTENT_LENGTH": str(2 << 30)}, chunked):
        stream = Stream()
        response = officer.client.post(
            DONE, input_stream=stream, content_type=f"multipart/form-data; boundary={boundary}",
            environ_overrides=told,
        )  # fmt: skip
        page = officer._look(response, DONE, 413)
        assert "larger than 10 megabytes" in page.text and WORDS in page.html
        assert stream.given < (12 << 20)
    assert now(house).line("action_state") == "under_way"
    stranger = officer.app.test_client()
    response = stranger.post(
        DONE, input_stream=Stream(), content_type=f"multipart/form-data; boundary={boundary}",
        environ_overrides={"CONTENT_LENGTH": str(2 << 30)},
    )  # fmt: skip
    assert response.status_code == 413 and "gate" not in response.text
    gc.collect()


def test_a_file_changed_behind_our_back_is_not_given_out(house: House, person: Someone) -> None:
    add(house, action(1, action_state="under_way"))
    officer = person("officer")
    adds(officer, (b"Ten forms", "forms.txt"))
    path = house.settings["CONTENT_DIR"] / "actions" / f"{ACTION}.files" / "forms.txt"
    path.write_text("Eleven forms")
    page = officer.opens(f"/actions/{ACTION}/files/forms.txt", status=422)
    assert "no longer what it was" in page.text


def test_files_are_destroyed_with_their_record(house: House, person: Someone) -> None:
    add(house, action(1, action_state="under_way"))
    adds(person("officer"), (PDF, "forms.pdf"))
    folder = house.settings["CONTENT_DIR"] / "actions" / f"{ACTION}.files"
    assert folder.exists()
    house.library.purge(SYSTEM, ACTION, "Retention")
    assert not folder.exists()


def test_a_checker_sees_the_files(house: House, person: Someone) -> None:
    add(house, action(1, action_state="under_way"))
    adds(person("officer"), (PDF, "forms.pdf"), key="done")
    analyst = person("analyst")
    assert "1 file was added" in analyst.opens(f"/actions/{ACTION}/move/verify").text
    moves(analyst, ACTION, "verify", evidence=WORDS)
    assert now(house).line("verified_by") == "analyst"
