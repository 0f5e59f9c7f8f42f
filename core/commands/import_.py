"""`import SOURCE --format ID --into PROJECT`: brings annotations of another tool into a project."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.export import print_report
from core.commands.terminal import author, watching_context
from core.formats import format_ids
from core.workflows.transfer import import_file, read_options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    parser.add_argument("source", metavar="SOURCE", type=Path, help="a file, or a folder of files")
    parser.add_argument("--format", required=True, metavar="ID", help=f"one of {', '.join(format_ids())}")
    parser.add_argument(
        "--into", required=True, metavar="PROJECT", type=Path, help="a project; made when there is none"
    )
    parser.add_argument("--media", metavar="DIR", type=Path, help="where the media are, if not beside SOURCE")
    add_reading_arguments(parser)
    parser.add_argument("--split", choices=["train", "val", "test"], help="put the media into this split")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def add_reading_arguments(parser: argparse.ArgumentParser) -> None:
    """What also `convert` takes: how to read a source."""
    parser.add_argument(
        "--label-map",
        metavar="FILE",
        type=Path,
        help="what people say for each class: JSON object, or class,expression",
    )
    parser.add_argument("--list", metavar="FILE", type=Path, help="only these media: stems or file names, one a line")
    parser.add_argument(
        "--no-exhaustive",
        action="store_true",
        help="a class that a picture does not name is not a “not present” record",
    )


def run(args: argparse.Namespace) -> int:
    """Import; 0, or 3 when something was skipped."""
    options = read_options(
        label_map=args.label_map,
        names=args.list,
        exhaustive=not args.no_exhaustive,
        context=watching_context(),
    )
    result = import_file(
        args.source,
        args.format,
        args.into,
        author=author(),
        options=options,
        media_dir=args.media,
        split=args.split,
    )
    facts: dict[str, object] = {
        "project": str(args.into),
        "media": len(result.media),
        "missing": list(result.missing),
        "change": result.change.id if result.change else None,
    }
    summary = f"{len(result.media)} media, {result.report.written} of {result.report.read} regions into {args.into}"
    print_report(result.report, summary, facts, as_json=args.json)
    return result.report.exit_code
