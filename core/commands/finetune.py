"""`finetune DATA… --base MODEL --out DIR`: teaches a model from what people corrected."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from core.commands.terminal import (
    add_kind_argument,
    complain,
    end_progress,
    is_behind,
    print_json,
    say,
    wanted_kinds,
    watching_context,
)
from core.jobs import JobContext, Note, duration

if TYPE_CHECKING:
    from core.training.finetune import FinetuneResult
    from core.training.plan import FinetunePlan
    from core.training.samples import Taught


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    add = parser.add_argument
    add("data", metavar="DATA", nargs="+", type=Path, help="projects and conversation-row files")
    add("--base", default="mini", metavar="MODEL", help="name or folder to start from (default: mini)")
    add("--out", required=True, type=Path, metavar="DIR", help="folder for the new model")
    add("--media-root", metavar="DIR", type=Path, help="where the media of rows are")
    add("--split", choices=["train", "val", "test"], help="only media of this split")
    add_kind_argument(parser)
    add("--take", type=_positive, metavar="N", help="only the first N media of the data")
    add("--holdout", type=float, default=0.0, metavar="F", help="share of media to measure by, not to learn from")
    add("--stage", type=int, choices=[1, 2, 3], help="as in a stage of the original (default: by the base's size)")
    add("--method", choices=["full", "lora", "qlora"], default="", help="all weights, or adapters (default: by size)")
    add("--bits", type=int, choices=[4, 8, 16], default=0, help="of the base's weights; 4 and 8 with qlora")
    add("--epochs", type=_positive, default=0, help="passes over the data (default: by its size)")
    add("--batch", type=_positive, default=0, metavar="N", help="media at a time in each process")
    add("--accumulate", type=_positive, default=0, metavar="N", help="batches for one update of the weights")
    add("--rate", type=_above_0, default=0.0, metavar="R", help="highest learning rate")
    add("--patience", type=_positive, default=3, metavar="N", help="looks at the hold-out without gain (default 3)")
    replay = parser.add_mutually_exclusive_group()
    replay.add_argument(
        "--replay", type=float, metavar="F", help="share of rendered scenes (a third for mini, 0.2 for mini-time)"
    )
    replay.add_argument("--no-replay", dest="replay", action="store_const", const=0.0, help="no rendered scenes")
    add("--seed", type=int, default=0, help="seed of order and variations (default 0)")
    add("--resume", action="store_true", help="go on with the unfinished run in --out")
    add("--device", default="auto", choices=["auto", "cpu", "cuda"], help="where it computes")
    add("--shard", default="auto", choices=["auto", "on", "off"], help="several processes share one copy of the model")
    add("--check", action="store_true", help="only say what would be done, how long it takes, what would not work")
    add("--no-probe", dest="probe", action="store_false", help="with --check: do not try how long a step takes")
    add("--json", action="store_true", help="print JSON lines")


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _above_0(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("must be above 0")
    return value


def run(args: argparse.Namespace) -> int:
    """Train; 0, or 3 when some of the data could not be used. With `--check` 0, or 1 when training could not start."""
    from core.training.plan import FinetunePlan
    from core.training.samples import read_material, take_media

    plan = FinetunePlan(
        args.base, args.out, stage=args.stage, method=args.method, bits=args.bits, epochs=args.epochs,
        batch=args.batch, accumulate=args.accumulate, rate=args.rate, seed=args.seed, resume=args.resume,
        holdout=args.holdout, replay=args.replay, patience=args.patience, device=args.device, shard=args.shard,
        from_split=bool(args.split), for_window=is_behind(),
    )  # fmt: skip
    plan.check()
    found = read_material(args.data, media_root=args.media_root, split=args.split)
    taught, kinds = found.taught, wanted_kinds(args)
    if kinds:
        taught = [one for one in taught if all(shown.kind in kinds for shown in one.shows)]
    taught = take_media(taught, args.take) if args.take else taught
    if args.split:  # who names a split means to learn from it, whichever it is
        taught = [one.without_split() for one in taught]
    if args.check:
        return _check(taught, plan, found.skipped, as_json=args.json, probe=args.probe)
    from core.training.finetune import finetune  # the trainer takes seconds to import, and looking ahead needs none
    from core.training.parallel import is_first

    began = time.monotonic()
    speaks = is_first()
    context = watching_context(quiet=args.json) if speaks else JobContext()

    def tell(event: Mapping[str, object]) -> None:
        if not speaks:
            return
        if args.json:
            print_json(_with_skipped(event, found.skipped))
        elif event["event"] == "preflight":
            _warn(event)

    result = finetune(taught, plan, context, tell)
    skipped = [*found.skipped, *result.left_out]
    if speaks:
        _report(result, skipped, time.monotonic() - began, as_json=args.json)
    return 3 if skipped else 0


def _with_skipped(event: Mapping[str, object], skipped: list[Note]) -> Mapping[str, object]:
    """The look ahead names the data that could not even be found."""
    return {**event, "skipped": _plain(skipped)} if event["event"] == "preflight" else event


def _plain(notes: list[Note]) -> list[dict[str, str]]:
    return [{"what": note.what, "where": note.where} for note in notes]


def _check(taught: list[Taught], plan: FinetunePlan, skipped: list[Note], *, as_json: bool, probe: bool) -> int:
    from core.training.preflight import look_ahead

    ready, pace = look_ahead(taught, plan), None
    if probe:
        from core.training.pace import measure_pace

        pace = measure_pace(ready, plan, watching_context(quiet=as_json))
    end_progress()
    event = ready.event(for_window=plan.for_window) | {
        "seconds_a_step": None if pace is None else round(pace.step_s, 3),
        "seconds": None if pace is None else round(pace.run_s, 1),
    }
    if as_json:
        print_json(_with_skipped(event, skipped))
    else:
        settled, need = ready.settled, ready.need
        if settled is not None and need is not None:
            say(
                f"{event['samples']} samples on {event['media']} media, {event['held_media']} media kept apart; "
                f"{settled.recipe.name}, {settled.method} in {settled.bits} bits, {settled.epochs} epochs, "
                f"{settled.steps} steps"
            )
            say(f"about {need.memory / 1e9:.1f} GB of memory on {ready.device}, {need.disk / 1e9:.2f} GB of disk")
            if pace is not None:
                say(f"about {duration(pace.run_s)}, going by one step that was tried: {pace.step_s:.2g} s a step")
        for finding in ready.findings:
            say(f"{'cannot start' if finding.fatal else 'warning'}: {finding}")
        for note in skipped:
            say(f"skipped: {note.what}")
    if ready.fatal is not None:
        complain(str(ready.fatal))
        return 1
    return 3 if skipped or ready.left_out else 0


def _warn(event: Mapping[str, object]) -> None:
    warnings = event["warnings"]
    if isinstance(warnings, list) and not event["fatal"]:
        end_progress()
        for warning in warnings:
            say(f"warning: {warning}")


def _report(result: FinetuneResult, skipped: list[Note], seconds: float, *, as_json: bool) -> None:
    before, after = result.held_loss_before, result.held_loss
    if as_json:
        print_json(
            {
                "event": "done", "model": result.model_id, "out": str(result.out), "samples": result.samples,
                "media": result.pictures, "steps": result.steps, "epochs": result.epochs,
                "held_media": result.held, "held_loss_before": _rounded(before), "held_loss": _rounded(after),
                "seconds": round(seconds, 1), "skipped": _plain(skipped),
            }
        )  # fmt: skip
        return
    say(f"{result.samples} samples on {result.pictures} media, {result.epochs} epochs: {result.steps} steps")
    if before is not None and after is not None:
        say(f"loss on the {result.held} media kept apart: {before:.3f} before, {after:.3f} now")
    say(f"The model {result.model_id} is in {result.out}; use it with --model {result.out}")
    for note in skipped:
        say(f"skipped: {note.what}")


def _rounded(loss: float | None) -> float | None:
    return None if loss is None else round(loss, 5)
