"""Asking the model about an item: one running question, its progress, its answers filed under their own item."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Signal

from core.errors import ModelCrashedError, ModelError, UserError
from core.jobs import JobContext, Progress
from core.schema import Answer, MediaItem, MediaKind, MediaSource, ModelInfo
from core.workflows.ask import EVERYTHING, Aim, ask
from desktop import core_words
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.models import LaneGrounder, Models
from desktop.session.notices import Notice, Notices
from desktop.session.workspace import Workspace

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """What is being asked: captured when it was asked, untouched by where the person goes meanwhile."""

    item: MediaItem
    expressions: tuple[str, ...]
    aim: Aim = EVERYTHING
    model: str = ""  # which one answers


def ask_in_lane(
    grounder: LaneGrounder, source: MediaSource, question: Question, author: str, context: JobContext
) -> Iterator[ModelInfo | Answer]:
    """Runs in the model lane: what the model is, once it is loaded, then its answers as they come.

    A model that had to give way for want of memory says at the end what it is now.
    """
    info = grounder.load(context)
    yield info
    yield from ask(grounder, source, question.expressions, context, author=author, aim=question.aim)
    if (now := grounder.load(context)) != info:
        yield now


class Asking(QObject):
    """Runs one question after the other. A new question waits for the running one."""

    started = Signal(object)  # Question
    progressed = Signal(object)  # Progress
    answered = Signal(object)  # Answer, already recorded
    finished = Signal(object)  # Question
    stopped = Signal(object)  # Question, cancelled by the person

    def __init__(
        self, workspace: Workspace, models: Models, runner: Runner, notices: Notices, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._models = models
        self._runner = runner
        self._notices = notices
        self._running: dict[Job, Question] = {}
        workspace.closing.connect(self.cancel)

    @property
    def running(self) -> Question | None:
        """The question that has waited longest, or None."""
        return next(iter(self._running.values()), None)

    def ask(self, item: MediaItem, expressions: tuple[str, ...], aim: Aim = EVERYTHING) -> bool:
        """Put expressions to the model about an item or part of it. False where it cannot begin; a notice says why."""
        project = self._workspace.project
        if project is None or not expressions:
            return False
        if project.read_only:
            self._notices.warning(
                self.tr("Answers cannot be kept"),
                self.tr("The project is read-only: {reason}").format(reason=core_words.said(project.read_only_reason)),
                self.tr("Open it where you may write, or copy it."),
            )
            return False
        kind: MediaKind = "image" if aim.at_s is not None else item.kind
        model = self._models.model_for(kind)
        question = Question(item, expressions, aim, model)
        try:
            source = project.places.source(item)
            grounder = self._models.grounder(kind)
        except UserError as error:
            if isinstance(error, ModelError):
                self._models.note_failure(error, model)
            self._notices.error(error)
            return False
        author = project.author

        def task(context: JobContext) -> Iterator[ModelInfo | Answer]:
            return ask_in_lane(grounder, source, question, author, context)

        def ended() -> None:
            self._running.pop(job, None)

        callbacks = Callbacks(
            item=lambda said: self._take(said, model),
            done=lambda _: self._finish(question, job),
            progress=self._progress,
            failed=lambda error: self._fail(question, job, error),
            cancelled=lambda: self._stop(question, job),
            ended=ended,
        )
        job = self._runner.submit("model", task, callbacks, priority=Priority.NOW)
        self._running[job] = question
        self._models.note_loading(model)
        self.started.emit(question)
        return True

    def cancel(self) -> bool:
        """Stop every question. False when none was running."""
        jobs = list(self._running)
        for job in jobs:
            job.cancel()
        return bool(jobs)

    def _progress(self, progress: Progress) -> None:
        self.progressed.emit(progress)

    def _take(self, said: ModelInfo | Answer, model: str) -> None:
        if isinstance(said, ModelInfo):
            self._models.note_info(said, model)
            return
        project = self._workspace.project
        media_id = said.query.media_id
        if project is None or self._workspace.item(media_id) is None:
            return  # the project was closed while the model was thinking
        try:
            project.record_answers([said])
        except UserError as error:
            self._notices.error(error)
            return
        if said.error is not None:
            self._notices.post(unreadable_answer(said))
        for warning in said.warnings:
            self._notices.hint(warning)
        self._workspace.answers_changed.emit(media_id)
        self.answered.emit(said)

    def _finish(self, question: Question, job: Job) -> None:
        self._running.pop(job, None)
        self.finished.emit(question)

    def _stop(self, question: Question, job: Job) -> None:
        self._running.pop(job, None)
        self._settle_model(question)
        self.stopped.emit(question)

    def _fail(self, question: Question, job: Job, error: Exception) -> None:
        self._running.pop(job, None)
        was_loading = isinstance(error, ModelError) and self._models.state_of(question.model) != "ready"
        if was_loading or isinstance(error, ModelCrashedError):
            self._models.note_failure(error, question.model)
        else:
            self._settle_model(question)
        self._notices.error(error)
        self.finished.emit(question)

    def _settle_model(self, question: Question) -> None:
        """A question that ended before the model said anything leaves it as unloaded as it was."""
        if self._models.state_of(question.model) == "loading" and not self._running:
            self._models.note_idle(question.model)


def unreadable_answer(answer: Answer) -> Notice:
    """The message for an answer that could not be understood; what the model said goes into the details."""
    return Notice(
        "warning",
        QCoreApplication.translate("Asking", "The answer about “{text}” could not be understood").format(
            text=answer.query.expression
        ),
        answer.error or "",
        QCoreApplication.translate("Asking", "Ask again in other words, or draw the box (R)."),
        QCoreApplication.translate("Asking", "The model said: {raw}").format(raw=answer.raw_text),
    )
