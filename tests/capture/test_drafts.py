"""A draft is kept as it is typed, for any device of the officer's, and for nobody else."""

import html
import re

import pytest

from lessons.domain.errors import NotFound, StaleWrite
from lessons.domain.record import Kind
from lessons.services import capture
from lessons.services.capture import AlreadySent, Mark
from tests.capture.conftest import HAPPENED, NEW, Officer, become_officer, form, records, value_of
from tests.people import PASSWORD, Page


@pytest.fixture
def second_device(app, officer):
    """The same officer in another browser."""
    return become_officer(app, officer)


def saves_itself(officer: Officer, boxes: dict, **mark: object) -> object:
    """What the page sends by itself while the officer types."""
    own = {n: officer.page.hidden[n] for n in ("version", "page", "edit")}
    body = {"csrf_token": officer.token, **own, **boxes, **mark}
    address = f"/debriefs/drafts/{officer.page.hidden['draft']}"
    return officer.client.post(address, data=body, headers={"X-Requested-With": "XMLHttpRequest"})


def test_a_draft_is_gone_on_with_on_another_device(officer, second_device):
    officer.begins()
    assert saves_itself(officer, form(happened="Half a sen")).status_code == 200
    home = second_device.opens("/")
    page = second_device.opens(home.link("Operation Example Alder"))
    assert value_of(page, "happened") == ["Half a sen"]


def test_save_and_finish_later_leads_home_and_says_so(officer):
    officer.begins()
    page = officer.fills(form(), press="later")
    assert "Go on with it from here" in page.text
    assert "Operation Example Alder" in page.text


def test_who_has_a_draft_is_asked_whether_to_go_on(officer):
    officer.begins()
    officer.fills(form(operation_name="", happened="", points__0__title=""), press="later")
    page = officer.opens(NEW)
    assert "Go on, or start a new one?" in page.headings[0]
    officer.page = officer.opens(page.link("Debrief without a name"))
    fresh = officer.opens(officer.opens(NEW).link("Start a new debrief"))
    assert fresh.hidden["draft"] != officer.page.hidden["draft"]


def test_the_name_of_a_draft_is_only_ever_words(officer):
    officer.begins()
    officer.fills(form(operation_name="<img src=x onerror=alert(1)> %(x)s 100%"), press="later")
    for address in ("/", NEW):
        page = officer.opens(address)
        assert "<img" not in page.html
        assert "&lt;img src=x onerror=alert(1)&gt; %(x)s 100%" in page.html


def test_of_two_devices_the_later_one_sees_both(officer, second_device):
    officer.begins()
    officer.fills(form(happened="First words"), press="save")
    second_device.page = second_device.opens(f"{NEW}?draft={officer.page.hidden['draft']}")
    second_device.fills(form(happened="Words of the phone", debrief_type="cold"), press="save")
    assert saves_itself(officer, form(happened="Words of the desk")).status_code == 409
    page = officer.fills(form(happened="Words of the desk"), press="save", status=409)
    assert value_of(page, "happened") == ["Words of the desk"]
    assert "What happened? Words of the phone" in page.text
    assert "Type of debrief Cold debrief" in page.text
    officer.fills(form(happened="Both words"), press="save")
    kept = second_device.opens(f"{NEW}?draft={page.hidden['draft']}")
    assert value_of(kept, "happened") == ["Both words"]


def test_sending_from_an_older_page_shows_both_as_well(officer, second_device, house):
    officer.begins()
    officer.fills(form(happened="First words"), press="save")
    second_device.page = second_device.opens(f"{NEW}?draft={officer.page.hidden['draft']}")
    second_device.fills(
        form(happened="Newer words", **{"points-1-title": "A second point"}), press="save"
    )
    page = officer.fills(form(happened="First words"), status=409)
    assert "Newer words" in page.text and "A second point" in page.text
    assert records(house, Kind.DEBRIEF) == []


def test_the_same_words_from_an_older_page_are_no_clash(officer, second_device):
    officer.begins()
    officer.fills(form(), press="save")
    second_device.page = second_device.opens(f"{NEW}?draft={officer.page.hidden['draft']}")
    second_device.fills(form(happened="Other"), press="save")
    second_device.fills(form(), press="save")
    officer.fills(form(), press="save")


def test_a_page_is_not_in_its_own_way_while_its_last_save_is_still_on_its_way(officer):
    officer.begins()
    assert saves_itself(officer, form(happened="One"), edit="1").status_code == 200
    assert saves_itself(officer, form(happened="One two"), edit="2").status_code == 200
    late = saves_itself(officer, form(happened="On"), edit="1")
    assert late.status_code == 409
    officer.page.hidden["edit"] = "3"
    page = officer.fills(form(happened="One two three"), press="save")
    assert value_of(page, "happened") == ["One two three"]


def test_somebody_elses_draft_is_not_found_and_not_touched(officer, another):
    officer.begins()
    officer.fills(form(), press="save")
    draft = officer.page.hidden["draft"]
    for address in (f"{NEW}?draft={draft}", f"/debriefs/drafts/{draft}/delete"):
        assert HAPPENED not in another.opens(address, status=404).html
    assert HAPPENED not in another.opens(f"{NEW}?draft={draft}&begin=1").html
    another.begins()
    another.page.hidden["draft"] = draft
    for press in ("save", "send", "later"):
        page = another.fills(form(happened="Mine"), press=press, status=404)
        assert HAPPENED not in page.html and "Mine" in page.html
        another.page = another.opens(f"{NEW}?fresh")
        another.page.hidden["draft"] = draft
    assert saves_itself(another, form()).status_code == 404
    another.sends(f"/debriefs/drafts/{draft}/delete", {}, status=404)
    assert value_of(officer.opens(f"{NEW}?draft={draft}"), "happened") == [HAPPENED]


@pytest.mark.parametrize(
    "forged", ["x", "../../etc/passwd", "A" * 17, "' or 1=1 --", "A" * 15 + "%00"]
)
def test_a_forged_draft_id_is_not_found_or_replaced(officer, house, forged):
    officer.opens(f"{NEW}?draft={forged}", status=404)
    officer.begins()
    officer.page.hidden["draft"] = forged
    page = officer.fills(form(), press="save")
    assert capture.is_draft_id(page.hidden["draft"])
    assert value_of(page, "happened") == [HAPPENED]


def test_a_draft_that_never_was_is_not_found(officer):
    officer.opens(f"{NEW}?draft=AAAAAAAAAAAAAAAA", status=404)


def test_deleting_a_draft_asks_first(officer):
    officer.begins()
    officer.fills(form(), press="save")
    page = officer.opens(officer.page.link("Delete this draft"))
    assert "Operation Example Alder" in page.text
    draft = officer.page.hidden["draft"]
    officer.sends(f"/debriefs/drafts/{draft}/delete", {})
    officer.opens(f"{NEW}?draft={draft}", status=404)


def test_words_typed_after_the_draft_was_deleted_elsewhere_are_kept(officer):
    officer.begins()
    officer.fills(form(), press="save")
    officer.sends(f"/debriefs/drafts/{officer.page.hidden['draft']}/delete", {})
    page = officer.fills(form(happened="More"), press="save")
    assert value_of(page, "happened") == ["More"]


@pytest.mark.parametrize("do", ["opens", "sends"])
def test_deleting_a_draft_that_was_sent_meanwhile_leads_to_what_was_sent(officer, house, do):
    officer.begins()
    officer.fills(form(), press="save")
    draft = officer.page.hidden["draft"]
    officer.fills(form())
    address = f"/debriefs/drafts/{draft}/delete"
    page = officer.opens(address) if do == "opens" else officer.sends(address, {})
    (debrief,) = records(house, Kind.DEBRIEF)
    assert "Debrief sent" in page.headings[0] and debrief.id in page.text
    assert officer.response.history[0].status_code == 303


@pytest.mark.parametrize("later", ["Later words", HAPPENED])
def test_sent_from_another_device_while_this_one_is_being_saved(
    officer, second_device, house, monkeypatch, later
):
    officer.begins()
    officer.fills(form(), press="save")
    draft = officer.page.hidden["draft"]
    second_device.page = second_device.opens(f"{NEW}?draft={draft}")

    def just_too_late(*asked):
        monkeypatch.undo()
        second_device.fills(form())
        raise StaleWrite(draft)

    monkeypatch.setattr(capture, "keep_draft", just_too_late)
    page = officer.fills(form(happened=later), press="save")
    if later == HAPPENED:
        assert "Debrief sent" in page.headings[0]
        assert house.notebook.all("officer", capture.SUBJECT) == []
    else:
        assert "already sent" in page.text
        assert value_of(page, "happened") == [later]
        assert page.hidden["draft"] != draft
    assert len(records(house, Kind.DEBRIEF)) == 1


def carried(page: Page) -> dict[str, list[str]]:
    """Every box that a page carries along unseen, with its words."""
    found: dict[str, list[str]] = {}
    boxes = re.findall(r'<textarea name="([^"]+)" hidden[^>]*>\n(.*?)</textarea>', page.html, re.S)
    for name, words in boxes:
        found.setdefault(html.unescape(name), []).append(html.unescape(words))
    return found


def test_an_expired_session_loses_nothing_without_javascript(officer, house):
    typed = form(happened="Typed for\r\n</textarea>twenty minutes", tactics=["covert", "travel"])
    officer.begins()
    draft = officer.page.hidden["draft"]
    house.accounts.sign_out_everywhere("officer")
    page = officer.fills(typed, status=401)
    assert "What you typed is kept" in page.text
    signing_in = {"name": "officer", "next": NEW, **carried(page)}
    page = officer.sends("/login", {**signing_in, "password": "mistyped"}, status=401)
    assert carried(page) == {n: v for n, v in signing_in.items() if n.startswith("kept:")}
    page = officer.sends("/login", {**signing_in, "password": PASSWORD})
    assert "Your words are here" in page.headings[0]
    page = officer.sends(NEW, {**carried(page), "do": "save"})
    assert page.hidden["draft"] == draft
    assert value_of(page, "happened") == [typed["happened"]]
    assert [b["value"] for b in page.boxes if b["name"] == "tactics" and "checked" in b] == [
        "covert",
        "travel",
    ]
    assert records(house, Kind.DEBRIEF) == []


# --- the service, where pages cannot reach ---------------------------------------------------------
def keep(house, draft, words, mark):
    user = house.accounts.get("officer").user
    return capture.keep_draft(
        house.notebook, house.library, user, draft, {"happened": [words]}, mark
    )


def test_a_page_without_a_name_never_passes_for_the_page_before(officer, house):
    draft = capture.new_draft_id()
    keep(house, draft, "one", Mark(0))
    with pytest.raises(StaleWrite):
        keep(house, draft, "two", Mark(0, "", 9))


def test_the_page_before_may_save_once_more_while_it_goes(officer, house):
    """Back and forward: the page that goes is still saving when the next has already been made of its words."""
    draft = capture.new_draft_id()
    keep(house, draft, "typed on the first page", Mark(0, "first", 3))
    kept = keep(house, draft, "and on the second", Mark(0, "second", 1, after="first"))
    assert capture.draft_form(kept) == {"happened": ["and on the second"]}
    with pytest.raises(StaleWrite):
        keep(house, draft, "from a third", Mark(0, "third", 1, after="first"))


def test_an_id_that_is_none_is_not_found(officer, house):
    with pytest.raises(NotFound):
        keep(house, "short", "one", Mark(0))


def test_a_note_about_something_else_is_no_draft(officer, house):
    id = capture.new_draft_id()
    house.notebook.keep(id, "officer", "search", {}, expected=0, now=house.library.clock())
    with pytest.raises(NotFound):
        capture.open_draft(house.notebook, house.accounts.get("officer").user, id)


def test_what_was_sent_cannot_be_kept_as_a_draft_again(officer, house):
    officer.begins()
    draft = officer.page.hidden["draft"]
    officer.fills(form())
    with pytest.raises(AlreadySent):
        keep(house, draft, "more", Mark(1))
    assert saves_itself_after(officer, draft).status_code == 409


def saves_itself_after(officer, draft):
    body = {"csrf_token": officer.token, "version": "1", **form(happened="more")}
    answer = officer.client.post(f"/debriefs/drafts/{draft}", data=body)
    assert answer.json["compare"].endswith("/sent")
    return answer
