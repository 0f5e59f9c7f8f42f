"""Checkpoints of this family on disk: safetensors shards, an index, configuration and tokenizer."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor

from core.errors import ModelError
from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.groundinggpt.modeling import GroundingGPT

SHARD_BYTES = 15_000_000
_INDEX = "model.safetensors.index.json"


def _shards(tensors: dict[str, Tensor]) -> list[dict[str, Tensor]]:
    shards: list[dict[str, Tensor]] = [{}]
    size = 0
    for name, tensor in tensors.items():
        bytes_here = tensor.numel() * tensor.element_size()
        if shards[-1] and size + bytes_here > SHARD_BYTES - 100_000:  # room for the header
            shards.append({})
            size = 0
        shards[-1][name] = tensor
        size += bytes_here
    return shards


def save_checkpoint(
    folder: Path, model: GroundingGPT, tokenizer: Tokenizer, dtype: torch.dtype = torch.float16
) -> None:
    """Write everything that inference needs into a folder, weights in shards of at most 15 MB."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("model*.safetensors*"):
        old.unlink()
    tensors = {
        name: tensor.detach().to("cpu", dtype if tensor.is_floating_point() else tensor.dtype).contiguous()
        for name, tensor in model.state_dict().items()
    }
    shards = _shards(tensors)
    weight_map: dict[str, str] = {}
    for number, shard in enumerate(shards, 1):
        name = f"model-{number:05d}-of-{len(shards):05d}.safetensors"
        save_file(shard, folder / name, metadata={"format": "pt"})
        weight_map.update(dict.fromkeys(shard, name))
    total = sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())
    index = {"metadata": {"total_size": total}, "weight_map": weight_map}
    (folder / _INDEX).write_text(json.dumps(index, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    model.config.save(folder)
    tokenizer.save(str(folder / "tokenizer.json"))


def shard_paths(folder: Path) -> list[Path]:
    """The weight files of a checkpoint, in order. Raises `ModelError` when one is missing."""
    index_path = folder / _INDEX
    if not index_path.is_file():
        single = folder / "model.safetensors"
        if single.is_file():
            return [single]
        raise ModelError(f"{folder} holds no weights", why=f"{_INDEX} is missing", next_step="copy it again")
    try:
        names = sorted(set(json.loads(index_path.read_text(encoding="utf-8"))["weight_map"].values()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{index_path} cannot be read", why=str(error), next_step="copy it again") from error
    paths = [folder / str(name) for name in names]
    for path in paths:
        if path.parent != folder:
            raise ModelError(f"{index_path} points outside its folder", next_step="do not use this checkpoint")
        if not path.is_file():
            raise ModelError(f"{folder} is incomplete", why=f"{path.name} is missing", next_step="copy it again")
    return paths


def weights_hash(folder: Path) -> str:
    """SHA-256 over the weight files, hexadecimal: what makes a model's id its own."""
    digest = hashlib.sha256()
    for path in shard_paths(folder):
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _read_tensors(paths: list[Path]) -> dict[str, Tensor]:
    tensors: dict[str, Tensor] = {}
    for path in paths:
        try:
            with safe_open(path, framework="pt") as stored:
                tensors.update({name: stored.get_tensor(name) for name in stored.keys()})  # noqa: SIM118
        except (SafetensorError, OSError) as error:
            raise ModelError(f"{path} is damaged", why=str(error).splitlines()[0], next_step="copy it again") from error
    return tensors


def load_model(folder: Path, dtype: torch.dtype = torch.float32, attention: str = "sdpa") -> GroundingGPT:
    """Build the model of a folder and load every weight. Raises `ModelError` when one is missing or misshapen."""
    config = GroundingGPTConfig.load(folder)
    try:
        model = GroundingGPT(config, attention)
    except Exception as error:  # whatever the libraries make of a size that is a word, negative or zero
        raise ModelError(f"{folder / 'config.json'} describes no model", why=str(error)) from error
    tensors = _read_tensors(shard_paths(folder))
    own = model.state_dict()
    missing, surplus = sorted(own.keys() - tensors.keys()), sorted(tensors.keys() - own.keys())
    misfits = [name for name in own.keys() & tensors.keys() if own[name].shape != tensors[name].shape]
    for names, what in ((missing, "are missing"), (surplus, "belong to no part"), (misfits, "have a wrong shape")):
        if names:
            raise ModelError(
                f"The weights in {folder} do not fit its config.json",
                why=f"{len(names)} tensors {what}, first {names[0]}",
                next_step="copy the checkpoint's folder again",
            )
    model.load_state_dict(tensors)
    return model.to(dtype).eval()
