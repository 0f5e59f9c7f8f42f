"""Grounding DINO checkpoints on disk, as the hub publishes them; loading refuses what does not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import torch
from transformers import GroundingDinoConfig, GroundingDinoForObjectDetection
from transformers.utils import logging as transformers_logging

from core.errors import ModelError
from core.grounding.weight_files import check_safetensors, find_weights


def load_network(folder: Path) -> GroundingDinoForObjectDetection:
    """Build the network of a folder and load every weight, as float32 on the CPU. Raises `ModelError`.

    Pickled weights are opened with `weights_only`: what is no tensor in them is refused, not run.
    """
    config = _config(folder)
    weights = find_weights(folder)
    if weights.kind == "safetensors":
        for path in weights.paths:
            check_safetensors(path)
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
            ignore_mismatched_sizes=True,  # they are refused below, by name
            output_loading_info=True,
        )
    except MemoryError:
        raise
    except Exception as error:  # unpickling, reading and building fail in as many ways as there are broken folders
        raise ModelError(
            f"The weights in {folder} cannot be loaded",
            why=str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__,
            next_step="copy or download the folder again",
        ) from error
    for names, what in ((found["missing_keys"], "are missing"), (found["mismatched_keys"], "have a wrong shape")):
        if names:
            first = sorted(str(name) for name in names)[0]
            raise ModelError(
                f"The weights in {folder} do not fit its config.json",
                why=f"{len(names)} tensors {what}, first {first}",
                next_step="copy or download the folder again",
            )
    network: GroundingDinoForObjectDetection = model.eval()
    return network


def _config(folder: Path) -> GroundingDinoConfig:
    try:
        return GroundingDinoConfig.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # whatever the library makes of a size that is a word, negative or zero
        raise ModelError(f"{folder / 'config.json'} describes no model", why=str(error)) from error
