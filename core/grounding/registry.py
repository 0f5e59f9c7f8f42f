"""Which models there are and where their checkpoints stand. One line per family; imports none of them."""

from __future__ import annotations

import importlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from core.errors import ModelError
from core.files import bundled, home
from core.grounding.licences import check_use
from core.grounding.protocol import Grounder, Loader
from core.jobs import JobContext
from core.schema import MediaKind

# What the published GroundingGPT's configuration class calls itself.
PUBLISHED = "LEGO"
# model_type in a checkpoint's config.json -> "module:function" that loads it (a `Loader`)
FAMILIES: dict[str, str] = {
    "groundlabel_groundinggpt": "core.grounding.groundinggpt.loading:load_grounder",
    PUBLISHED: "core.grounding.groundinggpt.loading:load_grounder",
    "grounding-dino": "core.grounding.grounding_dino.grounder:load_grounder",
}
# Checkpoints of this model_type are parts of other models: found, kept, and never asked.
PARTS = frozenset({"clip", "clip_vision_model", "llama"})
# The published model under another model_type: its class, or the keys that only its configuration has.
_PUBLISHED_CLASS = re.compile(r"LEGO\w*ForCausalLM")
_PUBLISHED_KEYS = frozenset({"mm_vision_tower", "max_frame", "video_token_len", "sound_token_len"})
DEFAULT_MODEL = "mini"
TIME_MODEL = "mini-time"  # the bundled model of videos and sounds, where there is one


@dataclass(frozen=True, slots=True)
class ModelPlace:
    """A checkpoint that can be loaded: its name, folder and family."""

    name: str
    folder: Path
    family: str


def family_of(folder: Path) -> str | None:
    """The family that a folder's `config.json` names; None where there is none that can be read."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return _family(config)


def _family(config: object) -> str | None:
    if not isinstance(config, dict):
        return None
    named = config.get("model_type")
    if isinstance(named, str) and named in FAMILIES:
        return named
    classes = config.get("architectures")
    is_published = isinstance(classes, list) and any(_PUBLISHED_CLASS.fullmatch(str(one)) for one in classes)
    if is_published or config.keys() >= _PUBLISHED_KEYS:
        return PUBLISHED
    return named if isinstance(named, str) else None


def _known_family(folder: Path) -> str:
    config_path = folder / "config.json"
    try:
        config = json.loads(config_path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(
            f"{folder} holds no model", why="it has no config.json", next_step="name a checkpoint's folder"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{config_path} cannot be read", why=str(error)) from error
    family = _family(config)
    if family in PARTS:
        raise ModelError(
            f"{folder} is a part of other models (of kind {family!r}) and answers nothing by itself",
            next_step="name the model that needs it, such as groundinggpt-7b",
        )
    if family not in FAMILIES:
        named = family if family is not None else config.get("model_type") if isinstance(config, dict) else None
        known = ", ".join(sorted(FAMILIES))
        raise ModelError(f"{folder} is of an unknown kind ({named!r})", why=f"known kinds are {known}")
    return family


def checkpoint_folders() -> dict[str, Path]:
    """Names and folders of every checkpoint in the bundled `ckpt/` and in the user's models folder, parts too."""
    found: dict[str, Path] = {}
    for parent in (bundled("ckpt"), home() / "models"):
        if parent.is_dir():
            for folder in sorted(parent.iterdir()):
                if (folder / "config.json").is_file():
                    found.setdefault(folder.name, folder)
    return found


def model_folders() -> dict[str, Path]:
    """The checkpoints that can be asked: all but those that are parts of others."""
    return {name: folder for name, folder in checkpoint_folders().items() if family_of(folder) not in PARTS}


def default_model(kind: MediaKind) -> str:
    """The name of the model that is asked about media of a kind when nobody names one; a paused frame is an image."""
    return TIME_MODEL if kind != "image" and TIME_MODEL in model_folders() else DEFAULT_MODEL


def find_model(name_or_folder: str | os.PathLike[str] = DEFAULT_MODEL) -> ModelPlace:
    """The checkpoint of this name, or in this folder. Raises `ModelError` naming what there is."""
    text = os.fspath(name_or_folder)
    folders = checkpoint_folders()
    folder = folders.get(text) or Path(text).expanduser()
    if folder.is_dir():
        # a path to a model that has a name here is that model, with its terms
        named = next((name for name, place in folders.items() if place.resolve() == folder.resolve()), None)
        if named is None:
            return ModelPlace(folder.resolve().name, folder.resolve(), _known_family(folder))
        check_use(named)
        return ModelPlace(named, folders[named], _known_family(folders[named]))
    known = ", ".join(sorted(model_folders())) or "none"
    raise ModelError(
        f"There is no model {text!r}", why=f"known models: {known}", next_step="give one of these names or a folder"
    )


def load_model(
    place: ModelPlace, device: str = "auto", bits: str = "auto", context: JobContext | None = None
) -> Grounder:
    """Load a checkpoint in *this* process. The window and the commands use `core.grounding.host` instead."""
    module_name, function_name = FAMILIES[place.family].split(":")
    loader = cast("Loader", getattr(importlib.import_module(module_name), function_name))
    return loader(place.folder, device, bits=bits, context=context or JobContext())
