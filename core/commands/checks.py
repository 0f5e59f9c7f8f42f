"""`checks`: prints what the machine has, what is missing and what to do; `--self-test` also does the main job once.

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
    from core.workflows.self_test import SelfTest

MARKS = {"ok": "ok", "note": "note", "missing": "MISSING"}
DONE, SOMETHING_MISSING = 0, 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`[--self-test] [--model NAME|DIR] [--bundle OUT.zip] [--json]`."""
    parser.add_argument(
        "--self-test", action="store_true", help="ground the sample picture and export COCO to a temporary folder"
    )
    parser.add_argument("--model", default="mini", help="the model of the self-test: a name or a folder (mini)")
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
    tested = _self_test(args.model) if args.self_test else None
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


def _self_test(model: str) -> SelfTest:
    from core.workflows.self_test import self_test  # brings the store along: plain checks survive without it

    return self_test(model)


def _save_bundle(found: list[Check], path: Path) -> None:
    from core.workflows.diagnostics import collect

    collect(checks=found).save(path)


def _line(check: Check) -> str:
    text = f"{MARKS[check.state]:<8}{check.group + ' / ' + check.name:<36}{check.found}"
    return f"{text}\n{'':<8}-> {check.advice}" if check.advice else text


def _summary(missing: Iterable[Check], tested: SelfTest | None) -> list[str]:
    lines = []
    if tested is not None:
        lines += [f"{'ok' if step.ok else 'FAILED':<8}self-test / {step.name:<24}{step.found}" for step in tested.steps]
    names = ", ".join(check.name for check in missing)
    lines.append(f"Missing: {names}." if names else "Everything that is needed is there.")
    return lines


def _as_json(found: Iterable[Check], tested: SelfTest | None) -> dict[str, object]:
    checks = [check.as_json() for check in found]
    return {
        "ok": all(check["state"] != "missing" for check in checks) and (tested is None or tested.ok),
        "checks": checks,
        "self_test": tested.as_json() if tested is not None else None,
    }
