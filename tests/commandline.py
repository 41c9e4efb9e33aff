"""The commands there are, for tests that hold a text to them."""

from collections.abc import Iterator, Sequence

import click

from lessons.cli import command


def commands(group: click.Command = command, name: str = "lessons") -> Iterator[str]:
    """The full name of every command, such as "lessons user add"."""
    if isinstance(group, click.Group):
        for word, each in group.commands.items():
            yield from commands(each, f"{name} {word}")
    else:
        yield name


def find(words: Sequence[str]) -> tuple[click.Command, list[str]]:
    """The command, or group, that a line after "lessons" begins with, and the words that are left.

    Raises AssertionError where there is no such command.
    """
    found: click.Command = command
    left = list(words)
    while isinstance(found, click.Group) and left:
        word = left.pop(0)
        assert word in found.commands, f"there is no command {' '.join(words)!r}"
        found = found.commands[word]
    return found, left


def options(found: click.Command) -> set[str]:
    return {option for parameter in found.params for option in parameter.opts}
