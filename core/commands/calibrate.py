"""`calibrate PROJECT`: what a model's scores mean in a project, and the threshold that suits it."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.commands.terminal import print_json, say, table
from core.project import Project
from core.workflows.calibrate import ModelTrust, trust


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    parser.add_argument("project", metavar="PROJECT", type=Path, help="the project in which people decided")
    parser.add_argument(
        "--precision", type=_share, metavar="P", help="suggest the threshold where this share of what is shown is right"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError("must be above 0 and at most 1")
    return value


def run(args: argparse.Namespace) -> int:
    """Read what people decided; always 0."""
    with Project.open(args.project, author="", read_only=True, role="command") as project:
        found = list(trust(project, precision=args.precision).values())
    if args.json:
        print_json({"project": str(args.project), "models": [one.as_json() for one in found]})
    elif found:
        say(table([["model", "accepted", "edited", "rejected", "missed", "curve", "threshold"], *map(_row, found)]))
    else:
        say("Nobody has accepted or rejected a proposal there yet.")
    return 0


def _row(one: ModelTrust) -> list[str]:
    counts = [str(count) for count in (one.accepted, one.edited, one.rejected, one.missed)]
    curve = "too few" if one.fit.error_before is None else one.fit.calibrator.method
    if one.threshold is None:
        return [one.model_id, *counts, curve, "-"]
    at = one.threshold
    return [one.model_id, *counts, curve, f"{at.score:.3f}: precision {at.precision:.2f}, recall {at.recall:.2f}"]
