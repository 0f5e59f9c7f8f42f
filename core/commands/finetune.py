"""`finetune DATA… --base MODEL --out DIR`: teaches a model from what people corrected."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from core.commands.terminal import print_json, say, watching_context
from core.jobs import JobContext, Progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    parser.add_argument("data", metavar="DATA", nargs="+", type=Path, help="projects and conversation-row files")
    parser.add_argument("--base", default="mini", metavar="MODEL", help="name or folder to start from (default: mini)")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the new model")
    parser.add_argument("--media-root", metavar="DIR", type=Path, help="where the media of rows are")
    parser.add_argument("--split", choices=["train", "val", "test"], help="only media of this split")
    parser.add_argument("--take", type=_positive, metavar="N", help="only the first N media of the data")
    parser.add_argument("--epochs", type=_positive, default=0, help="passes over the data (default: by its size)")
    parser.add_argument("--seed", type=int, default=0, help="seed of order and variations (default 0)")
    parser.add_argument("--resume", action="store_true", help="go on with the unfinished run in --out")
    parser.add_argument("--json", action="store_true", help="print JSON lines")


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def run(args: argparse.Namespace) -> int:
    """Train; 0, or 3 when some of the data could not be used."""
    from core.training.finetune import FinetunePlan, finetune
    from core.training.samples import read_samples, take_media

    found = read_samples(args.data, media_root=args.media_root, split=args.split)
    samples = take_media(found.samples, args.take) if args.take else found.samples
    plan = FinetunePlan(args.base, args.out, epochs=args.epochs, seed=args.seed, resume=args.resume)
    began = time.monotonic()
    context = JobContext(report=_json_progress(began)) if args.json else watching_context()
    result = finetune(samples, plan, context)
    skipped = [{"what": note.what, "where": note.where} for note in found.skipped]
    if args.json:
        print_json(
            {
                "event": "done", "model": result.model_id, "out": str(result.out), "samples": result.samples,
                "media": result.pictures, "steps": result.steps, "epochs": result.epochs,
                "seconds": round(time.monotonic() - began, 1), "skipped": skipped,
            }
        )  # fmt: skip
    else:
        say(f"{result.samples} samples on {result.pictures} media, {result.epochs} times: {result.steps} steps")
        say(f"The model {result.model_id} is in {result.out}; use it with --model {result.out}")
        for note in found.skipped:
            say(f"skipped: {note.what}")
    return 3 if skipped else 0


def _json_progress(began: float) -> Callable[[Progress], None]:
    def report(progress: Progress) -> None:
        passed = time.monotonic() - began
        left = passed / progress.done * (progress.total - progress.done) if progress.done else None
        event = {
            "event": "step", "step": progress.done, "of": progress.total, "note": progress.note,
            "seconds_left": round(left, 1) if left is not None else None,
        }  # fmt: skip
        sys.stdout.write(json.dumps(event) + "\n")
        sys.stdout.flush()

    return report
