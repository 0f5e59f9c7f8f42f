"""The window's process is killed at a random moment while somebody edits one of 100,000 items: nothing is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from core.media import probe_item
from core.project import Project
from core.schema import MediaItem, new_id
from tests.gui.conftest import Drive, Person

ROOT = Path(__file__).resolve().parents[2]
ITEMS, REAL, KILLS = 100_000, 6, 2

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")


@pytest.fixture
def large_project(tmp_path: Path) -> Path:
    """Six pictures, and as many that are gone as make it 100,000."""
    path = tmp_path / "large.groundlabel"
    with Project.create(path, author="mara", role="command") as project:
        for number in range(REAL):
            picture = tmp_path / f"real-{number}.png"
            Image.new("RGB", (240, 180), (200, 190 - 10 * number, 180)).save(picture)
            project.add_media([probe_item(picture, root="project", relative=picture.name)])
        project.add_media(
            MediaItem(new_id(), "image", f"gone/{number:06d}.jpg", width=640, height=480, content_hash=new_id())
            for number in range(REAL, ITEMS)
        )
    return path


def edit_until_killed(path: Path, chance: random.Random) -> list[dict[str, Any]]:
    """What the window showed after each act, up to the last one before its end."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.gui.edited_until_killed", str(path), str(chance.randrange(1000))],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as window:  # fmt: skip
        assert window.stdout is not None
        said = [json.loads(window.stdout.readline()) for _ in range(chance.randrange(5, 40))]
        os.kill(window.pid, signal.SIGKILL)
        rest = window.stdout.read()  # what it did between the decision to kill it and its death
    return said + [json.loads(line) for line in rest.splitlines() if line.endswith("}")]


def test_nothing_that_was_shown_is_lost_and_the_window_comes_back(drive: Drive, large_project: Path) -> None:
    chance = random.Random(4)
    for _ in range(KILLS):
        last = edit_until_killed(large_project, chance)[-1]
        with Project.open(large_project, author="mara", role="command") as project:
            stored = sorted(annotation.id for annotation in project.annotations(last["item"]))
            # It may have died between the end of an act and saying so: at most that one act stands beside.
            assert len(set(stored) ^ set(last["shown"])) <= 1
            before = [(one.id, one.region) for one in project.annotations()]
            project.rebuild()  # the log alone tells the same
            assert [(one.id, one.region) for one in project.annotations()] == before

    def body(person: Person) -> None:
        person.until_shown()
        assert person.item.path.startswith("real-")
        assert len(person.window._session.workspace.items) == ITEMS
        assert person.messages() == []

    drive(body, str(large_project))
