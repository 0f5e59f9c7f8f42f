"""Where the size of a built app goes: bytes by the part that brings them, as a table."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath

_WHAT_FOR = {
    "torch": "runs and trains models",
    "transformers": "the models' architectures and the trainer",
    "PySide6": "Qt, the window",
    "bitsandbytes": "models in 8 and 4 bits",
    "av": "reads and writes video and sound, with its FFmpeg",
    "numpy": "arrays, with its OpenBLAS",
    "sympy": "torch's shapes",
    "Pillow": "pictures",
    "models": "mini and mini-time",
    "launcher": "all Python modules, compiled and compressed",
    "Python": "the interpreter and its own libraries",
    "libraries of the system": "X11, fonts, sound: what a bare Linux may lack",
    "GroundLabel": "samples, icons, texts",
    "licences": "texts and package metadata",
}
_ALIASES = {"PIL": "Pillow", "pillow": "Pillow", "ckpt": "models", "shiboken6": "PySide6", "resources": "GroundLabel"}
_PYTHON = ("lib-dynload", "base_library.zip")


def part_of(place: PurePosixPath) -> str:
    """The part that a file of the app belongs to, by its place below the app's folder."""
    first, *rest = place.parts
    if first != "_internal":
        return "licences" if first == "LICENCES" else "launcher" if not rest else "GroundLabel"
    name = rest[0]
    if name.endswith(".dist-info"):
        return "licences"
    if name in _PYTHON or name.startswith(("libpython", "python3")):
        return "Python"
    if len(rest) == 1:
        return "libraries of the system" if ".so" in name or name.endswith((".dll", ".dylib")) else "other"
    name = name.removesuffix(".libs")
    return _ALIASES.get(name, name)


def where_it_goes(folder: Path) -> Counter[str]:
    """Bytes of each part; a link counts as nothing."""
    sizes: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            sizes[part_of(PurePosixPath(path.relative_to(folder).as_posix()))] += path.stat().st_size
    return sizes


def table(sizes: Counter[str], smallest_mb: float = 4) -> str:
    """A Markdown table, the largest first; what is smaller than `smallest_mb` stands together."""
    lines = ["| part | MB | what for |", "|---|---|---|"]
    small = 0
    for name, size in sizes.most_common():
        if size < smallest_mb * 1e6:
            small += size
            continue
        lines.append(f"| {name} | {size / 1e6:.0f} | {_WHAT_FOR.get(name, '')} |")
    lines.append(f"| the rest | {small / 1e6:.0f} | |")
    lines.append(f"| **together** | **{sizes.total() / 1e6:.0f}** | |")
    return "\n".join(lines)
