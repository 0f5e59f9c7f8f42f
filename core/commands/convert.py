"""`convert SOURCE --from ID --to ID --out PATH`: one exchange format to another, without a project."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.export import print_report
from core.commands.import_ import add_reading_arguments
from core.commands.terminal import watching_context
from core.errors import UserError
from core.formats import format_ids
from core.workflows.transfer import convert, read_options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    ids = ", ".join(format_ids())
    parser.add_argument("source", metavar="SOURCE", type=Path, help="a file, or a folder of files")
    parser.add_argument("--from", required=True, dest="from_id", metavar="ID", help=f"one of {ids}")
    parser.add_argument("--to", required=True, dest="to_id", metavar="ID", help="another of them")
    parser.add_argument("--out", required=True, metavar="PATH", type=Path, help="the file or folder to write")
    parser.add_argument("--media", metavar="DIR", type=Path, help="where the media are, if not beside SOURCE")
    add_reading_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Convert; 0, or 3 when something was skipped."""
    if args.out.exists() and args.source.exists() and args.out.samefile(args.source):
        raise UserError(f"{args.out} is the source itself", next_step="name another place")
    options = read_options(
        label_map=args.label_map,
        names=args.list,
        exhaustive=not args.no_exhaustive,
        context=watching_context(),
    )
    report = convert(args.source, args.from_id, args.to_id, args.out, options=options, media_dir=args.media)
    print_report(
        report, f"{report.written} of {report.read} regions to {args.out}", {"out": str(args.out)}, as_json=args.json
    )
    return report.exit_code
