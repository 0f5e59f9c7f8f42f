"""`order PROJECT`: which item is most worth looking at next."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.terminal import author, print_json, say, table, watching_context
from core.files import cache_dir
from core.project import Project
from core.workflows.ordering import Standing, keep, order
from core.workflows.propose import check_writable

_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    parser.add_argument("project", metavar="PROJECT", type=Path, help="the project whose items are to be ordered")
    parser.add_argument("--dry-run", action="store_true", help="say the order, and keep none in the project")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Work out the order and keep it for the queue; always 0."""
    with Project.open(args.project, author=author(), read_only=args.dry_run, role="command") as project:
        if not args.dry_run:
            check_writable(project)
        found = order(project, cache_dir(), watching_context())
        if not args.dry_run:
            keep(project, found)
    if args.json:
        print_json({"project": str(args.project), "items": [_plain(one) for one in found]})
    elif found:
        say(table([["benefit", "unsure", "disagree", "item"], *map(_row, found[:_SHOWN])]))
        if len(found) > _SHOWN:
            say(f"and {len(found) - _SHOWN} more (--json lists all)")
    else:
        say("Every item is done.")
    return 0


def _plain(one: Standing) -> dict[str, object]:
    return {
        "media_id": one.media_id,
        "path": one.path,
        "benefit": round(one.benefit, 6),
        "uncertainty": None if one.uncertainty is None else round(one.uncertainty, 6),
        "disagreement": None if one.disagreement is None else round(one.disagreement, 6),
    }


def _row(one: Standing) -> list[str]:
    return [f"{one.benefit:.3f}", _number(one.uncertainty), _number(one.disagreement), one.path]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
