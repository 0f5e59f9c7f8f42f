"""Feeds broken files to every importer: whatever comes, it is read, or refused with a sentence for people.

    .venv/bin/python benchmarks/fuzz_formats.py [--minutes 5] [--seed 1] [--format ID]…

Good files of every format are written, then broken: bytes flipped, cut out and doubled, numbers and texts swapped for
nasty ones, values of JSON and elements of XML taken away, moved and doubled. Each is read, placed and written again as
native JSON, in a child process with a limit on its memory and on its time. A crash, another error than a `UserError`,
a hang or a blow-up is printed with the file that did it, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.errors import UserError  # noqa: E402
from core.formats import Contents, ReadOptions, WriteOptions, find_format, format_ids  # noqa: E402
from core.formats.frames import steady  # noqa: E402
from core.jobs import Report  # noqa: E402
from core.schema import (  # noqa: E402
    Annotation,
    Box,
    Label,
    MediaItem,
    Phrase,
    Review,
    Segment,
    SplitMark,
    Track,
    Verdict,
)
from core.workflows.placing import in_pixels  # noqa: E402

FILES_A_CHILD = 200
NASTY_TEXTS = (
    *("", " ", "../../x.jpg", "/etc/passwd", "C:\\x.jpg", "\\\\host\\share\\x.jpg", "a\0b", "\ud800", "é" * 3000),
    *("NaN", "-1", "1e999", "9" * 400, "null", "00:00:99.5", "<a>&amp;", '"', "\u2028", "-->", "none", "true"),
)
NASTY_NUMBERS = (0, -1, 0.5, 1e16, 1e308, -1e308, 2**31, 2**63, 10**30, 1e-320)
NASTY_VALUES: tuple[Any, ...] = (
    *NASTY_TEXTS,
    *NASTY_NUMBERS,
    None,
    True,
    [],
    {},
    [[]],
    {"a": {}},
    [None],
    [1, 2, 3, 4],
)
Limits = tuple[int, int]  # MiB, seconds


def a_project() -> Contents:
    """A little of everything that a project can hold."""
    media = (
        MediaItem("p1", "image", "images/one.jpg", width=640, height=480),
        MediaItem("p2", "image", "images/zwei é.png", width=64, height=48),
        MediaItem("v1", "video", "clip.mp4", width=320, height=240, duration_s=12.0, fps=25.0),
        MediaItem("s1", "audio", "sound.wav", duration_s=30.0),
    )
    labels = (Label("l1", "dog", 0), Label("l2", "red car", 1))
    phrases = (Phrase("h1", "a dog", "l1"), Phrase("h2", "the red car", "l2"))
    track = Track((Box(1, 2, 30, 40, at_s=1.0), Box(11, 12, 40, 50, at_s=2.0)))
    regions = (("p1", Box(10, 20, 110, 220.5)), ("p1", Box(1, 2, 3, 4)), ("p2", Box(0, 0, 64, 48)), ("v1", track))
    spans = (("v1", Segment(1.0, 2.5)), ("s1", Segment(0.25, 3.0)), ("s1", Segment(2.0, 9.0)))
    annotations = tuple(
        Annotation(f"a{n}", medium, labels[n % 2].id, (phrases[n % 2].expression,), region, "drawn")
        for n, (medium, region) in enumerate((*regions, *spans))
    )
    return Contents(
        media=media,
        labels=labels,
        phrases=phrases,
        annotations=annotations,
        verdicts=(Verdict("w1", "p2", "the red car", "not_present"),),
        reviews=(Review("p1", "done"),),
        splits=(SplitMark("p1", "train"), SplitMark("v1", "val")),
    )


# --- breaking files ------------------------------------------------------------------------------


def break_bytes(body: bytes, chance: random.Random) -> bytes:
    """Bytes flipped, cut out, doubled or put in."""
    data = bytearray(body)
    for _ in range(chance.choice((1, 1, 2, 8))):
        at = chance.randrange(len(data) + 1)
        length = chance.choice((1, 2, 16, 200))
        match chance.randrange(5):
            case 0 if data:
                data[at % len(data)] = chance.randrange(256)
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length]
            case 3:
                data[at:at] = bytes(chance.randrange(256) for _ in range(length))
            case _:
                del data[at:]
    return bytes(data)


def break_words(body: bytes, chance: random.Random) -> bytes:
    """Numbers and words of a text swapped for nasty ones, lines moved."""
    text = body.decode("utf-8", "replace")
    places = list(re.finditer(r"-?\d+(?:\.\d+)?|\w+", text))
    for place in sorted(chance.sample(places, min(len(places), chance.choice((1, 2, 5)))), key=lambda m: -m.start()):
        text = text[: place.start()] + str(chance.choice(NASTY_VALUES)) + text[place.end() :]
    if chance.random() < 0.2:
        lines = text.splitlines(keepends=True)
        chance.shuffle(lines)
        text = "".join(lines)
    return text.encode("utf-8", "surrogatepass")


def break_json(body: bytes, chance: random.Random) -> bytes:
    """Values of a JSON text, or of one of its lines, taken away, doubled or swapped for nasty ones."""
    text = body.decode("utf-8")
    try:
        return json.dumps(_broken(json.loads(text), chance)).encode()
    except json.JSONDecodeError:
        lines = text.splitlines()
        at = chance.randrange(len(lines))
        lines[at] = json.dumps(_broken(json.loads(lines[at]), chance))
        return "\n".join(lines).encode()


def _broken(value: Any, chance: random.Random) -> Any:
    if not isinstance(value, dict | list) or not value or chance.random() < 0.15:
        return chance.choice(NASTY_VALUES)
    key = chance.choice(list(value)) if isinstance(value, dict) else chance.randrange(len(value))
    match chance.randrange(8):
        case 0:
            del value[key]
        case 1 if isinstance(value, list):
            value.append(value[key])
        case 1:
            value[str(chance.choice(NASTY_TEXTS))] = value[key]  # type: ignore[index]
        case _:
            value[key] = _broken(value[key], chance)
    return value


def break_xml(body: bytes, chance: random.Random) -> bytes:
    """Elements taken away, doubled and renamed; texts and attributes swapped for nasty ones."""
    text = body.decode("utf-8")
    for _ in range(chance.choice((1, 1, 3))):
        tags = list(re.finditer(r"<(\w+)([^<>]*?)(/?)>", text))
        if not tags:
            break
        tag = chance.choice(tags)
        match chance.randrange(4):
            case 0:
                end = text.find(f"</{tag[1]}>", tag.end())
                close = tag.end() if tag[3] or end < 0 else end + len(tag[1]) + 3
                twice = text[tag.start() : close] * chance.choice((0, 2))
                text = text[: tag.start()] + twice + text[close:]
            case 1:
                text = text.replace(tag[1], chance.choice(("x", "object", "name", "track")), chance.choice((1, 2, -1)))
            case _:
                values = [m for m in re.finditer(r'"[^"<>]*"|>[^<>]+<', text) if m.start() > 40]
                if values:
                    place = chance.choice(values)
                    nasty = str(chance.choice(NASTY_VALUES)).replace("&", "").replace("<", "").replace('"', "")
                    text = text[: place.start() + 1] + nasty + text[place.end() - 1 :]
    return text.encode("utf-8", "surrogatepass")


def ways_of(place: Path) -> list[Callable[[bytes, random.Random], bytes]]:
    """How a file of this kind can be broken."""
    special = {".json": [break_json] * 3, ".jsonl": [break_json] * 3, ".xml": [break_xml] * 3, ".eaf": [break_xml] * 3}
    return [break_bytes, break_words, *special.get(place.suffix.lower(), [])]


# --- one file ------------------------------------------------------------------------------------


class TooSlow(BaseException):
    """The time for one file is over."""


def _alarm(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow


def try_file(format_id: str, source: Path, seconds: int) -> str:
    """Read, place and write; "read", "refused", or what went wrong."""
    signal.alarm(seconds)
    try:
        batch = find_format(format_id).read(source, ReadOptions())
        clocks = {media_id: steady(25.0, None) for media_id in batch.frames}
        known = {item.id: replace(item, width=640, height=480, duration_s=30.0) for item in batch.contents.media}
        contents = in_pixels(batch, known, Report(), clocks={k: v for k, v in clocks.items() if v is not None})
        find_format("native").write(contents, source.parent / "again.json", WriteOptions())
    except UserError as error:
        return "refused" if str(error).strip() else "a UserError without a word"
    except TooSlow:
        return f"hang: more than {seconds} s"
    except MemoryError:
        return "blow-up: out of memory"
    except Exception:  # noqa: BLE001 - whatever it is, it is a defect
        return traceback.format_exc()
    finally:
        signal.alarm(0)
    return "read"


def child(format_id: str, good: Path, seeds: range, limits: Limits, answers: Connection) -> None:
    """Break and try one file for each seed; says the seed before, and what came of it after."""
    mib, seconds = limits
    resource.setrlimit(resource.RLIMIT_AS, (mib << 20, mib << 20))
    signal.signal(signal.SIGALRM, _alarm)
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="fuzz-") as scratch:
            answers.send((seed, "started"))
            answers.send((seed, try_file(format_id, broken_copy(good, Path(scratch), seed), seconds)))


def broken_copy(good: Path, scratch: Path, seed: int) -> Path:
    """The good files once more, one or two of them broken as this seed says."""
    chance = random.Random(seed)
    source = scratch / good.name
    if good.is_dir():
        shutil.copytree(good, source)
    else:
        shutil.copytree(good.parent, scratch, dirs_exist_ok=True)
    files = sorted(place for place in (source.rglob("*") if good.is_dir() else [source]) if place.is_file())
    for place in chance.sample(files, min(len(files), chance.choice((1, 1, 2)))):
        place.write_bytes(chance.choice(ways_of(place))(place.read_bytes(), chance))
    return source


# --- all of them ---------------------------------------------------------------------------------


def run_batch(format_id: str, good: Path, seeds: range, limits: Limits) -> tuple[dict[str, int], list[tuple[int, str]]]:
    """How many were read and refused, and the seeds that did harm."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    worker = multiprocessing.get_context("fork").Process(target=child, args=(format_id, good, seeds, limits, theirs))
    worker.start()
    theirs.close()
    counts, defects, last = {"read": 0, "refused": 0}, [], seeds.start
    while True:
        if not ours.poll(limits[1] + 20):
            worker.kill()
            defects.append((last, "hang: the process does not answer"))
            break
        try:
            last, what = ours.recv()
        except EOFError:
            break
        if what in counts:
            counts[what] += 1
        elif what != "started":
            defects.append((last, what))
    worker.join()
    if worker.exitcode and not defects:
        defects.append((last, f"crash: exit code {worker.exitcode}"))
    return counts, defects


def main(argv: Sequence[str] | None = None) -> int:
    """Break files until the time is over."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", action="append", default=[], metavar="ID", help="only this; may be repeated")
    parser.add_argument("--memory-mib", type=int, default=2048)
    parser.add_argument("--seconds", type=int, default=10, help="for one file")
    args = parser.parse_args(argv)
    names = args.format or format_ids()
    totals: dict[str, dict[str, int]] = {name: {"read": 0, "refused": 0, "defects": 0} for name in names}
    until = time.monotonic() + args.minutes * 60
    with tempfile.TemporaryDirectory(prefix="fuzz-good-") as folder:
        good: dict[str, Path] = {}
        for name in names:
            good[name] = Path(folder) / name / "good"
            good[name].parent.mkdir()
            find_format(name).write(a_project(), good[name], WriteOptions(clock=lambda item: steady(item.fps, None)))
            suffix = {"eaf": ".eaf", "cvat-images": ".xml", "csv": ".csv", "tsv": ".tsv"}.get(name, ".json")
            if good[name].is_file():
                good[name] = good[name].rename(good[name].with_suffix(suffix if name != "charades-sta" else ".txt"))
        seed = args.seed * 10_000_000
        while time.monotonic() < until:
            for name in names:
                seeds = range(seed, seed + FILES_A_CHILD)
                counts, defects = run_batch(name, good[name], seeds, (args.memory_mib, args.seconds))
                for key, count in counts.items():
                    totals[name][key] += count
                totals[name]["defects"] += len(defects)
                for number, what in defects:
                    print(f"--- {name}, seed {number}\n{what}", flush=True)
                if time.monotonic() > until:
                    break
            seed += FILES_A_CHILD
    for name, counts in totals.items():
        print(f"{name:22} " + "  ".join(f"{key} {count}" for key, count in counts.items()))
    return 1 if any(counts["defects"] for counts in totals.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
