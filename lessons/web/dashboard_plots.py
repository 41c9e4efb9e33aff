"""What the dashboard draws, beyond the plots that other pages share: strips that are cut up, all of one length."""

from collections.abc import Sequence

from lessons.web.drawing import LETTER, WIDTH, Box, Plot, Text, cut, number, sound

TALL = 22.0  # of a strip
ROW = 62.0
MOST_PIECES = 4  # full, striped, dotted and empty can be told apart in print


def percent(part: float, whole: float) -> str:
    """A share as people read it: never 0 % of something, never 100 % of less than all."""
    if whole <= 0:
        return "–"
    rounded = round(100 * part / whole)
    if 0 < part < whole:
        rounded = min(max(rounded, 1), 99)
    return f"{rounded}\u00a0%"


def strips(
    key: str,
    title: str,
    desc: str,
    rows: Sequence[tuple[str, Sequence[float]]],
    *,
    legend: Sequence[str],
    head: Sequence[str],
) -> Plot:
    """A strip for each row, cut up in the order of the legend, with each share beneath where it has room.

    legend: words of the pieces; at most MOST_PIECES. head: of the table: the rows, a count for each piece, the sum.
    A row of nothing has no strip.
    """
    if len(legend) > MOST_PIECES:
        raise ValueError(f"more than {MOST_PIECES} patterns cannot be told apart")
    boxes: list[Box] = []
    texts: list[Text] = []
    for n, (words, given) in enumerate(rows):
        values = [sound(value) for value in given]
        whole, y = sum(values), n * ROW
        texts.append(Text(0, y + 13, cut(words, WIDTH), strong=True))
        x, free = 0.0, 0.0
        for series, (value, piece) in enumerate(zip(values, legend, strict=False)):
            width = WIDTH * value / whole if whole else 0.0
            if not width:
                continue
            told = percent(value, whole)
            boxes.append(Box(x, y + 19, width, TALL, series, f"{words}, {piece}: {told}"))
            half = LETTER * len(told) / 2
            middle = min(max(x + width / 2, half), WIDTH - half)
            if middle - half >= free:
                texts.append(Text(middle, y + 19 + TALL + 14, told, "middle"))
                free = middle + half + 4
            x += width
    table = tuple(
        (words, *map(number, values), number(sum(map(sound, values)))) for words, values in rows
    )
    height = max(len(rows) * ROW, 1)
    return Plot(
        key,
        title,
        desc,
        WIDTH,
        height,
        tuple(boxes),
        tuple(texts),
        (),
        tuple(legend),
        tuple(head),
        table,
    )
