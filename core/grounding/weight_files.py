"""The weight files of a checkpoint's folder: which they are, whether their headers hold water, their hashes.

Knows no torch: what a pickled file holds is looked at elsewhere (`core.grounding.weights`), in a child process.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.errors import ModelError
from core.files import cache_dir, write_atomically
from core.jobs import JobContext

SAFETENSORS_INDEX, BIN_INDEX = "model.safetensors.index.json", "pytorch_model.bin.index.json"
SAFETENSORS_FILE, BIN_FILE = "model.safetensors", "pytorch_model.bin"
_MAX_HEADER_BYTES = 100_000_000  # what the safetensors library itself accepts
_BLOCK_BYTES = 1 << 20
_BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "U16": 16, "I16": 16, "F16": 16, "BF16": 16,
    "U32": 32, "I32": 32, "F32": 32, "U64": 64, "I64": 64, "F64": 64, "C64": 64,
}  # fmt: skip

WeightKind = Literal["safetensors", "bin"]


@dataclass(frozen=True, slots=True)
class WeightFiles:
    """The weights of one folder, in order of their names. `index` lists the shards, if there is such a file."""

    kind: WeightKind
    paths: tuple[Path, ...]
    index: Path | None = None


def find_weights(folder: Path) -> WeightFiles:
    """The weights of a folder; safetensors go before pickled files. Raises `ModelError` when a file is missing."""
    for kind, index_name, single_name in _LAYOUTS:
        index, single = folder / index_name, folder / single_name
        if index.is_file():
            return WeightFiles(kind, _listed(index), index)
        if single.is_file():
            return WeightFiles(kind, (single,))
    raise ModelError(
        f"{folder} holds no weights",
        why=f"it has neither {SAFETENSORS_FILE} nor {BIN_FILE}, whole or in parts",
        next_step="copy it again",
    )


_LAYOUTS: tuple[tuple[WeightKind, str, str], ...] = (
    ("safetensors", SAFETENSORS_INDEX, SAFETENSORS_FILE),
    ("bin", BIN_INDEX, BIN_FILE),
)


def read_index(index: Path) -> dict[str, str]:
    """Which tensor stands in which file. Raises `ModelError` for a file that is no index, or points elsewhere."""
    try:
        content = json.loads(index.read_text(encoding="utf-8"))
        weight_map = content["weight_map"]
        names = {str(tensor): str(file) for tensor, file in weight_map.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(f"{index} cannot be read", why=str(error), next_step="copy it again") from error
    if not names:
        raise ModelError(f"{index} lists no weights", next_step="copy it again")
    for name in names.values():
        if Path(name).name != name or "\\" in name or name in ("", ".", ".."):
            raise ModelError(f"{index} points outside its folder", next_step="do not use this checkpoint")
    return names


def _listed(index: Path) -> tuple[Path, ...]:
    paths = tuple(index.parent / name for name in sorted(set(read_index(index).values())))
    for path in paths:
        if not path.is_file():
            raise ModelError(
                f"{index.parent} is incomplete", why=f"{path.name} is missing", next_step="copy or download it again"
            )
    return paths


def check_safetensors(path: Path) -> int:
    """Read the header of a file and hold it against the file's size; returns how many tensors. Raises `ModelError`."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            if size < 8 or not 2 <= length <= min(size - 8, _MAX_HEADER_BYTES):
                raise _damaged(path, "it is cut short, or no safetensors file at all")
            header = json.loads(stream.read(length))
    except OSError as error:
        raise ModelError(f"{path} cannot be read", why=error.strerror or str(error)) from error
    except (ValueError, RecursionError) as error:
        raise _damaged(path, "its header cannot be read") from error
    if not isinstance(header, dict):
        raise _damaged(path, "its header is no table")
    tensors = {name: entry for name, entry in header.items() if name != "__metadata__"}
    if not tensors:
        raise _damaged(path, "it holds no tensors")
    spans = sorted(_span(path, name, entry) for name, entry in tensors.items())
    end = 0
    for start, stop in spans:
        if start != end:
            raise _damaged(path, "its tensors overlap or leave gaps")
        end = stop
    if end != size - 8 - length:
        raise _damaged(path, f"its header speaks of {end} bytes of weights, and {size - 8 - length} are there")
    return len(tensors)


def _span(path: Path, name: str, entry: object) -> tuple[int, int]:
    """First and last byte of a tensor, after checking them against its shape."""
    try:
        if not isinstance(entry, dict):
            raise TypeError
        shape = _whole_numbers(entry["shape"])
        start, stop = _whole_numbers(entry["data_offsets"])
        bits = _BITS.get(str(entry["dtype"]))
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path, f"its entry {name!r} is malformed") from error
    if min(shape, default=1) < 0 or not 0 <= start <= stop:
        raise _damaged(path, f"its entry {name!r} has negative sizes")
    if bits is not None and (stop - start) * 8 != math.prod(shape) * bits:
        raise _damaged(path, f"its entry {name!r} does not have the bytes that its shape needs")
    return start, stop


def _whole_numbers(values: object) -> list[int]:
    if not isinstance(values, list) or not all(type(value) is int for value in values):
        raise TypeError
    return list(values)


def _damaged(path: Path, why: str) -> ModelError:
    return ModelError(f"{path} is damaged", why=why, next_step="copy or download it again")


def sha256_of(paths: Iterable[Path], context: JobContext | None = None) -> str:
    """SHA-256 over the files, one after another, hexadecimal. Raises `ModelError`, `Cancelled`."""
    digest = hashlib.sha256()
    for path in paths:
        try:
            with path.open("rb") as stream:
                while block := stream.read(_BLOCK_BYTES):
                    digest.update(block)
                    if context is not None:
                        context.raise_if_cancelled()
        except OSError as error:
            raise ModelError(f"{path} cannot be read", why=error.strerror or str(error)) from error
    return digest.hexdigest()


_REMEMBERED_FROM = 100_000_000  # bytes; less is hashed faster than it is looked up


def remembered_sha256(paths: Sequence[Path]) -> str:
    """As `sha256_of`, but large files are hashed once: the result is kept for as long as size and time stay.

    Raises `ModelError`.
    """
    try:
        facts = [(str(path.resolve()), (status := path.stat()).st_size, status.st_mtime_ns) for path in paths]
    except OSError as error:
        raise ModelError(f"{error.filename} cannot be read", why=error.strerror or str(error)) from error
    if sum(size for _, size, _ in facts) < _REMEMBERED_FROM:
        return sha256_of(paths)
    kept = cache_dir() / "weights" / hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    with contextlib.suppress(OSError, UnicodeDecodeError):
        value = kept.read_text(encoding="ascii").strip()
        if len(value) == 64:
            return value
    value = sha256_of(paths)
    with contextlib.suppress(OSError):  # then it is hashed again next time
        write_atomically(kept, value + "\n")
    return value
