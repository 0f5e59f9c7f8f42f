"""Grounding DINO checkpoints on disk, as the hub publishes them; loading refuses what does not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import torch
from transformers import GroundingDinoConfig, GroundingDinoForObjectDetection
from transformers.utils import logging as transformers_logging

from core.errors import ModelError
from core.grounding.weight_files import check_safetensors, find_weights
from core.grounding.weights.pickled import open_pickled


def load_network(folder: Path) -> GroundingDinoForObjectDetection:
    """Build the network of a folder and load every weight, as float32 on the CPU. Raises `ModelError`.

    Pickled weights are opened with `weights_only`: what is no tensor in them is refused, not run.
    """
    config = _config(folder)
    weights = find_weights(folder)
    if weights.kind == "safetensors":
        for path in weights.paths:
            check_safetensors(path)
    else:
        for path in weights.paths:
            open_pickled(path)  # refuses code, with words of its own; the library's advise to let it run
    cast("Any", transformers_logging).disable_progress_bar()
    load: Any = GroundingDinoForObjectDetection.from_pretrained  # its type knows nothing of the loading info
    try:
        model, found = load(
            folder,
            config=config,
            dtype=torch.float32,
            local_files_only=True,
            use_safetensors=weights.kind == "safetensors",
            weights_only=True,
            ignore_mismatched_sizes=False,
            output_loading_info=True,
        )
    except MemoryError:
        raise
    except Exception as error:  # reading and building fail in as many ways as there are broken folders
        if "ignore_mismatched_sizes" in str(error):  # all that the library says; the list of tensors is in its log
            raise _misfit(folder, "some tensors have a wrong shape") from error
        raise ModelError(
            f"The weights in {folder} cannot be loaded",
            why=str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__,
            next_step="copy or download the folder again",
        ) from error
    missing = sorted(str(name) for name in found["missing_keys"])
    if missing:
        raise _misfit(folder, f"{len(missing)} tensors are missing, first {missing[0]}")
    network: GroundingDinoForObjectDetection = model.eval()
    return network


def _misfit(folder: Path, why: str) -> ModelError:
    return ModelError(
        f"The weights in {folder} do not fit its config.json", why=why, next_step="copy or download the folder again"
    )


def _config(folder: Path) -> GroundingDinoConfig:
    try:
        return GroundingDinoConfig.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # whatever the library makes of a size that is a word, negative or zero
        raise ModelError(f"{folder / 'config.json'} describes no model", why=str(error)) from error
