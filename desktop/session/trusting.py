"""What the models' scores mean in the open project: learnt in the background from what people decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from core.evaluation.calibration import Calibrator
from core.jobs import JobContext
from core.packed import Packed
from core.schema import Annotation, Change, Verdict
from core.workflows.calibrate import ModelTrust, calibrated, trust
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.pending import Pending
from desktop.session.workspace import Workspace

EVERY = 10  # decisions after which it is learnt anew
FEWEST = 20  # decisions about a model's proposals, before a threshold is suggested


class Trusting(QObject):
    """Calibrators and suggested thresholds by model id; both empty while nothing is known."""

    changed = Signal()

    def __init__(self, workspace: Workspace, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._runner = runner
        self._decided = 0
        self._job: Job | None = None
        self._known: dict[str, ModelTrust] = {}
        self.curves: dict[str, Calibrator] = {}
        workspace.opened.connect(self.learn)
        workspace.closing.connect(self._clear)
        workspace.changed.connect(self._on_change)

    def learn(self) -> None:
        """Learn anew from everything that was decided."""
        project = self._workspace.project
        if project is None:
            return
        if self._job is not None:
            self._job.cancel()
        self._decided = 0

        def task(_: JobContext) -> dict[str, ModelTrust]:
            return trust(project)

        def done(found: dict[str, ModelTrust]) -> None:
            if self._job is job and self._workspace.project is project:
                self._take(found)

        job = self._runner.submit("files", task, Callbacks(done=done), priority=Priority.BACKGROUND)
        self._job = job

    def suggested(self, pending: Iterable[Pending]) -> float | None:
        """The threshold for these proposals, as a score that is shown; None where there is none to suggest."""
        models = Counter(one.proposal.model_id for one in pending if one.proposal.score is not None)
        for model_id, _ in models.most_common(1):
            known = self._known.get(model_id)
            if known is not None and known.threshold is not None and known.fit.n >= FEWEST:
                return calibrated(known.threshold.score, model_id, self.curves)
        return None

    def _take(self, found: dict[str, ModelTrust]) -> None:
        curves = {model: one.fit.calibrator for model, one in found.items() if one.fit.calibrator.method != "none"}
        if found != self._known:
            self._known, self.curves = found, curves
            self.changed.emit()

    def _clear(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._known, self.curves, self._decided = {}, {}, 0

    def _on_change(self, change: Change) -> None:
        records = (change.before, change.after)
        if any(isinstance(side, Packed) for side in records):  # too long to be counted here
            self._decided = EVERY
        else:
            self._decided += sum(
                isinstance(one, Annotation | Verdict) and one.proposal_id is not None
                for side in records
                for one in side
            )
        if self._decided >= EVERY:
            self.learn()
