"""What templates say: the reader's words, and what people typed only ever as text."""

import pytest
from flask import render_template_string
from markupsafe import Markup


@pytest.fixture
def says(app):
    def say(template, **words):
        with app.test_request_context("/"):
            return render_template_string(template, **words)

    return say


def test_what_somebody_typed_may_pass_through_and_stays_text(says):
    assert (
        says("{{ _(title) }}", title="<b>100% of 5 %(s</b>") == "&lt;b&gt;100% of 5 %(s&lt;/b&gt;"
    )


def test_a_value_in_a_sentence_is_escaped_and_html_in_it_stays_html(says):
    assert says('{{ _("From %(who)s", who=who) }}', who="<i>") == "From &lt;i&gt;"
    link = Markup('<a href="/">here</a>')
    assert says('{{ _("<Look> %(where)s", where=where) }}', where=link) == f"&lt;Look&gt; {link}"


def test_a_number_chooses_the_form(says):
    template = '{{ ngettext("%(num)s result", "%(num)s results", n) }}'
    assert (says(template, n=1), says(template, n=2)) == ("1 result", "2 results")


def test_nothing_is_said_for_nothing(says):
    assert says('{{ _("") }}') == ""
