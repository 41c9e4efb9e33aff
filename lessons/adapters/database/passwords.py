"""Names, passwords and the hashes of both secrets that people choose and secrets that we make."""

import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lessons.domain.access import SYSTEM_NAME
from lessons.domain.errors import Problem
from lessons.domain.text import N_

SHORTEST, LONGEST = 12, 200
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_RUNS = ("0123456789" * 3, "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
FEWEST_CHARACTERS = 4  # different ones; "aaaaaaaaaaaa" and "abababababab" are guessed at once


@dataclass(frozen=True, slots=True)
class Cost:
    """What one Argon2id hash takes. memory: KiB.

    The default is the second recommended choice of RFC 9106 (section 4), about 0.1 s here. OWASP's
    smallest (19 MiB, 2 rounds, 1 lane) took a fifth of that; people sign in about once a day, so
    nobody waits for the difference, and whoever steals the file pays it for every guess.
    """

    rounds: int = 3
    memory: int = 64 * 1024
    lanes: int = 4


class Passwords:
    """Makes and checks Argon2id hashes. Checking against nothing takes the same work."""

    def __init__(self, cost: Cost) -> None:
        self._hasher = PasswordHasher(
            time_cost=cost.rounds, memory_cost=cost.memory, parallelism=cost.lanes
        )
        # However many threads are at it, signing in takes the memory and processors of two.
        self._gate = BoundedSemaphore(2)

    @cached_property
    def _nobodys(self) -> str:
        return self.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        with self._gate:
            return self._hasher.hash(_bytes(password))

    def fits(self, stored: str | None, password: str) -> bool:
        """stored: None where there is no such account, or it may not be used now."""
        nobodys = self._nobodys  # before the branch: it is made once, whoever comes first
        usable = stored is not None and len(password) <= LONGEST
        with self._gate:
            try:
                self._hasher.verify(stored if usable and stored else nobodys, _bytes(password))
            except (VerificationError, InvalidHashError):
                return False
        return usable

    def is_stale(self, stored: str) -> bool:
        """Whether it was made with another cost than today's."""
        return self._hasher.check_needs_rehash(stored)


def _bytes(password: str) -> bytes:
    """NFKC, so that the same word typed on another keyboard is the same password."""
    return unicodedata.normalize("NFKC", password[: LONGEST + 1]).encode("utf-8", "surrogatepass")


def fold(name: str) -> str:
    """A name as it is kept and compared; "" where it cannot be anybody's.

    Latin letters, with or without accents, digits, and . _ - after the first. Other scripts are
    refused, because their look-alikes would let one person sign as another.
    """
    if len(name) > 200:
        return ""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.strip()).casefold())
    if any(unicodedata.combining(c) for c in folded) or len(folded) > 64:
        return ""
    plain = "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
    return folded if _NAME.fullmatch(plain) else ""


def name_problems(name: str) -> list[Problem]:
    folded = fold(name)
    if not folded:
        return [
            Problem(
                "name",
                N_(
                    "Use 2 to 64 letters, digits, dots, hyphens or underscores, "
                    "beginning with a letter or digit."
                ),
            )
        ]
    return [name_taken()] if folded == SYSTEM_NAME else []


def name_taken() -> Problem:
    return Problem("name", N_("This name is taken. Choose another."))


def password_problems(name: str, password: str) -> list[Problem]:
    """What is wrong with a password that `name` would like to use."""
    length = len(unicodedata.normalize("NFKC", password[: LONGEST + 1]))
    if length < SHORTEST:
        return [
            _about(N_("Use at least %(count)s characters. Three random words do well."), SHORTEST)
        ]
    if length > LONGEST:
        return [_about(N_("Use at most %(count)s characters."), LONGEST)]
    if _is_common(fold(name), password):
        message = N_("This password is too easy to guess. Three random words do well.")
        return [Problem("password", message)]
    return []


def _about(message: str, count: int) -> Problem:
    return Problem("password", message, values=(("count", str(count)),))


def _is_common(name: str, password: str) -> bool:
    folded = unicodedata.normalize("NFKC", password).casefold()
    squeezed = re.sub(r"[\W_]", "", folded)
    words = re.sub(r"\d+", "", squeezed)
    own = re.sub(r"[\W_\d]", "", name)
    return bool(
        len(set(folded)) < FEWEST_CHARACTERS
        or folded.startswith(("password", "passw0rd", "p@ssw0rd"))
        or folded == name
        or (own and words and not words.replace(own, ""))
        or (squeezed and any(squeezed in r or squeezed[::-1] in r for r in _RUNS))
    )  # fmt: skip


def digest(secret: str) -> str:
    """SHA-256 in hex. For secrets of our own making, never for a password."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
