"""One mail to one person, from all that is due to be told: never more than OFFICIAL, whatever it is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lessons.domain.access import EVERY_STAFF, audience
from lessons.domain.record import Record
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Account, Batch, Letter
from lessons.services.telling.reading import News, as_read_by, guarded

Speak = Callable[[str], Callable[[str], str]]  # by language: the text in it

SUBJECT = N_("Lessons: news for you")
GREETING = N_("This is new in Lessons and concerns you:")
GUARDED = N_("A record you are concerned with: sign in to read.")
REASON = N_("Reason: %(reason)s")
THEMES = N_("Themes: %(themes)s")
MORE = N_("There is more than this mail holds. All of it is among your news.")
NEWS_AT = N_("All your news: %(address)s")
NEWS_IN = N_("All your news is in the service: sign in to read it.")
WHY = N_("You get this mail because your account says: %(often)s. You can change that in your account.")  # fmt: skip
MOST = 50  # records in one mail


def compose(
    library: Library, account: Account, batch: Batch, speak: Speak, base_url: str
) -> Letter | None:
    """None where nothing of it may be told by mail. base_url: "" where the service does not know its address."""
    writing = _Writing(library, account, speak(account.language), base_url)
    items, some_guarded = list[str](), False
    for each in as_read_by(library, account.user, batch.notices):
        if each.record is not None and each.guarded:
            some_guarded = True
        elif each.record is not None:
            items.append(writing.item(each, each.record))
        if len(items) > MOST:
            break  # the rest is read in the service
    if not items and not some_guarded:
        return None
    text = writing.whole(items, some_guarded=some_guarded)
    subject = writing.say(SUBJECT)
    return Letter(account.mail, subject, text, account.language, batch.token, batch.at)


@dataclass(frozen=True, slots=True)
class _Writing:
    """In one person's language and with what they may read. say: a text in their language."""

    library: Library
    account: Account
    say: Callable[[str], str]
    base_url: str

    def whole(self, items: Sequence[str], *, some_guarded: bool) -> str:
        blocks = ["OFFICIAL", self.say(GREETING), *items[:MOST]]
        blocks += [f"* {self.say(GUARDED)}"] if some_guarded else []
        blocks += [self.say(MORE)] if len(items) > MOST else []
        address = f"{self.base_url}/account/notices"
        blocks.append(
            self.say(NEWS_AT) % {"address": address} if self.base_url else self.say(NEWS_IN)
        )
        blocks.append(self.say(WHY) % {"often": self._label("told", self.account.told)})
        return "\n\n".join(blocks) + "\n"

    def item(self, each: News, record: Record) -> str:
        lines = [self._name(record), self.say(each.told)]
        themes = [self._label("theme", key) for key in each.themes if self._may_be_named(key)]
        if themes:
            lines.append(self.say(THEMES) % {"themes": ", ".join(themes)})
        if each.reason:
            lines.append(self.say(REASON) % {"reason": self._label("reject", each.reason)})
        if each.sentence:
            lines.append(f"“{each.sentence}”")
        if self.base_url:
            lines.append(f"{self.base_url}/{record.kind.folder}/{record.id}")
        return "* " + "\n  ".join(map(_one_line, lines))

    def _label(self, name: str, key: str) -> str:
        return self.library.lists_for(self.account.user).label(name, key, self.account.language)

    def _may_be_named(self, theme: str) -> bool:
        stored = self.library.peek(self.account.user, theme)
        return stored is not None and not guarded(stored.record)

    def _name(self, record: Record) -> str:
        """Its title once everybody may read it; before that it may still hold what identifies people."""
        cleared = audience(record, self.library.today) >= EVERY_STAFF
        return f"{record.title} ({record.id})" if cleared else record.id


def _one_line(words: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())
