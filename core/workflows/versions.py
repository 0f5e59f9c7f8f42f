"""Versions of models: what each was made of and how good it is, which one is used, and the way back to any.

A version is a checkpoint that says in `training.json` what it was taught from. How it was measured stands beside that,
in `evaluation.json`. Which one a project asks is a fact of the project; without one, the person's setting holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import ModelError
from core.files import write_atomically
from core.grounding.registry import DEFAULT_MODEL, ModelPlace, default_model, find_model, model_folders
from core.grounding.weight_files import find_weights, remembered_sha256
from core.project import Project
from core.project.measures import ModelChoice
from core.project.queue import KINDS
from core.schema import MediaKind
from core.settings import Settings
from core.workflows.model_cards import understood

_TRAINING, _EVALUATION = "training.json", "evaluation.json"
_LEFT_OUT = frozenset(
    {"base", "base_sha256", "losses", "held_losses", "recipe", "tried"}
)  # told elsewhere, or too long to list


@dataclass(frozen=True, slots=True)
class Version:
    """One model. `made_of`: numbers of its training (samples, pictures, epochs, …). `parent`: what it was taught from.

    `figures`: its evaluations, the latest last (`record_evaluation`). `asked_about`: the media that it is asked about
    now, `kinds` those that it can be asked about, as far as that is known. `made_at` is the time of its files. Untaught
    ones have no parent.
    """

    name: str
    model_id: str
    path: str
    made_at: str
    parent: str | None
    parent_sha256: str | None
    made_of: Mapping[str, object]
    figures: tuple[Mapping[str, Any], ...]
    asked_about: tuple[MediaKind, ...]
    kinds: tuple[MediaKind, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Plain values for `--json`."""
        return {
            "name": self.name, "model": self.model_id, "path": self.path, "made_at": self.made_at,
            "parent": self.parent, "parent_sha256": self.parent_sha256, "made_of": dict(self.made_of),
            "figures": [dict(one) for one in self.figures], "asked_about": list(self.asked_about),
        }  # fmt: skip


def current_model(project: Project | None, settings: Settings, kind: MediaKind = "image") -> str:
    """The name or folder of the model that is asked about media of a kind.

    It is what the project chose last, else what the person set for such media; the bundled one stands in where that
    is the bundled one of another kind, or knows no such media.
    """
    chosen = project.measures.chosen_model(kind) if project is not None else None
    if chosen is not None:
        return chosen
    of_time = str(settings.get("model.time"))
    if kind != "image" and of_time != "auto":
        return of_time
    usual = str(settings.get("model.default"))
    if kind == "image":
        return usual
    return default_model(kind) if usual == DEFAULT_MODEL or kind not in _able(_place(usual)) else usual


def _able(place: ModelPlace | None) -> frozenset[MediaKind]:
    """The media for which a model is not known to lack the sense; a video can also be heard."""
    kinds = understood(place.family, _config(place.folder)) if place is not None else ()
    if not kinds:
        return frozenset(KINDS)
    return frozenset(kind for kind in KINDS if kind in kinds or (kind == "video" and "audio" in kinds))


def versions(project: Project | None, settings: Settings) -> list[Version]:
    """Every model here and every one that the project ever chose, parents before their children, then by age.

    One that cannot be read, or is gone, is left out.
    """
    named = [*model_folders(), *(choice.model for choice in (project.measures.model_choices() if project else ()))]
    current = {kind: current_model(project, settings, kind) for kind in KINDS}
    own = (str(settings.get(key)) for key in ("model.default", "model.time"))
    named += [*current.values(), *(name for name in own if name != "auto")]  # also a folder anywhere
    asked = {kind: _place(name) for kind, name in current.items()}
    places = {place.folder.resolve(): place for name in named if (place := _place(name)) is not None}
    found = []
    for folder, place in places.items():
        version = _version(
            place, tuple(kind for kind, one in asked.items() if one is not None and one.folder.resolve() == folder)
        )
        if version is not None:
            found.append(version)
    return _by_descent(found)


def use(
    project: Project | None,
    model: str,
    settings: Settings,
    *,
    kinds: frozenset[MediaKind] = frozenset(),
    why: str = "",
) -> ModelPlace:
    """From now on ask this model: in the project if there is one, else wherever the person works.

    kinds: in a project, about these media only; none named means all that the model is not known to lack.
    Raises `ModelError` when it is not here, `ProjectError` or `SettingsError` when that cannot be written down.
    """
    place = find_model(model)
    name = place.name if place.name in model_folders() else str(place.folder)
    if project is None:
        settings.set("model.default", name)
        settings.save()
    else:
        if not kinds and (able := _able(place)) < frozenset(KINDS):
            kinds = able
        project.measures.choose_model(ModelChoice(name, _model_id(place), kinds, why))
    return place


def record_evaluation(folder: Path, result: Mapping[str, Any]) -> None:
    """Write what `evaluate --json` said of a version beside its weights, after what stands there. Raises `ModelError`.

    Kept are the figures over everything and the comparison; not those by expression, which a report holds.
    """
    kept = {
        name: result[name]
        for name in ("model", "data", "n_queries", "boxes", "sets", "spans", "presence", "seconds_per_query")
    }
    kept["at"] = datetime.now(UTC).isoformat(timespec="seconds")
    kept["ece"] = result["calibration"]["ece"]
    if "comparison" in result:
        kept["against"] = result["against"]["model"]
        kept["comparison"] = {name: result["comparison"][name] for name in ("overall", "adoption")}
    path = folder / _EVALUATION
    try:
        write_atomically(path, json.dumps([*_figures(folder), kept], indent=1) + "\n")
    except OSError as error:
        raise ModelError(f"{path} cannot be written", why=error.strerror or str(error)) from error


def _place(name: str) -> ModelPlace | None:
    try:
        return find_model(name)
    except ModelError:
        return None


def _model_id(place: ModelPlace) -> str:
    """The id that its answers carry: name and the first digits of its weights' hash."""
    return f"{place.name}@{remembered_sha256(find_weights(place.folder).paths)[:12]}"


def _version(place: ModelPlace, asked_about: tuple[MediaKind, ...]) -> Version | None:
    try:
        model_id = _model_id(place)
    except ModelError:
        return None
    taught = _read(place.folder / _TRAINING)
    facts = taught if isinstance(taught, dict) else {}
    parent, digest = facts.get("base"), facts.get("base_sha256")
    written = (place.folder / "config.json").stat().st_mtime
    return Version(
        name=place.name,
        model_id=model_id,
        path=str(place.folder),
        made_at=datetime.fromtimestamp(written, UTC).isoformat(timespec="seconds"),
        parent=str(parent) if parent is not None else None,
        parent_sha256=str(digest) if digest is not None else None,
        made_of={name: value for name, value in facts.items() if name not in _LEFT_OUT},
        figures=tuple(_figures(place.folder)),
        asked_about=asked_about,
        kinds=understood(place.family, _config(place.folder)),
    )


def _config(folder: Path) -> dict[str, object]:
    found = _read(folder / "config.json")
    return found if isinstance(found, dict) else {}


def _figures(folder: Path) -> list[dict[str, Any]]:
    found = _read(folder / _EVALUATION)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _read(path: Path) -> object:
    """What stands in a JSON file; None where there is none that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _by_descent(found: Iterable[Version]) -> list[Version]:
    """Each version after the one it was taught from; else the older first."""
    waiting = sorted(found, key=lambda one: (one.made_at, one.name))
    digests = {_digits(one.model_id): one for one in waiting}
    ordered: list[Version] = []

    def put(version: Version) -> None:
        if version in ordered:
            return
        parent = digests.get((version.parent_sha256 or "")[:12])
        if parent is not None and parent is not version and _digits(parent.model_id) != _digits(version.model_id):
            put(parent)
        ordered.append(version)

    for version in waiting:
        put(version)
    return ordered


def _digits(model_id: str) -> str:
    return model_id.rsplit("@", 1)[-1]
