"""`export PROJECT --format ID --out PATH`: writes a project in an exchange format."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from core.commands.terminal import author, end_progress, print_json, say, watching_context
from core.formats import format_ids
from core.jobs import Note, Report
from core.project import Project
from core.workflows.transfer import check_target, export

_LINES_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    parser.add_argument("project", metavar="PROJECT", type=Path, help="the project")
    parser.add_argument("--format", required=True, metavar="ID", help=f"one of {', '.join(format_ids())}")
    parser.add_argument("--out", required=True, metavar="PATH", type=Path, help="the file or folder to write")
    parser.add_argument("--split", choices=["train", "val", "test"], help="only the media in this split")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Export; 0, or 3 when something could not be written."""
    with Project.open(args.project, author=author(), read_only=True, role="command") as project:
        snapshot = project.snapshot(history=args.format == "native")
    check_target(args.out, args.project)
    report = export(snapshot, args.format, args.out, split=args.split, context=watching_context())
    summary = f"{report.written} of {report.read} regions to {args.out}"
    print_report(report, summary, {"out": str(args.out)}, as_json=args.json)
    return report.exit_code


def print_report(report: Report, summary: str, facts: dict[str, object], *, as_json: bool) -> None:
    """What was done, changed and skipped: for people, or as one JSON object."""
    end_progress()
    if as_json:
        print_json({**facts, **report.as_json()})
        return
    say(summary)
    for title, notes in (("changed", report.changed), ("skipped", report.skipped)):
        _print_notes(title, notes)


def _print_notes(title: str, notes: Sequence[Note]) -> None:
    for note in notes[:_LINES_SHOWN]:
        say(f"{title}: {note.where}: {note.what}" if note.where else f"{title}: {note.what}")
    if len(notes) > _LINES_SHOWN:
        say(f"{title}: and {len(notes) - _LINES_SHOWN} more (--json lists all)")
