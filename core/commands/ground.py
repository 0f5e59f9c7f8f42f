"""`ground MEDIA EXPR…`: asks a model about one medium and prints a table, JSON, or draws a picture."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from core.commands.ground_tables import answers_table
from core.commands.terminal import add_model_arguments, open_grounder, print_json, say, usual_model, watching_context
from core.errors import Cancelled, UsageError, UserError
from core.jobs import JobContext, Progress
from core.media import read_image
from core.media.drawing import DrawnBox, check_target, draw_boxes, write_picture
from core.media.images import RGB
from core.schema import Answer, Box, MediaSource, Segment
from core.workflows.ask import Aim, answers_to_json, ask, check_kind, make_queries, medium_at


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    parser.add_argument("media", metavar="MEDIA", type=Path, help="a picture, a video or a sound")
    parser.add_argument("expressions", metavar="EXPR", nargs="+", help="what to look or listen for, in words")
    add_model_arguments(parser, by_medium=True)
    parser.add_argument("--frame", metavar="S", type=float, help="look at the frame shown at this second, as a picture")
    parser.add_argument("--window", metavar=("S", "E"), nargs=2, type=float, help="only from second S to second E")
    parser.add_argument("--sense", default="auto", choices=["auto", "see", "hear", "both"], help="how to ask a video")
    parser.add_argument("--with", dest="sound", metavar="SOUND", type=Path, help="a sound that belongs to the picture")
    parser.add_argument("--refine", action="store_true", help="ask again around each span, until a frame or 0.1 s")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--picture", metavar="OUT.png", type=Path, help="draw the boxes on a copy of the picture or frame; of spans, "
        "the frame in the middle of the best one"
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Answer; 0, or 3 when an answer could not be understood."""
    aim = _aim(args)
    source = medium_at(args.media, args.sound)
    _check_fits(args, source)
    make_queries(source, args.expressions)  # complains of empty expressions before a model is loaded
    if args.picture is not None:
        check_target(args.picture, args.media)
    args.model = args.model or usual_model("image" if aim.at_s is not None else source.item.kind)
    watcher = _SoFar(watching_context())
    context = watcher.context
    try:
        with open_grounder(args) as grounder:
            model_id = grounder.load(context).id
            check_kind(grounder, source, aim)
            answers = list(ask(grounder, source, args.expressions, context, aim=aim))
    except (Cancelled, KeyboardInterrupt):
        if watcher.answers and not args.json:
            say("stopped; found so far:\n" + answers_table(watcher.answers, in_time=True))
        raise
    if args.picture is not None:
        rgb, drawn = _scene(source, aim, answers)
        write_picture(draw_boxes(rgb, drawn), args.picture)
    result = answers_to_json(source, answers, model_id=model_id, media_name=str(args.media))
    if args.json:
        print_json(result)
    else:
        _print_table(answers, result, in_time=source.item.kind != "image" and aim.at_s is None)
    return 3 if any(answer.error for answer in answers) else 0


def _aim(args: argparse.Namespace) -> Aim:
    """What is asked of the medium. Raises `UsageError` for words that make no sense together."""
    if args.frame is not None and args.window is not None:
        raise UsageError("--frame and --window exclude each other", next_step="Name a moment or a stretch of time")
    for option in ("window", "refine", "sound"):
        if args.frame is not None and getattr(args, option) not in (None, False):
            name = "with" if option == "sound" else option
            raise UsageError(f"--{name} makes no sense with --frame", why="A paused frame is asked about as a picture")
    if args.frame is not None and args.sense in ("hear", "both"):
        raise UsageError(f"--sense {args.sense} makes no sense with --frame", why="A paused frame cannot be heard")
    if args.sound is not None and (args.window is not None or args.refine or args.sense in ("see", "hear")):
        raise UsageError("--with asks about a picture and a sound together", next_step="Leave the other options out")
    times = [args.frame] if args.frame is not None else args.window or []
    if not all(map(math.isfinite, times)):
        raise UsageError("A time is no number of seconds")
    if args.window is not None and not args.window[0] < args.window[1]:
        raise UsageError(f"The window from {args.window[0]:g} s to {args.window[1]:g} s has no length")
    window_s = None if args.window is None else (args.window[0], args.window[1])
    return Aim(args.frame, window_s, args.sense, args.refine)


def _check_fits(args: argparse.Namespace, source: MediaSource) -> None:
    """Raise `UsageError` for options that this kind of medium leaves nothing to."""
    kind = source.item.kind
    if kind == "image":
        for option in ("frame", "window", "refine"):
            if getattr(args, option) not in (None, False):
                raise UsageError(f"--{option} is for videos and sounds", why=f"{args.media} is a picture")
        if args.sense == "hear" or (args.sense == "both" and args.sound is None):
            raise UsageError(f"{args.media} cannot be heard", why="It is a picture", next_step="Name a sound by --with")
    if kind == "audio":
        if args.frame is not None:
            raise UsageError("--frame is for videos", why=f"{args.media} is a sound")
        if args.picture is not None:
            raise UserError("Nothing can be drawn of a sound", why="--picture needs a picture or a video")


class _SoFar:
    """Passes progress on and remembers what was found by now."""

    def __init__(self, context: JobContext) -> None:
        self._report = context.report
        self._by_query: dict[str, Answer] = {}
        self.context = JobContext(context.token, self._watch)

    @property
    def answers(self) -> list[Answer]:
        """The questions of which something was found, with that."""
        return [answer for answer in self._by_query.values() if answer.proposals]

    def _watch(self, progress: Progress) -> None:
        self._by_query.update({answer.query.id: answer for answer in progress.so_far})
        self._report(progress)


def _scene(source: MediaSource, aim: Aim, answers: Sequence[Answer]) -> tuple[RGB, list[DrawnBox]]:
    """What is drawn on, and what is drawn: boxes; of spans the best one, on the frame in its middle."""
    if source.item.kind == "image":
        return read_image(Path(source.path)).rgb, _boxes(answers)
    from core.media.video import open_video

    with open_video(Path(source.path)) as video:
        if aim.at_s is not None:
            return video.still(aim.at_s).rgb, _boxes(answers)
        best = _best_span(answers)
        if best is None:
            return video.frame_at((aim.window_s or (video.index.start_s, 0.0))[0]), []
        span, words = best
        rgb = video.frame_at((span.start_s + span.end_s) / 2)
    return rgb, [DrawnBox((0.0, 0.0, float(rgb.shape[1]), float(rgb.shape[0])), words)]


def _boxes(answers: Sequence[Answer]) -> list[DrawnBox]:
    boxes: list[DrawnBox] = []
    for colour, answer in enumerate(answers):
        for proposal in answer.proposals:
            if isinstance(proposal.region, Box):
                corners = (proposal.region.x1, proposal.region.y1, proposal.region.x2, proposal.region.y2)
                score = "" if proposal.score is None else f" {proposal.score:.2f}"
                boxes.append(DrawnBox(corners, f"{answer.query.expression}{score}", colour))
    return boxes


def _best_span(answers: Sequence[Answer]) -> tuple[Segment, str] | None:
    """The first span of the first expression that has one, and its caption."""
    for answer in answers:
        for proposal in answer.proposals:
            if isinstance(proposal.region, Segment):
                span = proposal.region
                return span, f"{answer.query.expression} {span.start_s:.2f} s to {span.end_s:.2f} s"
    return None


def _print_table(answers: Sequence[Answer], result: dict[str, object], *, in_time: bool) -> None:
    size = f"{result['width']} x {result['height']}  " if result["width"] else ""
    length = f"{result['duration_s']:.2f} s  " if isinstance(result["duration_s"], float) else ""
    say(f"{result['media']}  {size}{length}model {result['model']}")
    say(answers_table(answers, in_time=in_time))
    for warning in result["warnings"] if isinstance(result["warnings"], list) else []:
        say(f"warning: {warning}")
