"""`ground MEDIA EXPR…`: asks a model about one medium and prints a table, JSON, or draws a picture."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from core.commands.terminal import add_model_arguments, open_grounder, print_json, say, table, watching_context
from core.media import read_image
from core.media.drawing import DrawnBox, check_target, draw_boxes, write_picture
from core.schema import Answer, Box, Proposal, Segment, Track
from core.workflows.ask import answers_to_json, ask, check_kind, make_queries, medium_at


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    parser.add_argument("media", metavar="MEDIA", type=Path, help="a picture")
    parser.add_argument("expressions", metavar="EXPR", nargs="+", help="what to look for, in words")
    add_model_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--picture", metavar="OUT.png", type=Path, help="draw the boxes on a copy of the picture")


def run(args: argparse.Namespace) -> int:
    """Answer; 0, or 3 when an answer could not be understood."""
    source = medium_at(args.media)
    make_queries(source, args.expressions)  # complains of empty expressions before a model is loaded
    if args.picture is not None:
        check_target(args.picture, args.media)
    context = watching_context()
    with open_grounder(args) as grounder:
        model_id = grounder.load(context).id
        check_kind(grounder, source)
        answers = list(ask(grounder, source, args.expressions, context))
    if args.picture is not None:
        write_picture(draw_boxes(read_image(args.media).rgb, _drawn(answers)), args.picture)
    result = answers_to_json(source, answers, model_id=model_id, media_name=str(args.media))
    if args.json:
        print_json(result)
    else:
        _print_table(answers, result)
    return 3 if any(answer.error for answer in answers) else 0


def _drawn(answers: Sequence[Answer]) -> list[DrawnBox]:
    boxes: list[DrawnBox] = []
    for colour, answer in enumerate(answers):
        for proposal in answer.proposals:
            if isinstance(proposal.region, Box):
                corners = (proposal.region.x1, proposal.region.y1, proposal.region.x2, proposal.region.y2)
                score = "" if proposal.score is None else f" {proposal.score:.2f}"
                boxes.append(DrawnBox(corners, f"{answer.query.expression}{score}", colour))
    return boxes


def _print_table(answers: Sequence[Answer], result: dict[str, object]) -> None:
    say(f"{result['media']}  {result['width']} x {result['height']}  model {result['model']}")
    say(table([["expression", "score", "x1", "y1", "x2", "y2"], *(row for answer in answers for row in _rows(answer))]))
    for warning in result["warnings"] if isinstance(result["warnings"], list) else []:
        say(f"warning: {warning}")


def _rows(answer: Answer) -> list[list[str]]:
    """An answer as lines of a table: one for each box, or one that says why there is none."""
    words = answer.query.expression
    if answer.error is not None:
        return [[words, "-", f"error: {answer.error}"]]
    if not answer.proposals:
        presence = "" if answer.presence_score is None else f" (presence {answer.presence_score:.2f})"
        return [[words, "-", f"not present{presence}"]]
    return [[words, *_score_and_place(proposal)] for proposal in answer.proposals]


def _score_and_place(proposal: Proposal) -> list[str]:
    score = "-" if proposal.score is None else f"{proposal.score:.2f}"
    match proposal.region:
        case Box(x1, y1, x2, y2):
            return [score, *(f"{value:.1f}" for value in (x1, y1, x2, y2))]
        case Segment(start_s, end_s):
            return [score, f"{start_s:.2f} s to {end_s:.2f} s"]
        case Track(keys):
            return [score, f"a track of {len(keys)} boxes"]
