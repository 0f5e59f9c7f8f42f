"""Models that can be downloaded: what `resources/models/catalogue.json` knows of them. Facts only; null is unknown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from core.errors import ModelError
from core.files import bundled


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence by name, which part of a model it covers, where its text stands, and what it asks in a line."""

    name: str
    covers: str
    url: str
    summary: str

    def as_json(self) -> dict[str, str]:
        """Plain values for `--json`."""
        return {"name": self.name, "covers": self.covers, "url": self.url, "summary": self.summary}


@dataclass(frozen=True, slots=True)
class CataloguedModel:
    """A model on the hub. `files` are names or patterns; `sha256` pairs file names with hashes that are known here.

    `needs` are other models of the catalogue without which this one does not load. With `accept_before_use` the
    licences must be accepted also when somebody else put the files there.
    """

    name: str
    summary: str
    repository: str
    revision: str
    family: str | None
    files: tuple[str, ...]
    size_bytes: int | None
    sha256: tuple[tuple[str, str], ...]
    licences: tuple[Licence, ...]
    accept_before_use: bool
    needs: tuple[str, ...]

    def wanted(self, names: list[str]) -> list[str]:
        """Which of the hub's files are the model: none in folders, and pickles only where there are no safetensors."""
        chosen = [name for name in names if "/" not in name and any(fnmatchcase(name, one) for one in self.files)]
        if any(name.endswith(".safetensors") for name in chosen):
            chosen = [name for name in chosen if not name.endswith((".bin", ".bin.index.json"))]
        return chosen

    def licence_names(self) -> str:
        """Every licence with what it covers, in one line."""
        return ", ".join(f"{licence.name} ({licence.covers})" for licence in self.licences)


@cache
def catalogue() -> dict[str, CataloguedModel]:
    """Every catalogued model by its name, in the catalogue's order."""
    content = json.loads(bundled("resources/models/catalogue.json").read_text(encoding="utf-8"))
    licences = content["licences"]
    return {
        name: CataloguedModel(
            name=name,
            summary=entry["summary"],
            repository=entry["repository"],
            revision=entry["revision"],
            family=entry["family"],
            files=tuple(entry["files"]),
            size_bytes=entry["size_bytes"],
            sha256=tuple((entry["sha256"] or {}).items()),
            licences=tuple(Licence(covers=one["covers"], **licences[one["id"]]) for one in entry["licences"]),
            accept_before_use=entry["accept_before_use"],
            needs=tuple(entry["needs"]),
        )
        for name, entry in content["models"].items()
    }


def catalogued(name: str) -> CataloguedModel:
    """The model of this name or hub repository. Raises `ModelError` naming those that there are."""
    for model in catalogue().values():
        if name in (model.name, model.repository):
            return model
    raise ModelError(
        f"The catalogue has no model {name!r}",
        why=f"it has {', '.join(catalogue())}",
        next_step="give one of these names; another model's folder is taken in by `models add FOLDER`",
    )
