"""`scenes render|examine`: what the bundled model learns from, as files to look at, and as its examination."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from core.commands.terminal import add_model_arguments, print_json, say, table, watching_context


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="render|examine")
    render = actions.add_parser("render", help="write pictures and conversation rows about them")
    render.add_argument("--count", type=_positive, required=True, metavar="N", help="how many pictures")
    render.add_argument("--seed", type=_not_negative, default=0, help="the same seed draws the same (default 0)")
    render.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for pictures and rows.json")
    render.add_argument("--side", type=_side, default=640, help="longer side in pixels, a multiple of 8 (default 640)")
    examine = actions.add_parser("examine", help="ask a model everything in the evaluation set")
    add_model_arguments(examine, bits=False)
    examine.add_argument("--count", type=_positive, default=2000, metavar="N", help="first N scenes (default 2000)")
    for action in (render, examine):
        action.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Render or examine; 0."""
    return _render(args) if args.action == "render" else _examine(args)


def _number(text: str, least: int) -> int:
    value = int(text)
    if value < least:
        raise argparse.ArgumentTypeError(f"{value} is less than {least}")
    return value


def _positive(text: str) -> int:
    return _number(text, 1)


def _not_negative(text: str) -> int:
    return _number(text, 0)


def _side(text: str) -> int:
    value = _number(text, 64)
    if value % 8:
        raise argparse.ArgumentTypeError(f"{value} is no multiple of 8")
    return value


def _render(args: argparse.Namespace) -> int:
    from core.training.scenes.files import write_scenes

    written = write_scenes(args.out, count=args.count, seed=args.seed, side=args.side, context=watching_context())
    facts = {"out": str(args.out), "rows": str(written.rows), "pictures": written.pictures, "questions": written.asked}
    if args.json:
        print_json(facts)
    else:
        say(f"{written.pictures} pictures and {written.asked} questions in {written.rows}")
    return 0


def _examine(args: argparse.Namespace) -> int:
    from core.training.scenes.benchmark import examine_checkpoint

    figures = examine_checkpoint(args.model, args.device, count=args.count, context=watching_context())
    if args.json:
        print_json(figures)
    else:
        _print_for_people(figures)
    return 0


def _print_for_people(figures: dict[str, Any]) -> None:
    say(f"{figures['model']} on {figures['scenes']} scenes: {figures['queries']} questions")
    single = figures["single"]
    rows = [["", "questions", "figures"], ["single targets", str(single["n"]), _figures(single)]]
    for name, of_type in figures["by_type"].items():
        rows.append([f"  {name}", str(of_type["n"]), _figures(of_type)])
    say(table(rows))
    say(f"answers that cannot be read: {figures['unparsed']}")
    rows = [["effect", "scenes", "acc50 of single targets"]]
    for name, share in figures["share_of_scenes"].items():
        accuracy = figures["by_effect_acc50"].get(name)
        rows.append([name, f"{share:.3f}", "-" if accuracy is None else f"{accuracy:.3f}"])
    say(table(rows))


def _figures(figures: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:.3f}" for name, value in figures.items() if name != "n")
