"""Writes beside the bundled checkpoints the hashes of their files, which `models verify` holds them against.

    make sums

after a bundled model was exchanged; the list belongs into the same commit. Nothing is built with another one.
"""

from __future__ import annotations

from pathlib import Path

from core.files import bundled, write_atomically
from core.grounding.checksums import SUMS, sums_of
from resources.app.contents import BUNDLED


def folders() -> list[Path]:
    """The checkpoints that ship."""
    return [bundled(name) for name in BUNDLED if name.startswith("ckpt/")]


def stale() -> list[str]:
    """Names of the checkpoints that have no list, or another one than they should. Raises `ModelError`."""
    lists = {folder: folder / SUMS for folder in folders()}
    return [
        folder.name
        for folder, path in lists.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != sums_of(folder)
    ]


def main() -> None:
    """Write every list."""
    for folder in folders():
        write_atomically(folder / SUMS, sums_of(folder))
        print(f"{folder.name}: {SUMS} written")


if __name__ == "__main__":
    main()
