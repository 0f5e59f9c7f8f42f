"""Joins the expression bar, and the strips under it, to the session: asking, what is asked, and what was answered.

It translates between what is shown and what the controllers know; it decides nothing.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from core.jobs import Progress
from core.project import Project
from core.schema import Answer
from desktop import core_words
from desktop.actions import Actions
from desktop.panels.expression_bar import ExpressionBar
from desktop.panels.items import ItemsPanel
from desktop.session.asking import Question
from desktop.session.proposing import Run
from desktop.session.session import Session
from desktop.summaries import answer_lines, bar_summary
from desktop.time_desk import TimeDesk
from desktop.video_desk import VideoDesk
from desktop.views.meaning_strip import MeaningStrip
from desktop.views.run_strip import RunStrip
from desktop.views.time_window import clock

KEEP_AFTER_MS = 400


class AskDesk(QObject):
    """The part of the desk that is asked with: `bar`, `meaning` and `run_strip`, one under the other."""

    begun = Signal()  # a question was put: the keyboard belongs to what is looked at

    def __init__(
        self, session: Session, actions: Actions, items: ItemsPanel, video: VideoDesk, time: TimeDesk, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self._items = items
        self._video = video
        self._time = time
        buttons = [actions["ask_selected"], actions["ask_all"]]
        self.bar = ExpressionBar(actions["accept_all"], actions["reject_all"], buttons, parent)
        self.meaning = MeaningStrip(parent)
        self.run_strip = RunStrip(parent)
        self._keep_threshold = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._keep_threshold.timeout.connect(
            lambda: session.preferences.set("answers.threshold", session.showing.threshold)
        )
        self._join_bar()
        self._join_session()
        actions.keys_changed.connect(self.show)

    def _join_bar(self) -> None:
        session = self._session
        self.bar.asked.connect(self._on_asked)
        self.bar.cancelled.connect(session.asking.cancel)
        self.bar.typing.connect(self._warm_up)
        self.bar.threshold_changed.connect(session.showing.set_threshold)
        self.bar.threshold_changed.connect(lambda _: self._keep_threshold.start())
        self.bar.history_changed.connect(self._keep_asked)
        self.run_strip.paused.connect(session.proposing.pause)
        self.run_strip.resumed.connect(session.proposing.resume)
        self.run_strip.cancelled.connect(session.proposing.cancel)
        self.meaning.settled.connect(session.labelling.settle)

    def _join_session(self) -> None:
        session = self._session
        session.proposing.changed.connect(self.run_strip.show_run)
        session.proposing.finished.connect(self._on_run_finished)
        session.labelling.phrase_added.connect(self.meaning.ask)
        session.asking.started.connect(self.show)
        session.asking.progressed.connect(self._on_progress)
        session.asking.answered.connect(self._on_answered)
        session.asking.finished.connect(self.show)
        session.asking.stopped.connect(self._on_stopped)

    def take_up(self, project: Project) -> None:
        """Know what is asked in this project, and what was asked last."""
        self.bar.set_known(project.queue.phrases_by_use())
        asked = self._session.memory.place(project.path).get("asked")
        self.bar.set_history([text for text in asked if isinstance(text, str)] if isinstance(asked, list) else [])

    def _on_asked(self, expressions: tuple[str, ...]) -> None:
        item = self._session.workspace.current
        if item is not None and self._session.asking.ask(item, expressions, self._video.aim()):
            self.begun.emit()

    def ask_selected(self) -> None:
        """Put what stands in the bar to the selected items, in the background."""
        item = self._session.workspace.current
        ids = self._items.chosen_ids or ([item.id] if item is not None else [])
        self._session.proposing.ask_these(self.bar.take_expressions(), ids)

    def ask_all(self) -> None:
        """Put what stands in the bar to every listed item that was not asked about it yet, in the background."""
        self._session.proposing.ask_listed(self.bar.take_expressions())

    def _warm_up(self) -> None:
        item = self._session.workspace.current
        self._session.models.warm_up(item.kind if item is not None else "image")

    def _keep_asked(self, asked: list[str]) -> None:
        project = self._session.workspace.project
        if project is not None:
            self._session.memory.set_part(project.path, "asked", asked)

    def _on_run_finished(self, run: Run) -> None:
        asked = "; ".join(run.expressions)
        self._session.notices.hint(
            self.tr("“{asked}” was asked of {n} items and found on {found}").format(
                asked=asked, n=f"{run.done:,}", found=f"{run.found:,}"
            )
        )

    def show(self, _: object = None) -> None:
        """The strip under the line: the running question, or what is known of this item."""
        question = self._session.asking.running
        if question is not None:
            self.bar.show_running(self._running_text(question, ""))
            return
        contents, showing = self._session.showing.contents, self._session.showing
        item = self._session.workspace.current
        self.bar.set_kind(item.kind if item is not None else "image")
        suggested = self._session.trusting.suggested(contents.pending)
        self.bar.show_threshold(
            showing.threshold, hidden=contents.below, shown=len(contents.pending), suggested=suggested
        )
        text = bar_summary(contents, in_time=self._time.item is not None)
        if self._session.workspace.current is None:
            self.bar.show_hint("")
        elif text:
            self.bar.show_answer(text, open_proposals=len(contents.pending))
        elif self._time.shows_sound:
            self.bar.show_hint(self._hint(self.tr("A drag makes a segment."), ""))
        else:
            self.bar.show_hint(self._hint(self.tr("{key} draws a box by hand."), "draw_tool"))

    def _hint(self, by_hand: str, command_id: str) -> str:
        """What can be done now, with the keys that hold; a command without one is not spoken of."""
        draw, absent = self._actions.keys(command_id) if command_id else "", self._actions.keys("not_present")
        line = self._actions.keys("focus_ask")
        parts = [self.tr("{key} goes to the line, Enter asks the model.").format(key=line)] if line else []
        parts += [by_hand.format(key=draw)] if draw or not command_id else []
        parts += [self.tr("{key} says that it is not there.").format(key=absent)] if absent else []
        return " ".join(parts)

    def _running_text(self, question: Question, note: str) -> str:
        asked = "; ".join(question.expressions)
        current = self._session.workspace.current
        name = question.item.path.rsplit("/", 1)[-1]
        where = "" if current is not None and current.id == question.item.id else f"  ·  {name}"
        if question.aim.window_s is not None:
            where = "  ·  " + " – ".join(clock(at_s, 0.01) for at_s in question.aim.window_s) + where
        loading = self._session.models.state_of(question.model) != "ready"
        return (
            note or (self.tr("Loading the model for") if loading else self.tr("Looking for"))
        ) + f"  “{asked}”{where}"

    def _on_progress(self, progress: Progress) -> None:
        question = self._session.asking.running
        if question is not None:
            note = core_words.said(progress.note)
            self.bar.show_progress(progress, self._running_text(question, note and f"{note}  ·"))

    def _on_answered(self, answer: Answer) -> None:
        workspace = self._session.workspace
        current = workspace.current
        if workspace.project is not None:
            self.bar.set_known(workspace.project.queue.phrases_by_use())
        if current is not None and current.id == answer.query.media_id:
            self._session.editing.select_first_pending()
            if not answer.proposals:  # where somebody marked it already, nothing else on the screen changes
                self._session.notices.hint(answer_lines(answer))
            return
        item = workspace.item(answer.query.media_id)
        if item is not None:
            name = item.path.rsplit("/", 1)[-1]
            self._session.notices.hint(f"{name}: {answer_lines(answer)}")

    def _on_stopped(self, question: Question) -> None:
        self.show()
        self._session.notices.hint(self.tr("Stopped looking for “{text}”").format(text="; ".join(question.expressions)))
