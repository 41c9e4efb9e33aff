"""What a vocabulary, a list of synonyms and a guidance page look like as text.

Each reader takes the name of the file without its ending, its text, and a list to which problems are added; where any
is added, what it returns is not to be used. All raise NotYaml.
"""

import re

from lessons.adapters.files import yaml_words
from lessons.adapters.files.yaml_words import FILE, Item
from lessons.domain.errors import Problem
from lessons.domain.synonyms import Group
from lessons.domain.text import N_
from lessons.domain.vocabulary import Term, Vocabulary
from lessons.ports import Page

_LANGUAGE = re.compile(r"[a-z]{2}")
_OF_A_TERM = {"label", "help", "synonyms", "broader", "retired", "merged_into"}
_FLAGS = {"yes": True, "true": True, "no": False, "false": False, "": False}


def read_vocabulary(name: str, text: str, problems: list[Problem]) -> Vocabulary | None:
    top = _Named(FILE, yaml_words.read(text.removeprefix("\ufeff"), problems), problems)
    labels, helps = top.by_language("label"), top.by_language("help")
    terms = _Named("terms", top.items.get("terms", Item({}, top.line)), problems)
    made = {key: _term(key, _Named(key, item, problems)) for key, item in terms.items.items()}
    return Vocabulary(name, labels, made, helps)


def _term(key: str, given: "_Named") -> Term:
    others = given.items.keys() - _OF_A_TERM - given.languages
    return Term(
        key,
        given.by_language("label"),
        given.by_language("help"),
        given.words("synonyms"),
        given.word("broader"),
        retired=given.flag("retired"),
        merged_into=given.word("merged_into"),
        facts={name: given.word(name) for name in given.items if name in others},
    )


def read_synonyms(name: str, text: str, problems: list[Problem]) -> tuple[Group, ...] | None:
    top = yaml_words.read(text.removeprefix("\ufeff"), problems)
    if not isinstance(top.value, list):
        if top.value:
            message = N_("A list is needed here, each line beginning with a dash.")
            problems.append(Problem(FILE, message, top.line))
        return ()
    return tuple(_group(_Named("terms", item, problems)) for item in top.value)


def _group(given: "_Named") -> Group:
    terms = given.words("terms")
    if not terms:
        given.refuse("terms", N_("Terms are needed here."), given.line)
    return Group(terms, given.flag("broad"), frozenset(given.words("ambiguous")))


def read_page(name: str, text: str, problems: list[Problem]) -> Page | None:
    parts = yaml_words.cut(text)
    front = _Named(FILE, yaml_words.read(parts.front, problems, parts.front_line), problems)
    order = front.word("order").strip() or "0"
    if not re.fullmatch(r"-?\d{1,9}", order, re.ASCII):
        front.refuse("order", N_("Enter a whole number, such as 147."), front.items["order"].line)
        return None
    title = front.needed("title")
    text = parts.body.strip("\n") + "\n"
    also, draft = front.words("also"), front.flag("draft") or not text.strip()
    return Page(name, title, front.word("summary"), int(order), text, also, draft)


class _Named:
    """A mapping in a file, asked for one thing after another."""

    def __init__(self, name: str, item: Item, problems: list[Problem]) -> None:
        self.line = item.line
        self.items = item.value if isinstance(item.value, dict) else {}
        self._is_named = isinstance(item.value, dict)
        self._problems = problems
        if not self._is_named:
            self.refuse(name, N_("Names with values are needed here, such as label: …"), item.line)

    def _value(self, name: str) -> str | list[Item] | dict[str, Item]:
        item = self.items.get(name)
        return item.value if item else ""

    @property
    def languages(self) -> set[str]:
        return {
            name
            for name, item in self.items.items()
            if _LANGUAGE.fullmatch(name) and isinstance(item.value, dict)
        }

    def refuse(self, field: str, message: str, line: int) -> None:
        self._problems.append(Problem(field, message, line))

    def word(self, name: str) -> str:
        value = self._value(name)
        if isinstance(value, str):
            return value
        message = N_("One value was expected here, not several.")
        self.refuse(name, message, self.items[name].line)
        return ""

    def needed(self, name: str) -> str:
        word = self.word(name)
        if not word and self._is_named and not isinstance(self._value(name), (list, dict)):
            self.refuse(name, N_("This is missing."), self.line)
        return word

    def words(self, name: str) -> tuple[str, ...]:
        """A plain word stands for a list of one."""
        item = self.items.get(name)
        if item is None:
            return ()
        each = item.value if isinstance(item.value, list) else [item]
        words = tuple(one.value for one in each if isinstance(one.value, str))
        if len(words) != len(each):
            self.refuse(name, N_("Words were expected here."), item.line)
        return tuple(word for word in words if word)

    def flag(self, name: str) -> bool:
        answer = _FLAGS.get(self.word(name).strip().casefold())
        if answer is None:
            self.refuse(name, N_("Enter yes or no."), self.items[name].line)
        return bool(answer)

    def by_language(self, name: str) -> dict[str, str]:
        """The word here is English; other languages stand under their code: `cy: {label: …}`."""
        english = self.needed(name) if name == "label" else self.word(name)
        found = {"en": english} if english else {}
        for language in sorted(self.languages):
            other = _Named(language, self.items[language], self._problems).word(name)
            if other:
                found[language] = other
        return found
