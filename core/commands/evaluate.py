"""`evaluate DATA…`: measures a model against what people stand behind."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from core.commands.terminal import add_model_arguments, open_grounder, print_json, say, table, watching_context
from core.evaluation import summarise
from core.jobs import Note
from core.workflows.evaluate import evaluate, group_by_medium
from core.workflows.truths import read_truths


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    parser.add_argument("data", metavar="DATA", nargs="+", type=Path, help="projects and conversation-row files")
    add_model_arguments(parser)
    parser.add_argument("--media-root", metavar="DIR", type=Path, help="where the media of rows are")
    parser.add_argument("--split", choices=["train", "val", "test"], help="only media of this split")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Measure; 0, or 3 when a medium could not be asked about."""
    truths = read_truths(args.data, media_root=args.media_root, split=args.split)
    context = watching_context()
    with open_grounder(args) as grounder:
        model_id = grounder.load(context).id
        evaluation = evaluate(grounder, group_by_medium(truths.pairs), context)
    skipped = truths.skipped + evaluation.skipped
    result = summarise(evaluation.judged, model_id=model_id, data=[str(path) for path in args.data])
    if args.json:
        print_json(result | ({"skipped": [{"what": n.what, "where": n.where} for n in skipped]} if skipped else {}))
    else:
        _print_for_people(result, skipped)
    return 3 if skipped else 0


def _print_for_people(result: dict[str, Any], skipped: list[Note]) -> None:
    say(f"{result['model']} on {', '.join(result['data'])}: {result['n_queries']} queries")
    rows = [["", "queries", "figures"]]
    for name in ("boxes", "sets", "spans", "presence"):
        figures = dict(result[name])
        count = figures.pop("n")
        if count:
            rows.append([name, str(count), "  ".join(f"{key} {_number(value)}" for key, value in figures.items())])
    rows.append(["calibration", "", f"ece {_number(result['calibration']['ece'])}"])
    say(table(rows))
    if result["seconds_per_query"] is not None:
        say(f"{result['seconds_per_query']:.3f} seconds a query")
    for note in skipped:
        say(f"skipped: {note.what}")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
