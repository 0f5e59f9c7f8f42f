"""Joins the timeline, and the view of a sound, to the session: it translates, and decides nothing.

One state serves whatever shows the current item, so that a timeline under a video's frame is `Timeline(desk.state)`.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.errors import UserError
from core.media.peaks import Peaks
from core.schema import MediaItem, Segment
from desktop.session.session import Session
from desktop.session.showing import Contents
from desktop.spans import time_spans
from desktop.views.sound_view import SoundView
from desktop.views.timeline_state import TimelineState
from desktop.wrapping import sentence


class TimeDesk(QObject):
    """What is shown in time, and what a person does there."""

    segment_drawn = Signal(object)  # Segment that still needs words
    edit_wanted = Signal(str)  # id

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.state = TimelineState(self)
        self.sound = SoundView(self.state, parent)
        self.sound.tile = session.sounds.tile
        self.sound.samples = session.sounds.samples
        self._join_state()
        self._join_session()

    def _join_state(self) -> None:
        state, session = self.state, self._session
        state.segment_made.connect(self.segment_drawn)
        state.segment_changed.connect(self._change)
        state.selection_changed.connect(session.selection.set)
        state.split_wanted.connect(session.editing.split)
        state.merge_wanted.connect(session.editing.merge)
        state.edit_wanted.connect(self.edit_wanted)
        state.hinted.connect(session.notices.hint)
        state.seek_wanted.connect(session.transport.seek)
        state.play_wanted.connect(session.transport.play)
        state.loop_wanted.connect(self._loop)

    def _join_session(self) -> None:
        session = self._session
        session.sounds.started.connect(self._begin)
        session.sounds.peaks_came.connect(self._on_peaks)
        session.sounds.detail_came.connect(self.sound.details_came)
        session.sounds.failed.connect(self._on_failure)
        session.showing.changed.connect(self._on_contents)
        session.selection.changed.connect(self._on_selection)
        session.transport.moved.connect(self._on_moved)
        session.transport.opened.connect(lambda: self.state.set_duration(session.transport.end_s))

    # --- what is shown -----------------------------------------------------------------------

    @property
    def item(self) -> MediaItem | None:
        """The current item, if it has a time."""
        item = self._session.workspace.current
        return item if item is not None and item.kind != "image" else None

    @property
    def shows_sound(self) -> bool:
        """Whether the current item is a sound."""
        return self.item is not None and self.item.kind == "audio"

    def window_s(self) -> tuple[float, float] | None:
        """The marked stretch, which a question is about; None for the whole."""
        marked = self.state.marked if self.item is not None else None
        return (marked.start_s, marked.end_s) if marked is not None else None

    def _begin(self, media_id: str) -> None:
        item = self.item
        if item is None:
            return
        self.state.set_medium(item.duration_s or 0.0)
        self.state.edges = self._session.sounds.edges
        if item.kind == "audio":
            self.sound.show_loading(media_id, item.path)
        self._on_contents(self._session.showing.contents)

    def _on_peaks(self, peaks: Peaks) -> None:
        if peaks.is_whole and self.shows_sound:
            self.state.set_duration(peaks.facts.end_s)
            for warning in peaks.facts.warnings:
                self._session.notices.hint(warning)
        if self.shows_sound:
            self.sound.set_peaks(peaks, self._session.sounds.media_id)

    def _on_failure(self, error: UserError) -> None:
        parts = (error.why, error.next_step, self.tr("F5 reads the file again"))
        self.sound.show_message(error.what, " ".join(sentence(part) for part in parts if part), "error")

    def _on_contents(self, contents: Contents) -> None:
        if self.item is None or contents.media_id != self._session.sounds.media_id:
            return
        self.state.is_editable = self._session.workspace.writable
        self.state.set_spans(time_spans(contents))
        self.state.set_selection(self._session.selection.ids)

    def _on_selection(self) -> None:
        ids = self._session.selection.ids
        self.state.set_selection(ids)
        if len(ids) == 1:
            self.state.reveal(ids[0])

    def _on_moved(self, at_s: float) -> None:
        self.state.set_playhead(at_s, follow=self._session.transport.playing)

    # --- what a person does ------------------------------------------------------------------

    def _change(self, span_id: str, segment: Segment) -> None:
        span = self.state.span(span_id)
        if span is not None and span.segment == self.state.looped:
            self._loop(segment)
        self._session.editing.move(span_id, segment)

    def _loop(self, segment: Segment | None) -> None:
        transport = self._session.transport
        self.state.looped = segment
        if segment is None:
            transport.pause()
            transport.set_loop(None)
            return
        transport.set_loop((segment.start_s, segment.end_s))
        transport.seek(segment.start_s)
        transport.play()

    def reload(self) -> bool:
        """Read the current item's sound again; False when it has no time."""
        if self.item is None:
            return False
        self._session.sounds.follow()
        self._session.following.reopen()
        return True

    def commands(self) -> dict[str, Callable[[], object]]:
        """What the actions of playing, marking and cutting do."""
        state, transport = self.state, self._session.transport
        return {
            "play": transport.toggle,
            "frame_back": lambda: transport.step(-1),
            "frame_forward": lambda: transport.step(1),
            "second_back": lambda: transport.seek(transport.position_s - 1.0),
            "second_forward": lambda: transport.seek(transport.position_s + 1.0),
            "loop": state.toggle_loop,
            "mark_in": state.mark_in,
            "mark_out": state.mark_out,
            "clear_marks": state.clear_marks,
            **self.segment_commands(),
        }

    def segment_commands(self) -> dict[str, Callable[[], object]]:
        """What the actions of segments do."""
        state = self.state
        return {
            "previous_segment": lambda: state.step_segment(-1),
            "next_segment": lambda: state.step_segment(1),
            "split_segment": state.split,
            "merge_segments": state.merge,
        }
