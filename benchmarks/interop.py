"""Exchange with other tools, both ways: files that they write are imported, files that we export are read by them.

    .venv/bin/python benchmarks/interop.py [--cache FOLDER] [--json]

The tools want other releases of libraries than ours: they get an environment of their own in the cache folder, made
with pip the first time (0.6 GB). Every region is compared with the known ones (`interop_tools.py`), by picture or
sound.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import platformdirs
from interop_tools import BOXES, LABELS, LENGTH_S, SPANS, Regions

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ("datumaro==1.13.12", "label-studio-converter==0.0.59", "praat-parselmouth==0.4.7", "tgt==1.5")
# What they write -> our format, and within how many pixels or seconds: some tools round.
WRITTEN = {
    "Datumaro": {
        "datumaro/coco_instances/annotations/instances_train.json": ("coco", 1e-9),
        "datumaro/voc_detection": ("voc", 1e-9),
        "datumaro/yolo": ("yolo", 1e-3),
        "datumaro/cvat/train.xml": ("cvat-images", 0.005),
    },
    "Label Studio's converter": {
        "label-studio/coco.json": ("label-studio", 1e-9),
        "label-studio/yolo.json": ("label-studio", 1e-3),
    },
    "Praat": {
        f"praat/{coding}-{kind}": ("textgrid", 1e-9)
        for coding in ("UTF-8", "UTF-16", "try-ASCII-then-UTF-16")
        for kind in ("text-file", "short-text-file")
    },
    "TextGridTools": {f"tgt/{kind}": ("textgrid", 1e-9) for kind in ("long", "short")},
}
# Where our files go: Datumaro looks for those of COCO and VOC under these names.
EXPORTS = {
    "coco": "annotations/instances_train.json",
    "voc": "Annotations",
    "cvat-images": "out.xml",
    "label-studio": "out.json",
}


def environment(cache: Path) -> Path:
    """The Python of the tools' environment, made when it is not there."""
    python = cache / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = cache / "tools.txt"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != "\n".join(TOOLS):
        venv.create(cache, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *TOOLS], check=True)
        stamp.write_text("\n".join(TOOLS), encoding="utf-8")
    return python


def ours(*arguments: str) -> str:
    """Run our command; what it says. Its exit code must be that of success."""
    done = subprocess.run([sys.executable, str(ROOT / "main.py"), *arguments], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError((done.stderr or done.stdout).strip())
    return done.stdout


def regions_of(source: Path, format_id: str, media: Path, scratch: Path) -> Regions:
    """The regions of a file, through a project and our own JSON."""
    project, out = scratch / "p.groundlabel", scratch / "p.json"
    for place in (project, out):
        place.unlink(missing_ok=True)
    ours("import", str(source), "--format", format_id, "--into", str(project), "--media", str(media))
    ours("export", str(project), "--format", "native", "--out", str(out))
    found = json.loads(out.read_text(encoding="utf-8"))
    names = {one["id"]: Path(one["path"]).name.removesuffix(".wav") for one in found["media"]}
    labels = {one["id"]: one["name"] for one in found["labels"]}
    regions: Regions = {name: [] for name in names.values()}
    for one in found["annotations"]:
        region, label = one["region"], labels[one["label_id"]]
        if region["type"] == "box":
            regions[names[one["media_id"]]].append([label, *(region[key] for key in ("x1", "y1", "x2", "y2"))])
        else:
            row = [label, region["start_s"], region["end_s"], one["expressions"][0]]
            regions[names[one["media_id"]]].append(row)
    return regions


def difference(found: Regions | str, known: Regions, within: float) -> str:
    """What differs from the known regions; "" for nothing. A picture without regions may be absent."""
    if isinstance(found, str):
        return found
    for name in {*found, *known}:
        rest = list(found.get(name, []))
        for wanted in known.get(name, []):
            match = next((one for one in rest if _same(one, wanted, within)), None)
            if match is None:
                return f"{name}: {wanted} is not among {rest}"
            rest.remove(match)
        if rest:
            return f"{name}: {rest} is too much"
    return ""


def _same(one: Sequence[Any], other: Sequence[Any], within: float) -> bool:
    return len(one) == len(other) and all(
        a == b if isinstance(b, str) else not isinstance(a, str) and abs(a - b) <= within
        for a, b in zip(one, other, strict=True)
    )


def they_write(folder: Path, scratch: Path) -> Iterator[dict[str, object]]:
    """Import each file of theirs."""
    for tool, files in WRITTEN.items():
        for place, (format_id, within) in files.items():
            known = SPANS if format_id == "textgrid" else BOXES
            try:
                found: Regions | str = regions_of(folder / place, format_id, folder / "images", scratch)
            except RuntimeError as error:
                found = str(error)
            yield fact(
                f"{tool} writes {Path(place).name}, we read {format_id}", known, difference(found, known, within)
            )


def they_read(folder: Path, scratch: Path, python: Path) -> Iterator[dict[str, object]]:
    """Export each format, and have it read."""
    pictures, sounds, out = scratch / "boxes.groundlabel", scratch / "spans.groundlabel", scratch / "ours"
    source = str(folder / "datumaro/coco_instances/annotations/instances_train.json")
    ours("import", source, "--format", "coco", "--into", str(pictures), "--media", str(folder / "images"))
    for format_id, name in EXPORTS.items():
        place = out / format_id / name
        place.parent.mkdir(parents=True)
        ours("export", str(pictures), "--format", format_id, "--out", str(place))
    for name in ("coco", "cvat-images"):  # Datumaro wants the pictures below this folder
        shutil.copytree(folder / "images", out / name / "images" / folder.name / "images")
    shutil.copy(folder / "datumaro/voc_detection/labelmap.txt", out / "voc")  # and takes no labels but VOC's without it
    lists = out / "voc" / "ImageSets" / "Main"
    lists.mkdir(parents=True)
    names = [file.relative_to(out / "voc/Annotations").with_suffix("") for file in (out / "voc").rglob("*.xml")]
    (lists / "train.txt").write_text("".join(f"{name.as_posix()}\n" for name in names), encoding="utf-8")
    source = str(folder / "tgt/long")
    ours("import", source, "--format", "textgrid", "--into", str(sounds), "--media", str(folder / "images"))
    ours("export", str(sounds), "--format", "textgrid", "--out", str(out / "textgrid"))
    for place in (out / "textgrid").rglob("*.TextGrid"):
        place.replace(out / "textgrid" / "a.TextGrid")
    answer = scratch / "read.json"
    run_tools(python, "read", str(out), str(answer))
    for name, found in json.loads(answer.read_text(encoding="utf-8")).items():
        known = SPANS if name.endswith("textgrid") else BOXES
        tool, format_id = name.rsplit(" ", 1)
        yield fact(f"we write {format_id}, {tool} reads it", known, difference(found, known, 1e-3))


def run_tools(python: Path, *arguments: str) -> None:
    """Run `interop_tools.py` in the tools' environment."""
    script = str(Path(__file__).with_name("interop_tools.py"))
    subprocess.run([python, script, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def fact(what: str, known: Regions, problem: str) -> dict[str, object]:
    """One line of the outcome."""
    return {"what": what, "regions": sum(map(len, known.values())), "equal": not problem, "problem": problem}


def main(argv: Sequence[str] | None = None) -> int:
    """Have every pair tried; 1 when one of them differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    cache = Path(platformdirs.user_cache_dir("groundlabel")) / "interop"
    parser.add_argument("--cache", type=Path, default=cache, help="where the tools' environment is")
    parser.add_argument("--json", action="store_true", help="print JSON lines")
    args = parser.parse_args(argv)
    python = environment(args.cache)
    with tempfile.TemporaryDirectory(prefix="interop-") as name:
        scratch = Path(name)
        os.environ["GROUNDLABEL_HOME"] = str(scratch / "home")
        folder = scratch / "theirs"
        run_tools(python, "write", str(folder))
        with wave.open(str(folder / "images" / "a.wav"), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes(int(2 * 8000 * LENGTH_S)))
        good = True
        for found in (*they_write(folder, scratch), *they_read(folder, scratch, python)):
            good = good and bool(found["equal"])
            line = f"{'equal  ' if found['equal'] else 'DIFFERS'} {found['regions']} regions  {found['what']}"
            print(json.dumps(found, ensure_ascii=False) if args.json else f"{line}  {found['problem']}".rstrip())
        print(f"labels {', '.join(LABELS)}; {', '.join(TOOLS)}")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
