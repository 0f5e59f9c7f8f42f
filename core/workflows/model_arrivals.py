"""How models come here: downloaded as the catalogue says, or taken from a folder as a copy or a link.

Licences are accepted by `core.grounding.licences`; here they are only required.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from core.errors import ModelError
from core.grounding import downloads, shelf
from core.grounding.catalogue import CataloguedModel, catalogue, catalogued
from core.grounding.hub import list_files
from core.grounding.licences import require_accepted
from core.grounding.registry import checkpoint_folders, find_model
from core.grounding.shelf import FileFacts, Record
from core.grounding.weight_files import sha256_of
from core.jobs import JobContext
from core.workflows.models import check_weights, is_part, size_of

_COPY_BLOCK_BYTES = 1 << 22


@dataclass(frozen=True, slots=True)
class Arrival:
    """A model that has come: by download, copy or link."""

    name: str
    folder: Path
    files: int
    size_bytes: int
    revision: str = ""
    linked: bool = False


def with_needs(name: str) -> list[CataloguedModel]:
    """What a download of this name brings: the models that it needs, then itself. Raises `ModelError`."""
    model = catalogued(name)
    return [*(catalogued(needed) for needed in model.needs), model]


def download(name: str, context: JobContext) -> list[Arrival]:
    """Bring a catalogued model and what it needs; goes on where an earlier attempt stopped.

    Raises `ModelError` (licences not accepted, already here, no room, no connection, a wrong hash), `Cancelled`.
    """
    models = with_needs(name)
    for model in models:
        require_accepted(model)
    wanted = models[-1]
    if wanted.name in checkpoint_folders() or shelf.standing(wanted.name) is not None:
        raise ModelError(
            f"{wanted.name} is already here", next_step=f"`models verify {wanted.name}` looks whether it is whole"
        )
    return [_download(model, context) for model in models if model.name not in checkpoint_folders()]


def _download(model: CataloguedModel, context: JobContext) -> Arrival:
    context.progress(0, 0, f"Asking the hub for {model.name}")
    listing = list_files(model)
    folder = shelf.unfinished_folder(model.name)
    shelf.make_folder(folder)
    total = sum(file.size or 0 for file in listing.files)
    _forget_others(folder, {file.path for file in listing.files})
    downloads.check_room(folder, total - size_of(folder), f"download {model.name}")
    facts: dict[str, FileFacts] = {}
    before = 0
    for file in listing.files:
        target = folder / file.path
        shelf.make_folder(target.parent)

        def arrived(count: int, name: str = file.path, start: int = before) -> None:
            context.bytes_progress(start + count, total, f"Downloading {name}")

        sha256 = downloads.fetch(file, target, context, arrived)
        facts[file.path] = FileFacts(target.stat().st_size, sha256)
        before += facts[file.path].size
    check_weights(folder, context)
    shelf.write_record(Record(model.name, "hub", model.repository, listing.revision, files=facts))
    place = shelf.put_up(model.name)
    return Arrival(model.name, place, len(facts), before, listing.revision)


def _forget_others(folder: Path, wanted: set[str]) -> None:
    """Remove what an earlier attempt left that is no part of the model any more."""
    for name, path in shelf.files_below(folder).items():
        if name.removesuffix(".part") not in wanted:
            path.unlink()


def add(folder: Path, context: JobContext, *, name: str = "", linked: bool = False) -> Arrival:
    """Take a checkpoint's folder in, as a copy or a link, after a look at its configuration and weights.

    Raises `ModelError` for a folder that holds no model, a name that is taken, or licences not accepted.
    """
    source = folder.expanduser().resolve()
    if not source.is_dir():
        raise ModelError(f"{folder} is no folder", next_step="name a checkpoint's folder")
    name = shelf.check_name(name or source.name)
    if name in checkpoint_folders() or shelf.standing(name) is not None:
        raise ModelError(f"There is already a model {name!r}", next_step="give another name with --name")
    known = catalogue().get(name)
    if known is not None and known.accept_before_use:
        require_accepted(known)
    if not is_part(source, known):
        find_model(source)
    check_weights(source, context)
    files = shelf.files_below(source)
    size = sum(path.stat().st_size for path in files.values())
    if linked:
        facts = {one: FileFacts(path.stat().st_size, sha256_of([path], context)) for one, path in files.items()}
        place = shelf.link(name, source)
    else:
        facts = _copy_all(files, shelf.unfinished_folder(name), size, context)
        place = shelf.put_up(name)
    shelf.write_record(Record(name, "link" if linked else "copy", str(source), files=facts))
    return Arrival(name, place, len(facts), size, linked=linked)


def _copy_all(files: dict[str, Path], folder: Path, total: int, context: JobContext) -> dict[str, FileFacts]:
    """Copy files into a fresh folder and read back what arrived; nothing is left of a copy that did not finish."""
    shelf.make_folder(folder.parent)
    downloads.check_room(folder, total, "copy the model")
    shutil.rmtree(folder, ignore_errors=True)
    facts: dict[str, FileFacts] = {}
    done = 0
    with ExitStack() as on_failure:
        on_failure.callback(shutil.rmtree, folder, ignore_errors=True)
        try:
            for name, path in files.items():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with path.open("rb") as source, target.open("wb") as copy:
                    while block := source.read(_COPY_BLOCK_BYTES):
                        context.raise_if_cancelled()
                        copy.write(block)
                        done += len(block)
                        context.bytes_progress(done, total, f"Copying {name}")
                facts[name] = FileFacts(target.stat().st_size, sha256_of([target], context))
        except OSError as error:
            raise ModelError(
                f"{error.filename or folder} cannot be copied", why=error.strerror or str(error)
            ) from error
        on_failure.pop_all()
    return facts
