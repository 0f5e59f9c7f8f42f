"""How fast a download goes: only what is known is told, and a new beginning counts anew."""

from __future__ import annotations

import pytest

from desktop.session.pace import WINDOW_S, Pace


def test_nothing_is_told_before_it_is_known() -> None:
    pace = Pace()
    assert pace.rate is None
    pace.add(10.0, 0)
    pace.add(10.1, 5_000_000)
    assert pace.rate is None and pace.remaining_s(9_000_000) is None


def test_rate_and_remaining_are_of_the_last_seconds() -> None:
    pace = Pace()
    for second in range(20):
        pace.add(float(second), 1_000 * second if second < 10 else 10_000 + 4_000 * (second - 10))
    assert pace.rate == pytest.approx(4_000)
    assert pace.remaining_s(50_000) == pytest.approx(1.0)
    assert pace.remaining_s(0) is None  # nobody knows how much there is


def test_a_stall_is_no_speed_and_a_file_begun_anew_counts_anew() -> None:
    pace = Pace()
    pace.add(0.0, 8_000)
    for second in range(1, round(WINDOW_S) + 4):
        pace.add(float(second), 9_000)
    assert pace.rate is None
    pace.add(20.0, 0)
    pace.add(21.0, 500)
    assert pace.rate == pytest.approx(500)
