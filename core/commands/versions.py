"""`versions [PROJECT]`: what each model was made of and how good it is; which one is asked, and the way back."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path

from core.commands.terminal import author, print_json, say, table
from core.project import Project
from core.schema import MediaKind
from core.settings import Settings
from core.workflows.propose import check_writable
from core.workflows.versions import Version, use, versions

_NAMED: dict[str, MediaKind] = {"picture": "image", "video": "video", "audio": "audio"}
_KINDS: dict[MediaKind, str] = {"image": "pictures", "video": "videos", "audio": "sounds"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    parser.add_argument("project", metavar="PROJECT", nargs="?", type=Path, help="a project with a choice of its own")
    parser.add_argument("--use", metavar="MODEL", help="from now on ask this one: in PROJECT, or by default")
    parser.add_argument("--kind", choices=tuple(_NAMED), help="with --use, in PROJECT: about media of this kind only")
    parser.add_argument("--why", default="", metavar="TEXT", help="a word about it, for others")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Choose, if asked to, and list; always 0."""
    settings = Settings.load()
    with ExitStack() as stack:
        project = None
        if args.project is not None:
            opened = Project.open(args.project, author=author(), read_only=not args.use, role="command")
            project = stack.enter_context(opened)
        if args.use:
            if project is not None:
                check_writable(project)
            kinds = frozenset({_NAMED[args.kind]} if args.kind else ())
            use(project, args.use, settings, kinds=kinds, why=args.why)
        found = versions(project, settings)
        choices = project.measures.model_choices() if project is not None else []
    if args.json:
        chosen = [
            {
                "model": one.model_id, "name": one.model, "kinds": sorted(one.kinds), "at": one.at,
                "author": one.author, "why": one.why,
            }
            for one in choices
        ]  # fmt: skip
        print_json({"versions": [one.as_json() for one in found], "choices": chosen})
    else:
        say(table([["asked about", "model", "taught from", "pictures", "measured"], *map(_row, found)]))
    return 0


def _row(one: Version) -> list[str]:
    pictures = str(one.made_of.get("pictures", "-")) if one.parent else "-"
    return [
        ", ".join(_KINDS[kind] for kind in one.asked_about),
        one.model_id,
        one.parent or "-",
        pictures,
        _measured(one),
    ]


def _measured(one: Version) -> str:
    """The latest headline figures, in few words."""
    if not one.figures:
        return "-"
    latest = one.figures[-1]
    headline = (("boxes", "acc50"), ("sets", "f1_50"), ("spans", "r1_50"), ("presence", "accuracy"))
    parts = [
        f"{group} {latest[group][name]:.3f}" for group, name in headline if latest.get(group, {}).get(name) is not None
    ]
    return ", ".join(parts) or "-"
