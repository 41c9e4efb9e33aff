"""The worst of very many queries that nobody would type in good faith, in process, on the 20,000 lessons."""

import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from random import Random

from benchmarks.generate import SEED, open_house
from benchmarks.server import OFFICER
from benchmarks.table import Figure
from benchmarks.words import Words, words
from lessons.domain.access import Role, User
from lessons.domain.language import NAMES
from lessons.services import find

QUERIES = 100_000
WORST = 300.0  # ms
SIGNS = "*?~\"'()[]{}<>:;!|&/\\+-^%$#@.,=_`\t\n\r\0\x0b\x1b\x7f"
ODD = "\u200b\u202e\ufeff\ud7ffé́ßıİŵŷﬁ½²☃𝔘😀﷽ำ한中\U0010ffff\ud800"
DATED = (
    "last", "past", "since", "before", "between", "and", "from", "to", "in", "the", "may", "march", "2024", "99", "6",
    "months", "year", "1/1/2024", "2024-02-31", "31 june 2024", "ers", "cyn", "diwethaf", "mis",
)  # fmt: skip
STARTS = ("con", "pro", "the", "com", "int", "sta", "res", "per", "ope", "tra")
LONG = 4_000  # characters; twice what is read

Maker = Callable[[Random, Words], str]


def _common(source: Words) -> Sequence[str]:
    """A few sentences have no common words."""
    return source.common or source.rare


def _some(r: Random, source: Words, count: int) -> list[str]:
    """Common words, rare words and words that are none."""
    rare = source.rare or _common(source)
    return [
        r.choice(_common(source)) if r.random() < 0.8 else r.choice(rare) if r.random() < 0.7 else
        "".join(r.choices("abcdefghijklmnopqrstuvwxyz", k=r.randint(1, 12)))
        for _ in range(count)
    ]  # fmt: skip


def _alternatives(r: Random, source: Words) -> str:
    return " OR ".join(_some(r, source, 1_000))


def _same_word(r: Random, source: Words) -> str:
    return (r.choice(_common(source)) + " ") * r.randint(2, 600)


def _beginnings(r: Random, source: Words) -> str:
    return " ".join(r.choice((*STARTS, *_some(r, source, 2)))[: r.randint(1, 6)] + r.choice(("*", "?*", "**", "*?"))
                    for _ in range(r.randint(1, 400)))  # fmt: skip


def _stars(r: Random, source: Words) -> str:
    return "".join(r.choices("?*~ ", k=r.randint(1, LONG)))


def _near(r: Random, source: Words) -> str:
    return " ".join(
        f"{_mistyped(r, word)}~{r.choice(('', '1', '2', '9', '0.5'))}"
        for word in _some(r, source, r.randint(1, 200))
    )


def _mistyped(r: Random, word: str) -> str:
    at = r.randrange(len(word))
    return word[:at] + r.choice("aeiou") + word[at + r.randint(0, 1) :]


def _brackets(r: Random, source: Words) -> str:
    depth = r.randint(1, 900)
    return "(" * depth + " AND ".join(_some(r, source, 20)) + ")" * r.randint(0, depth)


def _long_phrase(r: Random, source: Words) -> str:
    sentence = r.choice(source.sentences).replace('"', "")
    body = sentence if r.random() < 0.5 else " ".join(r.choices(sentence.split(), k=300))
    return f'"{body}"' if r.random() < 0.8 else f'"{body}'


def _phrases(r: Random, source: Words) -> str:
    return " ".join(
        f'"{" ".join(_some(r, source, r.randint(2, 6)))}"' for _ in range(r.randint(1, 120))
    )


def _two_common(r: Random, source: Words) -> str:
    """Phrases of words that stand in almost every record."""
    return " ".join(
        f'"{r.choice(_common(source)[:20])} {r.choice(_common(source)[:20])}"' for _ in range(12)
    )


def _minus(r: Random, source: Words) -> str:
    return " ".join("-" * r.randint(1, 50) + word for word in _some(r, source, r.randint(1, 400)))


def _fields(r: Random, source: Words) -> str:
    names = sorted(NAMES)
    return " ".join(
        ":".join(r.choices((*names, *_some(r, source, 3)), k=r.randint(1, 6)))
        for _ in range(r.randint(1, 120))
    )


def _filters(r: Random, source: Words) -> str:
    names = sorted(NAMES)
    return " ".join(
        f'{r.choice(names)}:"{" ".join(_some(r, source, 2))}"' for _ in range(r.randint(1, 60))
    )


def _digits(r: Random, source: Words) -> str:
    return (
        r.choice(("", "since ", "last ", "from:", "L-", "year:"))
        + "".join(r.choices("0123456789", k=r.randint(1, LONG)))
        + r.choice(("", " years", "-01-01"))
    )


def _dates(r: Random, source: Words) -> str:
    return " ".join(r.choices(DATED, k=r.randint(1, 40)))


def _unicode(r: Random, source: Words) -> str:
    def letter() -> str:
        return chr(r.randrange(r.choice((0x300, 0xD800, 0x10FFFF))))

    return "".join(
        r.choice(ODD) if r.random() < 0.5 else letter() for _ in range(r.randint(1, 1_500))
    )


def _signs(r: Random, source: Words) -> str:
    pieces = [
        r.choice((r.choice(SIGNS), word, " ")) for word in _some(r, source, r.randint(1, 500))
    ]
    return "".join(pieces)


def _one_long_word(r: Random, source: Words) -> str:
    return r.choice(("a", "-", "ab-", "a&", "x'", "İ", "s.", "co-")) * r.randint(1, LONG)


def _plan(r: Random, source: Words) -> str:
    return " ".join(r.choices(source.sentences, k=20))


def _mix(r: Random, source: Words) -> str:
    return " ".join(make(r, source)[: r.randint(1, 400)] for make in r.sample(MAKERS, 5))


MAKERS: tuple[Maker, ...] = (
    _alternatives, _same_word, _beginnings, _stars, _near, _brackets, _long_phrase, _phrases, _two_common, _minus,
    _fields, _filters, _digits, _dates, _unicode, _signs, _one_long_word, _plan,
)  # fmt: skip


def queries(source: Words, seed: int = SEED) -> Iterator[tuple[str, str]]:
    """Without end: what kind each is, and the text. The same seed and words always give the same."""
    r = Random(seed)
    while True:
        for make in (*MAKERS, _mix, _mix):
            yield make.__name__.strip("_"), make(r, source)


Took = tuple[float, float, str, str]  # seconds of processor time and by the clock, kind, text


def figures(data: Path, count: int = QUERIES) -> list[Figure]:
    """What the results page asks of the services: the record meant, results, ways out and offers. Shared out among
    the processors; each process asks one query at a time.
    """
    open_house(data).database.close()  # before there are several: it may have to make the index
    processes = os.cpu_count() or 1
    shares = [(data, start, processes, count) for start in range(processes)]
    with get_context("spawn").Pool(processes) as pool:
        took = [each for share in pool.imap(_asked, shares) for each in share]
    print(f"\nworst: {_worst(took)}, {max(took)[3]!r}", file=sys.stderr)
    cpu, wall = sorted(t[0] for t in took), sorted(t[1] for t in took)
    return [
        Figure(f"hostile queries, CPU, worst of {count:,}", cpu[-1] * 1_000, "ms", WORST,
               baseline=f"by the clock {wall[-1] * 1_000:,.0f} ms"),
        Figure("hostile queries, CPU, p99.9", cpu[int(len(cpu) * 0.999)] * 1_000, "ms",
               baseline=f"by the clock {wall[int(len(wall) * 0.999)] * 1_000:,.0f} ms"),
        Figure("hostile queries, CPU, p50", cpu[len(cpu) // 2] * 1_000, "ms"),
    ]  # fmt: skip


def _asked(share: tuple[Path, int, int, int]) -> list[Took]:
    """Of the first `count` queries every `step`th, from `start`."""
    data, start, step, count = share
    house = open_house(data)
    officer = User(OFFICER, Role.OFFICER)
    find.search(house.library, officer, {"q": ["radio"]})  # warm, as a worker is
    gc.collect()
    gc.freeze()
    took: list[Took] = []
    for number, (kind, text) in enumerate(islice(queries(words()), start, count, step), 1):
        begun, used = time.perf_counter(), time.process_time()
        find.straight_to(house.library, officer, text)
        find.search(house.library, officer, {"q": [text]})
        took.append((time.process_time() - used, time.perf_counter() - begun, kind, text[:200]))
        if number % 1_000 == 0:
            told = f"\r{start + 1} of {step}: {number:,} hostile queries; {_worst(took)}  "
            print(told, end="", file=sys.stderr, flush=True)
    house.database.close()
    return took


def _worst(took: Iterable[Took]) -> str:
    cpu, _, kind, _ = max(took)
    return f"{cpu * 1_000:,.0f} ms ({kind})"
