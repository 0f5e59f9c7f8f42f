"""Duplicate, copy, paste, copy to the next item or frame: each an explicit command, one Change, one undo.

Nothing is carried over unless a person says so: a box that appears on a neighbour by itself is a wrong label.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from core.schema import Annotation, Box, MediaItem
from desktop.session.copies import Copied, aside, copied, fitted, not_there_yet, put_together, size_of
from desktop.session.editing import Editing
from desktop.session.notices import Notices
from desktop.session.selection import Selection
from desktop.session.showing import Showing
from desktop.session.transport import Transport
from desktop.session.workspace import Workspace

LOOK_AHEAD = 1000  # rows of the list in which the next item of the same kind is looked for


class Copying(QObject):
    """Holds what was copied last, for as long as the window is open: other items and projects can take it."""

    def __init__(
        self,
        workspace: Workspace,
        showing: Showing,
        selection: Selection,
        editing: Editing,
        notices: Notices,
        transport: Transport,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._showing = showing
        self._selection = selection
        self._editing = editing
        self._notices = notices
        self._transport = transport
        self._kept: list[Copied] = []

    def copy(self) -> None:
        """Keep the selected annotations for pasting."""
        chosen = self._chosen()
        if chosen:
            self._kept = chosen
            self._notices.hint(_counted(self.tr("Copied 1 annotation"), self.tr("Copied {n} annotations"), chosen))

    def paste(self) -> None:
        """What was copied, at the same place in the current item or the frame that is shown; aside where it stands."""
        item = self._workspace.current
        if item is None:
            return
        if not self._kept:
            self._notices.hint(self.tr("Nothing was copied yet: select annotations and press Ctrl+C"))
            return
        fit = self._fitted(self._kept, item)
        if fit:
            self._put(item, aside(fit, size_of(item), self._showing.contents.annotations), "Paste")
            self._tell_left_out(len(self._kept) - len(fit))

    def duplicate(self) -> None:
        """The selected annotations once more, a little aside."""
        item, chosen = self._workspace.current, self._chosen()
        if item is not None and chosen:
            self._put(item, aside(chosen, size_of(item), self._showing.contents.annotations), "Duplicate")

    def copy_to_next(self) -> None:
        """The selected annotations at the same place in the next item of the same kind, which is then shown. Once."""
        workspace, selected = self._workspace, self._selection.ids
        before, chosen = workspace.current, self._chosen()
        if not chosen or before is None or not workspace.writable:
            return
        item = self._next_alike(before)
        if item is None:
            self._notices.hint(self.tr("There is no next item to copy to"))
            return
        workspace.show_item(item.id)
        fit = self._fitted(chosen, item)
        if not fit:
            workspace.show_item(before.id)
            self._selection.set(selected)
            self._fitted(chosen, item)  # says why once more: the hint went with the item
            return
        new = not_there_yet(fit, self._showing.contents.annotations)
        if not new:
            self._notices.hint(self.tr("They stand in this item already"))
            return
        self._put(item, new, "Copy over")
        self._tell_left_out(len(chosen) - len(fit))

    def copy_to_frame(self) -> None:
        """The selected boxes of this frame, or all of them, on the next frame, which is then shown. Once."""
        item, transport, contents = self._workspace.current, self._transport, self._showing.contents
        index = transport.index
        if item is None or item.kind != "video" or index is None or transport.media_id != item.id:
            self._notices.hint(self.tr("Boxes are copied to the next frame in a video"))
            return
        transport.pause()
        number = index.index_at(transport.position_s)
        boxes = [
            annotation
            for annotation in contents.annotations
            if isinstance(annotation.region, Box) and annotation.region.at_s is not None
            if index.index_at(annotation.region.at_s) == number
        ]
        chosen = [annotation for annotation in boxes if annotation.id in self._selection.ids] or boxes
        if not chosen:
            self._notices.hint(self.tr("There is no box of this frame to copy; a track goes on by itself"))
            return
        transport.step(1)
        if index.index_at(transport.position_s) == number:
            self._notices.hint(self.tr("There is no next frame to copy to"))
            return
        copies = self._fitted(copied(chosen, contents.labels, item.kind), item)
        new = not_there_yet(copies, contents.annotations)
        if new:
            self._put(item, new, "Copy to the next frame:")
        else:
            self._notices.hint(self.tr("They stand on this frame already"))

    def _next_alike(self, item: MediaItem) -> MediaItem | None:
        """The next listed item of the same kind; None when none comes soon."""
        items = self._workspace.items
        row = items.row_beside(item.id, 1)
        return next((other for other in items.some(row, LOOK_AHEAD) if other.kind == item.kind), None)

    def _moment(self, item: MediaItem) -> float | None:
        """The time of the frame that is shown of a video; None where none is."""
        transport = self._transport
        if item.kind != "video" or transport.media_id != item.id or transport.index is None:
            return None
        transport.pause()
        return transport.position_s

    def _put(self, item: MediaItem, copies: Sequence[Copied], verb: str) -> None:
        self._editing.act(lambda project: put_together(project, item.id, copies, verb))

    def _fitted(self, copies: Sequence[Copied], item: MediaItem) -> list[Copied]:
        at_s = self._moment(item)
        fit = [placed for copy in copies if (placed := fitted(copy, item, at_s)) is not None]
        if not fit:
            hint = self.tr("Nothing of it fits there: boxes go onto pictures and frames, segments into the same kind")
            self._notices.hint(hint)
        return fit

    def _chosen(self) -> list[Copied]:
        contents = self._showing.contents
        wanted = set(self._selection.ids)
        chosen: list[Annotation] = [item for item in contents.annotations if item.id in wanted]
        if not chosen and any(contents.proposal(one) is not None for one in wanted):
            self._notices.hint(self.tr("Accept the proposal first (Ctrl+Enter): only what is yours can be copied"))
        elif not chosen:
            self._notices.hint(self.tr("Select annotations to copy them"))
        item = self._workspace.current
        return copied(chosen, contents.labels, item.kind if item is not None else "image")

    def _tell_left_out(self, count: int) -> None:
        if count:
            self._notices.hint(self.tr("{n} did not fit in here and were left out").format(n=count))


def _counted(one: str, several: str, things: Sequence[object]) -> str:
    return one if len(things) == 1 else several.format(n=len(things))
