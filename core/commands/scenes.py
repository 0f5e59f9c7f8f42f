"""`scenes render|examine`: what the bundled model learns from, as files to look at, and as its examination."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.commands.terminal import add_model_arguments, print_json, say, table, watching_context

if TYPE_CHECKING:
    from core.training.scenes.files import Written


_PLURALS = {"picture": "pictures", "video": "videos", "audio": "sounds"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="render|examine")
    render = actions.add_parser("render", help="write pictures, videos or sounds, and conversation rows about them")
    render.add_argument("--kind", choices=tuple(_PLURALS), default="picture", help="what to render (default picture)")
    render.add_argument("--count", type=_positive, required=True, metavar="N", help="how many")
    render.add_argument("--seed", type=_not_negative, default=0, help="the same seed draws the same (default 0)")
    render.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the media and rows.json")
    side = "longer side in pixels, a multiple of 8 (default: 640 for pictures, 320 for videos)"
    render.add_argument("--side", type=_side, help=side)
    render.add_argument("--rate", type=_rate, default=12, help="frames a second of a video, 10 to 30 (default 12)")
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


def _rate(text: str) -> int:
    value = _number(text, 10)
    if value > 30:
        raise argparse.ArgumentTypeError(f"{value} is more than 30")
    return value


def _render(args: argparse.Namespace) -> int:
    written, many = _written(args), _PLURALS[args.kind]
    facts = {"out": str(args.out), "rows": str(written.rows), many: written.media, "questions": written.asked}
    if args.json:
        print_json(facts)
    else:
        say(f"{written.media} {many} and {written.asked} questions in {written.rows}")
    return 0


def _written(args: argparse.Namespace) -> Written:
    context = watching_context()
    if args.kind == "picture":
        from core.training.scenes.files import write_scenes

        return write_scenes(args.out, count=args.count, seed=args.seed, side=args.side or 640, context=context)
    from core.training.scenes.media_files import write_clips, write_recordings

    if args.kind == "audio":
        return write_recordings(args.out, count=args.count, seed=args.seed, context=context)
    return write_clips(
        args.out, count=args.count, seed=args.seed, side=args.side or 320, rate=args.rate, context=context
    )


def _examine(args: argparse.Namespace) -> int:
    from core.training.scenes.examining import examine_checkpoint

    figures = examine_checkpoint(args.model, args.device, count=args.count, context=watching_context())
    if args.json:
        print_json(figures)
    elif "video" in figures:
        _print_time(figures)
    else:
        _print_for_people(figures)
    return 0


def _print_time(figures: dict[str, Any]) -> None:
    say(f"{figures['model']} on {figures['media_of_each_kind']} clips and as many recordings")
    rows = [["", "questions", "R@1 by temporal IoU"]]
    for medium in ("video", "sound"):
        of_medium = figures[medium]
        rows.append([medium, str(of_medium["n"]), _recalls(of_medium)])
        rows += [[f"  {name}", str(one["n"]), _recalls(one)] for name, one in of_medium["by_type"].items()]
        rows.append(["  absent", str(of_medium["absent_n"]), f"right {of_medium['absent_accuracy']:.3f}"])
    say(table(rows))
    unparsed = figures["video"]["unparsed"] + figures["sound"]["unparsed"]
    say(f"answers that cannot be read: {unparsed}")


def _recalls(figures: dict[str, float]) -> str:
    return _figures({name: figures[name] for name in ("r1_50", "r1_70", "mtiou")})


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
