"""The whole job once on bundled media: ask about a picture, a video and a sound, export, teach two steps, ask again.

Models run and are taught in child processes, as they are for the window and the command line, and everything that is
written lies in a temporary folder. It knows what the steps are; how a command is run behind it is handed in.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from core.errors import Bug, Cancelled, MediaError, ModelError, TrainingError, UserError
from core.geometry import iou, temporal_iou
from core.grounding.host import HostedGrounder
from core.grounding.protocol import Grounder
from core.grounding.registry import DEFAULT_MODEL, default_model
from core.jobs import JobContext
from core.project import Project, acts
from core.schema import Answer, Box, MediaItem, MediaSource, Proposal, Query, Segment, new_id
from core.workflows.sample import load_sample, open_sample
from core.workflows.transfer import export

StepName = Literal["project", "picture", "video", "sound", "export", "finetune", "reload"]
StepState = Literal["running", "ok", "failed"]
STEPS: tuple[StepName, ...] = ("project", "picture", "video", "sound", "export", "finetune", "reload")
ASKED: dict[StepName, tuple[str, str]] = {  # the file of the sample, and what is looked for in it
    "picture": ("four-shapes.png", "blue square"),
    "video": ("moving-shapes.mp4", "the yellow star"),
    "sound": ("beep-siren-bell.flac", "the siren"),
}
GOOD_IOU = 0.5
TAUGHT_STEPS = 2
_GENTLE_RATE = 1e-5  # two such steps leave a model that still knows what it knew
AUTHOR = "self-test"
_FAILURES = (UserError, Bug, OSError, ImportError, MemoryError)  # an import: something was left out of a packaged app

OpenModel = Callable[[str], Grounder]
# Runs `main.py ARGUMENTS` in a process of its own and yields what it tells; the path is a file for that.
RunBehind = Callable[[Sequence[str], Path, JobContext], Iterator[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the job and how it went; `advice` says what to do after a failure."""

    name: StepName
    state: StepState
    found: str = ""
    advice: str = ""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return self.state == "ok"

    def as_json(self) -> dict[str, object]:
        """Plain values for `--json`."""
        told = {"name": self.name, "ok": self.ok, "found": self.found, "advice": self.advice}
        return {**told, "seconds": round(self.seconds, 2)}


@dataclass(slots=True)
class SelfTest:
    """The steps that have ended so far."""

    steps: list[Step] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every step was made and went well."""
        return {step.name for step in self.steps if step.ok} == set(STEPS)

    def as_json(self) -> dict[str, object]:
        """Plain values for `--json`."""
        return {"ok": self.ok, "steps": [step.as_json() for step in self.steps]}


def self_test(
    run_behind: RunBehind,
    context: JobContext,
    *,
    model: str = "",
    taught: str = DEFAULT_MODEL,
    open_model: OpenModel = HostedGrounder,
) -> Iterator[Step]:
    """Do the job; every Step comes twice, when it begins and when it has ended. A failure is a Step, no exception.

    model: the one that is asked about the picture, by name or folder; "" for the bundled one. taught: the one that is
    fine-tuned. A step that needs one that failed is left out. Raises `Cancelled`.
    """
    with ExitStack() as stack:
        run = _Run(run_behind, context, model or default_model("image"), taught, open_model, stack)
        yield from run.step("project", run.make_project)
        if not run.is_ready:
            return
        for name in ASKED:
            yield from run.step(name, partial(run.ask, name))
        run.close_models()
        yield from run.step("export", run.export)
        yield from run.step("finetune", run.finetune)
        if run.is_taught:
            yield from run.step("reload", run.reload)


class _Run:
    """The temporary folder, the project in it, and the models that run; all of it ends with `stack`."""

    def __init__(
        self,
        run_behind: RunBehind,
        context: JobContext,
        model: str,
        taught: str,
        open_model: OpenModel,
        stack: ExitStack,
    ) -> None:
        self._run_behind, self._context, self._open_model = run_behind, context, open_model
        self._model, self._taught, self._stack = model, taught, stack
        self._grounders: dict[str, Grounder] = {}
        self._folder = Path()
        self._project: Project | None = None
        self.is_taught = False
        stack.callback(self.close_models)

    @property
    def is_ready(self) -> bool:
        return self._project is not None

    @property
    def project(self) -> Project:
        if self._project is None:
            raise Bug("the sample project was not made")
        return self._project

    def step(self, name: StepName, do: Callable[[], str]) -> Iterator[Step]:
        """Say that it begins, do it, and say what was found or what stands in the way."""
        self._context.raise_if_cancelled()
        yield Step(name, "running")
        began = time.perf_counter()
        try:
            ended = Step(name, "ok", do(), "", time.perf_counter() - began)
        except Cancelled:
            raise
        except _FAILURES as error:
            found, advice = _told(error)
            ended = Step(name, "failed", found, advice, time.perf_counter() - began)
        yield ended

    def close_models(self) -> None:
        """End the processes of models, so that the next ones have their memory."""
        while self._grounders:
            self._grounders.popitem()[1].close()

    # --- the steps -------------------------------------------------------------------------

    def make_project(self) -> str:
        folder = tempfile.TemporaryDirectory(prefix="groundlabel-self-test-", ignore_cleanup_errors=True)
        self._folder = Path(self._stack.enter_context(folder))
        path = open_sample(self._folder / "sample", author=AUTHOR)
        self._project = self._stack.enter_context(Project.open(path, author=AUTHOR))
        what = f"{self._project.media_count()} media in a new project in {self._folder}"
        return what

    def ask(self, name: StepName) -> str:
        """Ask about one medium, and stand behind what is found."""
        file, expression = ASKED[name]
        item = self._item(file)
        grounder = self._grounder(self._model if item.kind == "image" else default_model(item.kind))
        answer = self._answer(grounder, item, expression)
        best, overlap = self._best(answer, file)
        self.project.record_answers([answer])
        self.project.apply(acts.accept(self.project, answer, [best]))
        info = grounder.describe()
        what = f"“{expression}” found with IoU {overlap:.2f} by {info.name} on {info.device}"
        return what

    def export(self) -> str:
        """Write COCO and read it again as any other program would."""
        self._stand_behind_something()
        out = self._folder / "coco.json"
        export(self.project.snapshot(), "coco", out)
        written = json.loads(out.read_text(encoding="utf-8"))
        images, boxes = len(written["images"]), len(written["annotations"])
        if not boxes:
            raise MediaError("The COCO file holds no annotation")
        what = f"A COCO file was written and read again: images {images}, annotations {boxes}"
        return what

    def finetune(self) -> str:
        """Teach the model in a process of its own, as the window does."""
        self._stand_behind_something()
        words = [
            "finetune", str(self.project.path), "--base", self._taught, "--out", str(self._out), "--kind", "picture",
            "--take", "1", "--epochs", str(TAUGHT_STEPS), "--batch", "1", "--accumulate", "1", "--replay", "0",
            "--rate", str(_GENTLE_RATE), "--json",
        ]  # fmt: skip
        done: dict[str, Any] = {}
        for event in self._run_behind(words, self._folder / "told.jsonl", self._context):
            if event.get("event") == "progress":
                self._context.progress(int(event["done"]), int(event["of"]), str(event["note"]))
            elif event.get("event") == "done":
                done = event
            elif event.get("event") == "ended" and not done:
                raise _not_taught(event)
        if done.get("steps") != TAUGHT_STEPS or not (self._out / "config.json").is_file():
            raise TrainingError("The model was not taught", why=f"{done.get('steps', 0)} steps were made")
        self.is_taught = True
        what = f"{TAUGHT_STEPS} steps made, a new model written"
        return what

    def reload(self) -> str:
        """Load what was just taught, and ask it what it was asked before."""
        file, expression = ASKED["picture"]
        grounder = self._grounder(str(self._out))
        answer = self._answer(grounder, self._item(file), expression)
        _, overlap = self._best(answer, file)
        self.close_models()
        what = f"The new model finds “{expression}” with IoU {overlap:.2f}"
        return what

    # --- their parts -----------------------------------------------------------------------

    @property
    def _out(self) -> Path:
        return self._folder / "taught"

    def _item(self, file: str) -> MediaItem:
        return next(item for item in self.project.media() if item.path == file)

    def _grounder(self, model: str) -> Grounder:
        if model not in self._grounders:
            self._grounders[model] = self._open_model(model)
        return self._grounders[model]

    def _answer(self, grounder: Grounder, item: MediaItem, expression: str) -> Answer:
        query = Query(new_id(), item.id, expression, author=AUTHOR)
        media = MediaSource(item, str(self.project.places.resolve(item)))
        (answer,) = grounder.ground([query], media, self._context)
        if answer.error is not None:
            raise ModelError(
                f"{answer.model_id} said nothing that could be understood",
                why=f"It said: {answer.raw_text or answer.error}",
                next_step="verify the model, or unpack GroundLabel again",
            )
        return answer

    def _best(self, answer: Answer, file: str) -> tuple[Proposal, float]:
        """The proposal that lies best where the thing is. Raises `ModelError` when none lies there."""
        scored = [(_overlap(one, answer.query.expression, file), one) for one in answer.proposals]
        overlap, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if best is None or overlap < GOOD_IOU:
            raise ModelError(
                f"“{answer.query.expression}” was not found where it is",
                why=f"{answer.model_id} said {answer.raw_text!r}, IoU {overlap:.2f}",
                next_step="verify the model, or unpack GroundLabel again",
            )
        return best, overlap

    def _stand_behind_something(self) -> None:
        """What comes after the questions is tried even where no answer could be accepted."""
        file, expression = ASKED["picture"]
        item = self._item(file)
        if not self.project.annotations(item.id):
            self.project.apply(acts.draw(self.project, item.id, _true_boxes(file, expression)[0], expression))


def _overlap(proposal: Proposal, expression: str, file: str) -> float:
    """IoU of a proposal with the best-matching true region."""
    region = proposal.region
    if isinstance(region, Box):
        found = (region.x1, region.y1, region.x2, region.y2)
        boxes = _true_boxes(file, expression)
        return max((iou(found, (box.x1, box.y1, box.x2, box.y2)) for box in boxes), default=0.0)
    if isinstance(region, Segment):
        clips = (clip for clip in load_sample().clips if clip.file == file)
        spans = [span for clip in clips for span in clip.spans_s[expression]]
        return max((temporal_iou((region.start_s, region.end_s), span) for span in spans), default=0.0)
    return 0.0


def _true_boxes(file: str, expression: str) -> list[Box]:
    pictures = (picture for picture in load_sample().pictures if picture.file == file)
    return [Box(*corners) for picture in pictures for corners in picture.boxes_xyxy[expression]]


def _not_taught(ended: dict[str, Any]) -> TrainingError:
    """Why a command ended without having done it: what it said itself, or how its process fell."""
    if ended.get("crashed"):
        return TrainingError(
            "The process that teaches ended by itself",
            why=f"its code is {ended.get('code')}, and its last words are in behind.log in the log folder",
            next_step="close other programs, and try again",
        )
    what, why = str(ended.get("what") or "The model was not taught"), str(ended.get("why") or "")
    return TrainingError(what, why=why, next_step=str(ended.get("next_step") or ""))


def _told(error: BaseException) -> tuple[str, str]:
    """What happened, and what to do about it."""
    if isinstance(error, UserError):
        return str(UserError(error.what, why=error.why)), error.next_step
    if isinstance(error, OSError):
        next_step = "make room on the disk, or let its temporary folder be written to"
        return f"{error.filename or 'A file'}: {error.strerror or error}", next_step
    if isinstance(error, MemoryError):
        what = "There is not enough memory"
        next_step = "close other programs, and try again"
        return what, next_step
    next_step = "unpack GroundLabel again, or report the fault (Help)"
    return f"{type(error).__name__}: {error}", next_step
