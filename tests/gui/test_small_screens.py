"""On a tiny screen and on one of 200 % everything can be read, reached and done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gui.small_window import DIALOGS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("pixels", "factor", "logical"),
    [((1024, 640), 1, [1024, 640]), ((1920, 1080), 2, [960, 540])],
    ids=["tiny", "200 percent"],
)
def test_nothing_is_cut_or_out_of_reach(
    tmp_path: Path, project_path: Path, pixels: tuple[int, int], factor: int, logical: list[int]
) -> None:
    width, height = pixels
    screen = {"name": "one", "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96, "dpr": 1}
    described = tmp_path / "screen.json"
    described.write_text(json.dumps({"screens": [{**screen, "logicalBaseDpi": 96}]}), encoding="utf-8")
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": f"offscreen:configfile={described}",
        "QT_SCALE_FACTOR": str(factor),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.gui.small_window", str(project_path)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["screen"], found["ratio"]) == (logical, factor)
    assert set(DIALOGS) <= set(found["seen"])
    assert found["troubles"] == []
    assert found["boxes"] == 4
    assert found["loaded"] == []  # a window opens without what models need, and goes on without it
