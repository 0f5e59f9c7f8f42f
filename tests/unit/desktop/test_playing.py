"""The arithmetic of playing: clocks, laps of a loop, frames that are due, steps."""

from __future__ import annotations

from bisect import bisect_right

import pytest

from desktop.session.playing import (
    Clock,
    Due,
    clamped_speed,
    clean_loop,
    clock_text,
    due_at,
    following,
    last_frame_before,
    running_start,
    stepped,
    wrapped,
)


class Times:
    """Frames at uneven times, the first not at zero."""

    times = (0.033, 0.066, 0.2, 0.25, 0.9)

    def __len__(self) -> int:
        return len(self.times)

    def time_of(self, index: int) -> float:
        return self.times[index]

    def index_at(self, time_s: float) -> int:
        return max(0, bisect_right(self.times, time_s) - 1)


FRAMES = Times()


def test_a_clock_counts_at_its_speed() -> None:
    assert Clock(10.0, at=100.0, speed=0.5).now(104.0) == pytest.approx(12.0)
    assert Clock(10.0, at=100.0, speed=0.0).now(104.0) == 10.0


def test_a_position_goes_round_a_loop_and_not_before_its_end() -> None:
    assert wrapped(0.5, (1.0, 3.0)) == (0, 0.5)
    assert wrapped(2.5, (1.0, 3.0)) == (0, 2.5)
    assert wrapped(3.0, (1.0, 3.0)) == (1, 1.0)
    assert wrapped(7.5, (1.0, 3.0)) == (3, pytest.approx(1.5))
    assert wrapped(7.5, None) == (0, 7.5)


def test_playing_from_beyond_a_loop_begins_at_its_start() -> None:
    assert running_start(5.0, (1.0, 3.0)) == 1.0
    assert running_start(0.5, (1.0, 3.0)) == 0.5
    assert running_start(5.0, None) == 5.0


def test_a_loop_is_put_in_order_and_kept_inside() -> None:
    assert clean_loop((9.0, 2.0), 0.0, 5.0) == (2.0, 5.0)
    assert clean_loop((2.0, 2.01), 0.0, 5.0) is None
    assert clean_loop(None, 0.0, 5.0) is None


def test_steps_go_by_frames_and_stop_at_the_ends() -> None:
    assert stepped(FRAMES, 0.1, 1) == 0.2
    assert stepped(FRAMES, 0.1, -1) == 0.033
    assert stepped(FRAMES, 0.033, -1) == 0.033
    assert stepped(FRAMES, 0.3, 10) == 0.9


def test_a_stretch_ends_on_the_frame_that_is_on_the_screen_then() -> None:
    assert last_frame_before(FRAMES, 0.25) == 0.2
    assert last_frame_before(FRAMES, 1.2) == 0.9


def test_frames_follow_each_other_round_a_loop() -> None:
    loop = (0.066, 0.25)
    assert due_at(FRAMES, 0.21, loop) == Due(0, 2)
    assert following(Due(0, 1), FRAMES, loop) == Due(0, 2)
    assert following(Due(0, 2), FRAMES, loop) == Due(1, 1)
    assert following(Due(0, 4), FRAMES, None) is None
    assert Due(0, 2) < Due(1, 1)


@pytest.mark.parametrize(("asked", "given"), [(0.1, 0.25), (1.3, 1.3), (9.0, 2.0)])
def test_speeds_stay_within_what_can_be_played(asked: float, given: float) -> None:
    assert clamped_speed(asked) == given


def test_times_are_written_to_the_thousandth() -> None:
    assert clock_text(12.345) == "00:12.345"
    assert clock_text(59.9996) == "01:00.000"
    assert clock_text(3723.5) == "1:02:03.500"
