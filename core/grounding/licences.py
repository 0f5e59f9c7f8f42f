"""Which licences of catalogued models a person has accepted: recorded in the user's folder, asked for once."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from core.errors import ModelError
from core.files import home, write_atomically
from core.grounding.catalogue import CataloguedModel, catalogue


def _record_path() -> Path:
    return home() / "licences.json"


def _recorded() -> dict[str, dict[str, object]]:
    """What was accepted; a record that cannot be read counts as none, and everything is asked again."""
    try:
        content = json.loads(_record_path().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    return {name: entry for name, entry in content.items() if isinstance(entry, dict)}


def is_accepted(model: CataloguedModel) -> bool:
    """True once every licence that the catalogue now names for a model was accepted."""
    accepted = _recorded().get(model.name, {}).get("licences")
    return isinstance(accepted, list) and {licence.name for licence in model.licences} <= {*map(str, accepted)}


def accept(model: CataloguedModel) -> None:
    """Record that the person has accepted a model's licences. Raises `ModelError` when that cannot be written."""
    content = _recorded()
    content[model.name] = {
        "licences": [licence.name for licence in model.licences],
        "accepted_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    path = _record_path()
    try:
        write_atomically(path, json.dumps(content, indent=1, sort_keys=True) + "\n")
    except OSError as error:
        raise ModelError(f"{path} cannot be written", why=error.strerror or str(error)) from error


def require_accepted(model: CataloguedModel) -> None:
    """Raise `ModelError` that names the licences, unless they were accepted."""
    if not is_accepted(model):
        raise ModelError(
            f"The licences of {model.name} have not been accepted",
            why=f"they are {model.licence_names()}",
            next_step=f"read them with `models licence {model.name}`, then add --accept-licence",
        )


def check_use(name: str) -> None:
    """Raise `ModelError` for a catalogued model whose terms must be accepted before it is used, and were not."""
    model = catalogue().get(name)
    if model is not None and model.accept_before_use:
        require_accepted(model)
