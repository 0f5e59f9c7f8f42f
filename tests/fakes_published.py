"""Folders laid out like the published GroundingGPT, of a few thousand random values, and a tokenizer.model by hand."""

from __future__ import annotations

import json
import shutil
import struct
from pathlib import Path

import torch
from safetensors.torch import load_file

from benchmarks.full_size_folder import tiny_config, write_folders

SAFETENSORS_INDEX, BIN_INDEX = "model.safetensors.index.json", "pytorch_model.bin.index.json"


def published_folder(parent: Path) -> Path:
    """`groundinggpt-7b` and CLIP's folder in `parent`: safetensors, and only what the original's config states."""
    folder, _ = write_folders(parent, tiny_config(), "cpu")
    return folder


def pickle_weights(folder: Path, shards: int = 3) -> None:
    """The same weights as sharded `pytorch_model-*.bin`, as most of the hub's older checkpoints have them."""
    tensors = {name: tensor for path in folder.glob("*.safetensors") for name, tensor in load_file(path).items()}
    for path in folder.glob("model*"):
        path.unlink()
    weight_map: dict[str, str] = {}
    names = list(tensors)
    for number in range(shards):
        file = f"pytorch_model-{number + 1:05d}-of-{shards:05d}.bin"
        shard = {name: tensors[name] for name in names[number::shards]}
        torch.save(shard, folder / file)
        weight_map |= dict.fromkeys(shard, file)
    (folder / BIN_INDEX).write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))


def copy_of(folder: Path, parent: Path) -> Path:
    """The model's folder with CLIP's beside it, to be spoilt."""
    shutil.copytree(folder.parent, parent, dirs_exist_ok=True)
    return parent / folder.name


def change_config(folder: Path, **values: object) -> None:
    """Set keys of config.json; None takes one out."""
    path = folder / "config.json"
    content = json.loads(path.read_text()) | values
    path.write_text(json.dumps({key: value for key, value in content.items() if value is not None}))


# --- tokenizer.model ------------------------------------------------------------------------------

PIECES: list[tuple[str, float, int]] = [
    ("<unk>", 0.0, 2),
    ("<s>", 0.0, 3),
    ("</s>", 0.0, 3),
    *((f"<0x{byte:02X}>", 0.0, 6) for byte in range(256)),
    *((text, -float(rank), 1) for rank, text in enumerate(["▁t", "he", "▁the", "▁r", "ed", "▁red", "##", "###"])),
    *((letter, -100.0 - rank, 1) for rank, letter in enumerate("▁abcdefghijklmnopqrstuvwxyzHA:.,[]{}#0123456789")),
]


def tokenizer_model(pieces: list[tuple[str, float, int]] | None = None, model_type: int = 2) -> bytes:
    """A sentencepiece model as its protocol buffer."""
    data = b""
    for text, score, kind in PIECES if pieces is None else pieces:
        body = _bytes(1, text.encode()) + _key(2, 5) + struct.pack("<f", score) + _key(3, 0) + _varint(kind)
        data += _bytes(1, body)
    trainer = _key(3, 0) + _varint(model_type) + _key(4, 0) + _varint(32000)
    return data + _bytes(2, trainer) + _bytes(3, _bytes(1, b"identity"))


def _varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def _key(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _bytes(number: int, value: bytes) -> bytes:
    return _key(number, 2) + _varint(len(value)) + value
