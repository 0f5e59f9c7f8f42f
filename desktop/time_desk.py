"""Joins the timeline, and the view of a sound, to the session: it translates, and decides nothing.

One state serves whatever shows the current item, so that a timeline under a video's frame is `Timeline(desk.state)`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.errors import UserError
from core.jobs import JobContext, Progress
from core.media.peaks import Peaks
from core.schema import MediaItem
from desktop import core_words
from desktop.runner import Callbacks, Priority
from desktop.session.session import Session
from desktop.session.showing import Contents
from desktop.session.wishes import Wishes
from desktop.spans import time_spans, time_ticks
from desktop.views.sound_view import SoundView
from desktop.views.time_spans import Part
from desktop.views.timeline import Timeline
from desktop.views.timeline_state import TimelineState
from desktop.wrapping import sentences


class TimeDesk(QObject):
    """What is shown in time, and what a person does there."""

    segment_drawn = Signal(object)  # Segment that still needs words
    edit_wanted = Signal(str)  # id

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._is_prepared = self._can_draw = False
        self._is_broken = False  # there is nothing to mark
        self.state = TimelineState(self)
        self.sound = SoundView(self.state, parent)
        self.timeline = Timeline(self.state, parent, least_tiers=1)  # under a frame
        self.timeline.setObjectName("video_timeline")
        self.timeline.hide()
        self.sound.tile = session.sounds.tile
        self.sound.samples = session.sounds.samples
        self._join_state()
        self._join_session()
        Wishes(session.preferences, {"playback.edge_s": self.state.set_edge}, self)

    def _join_state(self) -> None:
        state, session = self.state, self._session
        state.segment_made.connect(self.segment_drawn)
        state.segment_changed.connect(session.editing.move)
        state.selection_changed.connect(session.selection.set)
        state.split_wanted.connect(session.editing.split)
        state.merge_wanted.connect(session.editing.merge)
        state.edit_wanted.connect(self.edit_wanted)
        state.hinted.connect(session.notices.hint)
        state.seek_wanted.connect(session.transport.seek)
        state.play_wanted.connect(session.transport.play)
        state.marks_used.connect(self.clear_marks)

    def _join_session(self) -> None:
        session = self._session
        session.sounds.started.connect(self._begin)
        session.sounds.progressed.connect(self._on_progress)
        session.sounds.peaks_came.connect(self._on_peaks)
        session.sounds.detail_came.connect(self.sound.details_came)
        session.sounds.failed.connect(self._on_failure)
        session.showing.changed.connect(self._on_contents)
        session.selection.changed.connect(self._on_selection)
        session.transport.moved.connect(self._on_moved)
        session.transport.settings_changed.connect(lambda: self.state.set_marks(*session.transport.marks_s))
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

    def _begin(self, media_id: str) -> None:
        item = self.item
        if item is None:
            return
        self._is_broken = False
        self.sound.show_progress("")
        self.state.set_medium(item.duration_s or 0.0)
        self.state.edges = self._session.sounds.edges
        if item.kind == "audio":
            self.sound.show_loading(media_id, item.path)
            self._prepare_plots()
        self._on_contents(self._session.showing.contents)

    def _prepare_plots(self) -> None:
        """The library that draws takes half a second to load: that is done beside the window."""
        if not self._is_prepared:
            self._is_prepared = True
            callbacks = Callbacks(ended=self._on_prepared)
            self._session.runner.submit("files", _import_plots, callbacks, priority=Priority.NOW)

    def _on_prepared(self) -> None:
        """What came meanwhile is drawn now."""
        self._can_draw = True
        if self._session.sounds.peaks is not None:
            self._on_peaks(self._session.sounds.peaks)

    def _on_progress(self, progress: Progress) -> None:
        if progress.total:
            part = f"{min(1.0, progress.done / progress.total):.0%}"
            self.sound.show_progress(self.tr("Reading the sound… {part}").format(part=part))

    def _on_peaks(self, peaks: Peaks) -> None:
        if peaks.is_whole:
            self.sound.show_progress("")
        if peaks.is_whole and self.shows_sound:
            self.state.set_duration(peaks.facts.end_s)
            for warning in peaks.facts.warnings:
                self._session.notices.hint(warning)
        if self.shows_sound and self._can_draw:
            self.sound.set_peaks(peaks, self._session.sounds.media_id)

    def _on_failure(self, error: UserError) -> None:
        self._is_broken = True
        self.state.is_editable = False
        what, *parts = map(core_words.said, (error.what, error.why, error.next_step))
        again = self.tr("When it is mended, read it again from the menu View")
        self.sound.show_message(what, sentences(*parts, again), "error")

    def _on_contents(self, contents: Contents) -> None:
        if self.item is None or contents.media_id != self._session.sounds.media_id:
            return
        self.state.is_editable = self._session.workspace.writable and not self._is_broken
        self.state.set_spans(time_spans(contents), time_ticks(contents))
        self.state.set_selection(self._session.selection.ids)

    def _on_selection(self) -> None:
        ids = self._session.selection.ids
        self.state.set_selection(ids)
        if len(ids) == 1:
            self.state.reveal(ids[0])

    def _on_moved(self, at_s: float) -> None:
        self.state.set_playhead(at_s, follow=self._session.transport.playing)

    # --- what a person does ------------------------------------------------------------------

    def clear_marks(self) -> None:
        """Nothing is marked any more."""
        self._session.transport.set_marks((None, None))

    @property
    def grounds(self) -> tuple[QWidget, ...]:
        """Whatever shows time and takes keys."""
        return self.sound.overlay, self.sound.timeline, self.timeline

    def commands(self) -> dict[str, Callable[[], object]]:
        """What the actions of segments do."""
        state = self.state
        return {
            "make_segment": state.make_or_edit,
            "previous_segment": lambda: state.step_segment(-1),
            "next_segment": lambda: state.step_segment(1),
            "begin_here": lambda: state.trim(Part.START),
            "end_here": lambda: state.trim(Part.END),
            "split_segment": state.split,
            "merge_segments": state.merge,
        }


def _import_plots(_: JobContext) -> None:
    importlib.import_module("desktop.views.sound_plots")
