"""The bundled models on a CPU: each line of the table once by the straightforward way and once by the product's own."""

from __future__ import annotations

import shutil
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from core.errors import Cancelled
from core.grounding.groundinggpt.loading import load_grounder
from core.grounding.host import HostedGrounder
from core.grounding.protocol import Grounder
from core.jobs import GivingWay, JobContext, NeverCancelled
from core.schema import new_id
from core.workflows.ask import ask
from core.workflows.propose import Answered, Candidate, propose
from core.workflows.side_by_side import SideBySide, processes_for, threads_each
from timing.baseline import Straightforward
from timing.clock import ROOT, Samples, in_turn, measured, told
from timing.material import Material, clips, photographs, sounds

FIVE = 5


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is measured: repeats of each line, and media of the lines about many."""

    repeats: int = 7
    folder: int = 100
    thousand: int = 1000
    baseline_media: int = 6


QUICK = Amount(repeats=3, folder=12, thousand=48, baseline_media=2)


def line(
    title: str,
    baseline: Callable[[int], Any],
    ours: Callable[[int], Any],
    repeats: int,
    *,
    said: bool = True,
) -> dict[str, Any]:
    """Both ways in turn. said: what both return has to be equal."""
    for way in (baseline, ours):  # the first time pays for what is loaded and compiled on demand
        way(repeats)
    samples, results = in_turn({"baseline": baseline, "ours": ours}, repeats)
    same = results["baseline"] == results["ours"] if said else None
    return told(title, samples["baseline"], samples["ours"], same, repeats)


def copies(material: Material, folder: Path, count: int) -> list[Material]:
    """The same medium under new names: whoever keeps what was encoded has never seen it."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number in range(count):
        path = folder / f"{number:03d}{Path(material.source.path).suffix}"
        shutil.copy(material.source.path, path)
        item = replace(material.source.item, id=new_id(), path=path.name)
        made.append(Material(replace(material.source, item=item, path=str(path)), material.expressions))
    return made


def texts(grounder: Grounder, medium: Material, expressions: Sequence[str]) -> list[str]:
    """What the product's grounder writes."""
    return [answer.raw_text for answer in ask(grounder, medium.source, expressions, JobContext())]


class Ways:
    """One checkpoint, loaded for both ways in this process."""

    def __init__(self, name: str) -> None:
        self.folder = ROOT / "ckpt" / name
        self.grounder = load_grounder(self.folder, "cpu")
        self.straight = Straightforward.load(self.folder)

    def baseline(self, medium: Material, expressions: Sequence[str]) -> list[str]:
        return [self.straight.answer(medium.source, expression) for expression in expressions]

    def ours(self, medium: Material, expressions: Sequence[str]) -> list[str]:
        return texts(self.grounder, medium, expressions)

    def both(self, title: str, media: Sequence[Material], words: slice, repeats: int) -> dict[str, Any]:
        """A line about each medium in turn, never seen before; there is one more, to get warm with."""
        return line(
            title,
            lambda n: self.baseline(media[n], media[n].expressions[words]),
            lambda n: self.ours(media[n], media[n].expressions[words]),
            repeats,
        )

    def next_one(self, title: str, media: Sequence[Material], words: slice, repeats: int) -> dict[str, Any]:
        """A line about each medium in turn, right after another question about it was answered."""
        baseline, ours = Samples(), Samples()
        same = True
        for medium in media[:repeats]:
            self.ours(medium, medium.expressions[-1:])
            with measured(ours):
                got = self.ours(medium, medium.expressions[words])
            with measured(baseline):
                wanted = self.baseline(medium, medium.expressions[words])
            same = same and got == wanted
        return told(title, baseline, ours, same, repeats)


def picture_lines(work: Path, amount: Amount) -> dict[str, dict[str, Any]]:
    """One expression on a new photograph, the next one, ten at once."""
    ways = Ways("mini")
    media = photographs(work / "photographs", 3 * amount.repeats + 1)
    new, seen, ten = media[: amount.repeats] + media[-1:], media[amount.repeats :], media[2 * amount.repeats :]
    few = max(2, amount.repeats // 2)
    found = {
        "photo_new": ways.both("one expression, new photograph", new, slice(0, 1), amount.repeats),
        "photo_next": ways.next_one("next expression, same photograph", seen, slice(1, 2), amount.repeats),
        "photo_ten": ways.both("ten expressions, new photograph", ten, slice(0, 10), few),
    }
    ways.grounder.close()
    return found


def time_lines(work: Path, amount: Amount) -> dict[str, dict[str, Any]]:
    """A clip of 10 s and a sound of 6 s: read and encoded, the first span, the next one."""
    ways = Ways("mini-time")
    found: dict[str, dict[str, Any]] = {}
    (clip,), (sound,) = clips(work / "clips", 1), sounds(work / "sounds", 1)
    for kind, medium, words in (("clip", clip, "10 s of video"), ("sound", sound, "6 s of sound")):
        reads = copies(medium, work / f"{kind}-reads", amount.repeats + 1)
        asks = copies(medium, work / f"{kind}-asks", amount.repeats + 1)
        found[f"{kind}_read"] = line(
            f"{words}: decode and encode",
            lambda n, media=reads: ways.straight.encode(ways.straight.read(media[n].source)).shape,
            lambda n, media=reads: ways.grounder.prepare(media[n].source, JobContext()),
            amount.repeats, said=False,
        )  # fmt: skip
        found[f"{kind}_new"] = ways.both(f"{words}: a span, new file", asks, slice(0, 1), amount.repeats)
        found[f"{kind}_next"] = ways.next_one(f"{words}: next span", asks, slice(1, 2), amount.repeats)
    ways.grounder.close()
    return found


def ask_all(grounder: Grounder, media: Iterable[Material], expressions: Sequence[str]) -> list[list[str]]:
    """As the background asks: through the same workflow, without a project."""
    candidates = [Candidate(medium.source.item.path, medium.source) for medium in media]
    events = propose(grounder, candidates, expressions, JobContext(), total=len(candidates))
    return [[answer.raw_text for answer in event.answers] for event in events if isinstance(event, Answered)]


def many_lines(work: Path, amount: Amount) -> dict[str, dict[str, Any]]:
    """A folder x five expressions, and many photographs x one, as `propose` asks them; seconds are of one photograph.

    The baseline is measured on a few of them, before and after. Loading is not counted on either side.
    """
    folder = ROOT / "ckpt" / "mini"
    straight = Straightforward.load(folder)
    found: dict[str, dict[str, Any]] = {}
    media = photographs(work / "many", max(amount.thousand, amount.folder), seed=11, name="many")
    warm = photographs(work / "warm", 64, seed=12, name="warm")
    for key, count, asked, title in (
        ("folder", amount.folder, FIVE, "a folder x 5 expressions, of one photograph"),
        ("thousand", amount.thousand, 1, "a folder x 1 expression, of one photograph"),
    ):
        words = media[0].expressions[-asked:]
        few = list(islice(media, amount.baseline_media))
        with ExitStack() as stack:
            processes = processes_for("mini", count)
            hosted = [
                stack.enter_context(HostedGrounder("mini", "cpu", threads=threads_each(processes)))
                for _ in range(processes)
            ]
            grounder: Grounder = hosted[0] if processes == 1 else SideBySide(hosted)
            ask_all(grounder, warm[: 32 * processes], words[:1])
            baseline, ours = Samples(), Samples()
            wanted = []
            for part in (few[::2], few[1::2]):
                if part is not few[::2]:
                    with measured(ours):
                        got = ask_all(grounder, media[:count], words)
                for medium in part:
                    with measured(baseline):
                        wanted.append((medium, [straight.answer(medium.source, word) for word in words]))
        said = dict(zip((medium.source.path for medium in media), got, strict=False))
        same = len(got) == count and all(said[medium.source.path] == text for medium, text in wanted)
        row = told(title, baseline, Samples([replace(ours.taken[0])]), same, len(few))
        for name in ("wall_s", "cpu_s"):
            row["ours"][name] = round(row["ours"][name] / count, 5)
        row["ratio"] = round(row["ours"]["wall_s"] / row["baseline"]["wall_s"], 4)
        row["cpu_ratio"] = round(row["ours"]["cpu_s"] / row["baseline"]["cpu_s"], 4)
        row |= {"media": count, "processes": processes, "per_s": round(1 / row["ours"]["wall_s"], 2)}
        row["per_cpu_s"] = round(1 / row["ours"]["cpu_s"], 2)
        found[key] = row
    return found


def gives_way(work: Path, repeats: int) -> dict[str, Any]:
    """Milliseconds from a person's question to where the background's item has stopped, in the midst of it."""
    waits: list[float] = []
    with HostedGrounder("mini", "cpu") as hosted:
        for number, medium in enumerate(photographs(work / "way", repeats, seed=31, name="way")):
            wish, asked_at = threading.Event(), [0.0]

            def ask_now(wish: threading.Event = wish, asked_at: list[float] = asked_at) -> None:
                asked_at[0] = time.perf_counter()
                wish.set()

            hosted.describe()
            person = threading.Timer(0.02 + 0.03 * (number % 8), ask_now)
            person.start()
            try:
                list(ask(hosted, medium.source, medium.expressions[:1], JobContext(GivingWay(NeverCancelled(), wish))))
            except Cancelled:
                waits.append((time.perf_counter() - asked_at[0]) * 1e3)
            person.join()
    found = {"stopped": len(waits), "median_ms": round(statistics.median(waits), 1), "worst_ms": round(max(waits), 1)}
    print(f"a person's question waits for the background's item: {found}", flush=True)
    return found


def measure(work: Path, amount: Amount, keep: Callable[[dict[str, dict[str, Any]]], object]) -> dict[str, Any]:
    """Every line. keep: called with what is known so far, whenever a few lines have been measured."""
    found: dict[str, dict[str, Any]] = {}
    for lines in (picture_lines, time_lines, many_lines):
        for key, row in lines(work, amount).items():
            found[key] = row
            seen = "" if row["same_text"] is None else ", same text" if row["same_text"] else ", OTHER TEXT"
            times = f"{row['baseline']['cpu_s']:.3f} -> {row['ours']['cpu_s']:.3f} CPU-s"
            print(
                f"{row['title']:<48}{times}, ratio {row['cpu_ratio']:.3f} ({row['ratio']:.3f} wall){seen}", flush=True
            )
        keep(found)
    return found
