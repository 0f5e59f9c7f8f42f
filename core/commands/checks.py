"""`checks`: prints what the machine has, what is missing and what to do; `--self-test` also does the whole job once.

`--bundle` writes it into a diagnostic report as well.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from core.workflows.checks import Check, all_checks

if TYPE_CHECKING:
    from core.workflows.self_test import SelfTest, Step

MARKS = {"ok": "ok", "note": "note", "missing": "MISSING"}
DONE, SOMETHING_MISSING = 0, 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`[--self-test] [--model NAME|DIR] [--bundle OUT.zip] [--json]`."""
    parser.add_argument(
        "--self-test",
        action="store_true",
        help="do the whole job once on bundled media, in a temporary folder",
    )
    parser.add_argument("--model", default="", help="the model that is asked about the picture: a name or a folder")
    parser.add_argument(
        "--bundle", type=Path, metavar="OUT.zip", help="write a diagnostic report without names, media and annotations"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout and nothing else")


def run(args: argparse.Namespace) -> int:
    """Print as it goes; 0 when nothing that is needed is missing, else 3."""
    found: list[Check] = []
    for check in all_checks():
        found.append(check)
        if not args.json:
            sys.stdout.write(_line(check) + "\n")
            sys.stdout.flush()
    tested = _self_test(args.model, aloud=not args.json) if args.self_test else None
    missing = [check for check in found if check.state == "missing"]
    if args.bundle is not None:
        _save_bundle(found, args.bundle)
    if args.json:
        told = {**_as_json(found, tested), "bundle": None if args.bundle is None else str(args.bundle)}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(_summary(missing, tested)) + "\n")
        if args.bundle is not None:
            sys.stdout.write(f"The diagnostic report is in {args.bundle}.\n")
    return SOMETHING_MISSING if missing or (tested is not None and not tested.ok) else DONE


def _self_test(model: str, *, aloud: bool) -> SelfTest:
    from core.commands.behind import run_behind
    from core.commands.terminal import watching_context
    from core.workflows.self_test import SelfTest, self_test  # brings the store along: plain checks survive without it

    tested = SelfTest()
    for step in self_test(run_behind, watching_context(quiet=True), model=model):
        if step.state == "running":
            continue
        tested.steps.append(step)
        if aloud:
            sys.stdout.write(step_line(step) + "\n")
            sys.stdout.flush()
    return tested


def _save_bundle(found: list[Check], path: Path) -> None:
    from core.workflows.diagnostics import collect

    collect(checks=found).save(path)


def _line(check: Check) -> str:
    text = f"{MARKS[check.state]:<8}{check.group + ' / ' + check.name:<36}{check.found}"
    return f"{text}\n{'':<8}-> {check.advice}" if check.advice else text


def step_line(step: Step) -> str:
    """A step of the self-test as a line; what to do about a failure stands in a second one."""
    text = f"{'ok' if step.ok else 'FAILED':<8}{'self-test / ' + step.name:<36}{step.found} ({step.seconds:.1f} s)"
    return f"{text}\n{'':<8}-> {step.advice}" if step.advice else text


def _summary(missing: Iterable[Check], tested: SelfTest | None) -> list[str]:
    names = ", ".join(check.name for check in missing)
    lines = [f"Missing: {names}." if names else "Everything that is needed is there."]
    if tested is not None:
        failed = ", ".join(step.name for step in tested.steps if not step.ok)
        lines.append("The self-test passed." if tested.ok else f"The self-test failed: {failed}.")
    return lines


def _as_json(found: Iterable[Check], tested: SelfTest | None) -> dict[str, object]:
    checks = [check.as_json() for check in found]
    return {
        "ok": all(check["state"] != "missing" for check in checks) and (tested is None or tested.ok),
        "checks": checks,
        "self_test": tested.as_json() if tested is not None else None,
    }
