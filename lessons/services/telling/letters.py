"""One mail to one person, from all that is due to be told: never more than OFFICIAL, whatever it is about."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from lessons.domain.access import EVERY_STAFF, audience
from lessons.domain.following import TOLD, What, parted
from lessons.domain.record import Kind, Record
from lessons.domain.reminding import PLACES, REMINDERS
from lessons.domain.text import N_
from lessons.library import Library
from lessons.ports import Account, Batch, Letter
from lessons.services.telling.followed import Digest
from lessons.services.telling.following import name_of, record_of
from lessons.services.telling.gathering import Gathered, gather
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
FOLLOWED = N_("You follow: %(names)s")
ONE_SEARCH = N_("one of your searches")
FOLLOW_AT = N_("You get this mail because of what you follow. Change or stop that: %(address)s")
FOLLOW_IN = N_(
    "You get this mail because of what you follow. You can change or stop that in your account."
)
REST, REST_OVER = (
    N_("And %(count)s more: sign in to see them."),
    N_("And more than %(count)s more: sign in to see them."),
)
OF_SEVERAL = N_("This is told of each of %(count)s records:")
AND_MORE = N_("And %(count)s more, which are among your news.")
MOST = 50  # items in one mail
MOST_READ = 500  # notices of one mail
LISTED, LISTED_DUE = 5, 7  # records of one item
MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"), N_("August"),
    N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip


def compose(
    library: Library, account: Account, batch: Batch, speak: Speak, base_url: str
) -> Letter | None:
    """None where nothing of it may be told by mail. base_url: "" where the service does not know its address."""
    writing = _Writing(library, account, speak(account.language), base_url)
    found = list(as_read_by(library, account.user, batch.notices[:MOST_READ]))
    some_guarded = any((each.record and each.guarded) or _holds_guarded(each) for each in found)
    told = gather(each for each in found if _may_be_told(each))
    told.sort(key=_urgency)
    if not told and not some_guarded:
        return None
    more = len(told) > MOST or len(batch.notices) > MOST_READ
    prompt = {notice.prompt for notice in batch.notices}
    items = map(writing.item, told[:MOST])
    text = writing.whole(items, some_guarded=some_guarded, more=more, prompt=prompt)
    subject = writing.say(SUBJECT)
    return Letter(account.mail, subject, text, account.language, batch.token, batch.at)


def _may_be_told(each: News) -> bool:
    if each.digest:
        return any(not line.guarded for line in each.digest.lines)
    return bool(each.record or each.counts) and not each.guarded


def _holds_guarded(each: News) -> bool:
    return each.digest is not None and any(line.guarded for line in each.digest.lines)


def _urgency(told: Gathered) -> int:
    """What is overdue first, then what is due, then what happened; each of them as it was."""
    event = told.first.notice.event
    return list(REMINDERS).index(event) if event in REMINDERS else len(REMINDERS)


@dataclass(frozen=True, slots=True)
class _Writing:
    """In one person's language and with what they may read. say: a text in their language."""

    library: Library
    account: Account
    say: Callable[[str], str]
    base_url: str

    def whole(
        self, items: Iterable[str], *, some_guarded: bool, more: bool, prompt: Collection[bool]
    ) -> str:
        """prompt: of the notices that it tells, whether they are."""
        blocks = ["OFFICIAL", self.say(GREETING), *items]
        blocks += [f"* {self.say(GUARDED)}"] if some_guarded else []
        blocks += [self.say(MORE)] if more else []
        address = f"{self.base_url}/account/notices"
        blocks.append(
            self.say(NEWS_AT) % {"address": address} if self.base_url else self.say(NEWS_IN)
        )
        blocks += self._hints(prompt)
        return "\n\n".join(blocks) + "\n"

    def _hints(self, prompt: Collection[bool]) -> list[str]:
        """Why they get it, and where to change that."""
        found = []
        if True in prompt:
            address = f"{self.base_url}/account#follows"
            where = self.say(FOLLOW_AT) % {"address": address} if self.base_url else ""
            found.append(where or self.say(FOLLOW_IN))
        if False in prompt:
            found.append(self.say(WHY) % {"often": self._label("told", self.account.told)})
        return found

    def item(self, told: Gathered) -> str:
        records = [each.record for each in told.items if each.record]
        if told.first.digest:
            lines = self._digest(told.first, told.first.digest)
        elif not records:
            lines = [*self._said(told.first), *self._places(told.first)]
        elif len(records) == 1:
            lines = [self._name(records[0]), *self._said(told.first), *self._address(records[0])]
        elif told.many:
            lines = [self.say(told.many), *self._listed(told, LISTED_DUE)]
        else:
            lines = [self.say(OF_SEVERAL) % {"count": len(records)}, *self._said(told.first)]
            lines += self._listed(told, LISTED)
        return "* " + "\n  ".join(map(_one_line, lines))

    def _digest(self, each: News, digest: Digest) -> list[str]:
        lines = [self.say(each.told)]
        for line in digest.lines:
            if not line.guarded:
                said = [self.say(TOLD[line.told]), *self._followed(line.why)]
                lines += [f"- {self._name(line.record)}", " ".join(said)]
                lines += self._address(line.record)
        if digest.rest:
            rest = REST_OVER if digest.over else REST
            lines.append(self.say(rest) % {"count": digest.rest})
        return lines

    def _followed(self, why: Iterable[str]) -> list[str]:
        """What they follow, by name where that may stand in a mail: a search is named by words of their own."""
        names = list(dict.fromkeys(filter(None, map(self._follow_name, why))))
        return [self.say(FOLLOWED) % {"names": "; ".join(names)}] if names else []

    def _follow_name(self, id: str) -> str:
        found = parted(id)
        if found is None:
            return ""
        what, key = found
        if what is What.SEARCH:
            return self.say(ONE_SEARCH)
        record = record_of(self.library, self.account.user, what, key)
        if record is not None and (guarded(record) or self._name(record) == record.id):
            return ""
        return name_of(self.library, self.account.user, what, key, {}, self.account.language)

    def _listed(self, told: Gathered, most: int) -> list[str]:
        lines = []
        for each in told.items[:most]:
            if each.record:
                when = f": {self._due(each)}" if each.is_reminder and each.day else ""
                lines += [f"- {self._name(each.record)}{when}", *self._address(each.record)]
        left = len(told.items) - most
        return lines + ([self.say(AND_MORE) % {"count": left}] if left > 0 else [])

    def _due(self, each: News) -> str:
        """Beside one of a list, when it is due."""
        return self.say(REMINDERS[each.notice.event].each) % {"day": self._day(each.day)}

    def _day(self, iso: str) -> str:
        day = date.fromisoformat(iso)
        return f"{day.day} {self.say(MONTHS[day.month - 1])} {day.year}"

    def _places(self, each: News) -> list[str]:
        """Where to look, of each count that is not nought."""
        if not self.base_url:
            return []
        return [self.base_url + PLACES[name][1] for name, count in each.counts.items() if count]

    def _said(self, each: News) -> list[str]:
        lines = [self._told(each)]
        themes = [self._label("theme", key) for key in each.themes if self._may_be_named(key)]
        if themes:
            lines.append(self.say(THEMES) % {"themes": ", ".join(themes)})
        if each.reason:
            lines.append(self.say(REASON) % {"reason": self._label("reject", each.reason)})
        if each.sentence:
            lines.append(f"“{each.sentence}”")
        return lines + self._followed(each.why)

    def _told(self, each: News) -> str:
        words = self.say(each.told)
        if each.counts:
            return words % each.counts
        return words % {"day": self._day(each.day)} if each.day else words

    def _address(self, record: Record) -> list[str]:
        return [f"{self.base_url}/{record.kind.folder}/{record.id}"] if self.base_url else []

    def _label(self, name: str, key: str) -> str:
        return self.library.lists_for(self.account.user).label(name, key, self.account.language)

    def _may_be_named(self, theme: str) -> bool:
        stored = self.library.peek(self.account.user, theme)
        return stored is not None and not guarded(stored.record)

    def _name(self, record: Record) -> str:
        """Its title once everybody may read it; before that it may still hold what identifies people."""
        cleared = audience(record, self.library.today) >= EVERY_STAFF
        if record.kind is Kind.THEME:
            return record.title
        return f"{record.title} ({record.id})" if cleared else record.id


def _one_line(words: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())
