"""Works on a project until it is killed, saying every Change on stdout once it is committed. Run by test_kill_9.

One server pays for the imports; for each line `SEED` on stdin it forks a worker. Lines on stdout: `pid N`,
`change ID`, `answer ID`, `dead`. The last comes after the worker is gone, so it follows all that it said.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from core.project import Project, acts
from core.schema import Answer, Box, Change, Query, new_id

BORED_AFTER = 2000


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def act(project: Project, media_id: str, chance: random.Random) -> Change | None:
    kind = chance.choice(("draw", "draw", "draw", "edit", "delete", "undo", "undo", "redo"))
    if kind == "undo":
        return project.undo()
    if kind == "redo":
        return project.redo()
    box = Box(chance.uniform(0, 50), chance.uniform(0, 50), chance.uniform(50, 99), chance.uniform(50, 99))
    standing = project.annotations(media_id)
    if kind == "draw" or not standing:
        return project.apply(acts.draw(project, media_id, box, f"thing {chance.randrange(30)}"))
    chosen = chance.choice(standing)
    if kind == "edit":
        return project.apply(acts.edit_region(project, chosen, box))
    return project.apply(acts.delete(project, [chosen]))


def work(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    project = Project.open(path, author="Ann")
    media_id = project.media()[seed % 10].id
    for _ in range(BORED_AFTER):
        if chance.random() < 0.15:
            query = Query(new_id(), media_id, "anything")
            project.record_answers([Answer(query, (), False, "not present", "fake")])
            say(f"answer {query.id}")
            continue
        change = act(project, media_id, chance)
        if change is not None:
            say(f"change {change.id}")


def serve(path: Path) -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            work(path, int(line))
            os._exit(0)
        say(f"pid {child}")
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
