"""The main job once, on a bundled picture: ground it, stand behind the boxes, export them, read the file again."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import UserError
from core.geometry import iou
from core.grounding.host import HostedGrounder
from core.grounding.protocol import Grounder
from core.jobs import JobContext
from core.project import Project, acts
from core.schema import Answer, Box, MediaItem, MediaSource, Query, new_id
from core.workflows.sample import SamplePicture, load_sample, open_sample
from core.workflows.transfer import export

PICTURE = "four-shapes.png"
EXPRESSION = "blue square"
GOOD_IOU = 0.5
AUTHOR = "self-test"


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the job and how it went."""

    name: str
    ok: bool
    found: str


@dataclass(slots=True)
class SelfTest:
    """The steps so far; the first one that fails is the last."""

    steps: list[Step] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every step went well."""
        return bool(self.steps) and all(step.ok for step in self.steps)

    def as_json(self) -> dict[str, object]:
        """Plain values for `--json`."""
        steps = [{"name": step.name, "ok": step.ok, "found": step.found} for step in self.steps]
        return {"ok": self.ok, "steps": steps}


def self_test(model: str) -> SelfTest:
    """Do the job in a temporary folder with a model given by name or folder. A failure is a Step, not an exception."""
    return run_self_test(lambda: HostedGrounder(model))


def run_self_test(open_model: Callable[[], Grounder]) -> SelfTest:
    """The same with any `Grounder`; it is closed at the end."""
    tested = SelfTest()
    try:
        with tempfile.TemporaryDirectory(prefix="groundlabel-self-test-") as folder:
            _all_steps(tested, open_model(), Path(folder))
    except UserError as error:
        tested.steps.append(Step("stopped", False, str(error)))
    return tested


def _all_steps(tested: SelfTest, grounder: Grounder, folder: Path) -> None:
    picture = next(picture for picture in load_sample().pictures if picture.file == PICTURE)
    try:
        with Project.open(open_sample(folder, author=AUTHOR), author=AUTHOR) as project:
            item = next(item for item in project.media() if item.path == PICTURE)
            started = time.perf_counter()
            info = grounder.describe()
            loading = time.perf_counter() - started
            tested.steps.append(Step("model", True, f"{info.id} on {info.device}, loaded in {loading:.1f} s"))
            answer = _ask(grounder, item, project.resolve(item))
            tested.steps.append(_judge(answer, picture))
            if answer.proposals:
                project.record_answers([answer])
                project.apply(acts.accept(project, answer, answer.proposals))
                tested.steps.append(_export(project, folder / "coco.json"))
    finally:
        grounder.close()


def _ask(grounder: Grounder, item: MediaItem, place: Path) -> Answer:
    query = Query(new_id(), item.id, EXPRESSION, author=AUTHOR)
    return next(iter(grounder.ground([query], MediaSource(item, str(place)), JobContext())))


def _judge(answer: Answer, picture: SamplePicture) -> Step:
    """Was the one thing found where it stands?"""
    truth = picture.boxes_xyxy[EXPRESSION][0]
    boxes = [proposal.region for proposal in answer.proposals if isinstance(proposal.region, Box)]
    overlaps = [iou((box.x1, box.y1, box.x2, box.y2), truth) for box in boxes]
    best = max(overlaps, default=0.0)
    found = f"{EXPRESSION!r}: {answer.error or answer.raw_text!r}, IoU {best:.2f}, {answer.seconds:.2f} s"
    return Step("ground", best >= GOOD_IOU, found)


def _export(project: Project, out: Path) -> Step:
    """Write COCO and read it again as any other program would."""
    export(project.snapshot(), "coco", out)
    written = json.loads(out.read_text(encoding="utf-8"))
    numbers = f"images: {len(written['images'])}, annotations: {len(written['annotations'])}"
    return Step("export", len(written["annotations"]) > 0, f"COCO file, {numbers}")
