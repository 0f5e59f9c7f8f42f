"""The chat in its dock: joins the panel to the conversation about the current item, and both to the selection."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget

from core.jobs import Progress
from core.schema import MediaItem, RatingValue
from desktop import core_words
from desktop.panels.chat import ChatPanel
from desktop.session.session import Session


class ChatDock(QObject):
    """What is said about the current item. While nobody can see it, nothing is read for it."""

    put_away = Signal()

    def __init__(self, session: Session, panel: ChatPanel, dock: QDockWidget, toggle: QAction) -> None:
        super().__init__(dock)
        self._session = session
        self._panel = panel
        self._dock = dock
        self._toggle = toggle
        self._shown_id = ""
        panel.asked.connect(self._ask)
        panel.again.connect(self._ask_again)
        panel.cancelled.connect(lambda: session.chatting.cancel(self._current_id))
        panel.cleared.connect(session.chatting.clear)
        panel.typing.connect(lambda: session.models.warm_up(session.chatting.kind))
        panel.about_frame.connect(session.chatting.set_about_frame)
        session.transport.opened.connect(self._show)
        panel.mark_chosen.connect(self._show_mark)
        panel.accept_wanted.connect(self._accept)
        panel.rated.connect(lambda entry_id, value: session.chatting.rate(entry_id, cast(RatingValue, value)))
        session.chatting.changed.connect(lambda media_id: self._show() if media_id == self._current_id else None)
        session.chatting.grew.connect(self._grow)
        session.chatting.progressed.connect(self._on_progress)
        session.chatting.answered.connect(self._on_answered)
        session.showing.changed.connect(lambda _: self._show())
        session.models.changed.connect(self._show)
        session.selection.changed.connect(lambda: panel.set_selection(session.selection.ids))
        dock.visibilityChanged.connect(lambda _: self._on_visibility())

    @property
    def _current_id(self) -> str:
        item = self._session.workspace.current
        return item.id if item is not None else ""

    # --- showing -----------------------------------------------------------------------------

    def toggle(self) -> None:
        """To where one types; from there, put the chat away."""
        focused = self._panel.window().focusWidget()
        if self._dock.isVisible() and focused is not None and self._panel.isAncestorOf(focused):
            self._dock.hide()
            self.put_away.emit()
        else:
            self._dock.show()
            self._dock.raise_()
            self._panel.focus()
        self._toggle.setChecked(not self._dock.isHidden())

    def _on_visibility(self) -> None:
        self._toggle.setChecked(not self._dock.isHidden())
        self._show()

    def _show(self) -> None:
        chatting, project = self._session.chatting, self._session.workspace.project
        if not self._panel.isVisible():
            return
        media_id = self._current_id
        read_only = project is not None and project.read_only
        rating = self.tr("The project is read-only: ratings cannot be kept") if read_only else ""
        item = self._session.workspace.current
        self._panel.set_video(item is not None and item.kind == "video", about_frame=chatting.is_about_frame)
        self._panel.set_obstacles(chatting.obstacle(), rating)
        self._panel.set_empty_text(self._what_can_be_asked())
        self._panel.show_entries(chatting.entries(media_id), running=chatting.is_running(media_id))
        if media_id != self._shown_id:
            self._shown_id = media_id
            self._panel.follow()

    def _what_can_be_asked(self) -> str:
        models = self._session.models
        text = self.tr("Boxes and times in an answer wait on the item as proposals.")
        if (models.info is None and models.is_bundled) or (models.info is not None and not models.info.follows_chat):
            text += "\n\n" + self.tr(
                "{model} was taught single questions: each stands by itself, and is answered by boxes, times,"
                " or “not present”. Try “where is the red circle?”."
            ).format(model=models.name)
        return text

    def _grow(self, media_id: str, text: str) -> None:
        if media_id == self._current_id and self._panel.isVisible():
            self._panel.grow(text)

    def _on_progress(self, media_id: str, progress: Progress) -> None:
        if media_id == self._current_id and self._panel.isVisible():
            self._panel.show_progress(core_words.said(progress.note))

    def _on_answered(self, item: MediaItem, text: str) -> None:
        if item.id == self._current_id:
            self._session.editing.select_first_pending()
        else:
            name = item.path.rsplit("/", 1)[-1]
            self._session.notices.hint(f"{name}: {text}")

    # --- what a person does ------------------------------------------------------------------

    def _ask(self, text: str) -> None:
        if self._session.chatting.ask(text):
            self._panel.take_question()

    def _ask_again(self) -> None:
        self._panel.follow()
        self._session.chatting.ask_again()

    def _show_mark(self, shown_id: str) -> None:
        """Select a box on the item; one that was put away undecided comes back."""
        session = self._session
        if shown_id not in session.showing.contents.ids():
            session.showing.restore_dismissed()
        session.selection.set([shown_id])

    def _accept(self, proposal_ids: tuple[str, ...]) -> None:
        session = self._session
        if any(session.showing.contents.proposal(wanted) is None for wanted in proposal_ids):
            session.showing.restore_dismissed()
        session.selection.set(proposal_ids)
        session.editing.accept_selected()
