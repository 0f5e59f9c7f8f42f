"""The benchmark of long media counts by the best-scored span, and an answer that did not come as none."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from core.training.scenes.long_files import LongMedium
from core.training.scenes.media_files import WrittenMedium

ROOT = Path(__file__).resolve().parents[3]
MADE = LongMedium(WrittenMedium(Path("video-0.mp4"), "video", 600.0, (320, 180)), "the red circle", (100.0, 102.0))
COST = {"wall_s": 9.0, "render_s": 1.0, "mib": 0.5}


@pytest.fixture(scope="module")
def sweep() -> ModuleType:
    spec = importlib.util.spec_from_file_location("groundlabel_sweep", ROOT / "benchmarks" / "sweep.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["groundlabel_sweep"] = module
    spec.loader.exec_module(module)
    return module


def answer(*spans: tuple[float, float, float | None], warnings: tuple[str, ...] = ()) -> dict[str, Any]:
    proposals = [
        {"box_xyxy": None, "segment_s": [start, end], "score": score, "method": "decoded"}
        for start, end, score in spans
    ]
    result = {"expression": "the red circle", "error": None, "proposals": proposals, "seconds": 4.0}
    return {"warnings": list(warnings), "results": [result]}


def test_the_best_scored_span_counts(sweep: ModuleType) -> None:
    found = [
        sweep.judged("video", 0, MADE, answer((5, 7, 0.4), (100.5, 102, 0.9)), **COST),
        sweep.judged("video", 1, MADE, answer((5, 7, 0.9), (100, 102, 0.4)), **COST),
        sweep.judged("video", 2, MADE, answer(), **COST),
        sweep.judged("video", 3, MADE, "GroundLabel: it cannot.", **COST),
    ]
    assert [one.iou for one in found] == [0.75, 0.0, 0.0, 0.0]
    assert sweep.summary(found) == {
        "n": 4, "r1_50": 0.25, "r1_70": 0.25, "mtiou": 0.1875, "nothing_found": 1, "errors": 1,
        "seconds": 4.0, "windows": None, "wall_s": 9.0, "render_s": 1.0,
    }  # fmt: skip


def test_windows_are_counted_where_the_answer_says_them(sweep: ModuleType) -> None:
    told = answer((100, 102, 0.9), warnings=("see: 59 windows of 20 s were asked, in 3.1 s", "1 frame is damaged"))
    assert sweep.judged("video", 0, MADE, told, **COST).windows == 59
