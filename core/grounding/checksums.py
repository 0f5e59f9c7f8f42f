"""The hashes that a checkpoint was released with: a list in its folder, as `sha256sum -c SHA256SUMS` reads it."""

from __future__ import annotations

import re
from pathlib import Path

from core.errors import ModelError
from core.grounding.shelf import files_below
from core.grounding.weight_files import sha256_of

SUMS = "SHA256SUMS"
# What is written about a model goes on being written; the model stays the same.
_ABOUT = frozenset({"README.md", "examination.json", SUMS})
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def sums_of(folder: Path) -> str:
    """The list for a checkpoint as it is now: what it is loaded from and was made of. Raises `ModelError`."""
    files = {name: path for name, path in files_below(folder).items() if name not in _ABOUT}
    return "".join(f"{sha256_of([path])}  {name}\n" for name, path in files.items())


def released_sums(folder: Path) -> dict[str, str] | None:
    """The SHA-256 of each file by its name in the folder; None without a list. Raises `ModelError`."""
    path = folder / SUMS
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read", why=str(error)) from error
    found = [_LINE.fullmatch(line) for line in lines]
    if not found or not all(found):
        raise ModelError(f"{path} cannot be read", why="it is no list of SHA-256 hashes and names")
    return {line[2]: line[1] for line in found if line is not None}
