"""`effort PROJECT`: what annotating cost, and what proposals saved."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.terminal import print_json, say, say_part, table
from core.project import Project
from core.workflows.effort import Effort, Summary, effort_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    parser.add_argument("project", metavar="PROJECT", type=Path, help="the project in which people worked")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--csv", action="store_true", help="print a line for each item")


def run(args: argparse.Namespace) -> int:
    """Read the log; always 0."""
    with Project.open(args.project, author="", read_only=True, role="command") as project:
        found = effort_of(project)
    if args.json:
        print_json({"project": str(args.project), **found.as_json()})
    elif args.csv:
        say_part(found.as_csv())
    elif found.items:
        _print_for_people(found)
    else:
        say("Nobody has worked on an item there yet.")
    return 0


def _print_for_people(found: Effort) -> None:
    head = ["", "items", "objects", "accepted", "edited", "rejected", "drawn", "IoU", "minutes", "seconds an object"]
    whole = (found.with_proposals, found.without_proposals, found.total)
    say(table([head, *map(_row, whole)]))
    for title, parts in (("model", found.models), ("day", found.days)):
        if parts:
            say("")
            say(table([[title, *head[1:]], *map(_row, parts)]))


def _row(one: Summary) -> list[str]:
    counts = [one.items, one.objects, one.accepted, one.edited, one.rejected, one.drawn]
    overlap = "-" if one.overlap is None else f"{one.overlap:.2f}"
    pace = "-" if one.seconds_per_object is None else f"{one.seconds_per_object:.1f}"
    return [one.name, *map(str, counts), overlap, f"{one.seconds / 60:.1f}", pace]
