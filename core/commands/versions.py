"""`versions [PROJECT]`: what each model was made of and how good it is; which one is asked, and the way back."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path

from core.commands.terminal import author, print_json, say, table
from core.project import Project
from core.settings import Settings
from core.workflows.propose import check_writable
from core.workflows.versions import Version, use, versions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    parser.add_argument("project", metavar="PROJECT", nargs="?", type=Path, help="a project with a choice of its own")
    parser.add_argument("--use", metavar="MODEL", help="from now on ask this one: in PROJECT, or by default")
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
            use(project, args.use, settings, why=args.why)
        found = versions(project, settings)
        choices = project.measures.model_choices() if project is not None else []
    if args.json:
        chosen = [{"model": one.model_id, "name": one.model, "at": one.at, "author": one.author, "why": one.why}
                  for one in choices]  # fmt: skip
        print_json({"versions": [one.as_json() for one in found], "choices": chosen})
    else:
        say(table([["", "model", "taught from", "pictures", "measured"], *map(_row, found)]))
    return 0


def _row(one: Version) -> list[str]:
    pictures = str(one.made_of.get("pictures", "-")) if one.parent else "-"
    return ["*" if one.current else "", one.model_id, one.parent or "-", pictures, _measured(one)]


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
