"""Writing a format that is a folder: files that an earlier export left there, and this one does not write, are removed.

A list, `.groundlabel-files`, names what an export wrote with a digest of each. Only files that are on it and still as
they were written are removed; whatever else stands in the folder is left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from core.formats.classes import count_note
from core.formats.text_files import Whole, is_file, safe_name, write_files
from core.jobs import Report

LIST_NAME = ".groundlabel-files"


def write_folder(files: Mapping[Path, Whole] | Mapping[Path, str], out: Path, report: Report) -> None:
    """Write the files of an export into the folder `out`, and tidy up after the one before. Raises `FormatError`."""
    if out in files or not all(isinstance(text, str | bytes) for text in files.values()):
        write_files(files)
        return
    stale = _stale(out, set(files))
    edited = [place for place, digest in stale.items() if _digest_of(place) != digest]
    lines = [
        f"{_digest(text)}  {place.relative_to(out).as_posix()}\n"
        for place, text in sorted(files.items())
        if isinstance(text, str | bytes)
    ]
    write_files([*files.items(), (out / LIST_NAME, "".join(lines))])
    removed = [place for place in stale if place not in edited]
    for place in removed:
        place.unlink(missing_ok=True)
    one, many = "one file of an earlier export was removed", "{count} files of an earlier export were removed"
    count_note(report, len(removed), one, many, str(out))
    one = "one file of an earlier export was edited since and stays"
    count_note(report, len(edited), one, "{count} files of an earlier export were edited since and stay", str(out))


def _stale(out: Path, written: set[Path]) -> dict[Path, str]:
    """The files of the list that are there and will not be written, with their digests."""
    try:
        lines = (out / LIST_NAME).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return {}
    found: dict[Path, str] = {}
    for line in lines:
        digest, _, name = line.partition("  ")
        if name and safe_name(name) == name:
            place = out / name
            if place not in written and is_file(place) and not place.is_symlink():
                found[place] = digest
    return found


def _digest(text: str | bytes) -> str:
    return hashlib.sha256(text.encode("utf-8") if isinstance(text, str) else text).hexdigest()


def _digest_of(place: Path) -> str:
    try:
        return _digest(place.read_bytes())
    except OSError:
        return ""
