"""Pickled weights: opened without running anything in them, looked through, and written as safetensors once.

Runs in a child process (`core.grounding.aside`): a file of nonsense may crash the library that reads it.
"""

from __future__ import annotations

import json
import pickle
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from core.errors import ModelError
from core.grounding.weight_files import SAFETENSORS_FILE, SAFETENSORS_INDEX, find_weights, read_index
from core.jobs import JobContext

SHARD_BYTES = 2_000_000_000  # what is in memory at once; a single larger tensor gets a file of its own


def open_pickled(path: Path, table: str = "") -> dict[str, Tensor]:
    """The tensors of a pickled file by name, memory-mapped where its format allows. Raises `ModelError`.

    table: the key under which the tensors stand, in files that hold more than them.
    `weights_only` keeps torch from calling anything that the file names, so nothing in it can run.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of unusual pickle protocols; what matters comes as an error
            content = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    except pickle.UnpicklingError as error:
        raise ModelError(
            f"{path} is refused",
            why="it is no plain table of tensors: it holds code or other objects, and nothing of it was run",
            next_step="do not use it unless you know who made it; ask them for safetensors",
        ) from error
    except MemoryError:
        raise
    except Exception as error:  # a damaged file fails in whatever part of the reader it reaches
        first_line = next(iter(str(error).splitlines()), "") or type(error).__name__
        raise ModelError(f"{path} is damaged", why=first_line, next_step="copy or download it again") from error
    if table and isinstance(content, dict) and table in content:
        content = content[table]
    if not isinstance(content, dict) or not content:
        raise ModelError(f"{path} holds no table of tensors", next_step="name a checkpoint's own weights")
    for name, value in content.items():
        if not isinstance(name, str) or not isinstance(value, Tensor) or value.layout != torch.strided:
            raise ModelError(f"{path} holds no plain table of tensors", why=f"its entry {name!r} is something else")
    return content


def check(folder: Path, *, context: JobContext) -> int:
    """Open every pickled file of a folder and hold them against their index; returns how many tensors."""
    return sum(1 for _ in _tensor_facts(folder, context))


@dataclass(frozen=True, slots=True)
class _TensorFacts:
    """A tensor, the file in which it stands, and its size."""

    name: str
    path: Path
    bytes: int


def _tensor_facts(folder: Path, context: JobContext) -> Iterator[_TensorFacts]:
    """Every tensor once, file by file. Raises `ModelError` for names that are missing or stand in two files."""
    weights = find_weights(folder)
    seen: set[str] = set()
    for number, path in enumerate(weights.paths):
        context.progress(number, len(weights.paths), f"Reading {path.name}")
        for name, tensor in open_pickled(path).items():
            if name in seen:
                raise ModelError(f"{folder} is inconsistent", why=f"{name} stands in more than one file")
            seen.add(name)
            yield _TensorFacts(name, path, tensor.numel() * tensor.element_size())
    if weights.index is not None:
        missing = sorted(read_index(weights.index).keys() - seen)
        if missing:
            raise ModelError(
                f"{folder} is incomplete",
                why=f"{len(missing)} tensors of {weights.index.name} are missing, first {missing[0]}",
                next_step="copy or download it again",
            )


def convert(folder: Path, out: Path, *, context: JobContext) -> list[str]:
    """Write the pickled weights of `folder` into the empty folder `out` as safetensors; returns the files' names.

    The index is the last of them. Names, types and values of the tensors stay as they are.
    """
    shards = _shards(list(_tensor_facts(folder, context)))
    names = _shard_names(len(shards))
    try:
        for number, (name, shard) in enumerate(zip(names, shards, strict=True)):
            context.progress(number, len(shards), f"Writing {name}")
            stored = open_pickled(shard[0].path)
            # Copies of their own: tied tensors share memory, which this format does not know.
            save_file({one.name: stored[one.name].clone().contiguous() for one in shard}, out / name, {"format": "pt"})
        if len(shards) > 1:
            names.append(_write_index(out, names, shards))
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{out} cannot be written", why=getattr(error, "strerror", None) or str(error)) from error
    context.progress(len(shards), len(shards))
    return names


def _shards(facts: list[_TensorFacts]) -> list[list[_TensorFacts]]:
    """Groups of up to `SHARD_BYTES`, each from one file, so that no more than one is open."""
    shards: list[list[_TensorFacts]] = []
    size = 0
    for one in facts:
        if not shards or shards[-1][0].path != one.path or size + one.bytes > SHARD_BYTES:
            shards.append([])
            size = 0
        shards[-1].append(one)
        size += one.bytes
    return shards


def _shard_names(count: int) -> list[str]:
    if count == 1:
        return [SAFETENSORS_FILE]
    return [f"model-{number:05d}-of-{count:05d}.safetensors" for number in range(1, count + 1)]


def _write_index(out: Path, names: list[str], shards: list[list[_TensorFacts]]) -> str:
    weight_map = {one.name: name for name, shard in zip(names, shards, strict=True) for one in shard}
    total = sum(one.bytes for shard in shards for one in shard)
    content = {"metadata": {"total_size": total}, "weight_map": dict(sorted(weight_map.items()))}
    (out / SAFETENSORS_INDEX).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return SAFETENSORS_INDEX
