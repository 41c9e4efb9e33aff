"""What holds for every address there is: found by walking all of them, so that none is forgotten."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from lessons.app import House
from lessons.domain.access import Role
from lessons.services.find import NAMES
from lessons.web.errors import MOST_BOXES
from lessons.web.forms import MOST_CARRIED
from tests.conftest import fitted
from tests.people import Page, Person, check_page

Make = Callable[..., Person]

# Whoever is not signed in may see these, and nothing else.
PUBLIC = {"/login", "/language/cy", "/healthz", "/readyz", "/api/v1/openapi.json"}
EXAMPLES = {"chosen": "cy", "plural": "lessons", "form": "csv", "kind": "lessons", "id": "L-2026-00000", "draft": "a1",
            "name": "searching", "page": "searching", "key": "radio", "number": 1}  # fmt: skip


def addresses(app: Flask, method: str) -> Iterator[str]:
    rules: list[Rule] = [r for r in app.url_map.iter_rules() if method in (r.methods or ())]
    assert rules
    for rule in rules:
        values = {a: _example(rule, a) for a in rule.arguments}
        built = rule.build(values, append_unknown=False)
        assert built is not None, f"{rule}: this story needs an example of {rule.arguments}"
        yield built[1]


def _example(rule: Rule, argument: str) -> str | int:
    """A value that the address takes; of those that are listed in it, the first."""
    listed = getattr(rule._converters[argument], "items", None)
    return EXAMPLES.get(argument, min(listed) if listed else "x")


def is_api(address: str) -> bool:
    """There a program sends its key; being signed in to the pages is not enough to change anything."""
    return address.startswith("/api/v1/")


def test_without_signing_in_there_is_nothing_to_read(app: Flask) -> None:
    found = set()
    for address in addresses(app, "GET"):
        answer = app.test_client().get(address)
        if answer.status_code == 401 and is_api(address):
            assert answer.json is not None and set(answer.json) == {"error"}
            continue
        if answer.status_code == 302 and answer.headers["Location"].startswith("/login"):
            continue
        found.add(address)
    assert found == PUBLIC


def test_without_signing_in_nothing_can_be_sent(app: Flask) -> None:
    for address in addresses(app, "POST"):
        client = app.test_client()
        token = Page(client.get("/login").text).hidden["csrf_token"]
        answer = client.post(address, data={"csrf_token": token, "happened": "Something"})
        assert answer.status_code == 401, address
        assert ("Send a valid bearer token" if is_api(address) else "Sign in") in answer.text


@pytest.mark.parametrize("token", [None, "", "forged"])
def test_no_form_is_taken_without_the_token_of_our_own_page(
    app: Flask, person: Make, token: str | None
) -> None:
    olly = person("reviewer")
    for address in addresses(app, "POST"):
        form = {"happened": "Something"} | ({} if token is None else {"csrf_token": token})
        answer = olly.client.post(address, data=form)
        assert answer.status_code == (401 if is_api(address) else 400), address
    assert olly.client.get("/account").status_code == 200, "nobody was signed out by it"


def test_one_persons_token_is_no_good_for_another(app: Flask, person: Make) -> None:
    olly, rae = person("officer"), person("reviewer")
    olly.opens("/account")
    rae.opens("/account")
    answer = olly.client.post("/logout", data={"csrf_token": rae.token})
    assert answer.status_code == 400


def test_only_reading_and_forms_are_spoken_here(app: Flask, person: Make) -> None:
    olly = person("admin")
    for method in ("PUT", "DELETE", "PATCH", "TRACE"):
        assert olly.client.open("/account", method=method).status_code in (400, 405)
        assert olly.client.open("/api/v1/search", method=method).status_code == 405


def test_every_answer_carries_the_security_headers(app: Flask, person: Make) -> None:
    olly, nobody = person("officer"), app.test_client()
    stylesheet = f"{app.config['STATIC_ROOT']}lessons.css"
    asked = [
        (olly.client, "/"), (olly.client, "/search?q=radio"), (nobody, "/login"), (nobody, "/"),
        (nobody, "/no-such-page"), (olly.client, "/lessons/L-2026-00000"), (nobody, stylesheet),
        (nobody, "/api/v1/search"), (nobody, "/readyz"), (nobody, f"{stylesheet}/x"), (nobody, "/debriefs/%00"),
    ]  # fmt: skip
    for client, address in asked:
        headers = client.get(address, buffered=True).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy, address
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff", address
        assert headers["Referrer-Policy"] == "same-origin", address
        assert headers["X-Robots-Tag"] == "noindex, nofollow", address
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", address
        kept = "max-age" if address == stylesheet else "no-store"
        assert kept in headers["Cache-Control"], address
        assert "Access-Control-Allow-Origin" not in headers, address


def test_an_error_nobody_foresaw_says_nothing_of_the_inside(
    house: House, compiled: FileSystemBytecodeCache, person: Make
) -> None:
    app = fitted(house, compiled)

    @app.get("/breaks")
    def breaks() -> str:
        raise RuntimeError("the secret of the house")

    olly = Person(app, person("officer").name, Role.OFFICER).signs_in()
    page = olly.opens("/breaks", status=500)
    assert "Something went wrong" in page.text
    assert "secret of the house" not in page.html and "Traceback" not in page.html
    assert "default-src 'none'" in olly.response.headers["Content-Security-Policy"]


def test_too_large_a_form_is_refused_in_words(app: Flask, person: Make) -> None:
    olly = person("officer")
    olly.opens("/account")
    page = olly.sends("/account/password", {"old": "x" * (5 << 20)}, status=413)
    assert "too large" in page.text


# --- forms that no page of ours would send ---------------------------------------------------------
URLENCODED = "application/x-www-form-urlencoded"
MEGABYTE = 1 << 20


@pytest.mark.parametrize("address", ["/login", "/debriefs/new", "/account/password", "/nowhere"])
@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("boxes", ["a=&", "a=x&"])
def test_a_megabyte_of_boxes_is_refused_on_a_small_page_that_helps(
    app: Flask, person: Make, address: str, signed_in: bool, boxes: str
) -> None:
    client = person("officer").client if signed_in else app.test_client()
    body = boxes * (MEGABYTE // len(boxes))
    answer = client.post(address, data=body, content_type=URLENCODED)
    assert answer.status_code == 413
    assert len(answer.data) < 20_000
    page = Page(answer.text)
    check_page(page, address)
    assert "more than 2,000 boxes" in page.text and "Send less at once" in page.text
    assert "Your words are kept here" not in page.text


def test_programs_are_told_so_as_well(app: Flask) -> None:
    body = "a=&" * (MOST_BOXES + 1)
    answer = app.test_client().post("/api/v1/lessons", data=body, content_type=URLENCODED)
    assert answer.status_code == 413
    assert answer.json is not None and "boxes" in answer.json["error"]["message"]


def test_a_form_of_as_many_boxes_as_may_be_is_looked_at(app: Flask) -> None:
    client = app.test_client()
    for boxes, status in ((MOST_BOXES, 401), (MOST_BOXES + 1, 413)):
        body = "&".join(f"a{n}=x" for n in range(boxes))
        token = Page(client.get("/login").text).hidden["csrf_token"]
        body = f"csrf_token={token}&" + body[body.index("&") + 1 :]
        answer = client.post("/debriefs/new", data=body, content_type=URLENCODED)
        assert answer.status_code == status, boxes


def asked_to_sign_in(app: Flask, form: dict[str, str]) -> str:
    client = app.test_client()
    token = Page(client.get("/login").text).hidden["csrf_token"]
    answer = client.post("/debriefs/new", data={"csrf_token": token, **form})
    assert answer.status_code == 401
    return answer.text


def test_boxes_left_empty_are_not_carried_to_the_sign_in_page(app: Flask) -> None:
    html = asked_to_sign_in(app, {"happened": "Two doors.", "well": ""})
    assert "kept:happened" in html and "kept:well" not in html


@pytest.mark.parametrize("box", [{"happened": "x" * 3_000_000}, {"x" * 3_000_000: "y"}])
def test_what_is_carried_to_the_sign_in_page_has_a_bound(app: Flask, box: dict[str, str]) -> None:
    html = asked_to_sign_in(app, {"points-0-title": "Short.", **box, "z": "z"})
    assert "kept:points-0-title" in html
    assert len(html) < MOST_CARRIED + 20_000


def test_long_names_of_boxes_count_in_what_an_error_page_gives_back(
    app: Flask, person: Make
) -> None:
    olly = person("officer")
    olly.token = "forged"
    many = {f"{n:04}{'n' * 996}": "x" for n in range(MOST_BOXES // 2)}
    page = olly.sends("/account/password", {"text": "Two doors.", **many}, status=400)
    assert "Two doors." in page.text
    assert page.html.count("<textarea") == 100


def test_an_error_page_names_the_boxes_of_search_as_search_does_in_every_language(
    app: Flask, person: Make
) -> None:
    olly = person("officer")
    olly.opens("/language/cy")
    olly.token = "forged"
    page = olly.sends("/account/password", dict.fromkeys(NAMES, "x"), status=400)
    for label in ("Geiriau", "Chwilio am", "Hyd at", "Tudalen", "Trefn"):
        assert f">{label}</label>" in page.html, label
