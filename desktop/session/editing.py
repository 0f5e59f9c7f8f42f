"""What a person does to the current item: each act one Change, with undo and redo that jump to where it happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from core.errors import UserError
from core.project import Project, acts
from core.schema import Annotation, Change, Region, ReviewState
from desktop import core_words
from desktop.session.combining import (
    Ahead,
    absent_together,
    accept_together,
    delete_together,
    draw_called,
    reject_together,
    rename_all_together,
    rename_together,
)
from desktop.session.notices import Notices
from desktop.session.pending import Pending
from desktop.session.selection import Selection
from desktop.session.showing import Showing
from desktop.session.workspace import Workspace, media_of


class Editing(QObject):
    """Acts on the current item and its selection. Everything it writes can be undone."""

    done = Signal(str)  # the title of what was done, for the status bar

    def __init__(
        self,
        workspace: Workspace,
        showing: Showing,
        selection: Selection,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._showing = showing
        self._selection = selection
        self._notices = notices
        self.last_expression = ""

    # --- proposals ---------------------------------------------------------------------------

    def accept_selected(self) -> None:
        """Accept the selected proposals, or the best one when none is selected; then the next one is selected."""
        self._accept(self._selected_pending() or self._best_pending())

    def accept_all(self) -> None:
        """Accept every open proposal of the item."""
        self._accept(list(self._showing.contents.pending))

    def reject_selected(self) -> None:
        """Say no to the selected proposals. Nothing is rejected that was not selected."""
        self._reject(self._selected_pending())

    def reject_all(self) -> None:
        """Say no to every open proposal of the item."""
        self._reject(list(self._showing.contents.pending))

    def _reject(self, chosen: Sequence[Pending]) -> None:
        if not chosen:
            self._notices.hint(self.tr("Select a proposal to reject it"))
            return
        following = self._following(chosen)
        if self.apply(lambda project: reject_together(project, chosen)) is not None:
            self._selection.set(following)

    def _accept(self, chosen: Sequence[Pending]) -> None:
        if not chosen:
            self._notices.hint(self.tr("There is no open proposal to accept"))
            return
        following = self._following(chosen)
        if self.apply(lambda project: accept_together(project, chosen)) is not None:
            self.last_expression = chosen[-1].answer.query.expression
            self._selection.set(following)

    def _selected_pending(self) -> list[Pending]:
        found = (self._showing.contents.proposal(selected) for selected in self._selection.ids)
        return [pending for pending in found if pending is not None]

    def _best_pending(self) -> list[Pending]:
        ranked = sorted(self._showing.contents.pending, key=lambda pending: -(pending.score or 0.0))
        return ranked[:1]

    def _following(self, chosen: Sequence[Pending]) -> list[str]:
        """The proposal that comes after those that are being decided, so that the keyboard can go on."""
        gone = {pending.proposal.id for pending in chosen}
        ids = [pending.proposal.id for pending in self._showing.contents.pending]
        last = max((ids.index(chosen_id) for chosen_id in gone if chosen_id in ids), default=-1)
        left = [other for other in (*ids[last + 1 :], *ids[: last + 1]) if other not in gone]
        return left[:1]

    def select_first_pending(self) -> None:
        """Select the best open proposal, when nothing is selected."""
        if not self._selection.ids:
            self._selection.set(pending.proposal.id for pending in self._best_pending())

    def choose_alternative(self, rank: int) -> None:
        """Select the open proposal of this rank, counted from 1; choosing it again accepts it."""
        ranked = self._showing.contents.ranked()
        if not 1 <= rank <= len(ranked):
            self._notices.hint(self.tr("There are {n} alternatives").format(n=len(ranked)))
            return
        chosen = ranked[rank - 1].proposal.id
        if self._selection.ids == (chosen,):
            self.accept_selected()
        else:
            self._selection.set([chosen])

    # --- regions -----------------------------------------------------------------------------

    def draw(self, box: Region, expressions: Sequence[str]) -> None:
        """A box or segment drawn by hand, and everything that it may be called; the first names its class."""
        item = self._workspace.current
        if item is None:
            return
        change = self.apply(lambda project: draw_called(project, item.id, box, expressions))
        if change is not None:
            self.last_expression = expressions[0]
            self._selection.set(record.id for record in change.after if isinstance(record, Annotation))

    def move(self, box_id: str, box: Region) -> None:
        """A box or segment dragged to another place or size: an annotation changes, a proposal becomes one."""
        contents = self._showing.contents
        annotation, pending = contents.annotation(box_id), contents.proposal(box_id)
        change = None
        if annotation is not None:
            change = self.apply(lambda project: acts.edit_region(project, annotation, box))
        elif pending is not None:
            change = self.apply(lambda project: acts.accept_edited(project, pending.answer, pending.proposal, box))
        if change is None:
            self._showing.refresh()  # puts the box back where it was
            return
        self._selection.set(record.id for record in change.after if isinstance(record, Annotation))

    def move_several(self, boxes: Mapping[str, Region]) -> None:
        """Boxes dragged together: one Change. Proposals among them become annotations."""
        contents = self._showing.contents
        offered = [pending for pending in contents.pending if pending.proposal.id in boxes]

        def build(project: Project) -> Change:
            ahead = Ahead(project)
            for annotation in contents.chosen(boxes):
                ahead.add(acts.edit_region(ahead, annotation, boxes[annotation.id]))
            for pending in offered:
                ahead.add(acts.accept_edited(ahead, pending.answer, pending.proposal, boxes[pending.proposal.id]))
            return ahead.change(f"Move {len(boxes)} boxes")

        change = self.apply(build)
        if change is None:
            self._showing.refresh()
            return
        self._selection.set(record.id for record in change.after if isinstance(record, Annotation))

    def split(self, annotation_id: str, at_s: float) -> None:
        """A segment cut in two; both parts are selected."""
        annotation = self._showing.contents.annotation(annotation_id)
        if annotation is not None:
            change = self.apply(lambda project: acts.split_segment(project, annotation, at_s))
            if change is not None:
                self._selection.set(record.id for record in change.after if isinstance(record, Annotation))

    def merge(self, annotation_ids: Sequence[str]) -> None:
        """Segments made one."""
        found = (self._showing.contents.annotation(one) for one in annotation_ids)
        chosen = [annotation for annotation in found if annotation is not None]
        change = self.apply(lambda project: acts.merge_segments(project, chosen))
        if change is not None:
            self._selection.set(record.id for record in change.after if isinstance(record, Annotation))

    def rename(self, annotation_id: str, expressions: Sequence[str], label_name: str) -> None:
        """Give an annotation other words, and another class if `label_name` is not the one they lead to."""
        if self.unlocked([annotation_id]) == []:
            return
        annotation = self._showing.contents.annotation(annotation_id)
        if annotation is not None:
            self.apply(lambda project: rename_together(project, annotation, expressions, label_name))

    def rename_several(self, ids: Sequence[str], expressions: Sequence[str], label_name: str) -> None:
        """Other words and another class for several annotations, as one Change; without words each keeps its own."""
        chosen = self._showing.contents.chosen(self.unlocked(ids))
        if chosen and (expressions or label_name):
            self.apply(lambda project: rename_all_together(project, chosen, expressions, label_name))

    def delete_selected(self) -> None:
        """Delete the selected annotations and "not present" verdicts, and reject the proposals: one Change."""
        contents = self._showing.contents
        selected = self._selection.ids
        free = self.unlocked(selected)
        chosen = contents.chosen(free)
        absent = [verdict for verdict in contents.absent if verdict.id in free]
        pending = self._selected_pending()
        if chosen or absent or pending:
            following = self._following(pending) if pending else []
            if self.apply(lambda project: delete_together(project, chosen, absent, pending)) is not None:
                locked = [one for one in selected if one not in free]
                self._selection.set(locked or following)
                if locked:
                    self.unlocked(selected)
        elif not selected:
            self._notices.hint(self.tr("Select something to delete it"))

    def unlocked(self, ids: Sequence[str]) -> list[str]:
        """Those that may be changed; a hint says so when some may not."""
        locked = self._showing.contents.locked_ids
        free = [one for one in ids if one not in locked]
        left = len(ids) - len(free)
        if left == 1:
            self._notices.hint(self.tr("A locked annotation was left alone; L unlocks it"))
        elif left:
            self._notices.hint(self.tr("{n} locked annotations were left alone; L unlocks them").format(n=left))
        return free

    def mark_absent(self, expressions: Sequence[str]) -> None:
        """A person's answer that none of these is in the current item."""
        item = self._workspace.current
        if item is not None and expressions:
            pending = self._showing.contents.pending
            self.apply(lambda project: absent_together(project, item.id, expressions, pending))

    def mark(self, state: ReviewState, media_ids: Sequence[str]) -> None:
        """Say where the selected items stand, or the shown one; saying it again puts them back in work."""
        item, project = self._workspace.current, self._workspace.project
        if item is None or project is None:
            return
        ids = list(media_ids) if item.id in media_ids else [item.id]
        known = project.queue.listed(ids)
        wanted: ReviewState = "in_work" if all(known[media_id].state == state for media_id in ids) else state
        self.apply(lambda project: acts.set_review(project, ids, wanted))

    # --- undo --------------------------------------------------------------------------------

    def undo(self) -> None:
        self._step_back(lambda project: project.undo(), self.tr("Nothing to undo"))

    def redo(self) -> None:
        self._step_back(lambda project: project.redo(), self.tr("Nothing to redo"))

    def _step_back(self, act: Callable[[Project], Change | None], nothing: str) -> None:
        project = self._workspace.project
        if project is None:
            return
        try:
            change = act(project)
        except UserError as error:
            self._notices.error(error)
            return
        if change is None:
            self._notices.hint(nothing)
            return
        touched = media_of(change)
        current = self._workspace.current
        if touched and (current is None or current.id not in touched):
            self._workspace.show_item(touched[0])
        self._selection.set(record.id for record in change.after if isinstance(record, Annotation))
        self.done.emit(change.title)

    # --- applying ----------------------------------------------------------------------------

    def act(self, build: Callable[[Project], Change | None]) -> Change | None:
        """Apply what `build` makes of the project, and select the annotations that came of it."""
        change = self.apply(build)
        if change is not None:
            self._selection.set(record.id for record in change.after if isinstance(record, Annotation))
        return change

    def apply(self, build: Callable[[Project], Change | None]) -> Change | None:
        """Apply what is built for the open project; None, with a notice, when it cannot be."""
        project = self._workspace.project
        if project is None:
            return None
        if project.read_only:
            self._notices.warning(
                self.tr("Nothing can be changed"),
                self.tr("The project is read-only: {reason}").format(reason=core_words.said(project.read_only_reason)),
                self.tr("Open it where you may write, or copy it."),
            )
            return None
        try:
            change = build(project)
            applied = project.apply(change) if change is not None else None
        except UserError as error:
            self._notices.error(error)
            self._showing.refresh()
            return None
        if applied is not None:
            self.done.emit(applied.title)
        return applied


def primary_expression(annotation: Annotation) -> str:
    """The expression that stands for an annotation where only one fits."""
    return annotation.expressions[0] if annotation.expressions else ""
