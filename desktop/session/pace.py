"""How fast something comes and when it will be done, from the last few seconds. Knows no clock: it is told the time."""

from __future__ import annotations

from collections import deque

WINDOW_S = 6.0
SURE_AFTER_S = 0.5  # before that a rate is a guess


class Pace:
    """Fed with how much is done at which second."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def add(self, at_s: float, done: int) -> None:
        """What went back, begins anew: another file may have been started over."""
        if self._samples and done < self._samples[-1][1]:
            self._samples.clear()
        self._samples.append((at_s, done))
        while len(self._samples) > 2 and at_s - self._samples[0][0] > WINDOW_S:
            self._samples.popleft()

    @property
    def rate(self) -> float | None:
        """Units a second; None while it cannot be told."""
        if len(self._samples) < 2:
            return None
        (first_s, first), (last_s, last) = self._samples[0], self._samples[-1]
        return (last - first) / (last_s - first_s) if last_s - first_s >= SURE_AFTER_S and last > first else None

    def remaining_s(self, total: int) -> float | None:
        """Seconds until `total`; None while it cannot be told."""
        rate = self.rate
        return (total - self._samples[-1][1]) / rate if rate is not None and total else None
