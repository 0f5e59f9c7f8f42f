"""Builds the app for the system that this runs on: `make app`, or

    .venv/bin/python -m resources.app.build [--out dist] [--work FOLDER] [--no-archive] [--finish-only]

What comes out, in `dist/`: the folder `GroundLabel` that runs where it is put, an archive of it with its SHA-256, and
a table of where the size goes. docs/packaging.md has the rest.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import distribution
from pathlib import Path

from core.about import version
from core.files import APP_NAME, write_atomically
from resources.app import checkpoint_sums, contents, distributions, drawn_icons, identity, licences, sizes

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
SUMS = "SHA256SUMS"
_GLIBC = re.compile(rb"GLIBC_(\d+)\.(\d+)")


def say(text: str) -> None:
    """One line for the person who watches."""
    print(f"app: {text}", flush=True)


def freeze(made: Path, work: Path, out: Path) -> None:
    """Run PyInstaller on the spec. Raises `CalledProcessError`."""
    options = ["--noconfirm", "--log-level", "WARN", "--workpath", str(work), "--distpath", str(out)]
    command = [sys.executable, "-m", "PyInstaller", *options, str(HERE / "groundlabel.spec")]
    environment = os.environ | {"GROUNDLABEL_APP_MADE": str(made), "PYTHONHASHSEED": "1"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def unpacked(out: Path, place: identity.Place) -> Path:
    """The folder that the archive holds; on macOS it holds the bundle, for nothing may be added inside a signed one."""
    return out / (f"{APP_NAME}-{place.system}" if place.bundle else APP_NAME)


def finish(folder: Path, made: Path, place: identity.Place) -> None:
    """Put beside the launcher what a person reads and what a desktop is told, then the sums of all."""
    libraries = [Path(name) for name in json.loads((made / "libraries.json").read_text(encoding="utf-8"))]
    names = distributions.inside()
    parts = licences.collect(names, libraries, folder / "LICENCES")
    say(f"licences of {len(parts)} parts")
    forbidden = [part.name for part in parts if licences.NOT_TO_BE_PASSED_ON in part.note]
    if forbidden:
        raise SystemExit(f"app: stopped: {', '.join(forbidden)} {licences.NOT_TO_BE_PASSED_ON}: leave it out.")
    if place.system == "linux":
        share = folder / "share"
        shutil.rmtree(share, ignore_errors=True)
        shutil.copytree(made / "hicolor", share / "icons" / "hicolor")
        for name in ("groundlabel.desktop", "groundlabel.xml"):
            shutil.copyfile(HERE / "linux" / name, share / name)
        shutil.copy(HERE / "linux" / "install.sh", folder / "install.sh")
    if place.system == "windows":
        shutil.copyfile(HERE / "windows" / "install.ps1", folder / "install.ps1")
    write_atomically(folder / "VERSION.json", json.dumps(build_facts(names, libraries), indent=1) + "\n")
    write_atomically(folder / SUMS, sums(folder))


def build_facts(names: list[str], libraries: list[Path]) -> dict[str, object]:
    """What this build is: release, commit, system, variant, and the version of every package inside."""
    cuda = contents.cuda_of_torch()
    facts: dict[str, object] = {
        "name": APP_NAME,
        "version": version(),
        "commit": _commit(),
        "system": identity.place_of(sys.platform).system,
        "machine": platform.machine(),
        "variant": f"cuda{cuda}" if cuda else "cpu",
        "python": platform.python_version(),
    }
    if sys.platform.startswith("linux"):
        facts["needs_glibc"] = needed_glibc(libraries)
    facts["packages"] = {name: distribution(name).version for name in names}
    return facts


def needed_glibc(libraries: list[Path]) -> str:
    """The oldest glibc that all of these libraries accept, for example "2.34"; "" when none asks for one."""
    asked = [(int(a), int(b)) for library in libraries for a, b in _GLIBC.findall(library.read_bytes())]
    return ".".join(map(str, max(asked))) if asked else ""


def _commit() -> str:
    if shutil.which("git") is None:
        return ""
    asked = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def sums(folder: Path) -> str:
    """What `sha256sum -c` reads: a line for each file of a folder, links and this list left out."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and path.name != SUMS)
    return "".join(f"{_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in sorted(files))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack(folder: Path, archive: Path) -> None:
    """Write the archive, and its SHA-256 beside it."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
            for path in sorted(folder.rglob("*")):
                file.write(path, path.relative_to(folder.parent))
    else:
        with tarfile.open(archive, "w:gz", compresslevel=6) as file:
            file.add(folder, folder.name, filter=_of_nobody)
    write_atomically(archive.with_name(archive.name + ".sha256"), f"{_sha256(archive)}  {archive.name}\n")


def _of_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode |= 0o444 | (0o111 if entry.isdir() or entry.mode & 0o100 else 0)
    return entry


def main() -> None:
    """Build, and say where the size goes."""
    parser = argparse.ArgumentParser(description="Build the app for this system.")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where it goes (dist)")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "app", help="what is made on the way (build/app)")
    parser.add_argument("--no-archive", action="store_true", help="the folder alone")
    parser.add_argument("--finish-only", action="store_true", help="do not freeze again what was frozen before")
    options = parser.parse_args()
    out, work = options.out.absolute(), options.work.absolute()
    place, made = identity.place_of(sys.platform), work / "made"
    drawn_icons.draw(ROOT / "resources" / "icons" / "groundlabel.svg", made)
    write_atomically(made / "version.txt", identity.version_resource())
    if stale := checkpoint_sums.stale():
        raise SystemExit(f"app: stopped: {', '.join(stale)} and the hashes beside it differ: `make sums` writes them.")
    if not options.finish_only:
        say("freezing; this takes minutes")
        freeze(made, work / "pyinstaller", out)
    folder = unpacked(out, place)
    if place.bundle and not options.finish_only:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (out / place.bundle).replace(folder / place.bundle)
        shutil.rmtree(out / APP_NAME)
    finish(folder, made, place)
    where = sizes.table(sizes.where_it_goes(folder))
    write_atomically(out / "SIZES.md", where + "\n")
    print(where)
    if not options.no_archive:
        archive = out / identity.archive_name(sys.platform, contents.cuda_of_torch())
        pack(folder, archive)
        say(f"{archive.name}: {archive.stat().st_size / 1e6:.0f} MB")
    say(f"done: {folder}")


if __name__ == "__main__":
    main()
