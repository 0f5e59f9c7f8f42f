"""What was measured as JSON, as tables in `docs/performance.md`, and against what was measured before."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from timing.clock import ROOT

CPU_RECORD = ROOT / "docs" / "measurements" / "speed_cpu.json"
GPU_RECORD = ROOT / "docs" / "measurements" / "speed_gpu.json"
PAGE = ROOT / "docs" / "performance.md"
WORSE = 1.5  # times the committed ratio; short lines differ by a third from run to run on a busy machine
NOT_YET = "not measured yet"
# What issue and product promise on two idle cores, in seconds of one answer.
BARS_OF_GPU = {
    "photo_new": "0.15, 1.5 x the floor", "photo_next": "0.09", "photo_ten": "0.025", "folder": "0.025",
    "video_read": "0.5", "video_next": "0.2",
}  # fmt: skip
BARS_S = {"photo_new": 0.4, "photo_next": 0.15, "clip_new": 1.5, "thousand": 0.2}


def worse(record: Mapping[str, Any], fresh: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What got worse, in words. Judged by the ratio of CPU seconds to the baseline's, both measured now, in turn.

    Absolute seconds of another day say nothing about this one. A line that is not in the record says nothing either.
    """
    told = []
    for key, row in fresh.items():
        before = record["lines"].get(key)
        if row["same_text"] is False:
            told.append(f"{row['title']}: the answers differ from the baseline's")
        if before is None:
            continue
        if row["cpu_ratio"] > before["cpu_ratio"] * WORSE:
            told.append(
                f"{row['title']}: {row['cpu_ratio']:.3f} of the baseline's CPU seconds, "
                f"{before['cpu_ratio']:.3f} when it was recorded ({record['date']}, {record['commit']})"
            )
    return told


def write(path: Path, found: Mapping[str, Any]) -> None:
    """Keep a measurement."""
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def between(name: str, text: str) -> None:
    """Replace what stands between the marks of this name on the page."""
    page = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    before, rest = page.split(begin, 1)
    PAGE.write_text(before + begin + text + end + rest.split(end, 1)[1], encoding="utf-8")


def about(found: Mapping[str, Any]) -> str:
    """Where the figures come from, in one line."""
    machine = found["machine"]
    load = f", load {machine['load_before']} before it began" if machine["load_before"] is not None else ""
    return (
        f"{machine['words']}, {machine['processor']}, {machine['threads']} threads, torch {machine['torch']}, "
        f"transformers {machine['transformers']}{load}; {found['date']}, commit {found['commit']}; "
        f"`{found['command']}`.\n"
    )


def cpu_page(found: Mapping[str, Any]) -> None:
    """The tables of the CPU."""
    rows = [
        "| | baseline, CPU-s | ours, CPU-s | ratio | wall: baseline, s | ours, s | ratio | bar, s | same text |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for key, row in found["lines"].items():
        one, other = row["baseline"], row["ours"]
        bar = f"{BARS_S[key]:g}" if key in BARS_S else "-"
        same = {True: "yes", False: "**no**", None: "-"}[row["same_text"]]
        rows.append(
            f"| {row['title']} | {one['cpu_s']:.3f} | {other['cpu_s']:.3f} | {row['cpu_ratio']:.3f} | "
            f"{one['wall_s']:.3f} | {other['wall_s']:.3f} | {row['ratio']:.3f} | {bar} | {same} |"
        )
    waits = ""
    if way := found.get("gives_way"):
        waits = (
            f"\nA person's question waited {way['median_ms']:g} ms (median of {way['stopped']}; worst "
            f"{way['worst_ms']:g}) for the photograph that the background was asking about to stop. Bar: 100 ms.\n"
        )
    between("cpu", about(found) + "\n" + "\n".join(rows) + "\n" + waits)
    if "curves" not in found:
        return
    rows = ["| what grows | at | CPU-s | slope | at 0 | r² |", "|---|---|---|---|---|---|"]
    for curve in found["curves"].values():
        xs, ys = (", ".join(f"{value:.5g}" for value in curve[key]) for key in ("x", "cpu_s"))
        rows.append(
            f"| {curve['title']} | {xs} | {ys} | {curve['slope']:.2g} CPU-s per {curve['unit']} | "
            f"{curve['at_0']:.3f} | {curve['r2']:.3f} |"
        )
    between("growth", "\n".join(rows) + "\n")
    total = sum(found["stages"].values())
    rows = ["| stage | CPU-s | share |", "|---|---|---|"]
    rows += [f"| {name} | {value:.3f} | {value / total:.0%} |" for name, value in found["stages"].items()]
    between("stages", "\n".join(rows) + "\n")


def gpu_page(found: Mapping[str, Any]) -> None:
    """The tables of the full size."""
    rows = ["| | baseline, ms | ours, ms | ratio | bar | floor, ms | ours / floor |", "|---|---|---|---|---|---|---|"]
    for key, row in found["lines"].items():
        one, other = row["baseline"]["wall_s"] * 1e3, row["ours"]["wall_s"] * 1e3
        floor = row.get("floor_s")
        share = f"{other / (floor * 1e3):.2f}" if floor else "-"
        at = f"{floor * 1e3:.1f}" if floor else "-"
        bar = BARS_OF_GPU.get(key, "-")
        rows.append(f"| {row['title']} | {one:.1f} | {other:.1f} | {row['ratio']:.3f} | {bar} | {at} | {share} |")
    fewer = ["| | one expression, new picture, ms | of 16 bits | GB: weights | loaded | highest | held by torch |"]
    fewer.append("|---|---|---|---|---|---|---|")
    whole = found["precision"]["16 bits"]
    for name, one in found["precision"].items():
        sizes = " | ".join(f"{one[key]:.2f}" for key in ("weights_gb", "loaded_gb", "peak_gb", "held_gb"))
        ratio = one["photo_new_s"] / whole["photo_new_s"]
        fewer.append(f"| {name} | {one['photo_new_s'] * 1e3:.1f} | {ratio:.2f} | {sizes} |")
    drift = found["precision"]["4 bits, encoders in 8"]["features_differ"]
    floors, logits, stages = found["floors"], found["logits"], found["stages"]
    guessed, unguessed = found["lines"]["photo_next"], found["lines"]["photo_next_unguessed"]
    each = (unguessed["ours"]["wall_s"] - guessed["ours"]["wall_s"]) / (unguessed["passes"] - guessed["passes"])
    parts = ", ".join(f"{name} {seconds * 1e3:.1f}" for name, seconds in stages.items())
    off = ", ".join(f"{value:.1%} ({kind})" for kind, value in drift.items())
    words = (
        f"Copy bandwidth {floors['copy_bytes_per_s'] / 1e12:.2f} TB/s, so {floors['step_s'] * 1e3:.1f} ms for reading"
        f" the weights once; matrix rate {floors['flops_per_s'] / 1e12:.0f} TFLOP/s, so"
        f" {floors['prompt_s'] * 1e3:.1f} ms for the {floors['prompt_tokens']} tokens of a prompt. A box took"
        f" {guessed['passes']} passes, and"
        f" {unguessed['passes']} without guessing ahead: {each * 1e3:.1f} ms for each pass more. Stages of a new"
        f" picture in ms: {parts}. In float32 the logits of the {logits['digits']} digits differ by at most"
        f" {logits['greatest_difference']:.1e} (of {logits['greatest_logit']:.2f}). With encoders in 8 bits, features"
        f" are off by this share of their length: {off}."
    )
    tables = ["\n".join(rows), "\n".join(fewer), textwrap.fill(words, 120)]
    between("gpu", about(found) + "\n" + "\n\n".join(tables) + "\n")


def same_page(found: Mapping[str, Any]) -> None:
    """The table of texts compared."""
    rows = [
        "| model | medium | type | queries | asked alone too | equal | least IoU where not | baseline against itself: "
        "equal, least IoU |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in found["compared"]:
        itself, its_least = one["baseline_equals_itself_with_sdpa"], one["least_iou_where_it_does_not"]
        least = "-" if not one["differing"] else f"{one['least_iou_where_not']:.3f}"
        rows.append(
            f"| {one['model']} | {one['kind']} | {one['dtype']} | {one['queries']} | {one['also_alone']} | "
            f"{one['equal']:.2%} | {least} | {'-' if itself is None else f'{itself:.2%}, {its_least:.3f}'} |"
        )
    head = f"{found['machine']['words']}, {found['date']}, commit {found['commit']}.\n\n"
    between("same", head + "\n".join(rows) + "\n")


def memory_page(found: Mapping[str, Any]) -> None:
    """What was seen of memory, in words."""
    model, asker = (found["mb_per_1000_after_the_first_1000"][name] for name in ("model", "asker"))
    (begin, end), (first, last) = (found["from_to_mb"][name] for name in ("model", "asker"))
    words = [
        f"{found['questions']:,} questions to `{found['model']}` through the product's host, about many media, one",
        f"and five together ({found['machine']['words']}, {found['date']}, commit {found['commit']}). After the first",
        f"1,000 the model's process grew by {model:g} MB for 1,000 questions ({begin:g} to {end:g} MB), the asking one",
        f"by {asker:g} MB ({first:g} to {last:g} MB). Promised: at most 1 MB.",
    ]
    between("memory", "\n".join(words) + "\n")
