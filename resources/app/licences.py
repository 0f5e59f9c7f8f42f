"""Writes down whose work is inside the app and under which licence: one file for each part, and a list of them.

Texts come from the installed distributions themselves. Where one carries none, a text kept in `texts/` stands in and
the list says so; a library of the system without a text here is listed as that.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TEXTS = Path(__file__).resolve().parent / "texts"
_IS_TEXT = re.compile(r"(licen[sc]e|copying|notice|copyright|authors)[^/]*$|/licenses/", re.IGNORECASE)
_FFMPEG = re.compile(rb"--[\x20-\x7e]*--enable-[\x20-\x7e]+")
# What carries no text of its own: where the text is instead, and what is said of it.
_STANDS_IN = {
    "tokenizers": (ROOT / "LICENSE", "Apache-2.0 by its source, github.com/huggingface/tokenizers"),
    "pycocotools": (TEXTS / "pycocotools.txt", "BSD-2-Clause"),
    "pyside6-essentials": (TEXTS / "LGPL-3.txt", "LGPL-3.0 is the one chosen here; GPL-3.txt is the text it refers to"),
    "shiboken6": (TEXTS / "LGPL-3.txt", "LGPL-3.0 is the one chosen here; GPL-3.txt is the text it refers to"),
}
NOT_TO_BE_PASSED_ON = "must not be passed on"
_NAMES_OF_LICENCES = ("GPL-2.txt", "GPL-3.txt", "LGPL-2.1.txt", "LGPL-3.txt")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the app: its licence in a few words, and its texts. `note`: what a reader must know beside them."""

    name: str
    version: str
    licence: str
    texts: tuple[str, ...]
    note: str = ""


def collect(names: Iterable[str], libraries: Sequence[Path], folder: Path) -> list[Part]:
    """Write the folder of licences anew; returns the parts. `libraries`: the files of shared libraries inside."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    parts = [_of_project(), _of_python(), *map(_of_model, ("mini", "mini-time"))]
    parts += [of_distribution(distribution(name), libraries) for name in names]
    parts += _of_system(libraries)
    for part in parts:
        body = "\n\n".join((f"{part.name} {part.version}\n{part.licence}", part.note, *part.texts)).rstrip() + "\n"
        (folder / file_name(part)).write_text(body, encoding="utf-8")
    for name in _NAMES_OF_LICENCES:
        shutil.copyfile(TEXTS / name, folder / name)
    (folder / "README.txt").write_text(overview(parts), encoding="utf-8")
    return parts


def file_name(part: Part) -> str:
    """The name of a part's file."""
    return re.sub(r"[^A-Za-z0-9._+-]+", "-", f"{part.name}-{part.version}".rstrip("-")) + ".txt"


def of_distribution(found: Distribution, libraries: Sequence[Path] = ()) -> Part:
    """What a distribution says of its own licence, with the FFmpeg that its wheel holds."""
    name = found.metadata["Name"]
    files = [file for file in found.files or [] if _IS_TEXT.search(str(file)) and file.suffix not in {".py", ".pyc"}]
    texts = tuple(_read(Path(str(file.locate()))) for file in files)
    stand_in = _STANDS_IN.get(re.sub(r"[-_.]+", "-", name).lower())
    notes = []
    if not texts and stand_in is not None:
        texts, note = (_read(stand_in[0]),), stand_in[1]
        notes.append(f"The package carries no licence text. {note}.")
    ffmpeg = [library for library in libraries if _is_ffmpeg(library) and _owner(library) == name.lower()]
    notes += [ffmpeg_note(library.read_bytes()) for library in ffmpeg]
    return Part(name, found.version, _in_a_few_words(found), texts, "\n".join(dict.fromkeys(filter(None, notes))))


def ffmpeg_note(library: bytes) -> str:
    """Which licence an FFmpeg library is under: what it was configured with stands inside. "" where nothing does."""
    match = _FFMPEG.search(library)
    if match is None:
        return ""
    words = match[0].decode("ascii").split()
    gpl, third = "--enable-gpl" in words, "--enable-version3" in words
    if "--enable-nonfree" in words:
        return f"Its FFmpeg libraries were built with --enable-nonfree: they {NOT_TO_BE_PASSED_ON}."
    kind = f"{'GPL' if gpl else 'LGPL'} version {'3' if third else '2' if gpl else '2.1'} or later"
    beside = [name for name in ("x264", "x265") if f"--enable-lib{name}" in words]
    coders = f" With it: {' and '.join(beside)}, under the GPL version 2 or later." if beside else ""
    return (
        f"Its FFmpeg libraries are under the {kind}; ffmpeg.org has their source.{coders}"
        f" Configured with: {' '.join(words)}"
    )


def overview(parts: Sequence[Part]) -> str:
    """The list, with what matters most said first."""
    lines = [
        "WHAT IS INSIDE, AND WHOSE WORK IT IS",
        "",
        "GroundLabel itself is under the Apache License 2.0. What it is built of has licences of its own: each",
        "has a file here. Qt and PySide6 are used under the LGPL 3: their libraries lie in _internal/PySide6 as",
        "files of their own and can be exchanged for others of the same interface; code.qt.io has their source.",
        "FFmpeg is inside av; the file of av says under which licence it was built, and that x264 and x265, which",
        "lie beside it, are under the GPL. GPL-2.txt, GPL-3.txt, LGPL-2.1.txt and LGPL-3.txt are the texts that",
        "these files refer to.",
        "",
    ]
    width = max(len(f"{part.name} {part.version}") for part in parts) + 2
    for part in parts:
        told = part.licence if part.texts else f"{part.licence} (no text was found where the app was built)"
        lines.append(f"{f'{part.name} {part.version}':<{width}}{told}")
    return "\n".join(lines) + "\n"


def _in_a_few_words(found: Distribution) -> str:
    metadata = found.metadata
    if metadata["License-Expression"]:
        return metadata["License-Expression"]
    kinds = [
        value.rpartition(" :: ")[2] for value in metadata.get_all("Classifier") or [] if value.startswith("License")
    ]
    written = (metadata["License"] or "").strip().splitlines()
    return ", ".join(kinds) or (written[0] if written else "see its text")


def _of_project() -> Part:
    from core.about import version

    return Part("GroundLabel", version(), "Apache-2.0", (_read(ROOT / "LICENSE"),))


def _of_python() -> Part:
    import sysconfig

    folders = [Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix), Path(sys.base_prefix) / "Resources"]
    texts = [_read(folder / "LICENSE.txt") for folder in folders if (folder / "LICENSE.txt").is_file()]
    note = "The launcher is PyInstaller's: GPL-2.0-or-later with an exception that lets it start any program."
    return Part("Python", sys.version.split()[0], "PSF-2.0", tuple(texts[:1]), note)


def _of_model(name: str) -> Part:
    card = _read(ROOT / "ckpt" / name / "README.md")
    return Part(f"model {name}", "", "Apache-2.0, as its card says", (card,))


def _of_system(libraries: Sequence[Path]) -> list[Part]:
    """Libraries that come from the system the app was built on, by the package that brought them (Debian's ways)."""
    packages: dict[str, Part] = {}
    for library in libraries:
        if "site-packages" in library.parts or library.resolve().is_relative_to(Path(sys.base_prefix).resolve()):
            continue  # those of a distribution, and Python's own
        package, release = _package_of(library)
        if package in packages:
            continue
        copyright_file = Path("/usr/share/doc") / package / "copyright"
        texts = (_read(copyright_file),) if copyright_file.is_file() else ()
        packages[package] = Part(package, release, "a library of the system: see its text", texts)
    packages.pop("python", None)
    return sorted(packages.values(), key=lambda part: part.name)


def _package_of(library: Path) -> tuple[str, str]:
    if library.name.startswith("libpython"):
        return "python", ""
    if shutil.which("dpkg-query") is None:
        return library.name, ""
    for place in (str(library), str(library.resolve()), f"*/{library.resolve().name}"):
        found = subprocess.run(["dpkg-query", "-S", place], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            package = found.stdout.split(":", 1)[0]
            asked = ["dpkg-query", "-W", "-f", "${Version}", package]
            return package, subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return library.name, ""


def _is_ffmpeg(library: Path) -> bool:
    return re.match(r"(lib)?avutil[-.]", library.name) is not None


def _owner(library: Path) -> str:
    """The distribution whose wheel a library lies in: `av.libs/libavutil…` -> `av`."""
    parts = library.parts
    if "site-packages" not in parts:
        return ""
    return parts[parts.index("site-packages") + 1].partition(".")[0].lower()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
