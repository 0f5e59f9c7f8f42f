"""What a timeline shows and what a person does on it: one for all widgets that show the same medium.

Drags are previewed here and leave as one signal on release; whoever listens changes the project and sends the new
segments back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from core.schema import Segment
from desktop.views.time_drag import SHORTEST_S, SpanDrag, no_snap, tail_of
from desktop.views.time_spans import (
    Part,
    SpanHit,
    TimeSpan,
    TimeTick,
    mergeable,
    neighbour,
    span_at,
    spans_over,
    tiers_of,
)
from desktop.views.time_window import TimeWindow, clock

GRAB_PX = 6.0
SNAP_PX = 14.0
Edges = Callable[[float, float], Sequence[float]]  # where sound begins and ends between two seconds, ascending


class TimelineState(QObject):
    """The stretch in sight, segments, selection, playhead, marks, and the drag in progress."""

    window_changed = Signal()
    changed = Signal()  # anything but window and playhead: segments, selection, marks, drag
    playhead_moved = Signal(float)

    segment_made = Signal(object)  # Segment
    segment_changed = Signal(str, object)  # id, Segment: once, on release
    selection_changed = Signal(list)  # ids
    seek_wanted = Signal(float)
    play_wanted = Signal(float, object)  # from this second, to that one or None for the end
    split_wanted = Signal(str, float)
    merge_wanted = Signal(list)  # ids in order of time
    marks_used = Signal()  # the marks have become a segment
    edit_wanted = Signal(str)
    hinted = Signal(str)  # why nothing happened

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.window = TimeWindow()
        self.spans: list[TimeSpan] = []
        self.rows: dict[str, int] = {}
        self.ticks: list[TimeTick] = []
        self.selection: tuple[str, ...] = ()
        self.playhead_s = 0.0
        self.mark_in_s: float | None = None
        self.mark_out_s: float | None = None
        self.drag: SpanDrag | None = None
        self.is_editable = True
        self.edge_s = 0.5  # how much is played of a segment whose edge was dragged
        self.edges: Edges = lambda _start_s, _end_s: ()

    # --- what is shown -----------------------------------------------------------------------

    @property
    def has_medium(self) -> bool:
        return self.window.duration_s > 0

    def set_edge(self, length_s: float) -> None:
        """How much of a segment is played after its edge was dragged; 0 plays nothing."""
        self.edge_s = length_s

    def set_medium(self, duration_s: float) -> None:
        """Another medium, all of it in sight; nothing of the old one stays."""
        self.window = TimeWindow(width=self.window.width, duration_s=max(0.0, duration_s)).whole()
        self.spans, self.rows, self.ticks, self.selection = [], {}, [], ()
        self.playhead_s = 0.0
        self.mark_in_s = self.mark_out_s = self.drag = None
        self.edges = lambda _start_s, _end_s: ()
        self.window_changed.emit()
        self.changed.emit()
        self.playhead_moved.emit(0.0)

    def set_duration(self, duration_s: float) -> None:
        """The length is known better now; what is in sight stays."""
        if duration_s > 0 and abs(duration_s - self.window.duration_s) > 1e-6:
            was_whole = self.window.is_whole
            window = TimeWindow(self.window.start_s, self.window.seconds, self.window.width, duration_s)
            self.set_window(window.whole() if was_whole else window.panned(0))

    def set_window(self, window: TimeWindow) -> None:
        """Another stretch in sight."""
        if window != self.window:
            self.window = window
            self.window_changed.emit()

    def set_spans(self, spans: Sequence[TimeSpan], ticks: Sequence[TimeTick] = ()) -> None:
        """All segments; a drag goes on only if its segment is still where it was taken."""
        self.spans, self.ticks = list(spans), list(ticks)
        self.rows = tiers_of(self.spans)
        drag = self.drag
        if drag is not None and drag.original is not None:
            held = self.span(drag.span_id)
            if held is None or held.segment != drag.original:
                self.drag = None
        self.changed.emit()

    def set_selection(self, ids: Sequence[str]) -> None:
        """Selected elsewhere; told to nobody."""
        known = {span.id for span in self.spans}
        wanted = tuple(one for one in ids if one in known)
        if wanted != self.selection:
            self.selection = wanted
            self.changed.emit()

    def reveal(self, span_id: str) -> None:
        """Bring a segment into sight."""
        span = self.span(span_id)
        if span is not None:
            self.set_window(self.window.showing(span.segment.start_s, span.segment.end_s))

    def set_marks(self, in_s: float | None, out_s: float | None) -> None:
        """Where the marked stretch begins and ends, as far as it is marked."""
        if (in_s, out_s) != (self.mark_in_s, self.mark_out_s):
            self.mark_in_s, self.mark_out_s = in_s, out_s
            self.changed.emit()

    def set_playhead(self, at_s: float, *, follow: bool = False) -> None:
        """Where playing is, or where it would begin."""
        self.playhead_s = at_s
        if follow and self.drag is None:
            self.set_window(self.window.following(at_s))
        self.playhead_moved.emit(at_s)

    def span(self, span_id: str) -> TimeSpan | None:
        return next((span for span in self.spans if span.id == span_id), None)

    def shown_segment(self, span: TimeSpan) -> Segment:
        """Where a segment stands now, the drag in progress included."""
        drag = self.drag
        if drag is not None and drag.span_id == span.id and drag.present is not None:
            return drag.present
        return span.segment

    @property
    def row_count(self) -> int:
        return max(self.rows.values(), default=-1) + 1

    @property
    def marked(self) -> Segment | None:
        """The stretch between the two marks, if both are set and it is not empty."""
        if self.mark_in_s is None or self.mark_out_s is None or self.mark_out_s <= self.mark_in_s:
            return None
        return Segment(self.mark_in_s, self.mark_out_s)

    # --- the pointer -------------------------------------------------------------------------

    def hit(self, x: float, row: int | None) -> SpanHit | None:
        """What is under a pixel; `row` None is over the waveform."""
        return span_at(self.spans, self.rows, self.selection, self.window, x, row=row, grab_px=GRAB_PX)

    def press(self, x: float, row: int | None, *, adding: bool) -> None:
        """A button goes down: selects what is there, and holds it or empty ground for a drag."""
        at_s = self.window.s_of(x)
        hit = self.hit(x, row)
        span = self.span(hit.id) if hit is not None else None
        if hit is None or span is None:
            if self.is_editable and not adding:
                self.drag = SpanDrag(at_s, self.window.duration_s)
            return
        if adding:
            without = tuple(one for one in self.selection if one != span.id)
            self._select(without if span.id in self.selection else (*self.selection, span.id))
            return
        if span.id not in self.selection or hit.part is not Part.BODY:
            self._select((span.id,))
        if self.is_editable and not span.is_fixed:
            self.drag = SpanDrag(at_s, self.window.duration_s, span.id, hit.part, span.segment, span.segment)

    def drag_to(self, x: float, *, snapping: bool) -> None:
        """The pointer moved with the button down."""
        if self.drag is not None:
            self.drag = self.drag.moved_to(self.window.s_of(x), self._snap if snapping else no_snap)
            self.changed.emit()

    def release(self) -> None:
        """The button goes up after a drag: one signal, and the part that was changed is played."""
        drag, result = self.drag, self.drag.result if self.drag is not None else None
        if drag is not None and result is not None:
            if drag.original is None:
                self.segment_made.emit(result)
            else:
                self.segment_changed.emit(drag.span_id, result)
                if self.edge_s and drag.part is Part.END:
                    tail = tail_of(result, self.edge_s)
                    self.play_wanted.emit(tail.start_s, tail.end_s)
                elif self.edge_s and drag.part is Part.START:
                    self.play_wanted.emit(result.start_s, min(result.end_s, result.start_s + self.edge_s))
        self.drag = None
        self.changed.emit()

    def click(self, x: float, row: int | None, *, adding: bool) -> None:
        """A press without a drag: the playhead goes there; over the waveform the shortest segment is selected."""
        self.drag = None
        at_s = self.window.s_of(x)
        if adding:
            return
        if row is None:
            over = spans_over(self.spans, at_s)
            self._select((over[0].id,) if over else ())
        elif self.hit(x, row) is None:
            self._select(())
        self.seek_wanted.emit(at_s)
        self.changed.emit()

    def double_click(self, x: float, row: int | None) -> None:
        """Plays the segment that is there, else from there on."""
        hit = self.hit(x, row)
        over = spans_over(self.spans, self.window.s_of(x)) if row is None else []
        span = self.span(hit.id) if hit is not None else (over[0] if over else None)
        self.drag = None
        if span is not None:
            self._select((span.id,))
            self.play_wanted.emit(span.segment.start_s, span.segment.end_s)
        else:
            self.play_wanted.emit(self.window.s_of(x), None)

    def cancel_drag(self) -> bool:
        """Forget the drag in progress; whether there was one."""
        had = self.drag is not None
        self.drag = None
        if had:
            self.changed.emit()
        return had

    # --- commands ----------------------------------------------------------------------------

    def make_from_marks(self) -> bool:
        """Enter: a segment from the marks. False when they are not both set."""
        marked = self.marked
        if marked is None or not self.is_editable:
            return False
        self.segment_made.emit(marked)
        self.marks_used.emit()
        return True

    def make_or_edit(self) -> None:
        """A segment from the marks; without marks the selected one is edited."""
        if self.make_from_marks():
            return
        if len(self.selection) == 1:
            self.edit_wanted.emit(self.selection[0])
        else:
            self.hinted.emit(self.tr("Mark the beginning and the end of a stretch first, then make a segment of it"))

    def step_segment(self, by: int) -> None:
        """`.` and `,`: the next and the previous segment, selected, in sight, the playhead at its start."""
        span = neighbour(self.spans, self.selection, self.playhead_s, by)
        if span is None:
            self.hinted.emit(self.tr("There is no further segment"))
            return
        self._select((span.id,))
        self.reveal(span.id)
        self.seek_wanted.emit(span.segment.start_s)

    def trim(self, part: Part) -> None:
        """Put the beginning or the end of the one selected segment where the playhead stands."""
        span = self.span(self.selection[0]) if len(self.selection) == 1 else None
        if span is None or span.is_fixed or not self.is_editable:
            self.hinted.emit(self.tr("Select one segment to change its beginning or end"))
            return
        start_s, end_s = span.segment.start_s, span.segment.end_s
        start_s, end_s = (self.playhead_s, end_s) if part is Part.START else (start_s, self.playhead_s)
        if end_s - start_s < SHORTEST_S:
            self.hinted.emit(self.tr("A segment begins before it ends: put the playhead elsewhere first"))
        else:
            self.segment_changed.emit(span.id, Segment(start_s, end_s))

    def describe(self) -> str:
        """What a screen reader says: how many there are, and which one is selected, from when to when."""
        said = self.tr("{count} segments, {chosen} selected")
        said = said.format(count=len(self.spans), chosen=len(self.selection))
        span = self.span(self.selection[0]) if len(self.selection) == 1 else None
        if span is None:
            return said
        return f"{said}: {span.text}, {clock(span.segment.start_s, 0.01)} – {clock(span.segment.end_s, 0.01)}"

    def split(self) -> None:
        """Cut the selected annotation, or the one under the playhead, where the playhead stands."""
        at_s = self.playhead_s
        over = [s for s in spans_over(self.spans, at_s) if not (s.is_proposal or s.is_fixed)]
        chosen = [span for span in over if span.id in self.selection] or ([] if self.selection else over)
        span = next((s for s in chosen if s.segment.start_s < at_s < s.segment.end_s), None)
        if span is None:
            self.hinted.emit(self.tr("Put the playhead inside a segment to split it there"))
        else:
            self.split_wanted.emit(span.id, at_s)

    def merge(self) -> None:
        """Make one of the selected annotations."""
        ids = mergeable(self.spans, self.selection)
        if ids:
            self.merge_wanted.emit(ids)
        else:
            self.hinted.emit(self.tr("Select two or more segments to merge them"))

    def zoom(self, factor: float, anchor_x: float | None = None) -> None:
        """Closer or further, at a pixel or at the playhead if that is in sight, else in the middle."""
        if anchor_x is None:
            x = self.window.x_of(self.playhead_s)
            anchor_x = x if 0 <= x <= self.window.width else self.window.width / 2
        self.set_window(self.window.zoomed(factor, anchor_x))

    def fit(self) -> None:
        """Everything in sight."""
        self.set_window(self.window.whole())

    def _select(self, ids: tuple[str, ...]) -> None:
        if ids != self.selection:
            self.selection = ids
            self.selection_changed.emit(list(ids))
            self.changed.emit()

    def _snap(self, at_s: float) -> float:
        """To where sound begins or ends, to other segments and to the playhead, whichever is nearest and near."""
        reach_s = SNAP_PX * self.window.seconds_a_pixel
        others = [s.segment for s in self.spans if self.drag is None or s.id != self.drag.span_id]
        places = [edge for segment in others for edge in (segment.start_s, segment.end_s)]
        places += [self.playhead_s, *self.edges(at_s - reach_s, at_s + reach_s)]
        nearest = min(places, key=lambda place: abs(place - at_s))
        return nearest if abs(nearest - at_s) <= reach_s else at_s
