"""Which models there are and where their checkpoints stand. One line per family; imports none of them."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from core.errors import ModelError
from core.files import bundled, home
from core.grounding.licences import check_use
from core.grounding.protocol import Grounder
from core.schema import MediaKind

# model_type in a checkpoint's config.json -> "module:function" that loads it: (folder, device) -> Grounder
FAMILIES: dict[str, str] = {
    "groundlabel_groundinggpt": "core.grounding.groundinggpt.grounder:load_grounder",
    "grounding-dino": "core.grounding.grounding_dino.grounder:load_grounder",
}
DEFAULT_MODEL = "mini"
TIME_MODEL = "mini-time"  # the bundled model of videos and sounds, where there is one


@dataclass(frozen=True, slots=True)
class ModelPlace:
    """A checkpoint that can be loaded: its name, folder and family."""

    name: str
    folder: Path
    family: str


def _family_of(folder: Path) -> str:
    config_path = folder / "config.json"
    try:
        config = json.loads(config_path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(
            f"{folder} holds no model", why="it has no config.json", next_step="name a checkpoint's folder"
        ) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ModelError(f"{config_path} cannot be read", why=str(error)) from error
    family = config.get("model_type") if isinstance(config, dict) else None
    if not isinstance(family, str) or family not in FAMILIES:
        known = ", ".join(sorted(FAMILIES))
        raise ModelError(f"{folder} is of an unknown kind ({family!r})", why=f"known kinds are {known}")
    return family


def model_folders() -> dict[str, Path]:
    """Names and folders of every checkpoint in the bundled `ckpt/` and in the user's models folder."""
    found: dict[str, Path] = {}
    for parent in (bundled("ckpt"), home() / "models"):
        if parent.is_dir():
            for folder in sorted(parent.iterdir()):
                if (folder / "config.json").is_file():
                    found.setdefault(folder.name, folder)
    return found


def default_model(kind: MediaKind) -> str:
    """The name of the model that is asked about media of a kind when nobody names one; a paused frame is an image."""
    return TIME_MODEL if kind != "image" and TIME_MODEL in model_folders() else DEFAULT_MODEL


def find_model(name_or_folder: str | os.PathLike[str] = DEFAULT_MODEL) -> ModelPlace:
    """The checkpoint of this name, or in this folder. Raises `ModelError` naming what there is."""
    text = os.fspath(name_or_folder)
    folders = model_folders()
    if text in folders:
        check_use(text)
        return ModelPlace(text, folders[text], _family_of(folders[text]))
    folder = Path(text).expanduser()
    if folder.is_dir():
        return ModelPlace(folder.resolve().name, folder.resolve(), _family_of(folder))
    known = ", ".join(sorted(folders)) or "none"
    raise ModelError(
        f"There is no model {text!r}", why=f"known models: {known}", next_step="give one of these names or a folder"
    )


def load_model(place: ModelPlace, device: str = "auto") -> Grounder:
    """Load a checkpoint in *this* process. The window and the commands use `core.grounding.host` instead."""
    module_name, function_name = FAMILIES[place.family].split(":")
    loader = cast("Callable[[Path, str], Grounder]", getattr(importlib.import_module(module_name), function_name))
    return loader(place.folder, device)
