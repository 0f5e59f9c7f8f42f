"""`evaluate DATA…`: measures a model against what people stand behind, or two of them against each other."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.commands.import_ import add_reading_arguments
from core.commands.terminal import (
    add_kind_argument,
    add_model_arguments,
    author,
    open_grounder,
    print_json,
    say,
    table,
    usual_model,
    wanted_kinds,
    watching_context,
)
from core.errors import UsageError
from core.formats import find_format, format_ids
from core.grounding.registry import find_model
from core.jobs import JobContext, Note
from core.project import Project
from core.schema import MediaKind
from core.settings import Settings
from core.training.samples import PROJECT_SUFFIX
from core.workflows.adopting import LoadedLater, Measured, measure, settle, weigh
from core.workflows.evaluate import MediumTruths, group_by_medium
from core.workflows.holdout import HELD
from core.workflows.propose import check_writable
from core.workflows.report import check_report, write_report
from core.workflows.transfer import read_options
from core.workflows.truths import Benchmark, read_truths
from core.workflows.versions import record_evaluation

_SHOWN = 20  # expressions of a comparison


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    parser.add_argument(
        "data", metavar="DATA", nargs="+", type=Path, help="projects and conversation-row files, or what --format says"
    )
    add_model_arguments(parser, by_medium=True)
    parser.add_argument(
        "--format", metavar="ID", help=f"DATA other than projects is in this format: {', '.join(format_ids())}"
    )
    add_reading_arguments(parser)
    parser.add_argument("--media-root", metavar="DIR", type=Path, help="where the media of rows and benchmarks are")
    parser.add_argument("--split", choices=["train", "val", "test"], help="only media of this split")
    add_kind_argument(parser)
    parser.add_argument("--against", metavar="MODEL", help="also ask this model: is --model better?")
    parser.add_argument(
        "--rendered", metavar="N", type=int, default=0, help="with --against: examine both on N rendered scenes too"
    )
    parser.add_argument("--report", metavar="DIR|FILE.html", type=Path, help="write report.json and one HTML page")
    parser.add_argument(
        "--record", action="store_true", help="write the figures beside the model's weights, for `versions`"
    )
    parser.add_argument(
        "--adopt", action="store_true", help="with --rendered: make the project ask --model if it is better"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Measure; 0, or 3 when a medium could not be asked about."""
    _check(args)
    split = HELD if args.adopt else args.split
    truths = read_truths(args.data, media_root=args.media_root, split=split, benchmark=_benchmark(args))
    kinds = wanted_kinds(args)
    media = group_by_medium((source, truth) for source, truth in truths.pairs if not kinds or truth.kind in kinds)
    context = watching_context()
    args.model = args.model or _usual(args, {truth.kind for medium in media for truth in medium.truths})

    def measured(model: str) -> Measured:
        return measure(model, media, args.data, context, lambda name: _opened(args, name))

    ours = measured(args.model)
    theirs = measured(args.against) if args.against else None
    result, skipped = ours.result, truths.skipped + ours.evaluation.skipped
    if theirs is not None:
        skipped += [note for note in theirs.evaluation.skipped if note not in skipped]
        result = weigh(ours, theirs, (lambda model: _examined(args, model, context)) if args.rendered else None)
    result |= _written_down(args, result, ours, theirs, media, context)
    if args.json:
        print_json(result | ({"skipped": [{"what": n.what, "where": n.where} for n in skipped]} if skipped else {}))
    else:
        _print_for_people(result, skipped)
    return 3 if skipped else 0


def _check(args: argparse.Namespace) -> None:
    if not args.format and (args.label_map or args.list or args.no_exhaustive):
        raise UsageError("--label-map, --list and --no-exhaustive say how to read a --format")
    if args.rendered < 0 or (args.rendered and not args.against):
        raise UsageError("--rendered is a number of scenes, and goes with --against")
    if args.adopt and not (args.rendered and len(args.data) == 1 and args.data[0].suffix == PROJECT_SUFFIX):
        raise UsageError("--adopt goes with --against, --rendered, and one project")
    if args.adopt and args.split not in (None, HELD):
        raise UsageError(f"--adopt measures on the hold-out, which is the split {HELD}")
    if args.adopt:
        with Project.open(args.data[0], author=author(), role="command") as project:
            check_writable(project)
    if args.format:
        find_format(args.format)
    if args.report:
        check_report(args.report)


def _benchmark(args: argparse.Namespace) -> Benchmark | None:
    if not args.format:
        return None
    options = read_options(label_map=args.label_map, names=args.list, exhaustive=not args.no_exhaustive)
    return Benchmark(args.format, options)


def _usual(args: argparse.Namespace, kinds: set[MediaKind]) -> str:
    """The one model that is asked about such media when none is named: of the project in the data, if there is one."""
    projects = [path for path in args.data if path.suffix == PROJECT_SUFFIX]
    with ExitStack() as stack:
        project = None
        if len(projects) == 1:
            opened = Project.open(projects[0], author="", read_only=True, role="command")
            project = stack.enter_context(opened)
        names = {usual_model(kind, project) for kind in kinds} or {usual_model("image", project)}
    if len(names) > 1:
        raise UsageError(
            f"Such media are asked of several models: {', '.join(sorted(names))}",
            next_step="Name one with --model, or media of one kind with --kind",
        )
    return names.pop()


def _opened(args: argparse.Namespace, model: str) -> AbstractContextManager[LoadedLater]:
    return open_grounder(argparse.Namespace(**{**vars(args), "model": model}))


def _examined(args: argparse.Namespace, model: str, context: JobContext) -> dict[str, object]:
    from core.training.scenes.examining import examine_checkpoint

    note = f"Examining {Path(model).name} on rendered scenes"  # one model after the other: which is it?
    telling = JobContext(context.token, lambda told: context.report(replace(told, note=note)))
    return examine_checkpoint(model, args.device, count=args.rendered, context=telling)


def _written_down(
    args: argparse.Namespace,
    result: dict[str, Any],
    ours: Measured,
    theirs: Measured | None,
    media: Sequence[MediumTruths],
    context: JobContext,
) -> dict[str, object]:
    """Record, adopt and report, as far as asked; what of that `--json` tells."""
    told: dict[str, object] = {}
    if args.adopt:
        with Project.open(args.data[0], author=author(), role="command") as project:
            told["adopted"] = settle(project, args.model, result, Settings.load())
    elif args.record:
        record_evaluation(find_model(args.model).folder, result)
    if args.report:
        sources = (medium.source for medium in media)
        before = theirs.evaluation.judged if theirs is not None else ()
        page, data = write_report(args.report, result, ours.evaluation.judged, sources, context, before=before)
        told["report"] = {"page": str(page), "data": str(data)}
    return told


# --- for people -----------------------------------------------------------------------------------


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
    if "comparison" in result:
        _print_comparison(result["comparison"], result["against"]["model"])
    if result.get("adopted"):
        say("The project asks it from now on.")
    if "report" in result:
        say(f"The report is {result['report']['page']}")
    for note in skipped:
        say(f"skipped: {note.what}")


def _print_comparison(comparison: dict[str, Any], other: str) -> None:
    rows = [[f"against {other}", "queries", "before", "after", "difference", "from", "to"]]
    by_expression = sorted(comparison["by_expression"].items(), key=lambda part: -part[1]["n"])
    parts = {"all": comparison["overall"], **dict(by_expression[:_SHOWN])}
    names = ("old", "new", "difference", "low", "high")
    rows += [[name, str(one["n"]), *(_number(one[key]) for key in names)] for name, one in parts.items()]
    say(table(rows))
    if len(by_expression) > _SHOWN:
        say(f"and {len(by_expression) - _SHOWN} more expressions (--json lists all)")
    adoption = comparison["adoption"]
    if adoption is not None:
        say("Better: it is adopted by itself." if adoption["adopt"] else "Not adopted by itself.")
        for reason in adoption["reasons"]:
            say(f"  {reason}.")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
