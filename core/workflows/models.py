"""The models of this machine and of the catalogue: list, verify, convert, remove. How they come is `model_arrivals`.

What `models` and the window share; knows no torch and prints nothing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.errors import ModelError
from core.files import bundled
from core.grounding import downloads, shelf
from core.grounding.aside import run_aside
from core.grounding.catalogue import CataloguedModel, catalogue
from core.grounding.checksums import SUMS, released_sums
from core.grounding.registry import PARTS, checkpoint_folders, family_of, find_model
from core.grounding.shelf import FileFacts, Record
from core.grounding.weight_files import BIN_INDEX, SAFETENSORS_INDEX, check_safetensors, find_weights, sha256_of
from core.jobs import JobContext

ModelState = Literal["bundled", "installed", "linked", "available"]
FileState = Literal["ok", "changed", "missing", "unrecorded"]
_PICKLED = "core.grounding.weights.pickled"


# --- what there is --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model as `models list` tells it. `problem` says why it cannot answer as it is; None is unknown."""

    name: str
    state: ModelState
    family: str | None
    size_bytes: int | None
    licence: str | None
    path: str | None
    summary: str
    problem: str | None = None

    def as_json(self) -> dict[str, object]:
        """Plain values for `--json`."""
        return {
            "name": self.name,
            "state": self.state,
            "family": self.family,
            "size_bytes": self.size_bytes,
            "licence": self.licence,
            "path": self.path,
            "summary": self.summary,
            "problem": self.problem,
        }


def list_models() -> list[ModelEntry]:
    """Models on this machine, bundled first, then those of the catalogue that are not here."""
    here = [_entry(name, folder) for name, folder in checkpoint_folders().items()]
    here += [_dangling(name) for name in _broken_links()]
    names = {entry.name for entry in here}
    absent = [model for model in catalogue().values() if model.name not in names]
    return here + [
        ModelEntry(model.name, "available", model.family, model.size_bytes, model.licence_names(), None, model.summary)
        for model in absent
    ]


def _entry(name: str, folder: Path) -> ModelEntry:
    known = catalogue().get(name)
    config = _config(folder)
    family, problem = None, None
    try:
        if not is_part(folder, known):
            family = family_of(folder)
            find_model(name)
        find_weights(folder)
    except ModelError as error:
        problem = str(error)
    state: ModelState = "installed"
    if folder.parent == bundled("ckpt"):
        state = "bundled"
    elif folder.is_symlink():
        state = "linked"
    return ModelEntry(
        name=name,
        state=state,
        family=family or (known.family if known else None),
        size_bytes=size_of(folder),
        licence=known.licence_names() if known else _text(config, "licence"),
        path=str(folder),
        summary=known.summary if known else _text(config, "summary") or "",
        problem=problem,
    )


def is_part(folder: Path, known: CataloguedModel | None) -> bool:
    """Whether a folder holds a part of other models, which is of no family and answers nothing."""
    return (known is not None and known.family is None) or family_of(folder) in PARTS


def _broken_links() -> list[str]:
    folder = shelf.models_folder()
    links = sorted(path for path in folder.iterdir() if path.is_symlink()) if folder.is_dir() else []
    return [path.name for path in links if not path.exists()]


def _dangling(name: str) -> ModelEntry:
    path = shelf.models_folder() / name
    return ModelEntry(name, "linked", None, None, None, str(path), "", f"It leads to {path.readlink()}, which is gone.")


def _config(folder: Path) -> dict[str, object]:
    try:
        content = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _text(config: dict[str, object], key: str) -> str | None:
    value = config.get(key)
    return value if isinstance(value, str) else None


def size_of(folder: Path) -> int:
    """Bytes of a model's files."""
    return sum(path.stat().st_size for path in shelf.files_below(folder).values())


# --- verify, remove ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verification:
    """How a model's files stand against its record. Without a record there is nothing to hold them against.

    `is_bundled`: it came with the app, and only the app can bring it anew.
    """

    name: str
    folder: Path
    recorded: bool
    files: tuple[tuple[str, FileState], ...]
    is_bundled: bool = False

    @property
    def damaged(self) -> list[str]:
        """Files that changed or are missing."""
        return [f"{path} ({state})" for path, state in self.files if state in ("changed", "missing")]


def verify(name: str, context: JobContext) -> Verification:
    """Hash a model's files again. Raises `ModelError` for an unknown name or weights that are damaged in themselves."""
    folder = _folder_of(name)
    is_bundled = folder.parent == bundled("ckpt")
    recorded = released_sums(folder) if is_bundled else _sums_when_it_came(name)
    present = {path: place for path, place in shelf.files_below(folder).items() if not is_bundled or path != SUMS}
    states: dict[str, FileState] = dict.fromkeys(present, "unrecorded")
    for number, (path, sha256) in enumerate((recorded or {}).items()):
        context.progress(number, len(recorded or {}), f"Reading {path}")
        if path not in present:
            states[path] = "missing"
        else:
            states[path] = "ok" if sha256_of([present[path]], context) == sha256 else "changed"
    result = Verification(name, folder, recorded is not None, tuple(sorted(states.items())), is_bundled)
    if not result.damaged:
        check_weights(folder, context)
    return result


def _sums_when_it_came(name: str) -> dict[str, str] | None:
    """What a model of the user hashed to; None when nobody wrote that down."""
    record = shelf.read_record(name) if shelf.standing(name) is not None else None
    return None if record is None else {path: facts.sha256 for path, facts in record.files.items()}


def check_weights(folder: Path, context: JobContext) -> None:
    """Are the weights there, and sane as far as that shows without loading them? Raises `ModelError`."""
    weights = find_weights(folder)
    if weights.kind == "safetensors":
        for path in weights.paths:
            check_safetensors(path)
    else:
        run_aside(f"{_PICKLED}:check", folder, context=context)


def remove(name: str) -> Path:
    """Delete a model of the user; of a linked one the link alone. Raises `ModelError` for bundled and unknown ones."""
    place = shelf.standing(name)
    if place is None and shelf.unfinished_folder(name).is_dir():
        place = shelf.unfinished_folder(name)
    if place is None:
        if name in checkpoint_folders():
            raise ModelError(f"{name} is not yours to remove", why="it is part of GroundLabel's own folder")
        raise _unknown(name)
    shelf.take_down(name)
    return place


def _folder_of(name: str) -> Path:
    folders = checkpoint_folders()
    if name not in folders:
        raise _unknown(name)
    return folders[name]


def _unknown(name: str) -> ModelError:
    known = ", ".join(sorted(checkpoint_folders())) or "none"
    return ModelError(f"There is no model {name!r}", why=f"models on this machine: {known}")


# --- convert --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Conversion:
    """What `convert` wrote, and where. `files` is empty when the weights were safetensors already."""

    source: Path
    out: Path
    files: tuple[str, ...]


def convert(name_or_folder: str, context: JobContext, *, out: Path | None = None) -> Conversion:
    """Write a model's pickled weights as safetensors, beside them or with everything else into a new folder.

    Pickled files stay where they are; from then on nobody opens them. Raises `ModelError`, `Cancelled`.
    """
    folders = checkpoint_folders()
    source = folders.get(name_or_folder) or Path(name_or_folder).expanduser()
    if not source.is_dir():
        raise _unknown(name_or_folder)
    weights = find_weights(source)
    if weights.kind == "safetensors":
        for path in weights.paths:
            check_safetensors(path)
        return Conversion(source, source, ())
    if out is not None and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ModelError(f"{out} is not empty", next_step="name a new folder")
    place = out or source
    downloads.check_room(place, sum(path.stat().st_size for path in weights.paths), "convert the model")
    workshop = place / ".converting"
    shutil.rmtree(workshop, ignore_errors=True)
    shelf.make_folder(workshop)
    try:
        names = run_aside(f"{_PICKLED}:convert", source, workshop, context=context)
        others = _others(source, weights.paths) if out is not None else {}
        _bring_in(workshop, place, names, others)
    except OSError as error:
        raise ModelError(f"{place} cannot be written", why=error.strerror or str(error)) from error
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    if out is None and name_or_folder in folders:
        _add_to_record(name_or_folder, place, names, context)
    return Conversion(source, place, tuple(names))


def _others(folder: Path, weights: Sequence[Path]) -> dict[str, Path]:
    """Everything of a model's folder but its weights and their index."""
    return {name: path for name, path in shelf.files_below(folder).items() if path not in weights and name != BIN_INDEX}


def _bring_in(workshop: Path, place: Path, names: Sequence[str], others: dict[str, Path]) -> None:
    """Move what was written to its place, the index last: it makes the rest count."""
    for name, path in others.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place / name)
    for name in sorted(names, key=lambda one: one == SAFETENSORS_INDEX):
        if name.endswith(".safetensors"):
            check_safetensors(workshop / name)
        (workshop / name).replace(place / name)


def _add_to_record(name: str, folder: Path, names: Sequence[str], context: JobContext) -> None:
    record = shelf.read_record(name) if shelf.standing(name) is not None else None
    if record is None:
        return
    new = {one: FileFacts((folder / one).stat().st_size, sha256_of([folder / one], context)) for one in names}
    shelf.write_record(
        Record(record.name, record.source, record.origin, record.revision, record.added_at, {**record.files, **new})
    )
