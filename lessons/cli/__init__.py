"""The `lessons` command. Exit status 0: done; 1: problems were found; 2: used wrongly, or a setting stops the start."""

from lessons.cli.brief import brief
from lessons.cli.common import command
from lessons.cli.content import export, import_, init
from lessons.cli.figures import figures
from lessons.cli.find import search
from lessons.cli.moves import move, moves
from lessons.cli.people import token, user
from lessons.cli.serve import demo, run
from lessons.cli.suggest import suggest
from lessons.cli.telling import alerts
from lessons.cli.watch import check, sync

for each in (
    run,
    demo,
    user,
    token,
    init,
    import_,
    export,
    search,
    brief,
    figures,
    suggest,
    move,
    moves,
    sync,
    check,
    alerts,
):
    command.add_command(each)

__all__ = ["command"]
