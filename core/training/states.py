"""The folder of a running training: which saved state counts, and how a finished model takes its place.

A state counts once it was written to the end; a process that is killed while it writes leaves the one before.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from core.errors import TrainingError
from core.files import write_atomically

STATE, LOGS = "state", "logs"
_WHOLE = "whole"  # written into a state when everything else is
_COURSE = "course.json"  # what the run was begun with
_MODEL = "model"  # where the finished model is put together


def state_folder(out: Path) -> Path:
    """Where the running state is, inside of the folder of the new model."""
    return out / STATE


def check_out(out: Path, *, resume: bool) -> None:
    """Raise `TrainingError` when the folder for the new model cannot be used for this."""
    state = state_folder(out)
    if (out / "config.json").exists():
        raise TrainingError(f"{out} holds a finished model", next_step="give another folder with --out")
    if out.is_file():
        raise TrainingError(f"{out} is a file", next_step="give a folder with --out")
    if resume and not state.is_dir():
        raise TrainingError(f"There is nothing to resume in {out}", next_step="start without --resume")
    if not resume and state.exists():
        raise TrainingError(
            f"{out} holds an unfinished run", next_step="go on with --resume, or give another folder with --out"
        )


def begin(out: Path, course: Mapping[str, object]) -> Path:
    """Make the folder of the running state, or see whether it was begun on the same course.

    Raises `TrainingError` when it cannot be written, or was begun otherwise.
    """
    state = state_folder(out)
    try:
        state.mkdir(parents=True, exist_ok=True)
        if not (state / _COURSE).exists():
            write_atomically(state / _COURSE, json.dumps(course, indent=1) + "\n")
        begun = json.loads((state / _COURSE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"{state} cannot be used", why=str(error)) from error
    other = [name for name, value in course.items() if begun.get(name) != value]
    if other:
        raise TrainingError(
            f"{out} was begun otherwise",
            why=f"{', '.join(f'{name} was {begun.get(name)}, now {course[name]}' for name in other)}",
            next_step="give the same as then, or another folder with --out",
        )
    return state


def mark_whole(saved: Path) -> None:
    """Say of a saved state that everything in it was written."""
    with (saved / _WHOLE).open("w", encoding="ascii") as file:
        file.write("whole\n")
        file.flush()
        os.fsync(file.fileno())


def last_state(state: Path) -> Path | None:
    """The newest state that was written to the end; None when training has to begin at the start."""
    found = [path for path in state.glob("checkpoint-*") if (path / _WHOLE).is_file()]
    return max(found, key=lambda path: int(path.name.split("-")[1]), default=None)


def clear_unfinished(state: Path) -> None:
    """Delete states that a killed process left half written."""
    for path in state.glob("checkpoint-*"):
        if not (path / _WHOLE).is_file():
            shutil.rmtree(path, ignore_errors=True)


def model_folder(out: Path) -> Path:
    """An empty folder to write the finished model into. Raises `TrainingError`."""
    folder = state_folder(out) / _MODEL
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise TrainingError(f"{out} cannot be written", why=error.strerror or str(error)) from error
    return folder


def put_up(out: Path) -> None:
    """Move the finished model to its place, its `config.json` last: until then there is no model.

    Raises `TrainingError`; what was moved is moved again by the next attempt.
    """
    folder = state_folder(out) / _MODEL
    names = sorted((path.name for path in folder.iterdir()), key=lambda name: (name == "config.json", name))
    try:
        for name in names:
            (folder / name).replace(out / name)
    except OSError as error:
        raise TrainingError(f"{out} cannot be written", why=error.strerror or str(error)) from error
    shutil.rmtree(state_folder(out), ignore_errors=True)
