"""What people type is shown as they meant it, and never does anything to the reader."""

import re
import threading
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lessons.web import prose
from lessons.web.prose import plain, to_html


def hostile_texts() -> list[str]:
    """The lines of injections.txt with what stands for a character turned into it."""
    lines = Path(__file__).with_name("injections.txt").read_text("utf-8").split("\n")
    wanted = [line for line in lines if line and not line.startswith(";;")]
    shown = [re.sub("[␀-␟]", lambda m: chr(ord(m[0]) - 0x2400), line) for line in wanted]
    return [re.sub(r"\\u\{(\w+)\}", lambda m: chr(int(m[1], 16)), line) for line in shown]


HOSTILE = hostile_texts()
TAGS = {"h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "dl", "dt", "dd"}
TAGS |= {"blockquote", "pre", "code", "em", "strong", "abbr", "sup", "a", "div"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"id", "href", "rel", "role", "class", "title", "start", "scope"}


class Reader(HTMLParser):
    """Reads HTML as a program would and keeps every tag, and the words."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.odd: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data

    def handle_comment(self, data):
        self.odd.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment

    def all(self, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for _, attrs in self.tags if attribute in attrs]


def assert_harmless(html: str, prefix: str = "t-") -> None:
    seen = Reader(html)
    assert not seen.odd
    assert {tag for tag, _ in seen.tags} <= TAGS
    assert {name for _, attrs in seen.tags for name in attrs} <= ATTRIBUTES
    for href in seen.all("href"):
        assert urlsplit(re.sub(r"[\x00-\x20]", "", href)).scheme in {"", "http", "https", "mailto"}
    assert set(seen.all("rel")) <= {"noopener noreferrer"}
    assert all(id.startswith(prefix) and not re.search(r"\s", id) for id in seen.all("id"))
    assert len(set(seen.all("id"))) == len(seen.all("id"))
    assert prose._cleaner(prefix).clean(html) == html


# Hostile texts


def test_the_list_of_hostile_texts_is_long_and_has_no_doubles():
    assert len(HOSTILE) >= 120
    assert len(set(HOSTILE)) == len(HOSTILE)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_does_nothing(text):
    assert_harmless(to_html(text))
    assert_harmless(to_html(f"Officers met.\n\n- {text}\n\n{text}\n"))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_over_the_caps_does_nothing(text):
    assert_harmless(to_html(text + "\n\n" + "[" * (prose.MAX_BRACKETS + 1)))


def test_all_hostile_texts_together_do_nothing():
    for joint in ("\n\n", "\n", " "):
        assert_harmless(to_html(joint.join(HOSTILE)[: prose.MAX_CHARS]))


def test_the_check_for_harm_notices_harm():
    for bad in (
        "<script>x</script>",
        '<p onclick="x">x</p>',
        '<a href="java\tscript:x">x</a>',
        '<p style="color:red">x</p>',
        '<h2 id="csrf_token">x</h2>',
        "<!-- x -->",
        "<img src=x>",
    ):
        with pytest.raises(AssertionError):
            assert_harmless(bad)


def test_a_typed_tag_is_shown_as_it_was_typed():
    assert Reader(to_html("Use <b>bold</b> & <script>x()</script>")).words == (
        "Use <b>bold</b> & <script>x()</script>"
    )


def test_a_refused_link_keeps_its_words_and_no_address():
    assert to_html("See [the log](javascript:hit=1).") == "<p>See the log.</p>"


def test_no_image_is_fetched():
    assert to_html("![plan](https://example.org/p.png)") == (
        "<p>![plan](https://example.org/p.png)</p>"
    )


# What an officer writes


def test_a_paragraph_and_emphasis():
    assert to_html("Radios **failed** in the *first* hour.\n\nSpares helped.") == (
        "<p>Radios <strong>failed</strong> in the <em>first</em> hour.</p>\n<p>Spares helped.</p>"
    )


def test_lists_in_lists():
    html = to_html("- kit\n    - radios\n    - spares\n- people\n\n3. third\n4. fourth")
    assert html.replace("\n", "") == (
        "<ul><li>kit<ul><li>radios</li><li>spares</li></ul></li><li>people</li></ul>"
        '<ol start="3"><li>third</li><li>fourth</li></ol>'
    )


@pytest.mark.parametrize("bullet", ["-", "*", "+", "1."])
def test_a_list_straight_under_a_sentence_is_a_list(bullet):
    html = to_html(f"We agreed:\n{bullet} brief early\n{bullet} log times")
    kind = "ol" if bullet == "1." else "ul"
    assert html.replace("\n", "") == (
        f"<p>We agreed:</p><{kind}><li>brief early</li><li>log times</li></{kind}>"
    )


def test_a_dash_or_a_number_within_a_sentence_makes_no_list():
    assert "<li>" not in to_html("It was late - too late.\nThen 1. became 2. and *so* on.")


def test_a_table_says_what_its_columns_are():
    html = to_html("Unit | Hours\n--- | ---:\nDogs | 4\n- | 2")
    assert '<th scope="col">Unit</th>' in html
    assert '<th class="right" scope="col">Hours</th>' in html
    assert '<td class="right">4</td>' in html
    assert html.count("<tr>") == 3


def test_links_inside_and_outside_the_service():
    html = to_html("[a](https://example.org/x?y=1&z=2) [b](/lessons/L-1) [c](mailto:a@example.org)")
    assert Reader(html).all("href") == [
        "https://example.org/x?y=1&z=2",
        "/lessons/L-1",
        "mailto:a@example.org",
    ]
    assert Reader(html).all("rel") == ["noopener noreferrer"] * 3


def test_an_address_between_angle_brackets_is_a_link():
    html = to_html("<https://example.org> and <desk@example.org>")
    assert Reader(html).all("href") == ["https://example.org", "mailto:desk@example.org"]
    assert Reader(html).words == "https://example.org and desk@example.org"


def test_a_link_defined_further_down():
    html = to_html("See [the guide][g].\n\n[g]: https://example.org/guide")
    assert Reader(html).all("href") == ["https://example.org/guide"]


def test_a_footnote_leads_there_and_back_twice():
    seen = Reader(to_html("One[^a] two[^a].\n\n[^a]: The note.", id_prefix="t-happened-"))
    assert seen.all("id") == ["t-happened-noteref", "t-happened-noteref-2", "t-happened-note"]
    assert seen.all("href") == [
        "#t-happened-note",
        "#t-happened-note",
        "#t-happened-noteref",
        "#t-happened-noteref-2",
    ]
    assert seen.all("role") == ["doc-noteref"] * 2 + ["doc-backlink"] * 2


def test_abbreviations_and_definitions():
    html = to_html("The SIO led.\n\nLead\n: the SIO\n\n*[SIO]: senior investigating officer")
    assert html.count('<abbr title="senior investigating officer">SIO</abbr>') == 2
    assert "<dt>Lead</dt>" in html


def test_code_and_quotations():
    assert "<blockquote>\n<p>said</p>" in to_html("> said")
    assert "<pre><code>a &lt; b\n</code></pre>" in to_html("    a < b")
    assert to_html("`a < b`") == "<p><code>a &lt; b</code></p>"


def test_lines_ends_of_every_kind_are_the_same():
    assert to_html("a\r\n\r\n*b*\rc") == to_html("a\n\n*b*\nc")
    assert to_html("a\vb") == to_html("a\nb")


def test_nothing_typed_is_nothing_shown():
    assert to_html("") == to_html(" \n\t\n\x00") == plain("  ") == ""


# Headings


def outline(text: str, **how: int) -> list[str]:
    return [tag for tag, _ in Reader(to_html(text, **how)).tags if re.fullmatch("h[1-6]", tag)]


def test_headings_start_below_the_page_title_and_leave_no_gap():
    assert outline("# a\n\n### b\n\n###### c\n\n## d\n\n# e") == ["h2", "h3", "h4", "h3", "h2"]
    assert outline("#### a\n\n## b\n\nc\n=", heading_from=3) == ["h3", "h3", "h3"]
    assert outline("# a\n\n## b\n\n### c", heading_from=5) == ["h5", "h6", "h6"]
    assert outline("# a", heading_from=1) == ["h1"]


def test_a_heading_can_be_linked_to_from_the_same_text():
    seen = Reader(to_html("[down](#what-went-well)\n\n# What *went* well?\n\n# What went well"))
    assert seen.all("id") == ["t-what-went-well", "t-what-went-well-2"]
    assert seen.all("href") == ["#t-what-went-well"]


def test_a_heading_without_words_is_no_heading():
    assert outline("# \n\n#") == []


def test_wrong_settings_are_refused():
    for level in (0, 7):
        with pytest.raises(ValueError, match="heading_from"):
            to_html("x", heading_from=level)
    for prefix in ("", "-", "t", "1-", 't"-', "t -"):
        with pytest.raises(ValueError, match="id_prefix"):
            to_html("x", id_prefix=prefix)


# Plain words


def test_plain_words_for_titles_extracts_and_mails():
    text = (
        "# Radios\n\nThey **failed** [twice](https://example.org)[^1] & `stopped`.\n\n- one\n- two"
        "\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[^1]: By the log."
    )
    assert plain(text) == (
        "Radios\nThey failed twice & stopped.\none\ntwo\na; b\n1; 2\nBy the log."
    )


def test_plain_words_keep_what_only_looks_like_a_tag():
    assert plain("Fewer than <5 and *<b>* &amp; more") == "Fewer than <5 and <b> & more"


@given(st.text())
@example("a[^1]\n\n[^1]: ↩")
def test_plain_words_never_fail(text):
    assert plain(text) == "\n".join(line.strip() for line in plain(text).split("\n"))


# Any text at all

MARKS = re.findall(
    "[^ ]+",
    "* ** _ ` `` [ ] ( ) ![ [^ ]: ]( < > </ <b <!-- --> & ; &lt; &#x : | - --- === # ## ~ \\ a B "
    "1. 12 é 。 \x02 \x03 \x00 \ud800 \u2028 \t \r \n \n\n \n\n\n : {#x} {: javascript: https "
    "x@y *[a]: [^a] [^a]: [a]: klzzwxh:0000 wzxhzdk:0 | onerror= \" ' = $ ///Footnotes",
)
SPACES = [" ", "  \n", "    ", "\n    ", "\n- ", "\n1. ", "\n> ", "\n: ", "\n|-|-|\n"]
MARKUP = st.lists(st.sampled_from(MARKS + SPACES), max_size=60).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.text() | MARKUP)
def test_any_text_is_shown_harmless_and_always_the_same(text):
    html = to_html(text)
    assert_harmless(html)
    prose._bench.renew()
    assert to_html(text) == html


NEARLY_WORDS = re.findall(
    "[^ ]+",
    "radio Log's kit, (ten) end. 10 1. 3.5 £5 50% a-b – … “so” ‘x’ what? no! c: d; e/f + = $ @ é "
    "ß ﬁ ٣. ٣ ² Ж 漢 \" ' - : ) ( _ ab_c € . , a.b http://example.org a@b ///",
)
GAPS = [" ", " ", " ", "\n", "\n", "\n\n", "\r\n", "\n\n\n", " \n"]
WORDS = st.lists(st.sampled_from(NEARLY_WORDS + GAPS), max_size=40).map("".join)


@settings(max_examples=600, deadline=None)
@given(st.text() | WORDS)
@example("First line.\nSecond (line): 10 - 3 = 7.\n\nNext")
@example("a\n\n1. b")
@example("Title\n---")
def test_the_short_way_for_words_alone_gives_what_the_whole_way_gives(text):
    assert to_html(text) == prose._the_whole_way(text, 2, "t-")


def test_the_short_way_is_taken_for_an_ordinary_paragraph():
    assert prose._only_words(
        "The log's entry (page 3) was late; nobody knew - until 10:15.\n\nYes!"
    )
    for markup in (
        "*a*",
        "a_b_",
        "- a",
        "1. a",
        "# a",
        "a\n---",
        "a\n: b",
        "`a`",
        "[a]",
        "<a>",
        " a",
    ):
        assert not prose._only_words(markup)


# Texts made to tire the machine


@pytest.mark.parametrize(
    "text",
    [
        "x" * (prose.MAX_CHARS + 1),
        "[" * (prose.MAX_BRACKETS + 1),
        "*a*`" * (prose.MAX_BACKTICKS + 1),
        "*a*\n" * (prose.MAX_BLOCK_LINES + 2),
        "a|" * 100 + "\n" + "-|" * 100 + "\n" + "*a*\n" * 100,
        "- " * (prose.MAX_DEPTH + 5) + "*a*",
        "> " * (prose.MAX_DEPTH + 5) + "*a*",
        "*a **b " * 100 + "** a*" * 100,
        "*a _b " * 900 + "_ a*" * 900 + "\n\n*[z]: q",
    ],
)
def test_a_text_over_a_cap_is_shown_as_it_was_typed(text):
    html = to_html(text)
    assert Reader(html).words.split() == text.split()
    assert {tag for tag, _ in Reader(html).tags} <= {"p", "br"}
    assert plain(text).split() == text.split()


def test_a_text_just_under_the_caps_is_still_markdown():
    html = to_html("*a* " + "[" * prose.MAX_BRACKETS + "`" * prose.MAX_BACKTICKS)
    assert html.startswith("<p><em>a</em>")
    assert "<li>" in to_html("- " * (prose.MAX_DEPTH - 2) + "a")


def test_a_link_that_never_ends_is_looked_for_only_nearby():
    far = "x" * prose.LINK_SPAN
    assert "href" not in to_html(f"[{far}](https://example.org)")
    assert "href" in to_html(f"{far} [x](https://example.org) {far}")


def test_one_bad_text_leaves_no_trace_in_the_next():
    before = to_html("Term[^1]\n: *def*\n\n[^1]: note")
    to_html("> - " * 200 + "x")
    to_html("*[def]: other\n\n[^1]: other\n\n*a **b " + "*" * 99)
    assert to_html("Term[^1]\n: *def*\n\n[^1]: note") == before


def test_many_people_read_at_the_same_time():
    texts = [f"# {n}\n\n*a*[^{n}]\n\n- b\n\n[^{n}]: note {n}" for n in range(40)]
    expected = [to_html(text) for text in texts]
    got: list[list[str]] = []
    readers = [
        threading.Thread(target=lambda: got.append([to_html(t) for t in texts])) for _ in range(4)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert got == [expected] * 4
