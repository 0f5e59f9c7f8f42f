"""What a hand does on the picture and the timeline, and what a key means for what is selected, as acts of editing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from core.schema import Box, Segment
from desktop.actions import Actions
from desktop.panels.expression_bar import ExpressionBar
from desktop.session.session import Session
from desktop.video_desk import VideoDesk


class HandDesk(QObject):
    """Made by the desk. `is_in_step` tells whether the picture that is seen is the current item's."""

    words_wanted = Signal(object, str)  # Region that was drawn | None, id of the annotation to rename | ""
    words_of_several_wanted = Signal(list)  # ids of the annotations to rename together

    def __init__(
        self,
        session: Session,
        actions: Actions,
        bar: ExpressionBar,
        video: VideoDesk,
        is_in_step: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._actions = actions
        self._bar = bar
        self._video = video
        self._is_in_step = is_in_step

    def take_segment(self, segment: Segment) -> None:
        """A stretch was dragged or marked: it is named by the line, or its words are asked for."""
        expressions = self._bar.expressions
        if len(expressions) == 1:
            self._session.editing.draw(segment, expressions)
        else:
            self.words_wanted.emit(segment, "")

    def take_box(self, box: Box) -> None:
        """A box was drawn: likewise, on the frame that is shown."""
        if not self._is_in_step():
            return
        box = self._video.here(box)
        expressions = self._bar.expressions
        if len(expressions) == 1:
            self._session.editing.draw(box, expressions)
        else:
            self.words_wanted.emit(box, "")

    def move_box(self, box_id: str, box: Box) -> None:
        """A box was moved or resized."""
        if self._is_in_step():
            self._session.editing.move(box_id, self._video.region_after(box_id, box))

    def move_boxes(self, boxes: dict[str, Box]) -> None:
        """Several were, together."""
        if self._is_in_step():
            self._session.editing.move_several({key: self._video.region_after(key, box) for key, box in boxes.items()})

    def edit(self, box_id: str) -> None:
        """Ask for other words of an annotation; for what cannot have any, say why."""
        contents = self._session.showing.contents
        if box_id in contents.locked_ids:
            self._session.notices.hint(
                self.tr("The annotation is locked; unlock it first{key}").format(key=self._actions.in_brackets("lock"))
            )
        elif contents.annotation(box_id) is not None:
            self.words_wanted.emit(None, box_id)
        elif contents.proposal(box_id) is not None:
            self._session.notices.hint(
                self.tr("Accept the proposal first{key}, then edit its words").format(
                    key=self._actions.in_brackets("accept")
                )
            )

    def edit_selected(self) -> None:
        """Edit the words of the selected annotation, or of several together."""
        ids, contents = self._session.selection.ids, self._session.showing.contents
        several = [item.id for item in contents.chosen(ids) if item.id not in contents.locked_ids]
        if len(ids) == 1:
            self.edit(ids[0])
        elif several:
            self.words_of_several_wanted.emit(several)
        else:
            self._session.notices.hint(self.tr("Select an annotation to edit its words"))

    def mark_absent(self, expressions: Sequence[str] = ()) -> None:
        """Say that something is not there: what stands in the bar, else what the selection or last answer is about."""
        contents, selected = self._session.showing.contents, self._session.selection.ids
        wanted = list(expressions) or list(self._bar.expressions)
        if not wanted:
            wanted = [p.answer.query.expression for p in contents.pending if p.proposal.id in selected]
        if not wanted:
            wanted = [answer.query.expression for answer in contents.answers if answer.present is False][-1:]
        if len(wanted) > 1:  # of several, those that somebody or the model has found may well be there
            found = {text.casefold() for item in contents.annotations for text in item.expressions}
            found |= {pending.answer.query.expression.casefold() for pending in contents.pending}
            wanted = [text for text in wanted if text.casefold() not in found] or wanted
        if wanted:
            self._session.editing.mark_absent(wanted)
        else:
            self._session.notices.hint(
                self.tr("Type what is not there, then say so outside the line{key}").format(
                    key=self._actions.in_brackets("not_present")
                )
            )

    def choose_digit(self, digit: int) -> None:
        """An alternative of the open answer, the best first; without one, the label of that number."""
        session = self._session
        if session.showing.has_open_answer:
            session.editing.choose_alternative(digit)
        else:
            session.labelling.label_selected(digit)
