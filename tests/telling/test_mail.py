"""Hearing by mail: as often as a person chose, never more than OFFICIAL, and nothing lost when mail fails."""

import ssl
import subprocess
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lessons.adapters.mail import SmtpPostman
from lessons.app import House, build_house, create_app
from lessons.domain.access import SYSTEM, Role
from lessons.domain.record import Kind, Record
from lessons.ports import AddressRefused, Letter, MailFailed, NoMailServer
from tests.conftest import CHEAP
from tests.people import PASSWORD, Person, account
from tests.telling.conftest import ADDRESS
from tests.telling.post_office import PostOffice, words
from tests.telling.scenes import WORDS, Scene

Make = Callable[..., Person]
Known = Callable[..., None]
Passes = Callable[..., None]
SENDER = "Lessons <lessons@force.example>"
MAY = datetime(2026, 5, 4, tzinfo=UTC)
LETTER = Letter("olly@force.example", "News", "Newyddion: tŷ\n", "cy", "k1", MAY)


def test_a_person_chooses_on_the_account_page_and_hears_at_once(
    person: Make, known: Known, scene: Scene, post: PostOffice
) -> None:
    olly = person("officer", "olly")
    known(rae="reviewer")
    assert "How you hear" in olly.opens("/account").text
    form = {"mail": " olly@force.example ", "told": "at_once", "language": "en"}
    assert "How you hear is changed." in olly.sends("/account/how-you-hear", form).text
    id = scene.lesson("olly", "observation")
    scene.change("rae", "tag", id, themes=("radio",))
    scene.move("rae", scene.lesson("olly"), "return", reason="unclear", decision="Which radio?")
    assert scene.deliver().sent == 1
    [letter] = post.to("olly@force.example")
    text = words(letter)
    assert text.startswith("OFFICIAL\n")
    assert f"* {WORDS} ({id})\n" in text
    assert "Themes: Radio" in text
    assert f"{ADDRESS}/lessons/{id}" in text and f"{ADDRESS}/account/notices" in text
    assert "Something is asked of you before this can go on." in text
    assert "Reason: Hard to follow for an outsider" in text and "“Which radio?”" in text
    assert scene.deliver().sent == 0
    assert len(post.letters) == 1


def test_a_letter_says_that_no_person_wrote_it(
    known: Known, scene: Scene, post: PostOffice
) -> None:
    known(olly="officer", rae="reviewer")
    scene.hears("olly")
    scene.move("rae", scene.lesson("olly"), "accept")
    scene.deliver()
    [letter] = post.letters
    assert letter["From"] == SENDER
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Subject"] == "Lessons: news for you"
    assert letter["Message-ID"].endswith("@force.example>")
    assert letter["Date"].datetime <= datetime.now(UTC)
    assert letter.get_content_type() == "text/plain" and letter.get_content_charset() == "utf-8"


@pytest.mark.parametrize(("told", "days"), [("daily", 1), ("weekly", 7)])
def test_one_letter_gathers_what_came_since_the_last(
    known: Known, scene: Scene, post: PostOffice, passes: Passes, told: str, days: int
) -> None:
    known(olly="officer", rae="reviewer")
    address = scene.hears("olly", told)
    scene.move("rae", scene.lesson("olly", title="The first"), "accept")
    assert scene.deliver().sent == 1
    for title in ("The second", "The third"):
        scene.move("rae", scene.lesson("olly", title=title), "accept")
    passes(days=days - 1, hours=23)
    assert scene.deliver().sent == 0
    passes(hours=1)
    assert scene.deliver().sent == 1
    text = post.text(address)
    assert "The second" in text and "The third" in text and "The first" not in text
    passes(days=30)
    assert scene.deliver().sent == 0


def test_who_chose_never_or_gave_no_address_hears_in_the_service_alone(
    person: Make, known: Known, scene: Scene, post: PostOffice
) -> None:
    olly, _oz = person("officer", "olly"), person("officer", "oz")
    known(rae="reviewer")
    scene.hears("olly", "never")
    for author in ("olly", "oz"):
        scene.move("rae", scene.lesson(author, title="The old one"), "accept")
    assert scene.deliver().sent == 0
    assert "What you sent in was accepted" in olly.opens("/account/notices").text
    address = scene.hears("olly", "at_once")
    assert scene.deliver().sent == 0, "what was told in the service does not come by mail later"
    scene.move("rae", scene.lesson("olly", title="The new one"), "accept")
    scene.deliver()
    assert "The new one" in post.text(address) and "The old one" not in post.text(address)


def test_what_was_seen_in_the_service_is_not_mailed_again(
    person: Make, known: Known, scene: Scene, post: PostOffice
) -> None:
    olly = person("officer", "olly")
    known(rae="reviewer")
    scene.hears("olly", "daily")
    scene.move("rae", scene.lesson("olly"), "accept")
    page = olly.opens("/account/notices")
    olly.sends("/account/notices/seen", {"upto": page.hidden["upto"]})
    assert scene.deliver().sent == 0
    assert post.letters == []


@pytest.mark.parametrize(
    "guard",
    [{"marking": "official_sensitive"}, {"groups": ("merlin",)}],
)
def test_a_letter_says_nothing_of_what_is_more_than_official(
    known: Known, scene: Scene, post: PostOffice, guard: Mapping[str, Any]
) -> None:
    known(olly="officer", rae="reviewer merlin")
    address = scene.hears("olly")
    id = scene.lesson("olly", "learned", **guard)
    scene.move("rae", id, "reopen", decision="It happened again at the Crown.")
    assert scene.deliver().sent == 1
    text = post.text(address)
    assert "A record you are concerned with: sign in to read." in text
    for secret in (
        WORDS,
        id,
        "Crown",
        "happened again",
        "official_sensitive",
        "SENSITIVE",
        "merlin",
    ):
        assert secret not in text


def test_what_became_sensitive_before_its_letter_went_is_not_in_it(
    known: Known, scene: Scene, post: PostOffice
) -> None:
    known(olly="officer", rae="reviewer")
    address = scene.hears("olly")
    id = scene.lesson("olly", "learned")
    scene.move("rae", id, "reopen", decision="It happened again at the Crown.")
    scene.change("rae", "edit", id, marking="official_sensitive")
    assert scene.deliver().sent == 1
    assert id not in post.text(address) and "Crown" not in post.text(address)


def test_what_was_said_while_it_was_sensitive_stays_out_of_letters_for_good(
    known: Known, scene: Scene, post: PostOffice, house: House
) -> None:
    known(olly="officer", rae="reviewer", rex="reviewer")
    address = scene.hears("olly")
    id = scene.lesson("olly", "sent", marking="official_sensitive")
    said = "Take out what the Crown told us."
    scene.move("rae", id, "return", reason="covert", decision=said)
    stored = scene.now(id)
    lower = stored.record.with_(marking="official", decision=None, first_eyes="rae")
    house.library.save(scene.user("rae"), "edit", lower, expected=stored.revision.number)
    scene.deliver()
    assert said not in post.text(address) and id not in post.text(address)


def test_a_theme_that_is_sensitive_is_not_named_in_a_letter(
    known: Known, scene: Scene, post: PostOffice, house: House
) -> None:
    known(olly="reviewer", rae="reviewer")
    address = scene.hears("olly")
    fields = {"label": "Quiet method", "marking": "official_sensitive", "theme_state": "current"}
    theme = Record("quiet", Kind.THEME, fields=fields)
    house.library.save(SYSTEM, "import", theme, expected=0)
    scene.change("rae", "tag", scene.lesson("olly", "observation"), themes=("radio", "quiet"))
    scene.deliver()
    assert "Themes: Radio and communications\n" in post.text(address)
    assert "Quiet" not in post.text(address)


def test_access_taken_away_between_a_save_and_its_letter_leaves_nothing_to_send(
    known: Known, scene: Scene, post: PostOffice
) -> None:
    known(olly="officer", rae="reviewer", lou="lead", lil="lead")
    for name in ("lou", "lil"):
        scene.hears(name)
    owned = scene.lesson("olly", "learned", owner="lou", title="One that closes")
    scene.move("rae", owned, "reopen", decision="It happened again.")
    scene.change("rae", "edit", owned, groups=("merlin",))
    other = scene.lesson("olly", "learned", owner="lil")
    scene.move("rae", other, "reopen", decision="It happened again.")
    scene.house.accounts.change("lil", disabled=True)
    assert scene.deliver().sent == 0
    assert post.letters == []


def test_the_title_of_what_no_reviewer_has_cleared_is_in_no_letter(
    known: Known, scene: Scene, post: PostOffice
) -> None:
    known(olly="officer", rae="reviewer")
    address = scene.hears("olly")
    id = scene.lesson("olly", title="Jo Bloggs of 1 High Street")
    scene.move("rae", id, "return", reason="personal", decision="Say the role.")
    scene.deliver()
    assert f"* {id}\n" in post.text(address) and "Bloggs" not in post.text(address)


def test_a_letter_speaks_the_language_that_was_chosen(
    known: Known, scene: Scene, post: PostOffice
) -> None:
    known(olly="officer", rae="reviewer")
    address = scene.hears("olly", language="cy")
    scene.move("rae", scene.lesson("olly"), "return", reason="unclear", decision="Pa radio?")
    scene.deliver()
    assert "Anodd i rywun o’r tu allan ei ddeall" in post.text(address)
    assert post.letters[0]["Content-Language"] == "cy"


def test_what_people_write_cannot_make_a_letter_say_more(
    known: Known, scene: Scene, post: PostOffice
) -> None:
    known(olly="officer", rae="reviewer")
    address = scene.hears("olly")
    title = "One\u2028Bcc: all@force.example\u0085* Two \u202e.\u200b"
    scene.move("rae", scene.lesson("olly", "learned", title=title), "reopen", decision="A\x1b[2J.")
    scene.deliver()
    assert "* One Bcc: all@force.example * Two" in post.text(address)
    assert "\x1b" not in post.text(address) and post.letters[0]["Bcc"] is None


def test_a_letter_names_five_of_many_that_one_press_changed(
    known: Known, scene: Scene, post: PostOffice
) -> None:
    known(olly="officer", rae="reviewer")
    address = scene.hears("olly")
    ids = [scene.lesson("olly", "observation", title=f"Lesson {n}.") for n in range(18)]
    ids.append(scene.lesson("olly", "observation", marking="official_sensitive", title="Zanzibar"))
    for id in ids:
        scene.change("rae", "tag", id, themes=("radio",))
    assert scene.deliver().sent == 1
    text = post.text(address)
    assert "* This is told of each of 18 records:\n  It was tagged, so that" in text
    assert text.count("It was tagged") == text.count("Themes: Radio") == 1
    listed = [f"- Lesson {n}. ({ids[n]})\n  {ADDRESS}/lessons/{ids[n]}" for n in range(17, 12, -1)]
    assert "\n  ".join(listed) in text and "Lesson 12." not in text
    assert "And 13 more, which are among your news." in text
    assert "Zanzibar" not in text and "sign in to read" in text


def test_a_hundred_things_make_one_letter(known: Known, scene: Scene, post: PostOffice) -> None:
    known(olly="officer", rae="reviewer")
    address = scene.hears("olly")
    for n in range(60):
        given = {"reason": "unclear", "decision": f"Which radio of the {n}?"}
        scene.move("rae", scene.lesson("olly"), "return", **given)
    assert scene.deliver().sent == 1
    assert post.text(address).count("Something is asked of you") == 50
    assert "There is more than this mail holds." in post.text(address)
    assert scene.deliver().sent == 0


# --- when mail fails ----------------------------------------------------------------------------------
def test_a_server_that_does_not_answer_loses_nothing(
    known: Known, scene: Scene, post: PostOffice, passes: Passes
) -> None:
    known(olly="officer", oz="officer", rae="reviewer")
    for name in ("olly", "oz"):
        scene.hears(name)
        scene.move("rae", scene.lesson(name), "accept")
    post.closed = True
    assert scene.deliver().failed == 2
    assert scene.deliver().failed == 0, "not again at once"
    post.closed = False
    passes(minutes=1)
    assert scene.deliver().sent == 2
    assert scene.deliver().sent == 0


def test_tries_come_further_and_further_apart(
    known: Known, scene: Scene, post: PostOffice, passes: Passes
) -> None:
    known(olly="officer", rae="reviewer")
    scene.hears("olly")
    scene.move("rae", scene.lesson("olly"), "accept")
    post.closed = True
    tried = []
    for minute in range(40):
        tried += [minute] * scene.deliver().failed
        passes(minutes=1)
    assert tried == [0, 1, 3, 7, 15, 31]
    assert scene.house.outbox.delivery("olly").failures == 6


def test_an_address_that_is_refused_is_told_and_another_one_works_at_once(
    person: Make, known: Known, scene: Scene, post: PostOffice
) -> None:
    olly = person("officer", "olly")
    known(rae="reviewer")
    form = {"mail": "oly@force.example", "told": "at_once", "language": "en"}
    olly.opens("/account")
    olly.sends("/account/how-you-hear", form)
    post.refuses["oly@force.example"] = "550 no such person"
    scene.move("rae", scene.lesson("olly"), "accept")
    assert scene.deliver().failed == 1
    assert "The mail server refused oly@force.example." in olly.opens("/account").text
    page = olly.sends("/account/how-you-hear", form | {"mail": "olly@force.example"})
    assert "The mail server refused" not in page.text
    assert scene.deliver().sent == 1
    assert "What you sent in was accepted" in post.text("olly@force.example")


@pytest.mark.parametrize(
    "mail",
    ["olly", "olly@", "@force.example", "olly@force", "a b@force.example", "a@b.example,c@d.example",
     "olly@force.example\r\nBcc: x@y.example", "Olly <olly@force.example>", "o" * 250 + "@force.example",
     "öl@force.example", "olly@fôrce.example", "a@b.example\0", "a@b..example",
     "=?utf-8?q?a=0d=0aBcc=3ax?=@force.example"],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_given_back(
    person: Make, house: House, mail: str
) -> None:
    olly = person("officer", "olly")
    olly.opens("/account")
    form = {"mail": mail, "told": "daily", "language": "en"}
    page = olly.sends("/account/how-you-hear", form, status=422)
    assert "Enter one mail address" in page.text
    [box] = [b for b in page.boxes if b.get("name") == "mail"]
    assert box["value"].split() == mail.split()
    assert house.accounts.get("olly").mail == ""


def test_a_choice_that_is_none_is_refused(person: Make, house: House) -> None:
    olly = person("officer", "olly")
    olly.opens("/account")
    for form in ({}, {"told": "hourly", "language": "en"}, {"told": "daily", "language": "fr"},
                 {"told": "at_once", "language": "en"}):  # fmt: skip
        olly.sends("/account/how-you-hear", form, status=422)
    assert house.accounts.get("olly").told == "daily"


def test_without_a_mail_server_the_account_page_says_so_and_news_is_in_the_service(
    settings: dict[str, object], post: PostOffice
) -> None:
    with closing_house(settings | {"MAIL_URL": None, "MAIL_FROM": None}) as house:
        for name, role in (("olly", Role.OFFICER), ("rae", Role.REVIEWER)):
            house.accounts.add(account(name, role), PASSWORD)
        scene, app = Scene(house), create_app(house=house)
        scene.hears("olly")
        scene.move("rae", scene.lesson("olly"), "accept")
        assert scene.deliver().sent == 0
        olly = Person(app, "olly", Role.OFFICER).signs_in()
        assert "This service does not send mail just now." in olly.opens("/account").text
        assert "What you sent in was accepted" in olly.opens("/account/notices").text


class closing_house:
    """A house of other settings, for as long as the block."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._house = build_house(settings, cost=CHEAP)

    def __enter__(self) -> House:
        self._house.library.rebuild()
        return self._house

    def __exit__(self, *_: object) -> None:
        self._house.database.close()


def test_a_letter_without_the_address_of_the_service_has_the_reference_and_no_link(
    settings: dict[str, object], post: PostOffice
) -> None:
    with closing_house(settings | {"BASE_URL": None}) as house:
        for name, role in (("olly", Role.OFFICER), ("rae", Role.REVIEWER)):
            house.accounts.add(account(name, role), PASSWORD)
        scene = Scene(house)
        address = scene.hears("olly")
        ids = [scene.lesson("olly", marking=m) for m in ("official", "official_sensitive")]
        for id in ids:
            scene.move("rae", id, "not_take", reason="obvious", decision="Known.")
        scene.deliver()
    assert ids[0] in post.text(address) and ids[1] not in post.text(address)
    assert "http" not in post.text(address)


# --- how the server is spoken to ------------------------------------------------------------------------
def test_a_letter_comes_through_whole(post: PostOffice) -> None:
    SmtpPostman(post.url, SENDER).send(LETTER)
    [letter] = post.letters
    assert words(letter) == LETTER.text
    assert letter["Message-ID"] == "<k1@force.example>"


def test_what_the_server_answers_is_told_apart(post: PostOffice) -> None:
    postman = SmtpPostman(post.url, SENDER)
    post.refuses = {LETTER.to: "550 no such person"}
    with pytest.raises(AddressRefused):
        postman.send(LETTER)
    post.refuses = {LETTER.to: "450 come back later"}
    with pytest.raises(MailFailed) as caught:
        postman.send(LETTER)
    assert not isinstance(caught.value, (AddressRefused, NoMailServer))
    post.refuses = {}
    postman.send(LETTER)
    assert len(post.letters) == 1


def test_where_nobody_listens_there_is_no_server() -> None:
    with closing(PostOffice()) as gone:
        url = gone.url
    with pytest.raises(NoMailServer):
        SmtpPostman(url, SENDER).send(LETTER)


def test_nothing_goes_out_in_the_clear_where_tls_was_asked_for(post: PostOffice) -> None:
    for scheme in ("smtp+starttls", "smtps"):
        with pytest.raises(NoMailServer):
            SmtpPostman(post.url.replace("smtp", scheme), SENDER).send(LETTER)
    assert post.letters == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted_and_one_that_is_trusted_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, paper = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", str(key), "-out", str(paper)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paper, key)
    with closing(PostOffice(tls_context=context, require_starttls=True)) as office:
        postman = SmtpPostman(f"smtp+starttls://localhost:{office.port}", SENDER)
        with pytest.raises(NoMailServer):
            postman.send(LETTER)
        assert office.letters == []
        monkeypatch.setenv("SSL_CERT_FILE", str(paper))
        postman.send(LETTER)
        assert len(office.letters) == 1


# --- the chore and the command ----------------------------------------------------------------------------
def test_the_process_that_keeps_watch_sends_what_is_due(
    known: Known, scene: Scene, post: PostOffice, passes: Passes
) -> None:
    known(olly="officer", rae="reviewer")
    address = scene.hears("olly")
    scene.move("rae", scene.lesson("olly"), "accept")
    scene.house.mailroom.chore()
    assert len(post.to(address)) == 1
    passes(days=366)
    scene.house.mailroom.chore()
    assert scene.told("olly") == [], "news is kept for a year"


def test_a_server_that_is_down_is_left_alone_for_a_while(
    known: Known, scene: Scene, settings: dict[str, object], passes: Passes
) -> None:
    names = [f"olly{n}" for n in range(3)]
    known(rae="reviewer", **dict.fromkeys(names, "officer"))
    with closing(PostOffice()) as gone:
        nowhere = SmtpPostman(gone.url, SENDER)
    scene.house.mailroom.postman = nowhere
    for name in names:
        scene.hears(name)
        scene.move("rae", scene.lesson(name), "accept")

    def failures() -> int:
        return sum(scene.house.outbox.delivery(name).failures for name in names)

    for _ in range(5):
        scene.house.mailroom.chore()
    assert failures() == 1, "nobody else is tried where there is no server"
    passes(minutes=1)
    scene.house.mailroom.chore()
    assert failures() == 2


def test_a_choice_is_audited_without_the_address(person: Make, house: House, scene: Scene) -> None:
    person("officer", "olly")
    scene.hears("olly")
    [event] = [e for e in house.library.audit.events(who="olly") if e.verb == "mail chosen"]
    assert (event.to, event.note) == ("olly", "at_once")
    assert "@" not in str(event)
