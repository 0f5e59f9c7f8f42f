"""Killing the process at any moment loses no committed edit: 200 kills, every Change that was said is found again."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.project import Project
from core.schema import MediaItem, new_id

KILLS = 200
KILLS_PER_PROJECT = 40
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are of POSIX")


class Victims:
    """A server that forks workers on one project; `kill_one` lets one work for a while and kills it."""

    def __init__(self, path: Path) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-W", "error", str(ROOT / "tests/e2e/kill_9_child.py"), str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        self._pending = b""

    def kill_one(self, seed: int, lines: int, seconds: float) -> list[str]:
        """Kill a worker `seconds` after it has said `lines` things; everything it said."""
        assert self._server.stdin is not None
        self._server.stdin.write(f"{seed}\n".encode())
        self._server.stdin.flush()
        said = [self._line()]
        pid = said[0].removeprefix("pid ")
        while len(said) <= lines:
            said.append(self._line())
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if self._readable(left):
                said.append(self._line())
        os.kill(int(pid), signal.SIGKILL)
        while said[-1] != "dead":
            said.append(self._line())
        return [line for line in said if line.startswith(("change ", "answer "))]

    def _readable(self, seconds: float) -> bool:
        assert self._server.stdout is not None
        return b"\n" in self._pending or bool(select.select([self._server.stdout], [], [], seconds)[0])

    def _line(self) -> str:
        assert self._server.stdout is not None
        while b"\n" not in self._pending:
            part = os.read(self._server.stdout.fileno(), 65536)
            assert part, "the server has ended"
            self._pending += part
        line, self._pending = self._pending.split(b"\n", 1)
        return line.decode()

    def close(self) -> None:
        self._server.communicate(timeout=60)
        assert self._server.returncode == 0


@pytest.fixture
def project_path(tmp_path: Path) -> Path:
    path = tmp_path / "killed.groundlabel"
    with Project.create(path, author="Ann") as project:
        project.add_media(MediaItem(new_id(), "image", f"{number}.png") for number in range(10))
    return path


@pytest.fixture
def victims(project_path: Path) -> Iterator[Victims]:
    server = Victims(project_path)
    yield server
    server.close()


def standing(project: Project) -> tuple[object, ...]:
    whole = project.snapshot()
    steps = (project.undo_title(), project.redo_title())
    return (whole.labels, whole.phrases, whole.annotations, whole.verdicts, whole.reviews, *steps)


@pytest.mark.parametrize("part", range(KILLS // KILLS_PER_PROJECT))
def test_every_change_that_was_said_survives_the_kill(victims: Victims, project_path: Path, part: int) -> None:
    chance = random.Random(part)
    said: list[str] = []
    for kill in range(KILLS_PER_PROJECT):
        lines = chance.randrange(8)
        said += victims.kill_one(part * KILLS_PER_PROJECT + kill, lines, chance.uniform(0, 0.004 if lines else 0.03))
        with Project.open(project_path, author="Ann") as project:
            assert not project.read_only, project.read_only_reason
            found = [f"change {change.id}" for change in project.history()]
            answers = [f"answer {answer.query.id}" for answer in project.answers()]
        assert [line for line in said if line.startswith("change")] == [line for line in found if line in set(said)]
        assert {line for line in said if line.startswith("answer")} <= set(answers)
        assert len(found) + len(answers) - len(said) <= kill + 1  # at most the one that was being said
    assert len(said) > KILLS_PER_PROJECT
    with Project.open(project_path, author="Ann") as project:
        present = standing(project)
        project.rebuild()
        assert standing(project) == present
