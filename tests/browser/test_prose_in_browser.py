"""The same hostile texts in a real browser, on a page without any policy that would stop them."""

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Route

from lessons.web import prose
from lessons.web.prose import to_html
from tests.web.test_prose import ATTRIBUTES, HOSTILE, TAGS

pytestmark = pytest.mark.browser
ADDRESS = "http://lessons.test/page"

# What a reader does: comes near, looks, and comes back. Then the page is read a second time.
STIR = """() => {
  const events = ["mouseover", "mouseenter", "pointerover", "focus", "focusin", "load", "error",
    "toggle", "animationstart", "transitionend", "begin", "click"];
  const stop = event => event.preventDefault();
  document.addEventListener("click", stop, true);
  const stir = () => document.querySelectorAll("main *").forEach(element =>
    events.forEach(name => element.dispatchEvent(new MouseEvent(name, {cancelable: true}))));
  const main = document.querySelector("main");
  stir(); main.innerHTML = main.innerHTML; stir();
}"""
LOOK = """() => {
  const all = [...document.querySelectorAll("main *")];
  return {
    globals: Object.getOwnPropertyNames(window),
    tags: [...new Set(all.map(e => e.namespaceURI + " " + e.localName))],
    attributes: [...new Set(all.flatMap(e => e.getAttributeNames()))],
    schemes: [...new Set(all.filter(e => e.localName == "a").map(e => e.protocol))],
    ids: all.map(e => e.id).filter(Boolean),
    articles: document.querySelectorAll("main > article").length,
    end: document.querySelector("body > p#end")?.textContent,
  };
}"""


@dataclass
class Visit:
    """What happened while a page was open."""

    dialogs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    seen: dict[str, list[str]] = field(default_factory=dict)
    new_globals: set[str] = field(default_factory=set)


def visit(browser: Browser, *articles: str) -> Visit:
    body = "\n".join(f"<article>{article}</article>" for article in articles)
    html = f"<!doctype html><title>x</title><main>{body}</main><p id=end>end</p>"
    visit, page = Visit(), browser.new_page()

    def serve(route: Route) -> None:
        if route.request.url == ADDRESS and not visit.requests:
            visit.requests.append(ADDRESS)
            route.fulfill(content_type="text/html; charset=utf-8", body=html.encode())
        else:
            visit.requests.append(route.request.url)
            route.abort()

    page.context.route("**/*", serve)
    page.on("dialog", lambda dialog: (visit.dialogs.append(dialog.message), dialog.dismiss()))
    before = set(page.evaluate("() => Object.getOwnPropertyNames(window)"))
    page.goto(ADDRESS)
    page.evaluate(STIR)
    page.wait_for_timeout(300)
    visit.seen = page.evaluate(LOOK)
    visit.new_globals = set(visit.seen["globals"]) - before
    page.close()
    return visit


def test_no_hostile_text_does_anything_in_a_browser(browser):
    pages = [to_html(text, id_prefix=f"t-{n}-") for n, text in enumerate(HOSTILE)]
    pages += [prose._safe(prose._as_typed(prose._tidy(text)), "t-") for text in HOSTILE]
    seen = (result := visit(browser, *pages)).seen
    assert result.dialogs == []
    assert result.new_globals == set()
    assert result.requests == [ADDRESS]
    assert seen["articles"] == len(pages)
    assert seen["end"] == "end"
    assert {tag.split(" ")[0] for tag in seen["tags"]} == {"http://www.w3.org/1999/xhtml"}
    assert {tag.split(" ")[1] for tag in seen["tags"]} <= TAGS | {"article"}
    assert set(seen["attributes"]) <= ATTRIBUTES
    assert set(seen["schemes"]) <= {"http:", "https:", "mailto:", ":"}  # ":" leads nowhere
    assert all(id.startswith("t-") for id in seen["ids"])
    assert len(set(seen["ids"])) == len(seen["ids"])


@pytest.mark.parametrize(
    ("bad", "sign"),
    [
        ("<img src=x onerror=alert(1)>", "dialogs"),
        ("<p onmouseover=alert(1)>x</p>", "dialogs"),
        ("<svg onload=hit=1>", "new_globals"),
        ("<script>hit=1</script>", "new_globals"),
        ("<img src=https://evil.example/pixel.png>", "requests"),
    ],
)
def test_the_same_page_notices_what_is_not_made_safe(browser, bad, sign):
    quiet, loud = visit(browser, "<p>x</p>"), visit(browser, bad)
    assert len(getattr(loud, sign)) > len(getattr(quiet, sign))
