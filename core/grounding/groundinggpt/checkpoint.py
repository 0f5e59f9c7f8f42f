"""Checkpoints of this family on disk: ours (safetensors, configuration, tokenizer) and the published folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from core.errors import ModelError
from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.groundinggpt.filling import empty_model, fill
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.placement import LARGE, Bits, Placement
from core.grounding.groundinggpt.published_folder import read_published
from core.grounding.groundinggpt.stored import Source, check_fit
from core.grounding.registry import PUBLISHED, family_of
from core.grounding.weight_files import SAFETENSORS_INDEX, find_weights, remembered_sha256
from core.jobs import JobContext

SHARD_BYTES = 15_000_000
LARGE_SHARD_BYTES = 2_000_000_000


def _shards(sizes: Mapping[str, int], shard_bytes: int) -> list[list[str]]:
    """Names of tensors in groups of at most `shard_bytes`; a larger one has a group of its own."""
    shards: list[list[str]] = [[]]
    size = 0
    for name, bytes_here in sizes.items():
        if shards[-1] and size + bytes_here > shard_bytes - 100_000:  # room for the header
            shards.append([])
            size = 0
        shards[-1].append(name)
        size += bytes_here
    return shards


def save_checkpoint(
    folder: Path, model: GroundingGPT, tokenizer: Tokenizer, dtype: torch.dtype = torch.float16
) -> None:
    """Write all that inference needs into a folder; weights in shards of up to 15 MB, of 2 GB for a large model."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("model*.safetensors*"):
        old.unlink()
    tensors = model.state_dict()
    types = {name: dtype if tensor.is_floating_point() else tensor.dtype for name, tensor in tensors.items()}
    sizes = {name: tensor.numel() * types[name].itemsize for name, tensor in tensors.items()}
    total = sum(sizes.values())
    shards = _shards(sizes, SHARD_BYTES if total < LARGE else LARGE_SHARD_BYTES)
    weight_map: dict[str, str] = {}
    for number, names in enumerate(shards, 1):
        file = f"model-{number:05d}-of-{len(shards):05d}.safetensors"
        shard = {name: tensors[name].detach().to("cpu", types[name]).contiguous() for name in names}
        save_file(shard, folder / file, metadata={"format": "pt"})
        weight_map.update(dict.fromkeys(names, file))
    index = {"metadata": {"total_size": total}, "weight_map": weight_map}
    (folder / SAFETENSORS_INDEX).write_text(json.dumps(index, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    model.config.save(folder)
    tokenizer.save(str(folder / "tokenizer.json"))


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A checkpoint that was looked at and not loaded: what it says of itself, and where its tensors lie."""

    folder: Path
    config: GroundingGPTConfig
    sources: tuple[Source, ...]

    def empty(self, attention: str = "sdpa") -> GroundingGPT:
        """The model without its weights. Raises `ModelError` when the configuration describes none."""
        try:
            return empty_model(self.config, attention)
        except Exception as error:  # whatever the libraries make of a size that is a word, negative or zero
            raise ModelError(f"{self.folder / 'config.json'} describes no model", why=str(error)) from error

    def loaded(self, placement: Placement, context: JobContext | None = None, attention: str = "sdpa") -> GroundingGPT:
        """The model with its weights at a placement. Raises `ModelError`, `Cancelled`, torch's out of memory."""
        return fill(self.empty(attention), self.sources, placement, context or JobContext())


def open_checkpoint(folder: Path) -> StoredModel:
    """Look at a checkpoint, one of ours or the published one, down to every tensor's name and shape.

    Raises `ModelError` when something is damaged, missing, left over, or misshapen.
    """
    if family_of(folder) == PUBLISHED:
        config, sources = read_published(folder)
    else:
        config = GroundingGPTConfig.load(folder)
        source = Source.of(folder)
        sources = [(source, source.shapes())]
    stored = StoredModel(folder, config, tuple(source for source, _ in sources))
    check_fit(f"The weights in {folder} do not fit its config.json", stored.empty(), sources)
    return stored


def shard_paths(folder: Path) -> list[Path]:
    """The weight files of a checkpoint, in order. Raises `ModelError` when one is missing."""
    return list(find_weights(folder).paths)


def weights_hash(folder: Path) -> str:
    """SHA-256 over the weight files, hexadecimal: what makes a model's id its own."""
    paths = shard_paths(folder)
    if family_of(folder) == PUBLISHED:
        paths += [path for source in read_published(folder)[1][1:] for path in source[0].files.paths]
    return remembered_sha256(paths)


def load_model(folder: Path, dtype: torch.dtype = torch.float32, attention: str = "sdpa") -> GroundingGPT:
    """A checkpoint's model on the CPU with every weight. Raises `ModelError` when one is missing or misshapen."""
    bits: Bits = 32 if dtype == torch.float32 else 16
    model = open_checkpoint(folder).loaded(Placement("cpu", bits, 16, bits), attention=attention)
    return model if model.language_model.lm_head.weight.dtype == dtype else model.to(dtype)
