"""The Qt binding itself: a release that loses references to None ends the whole app after a few thousand calls."""

from __future__ import annotations

import sys

import PySide6
from PySide6.QtCore import QRectF


def test_calls_into_qt_lose_no_reference_to_none() -> None:
    # PySide6 6.12.0 built for the stable ABI does under Python before 3.12 ("none_dealloc: deallocating None").
    # Where None is immortal the count never moves.
    rect = QRectF()
    before = sys.getrefcount(None)
    for _ in range(500):
        rect.setLeft(1.0)
    lost = before - sys.getrefcount(None)
    assert lost < 250, f"PySide6 {PySide6.__version__} loses None under Python {sys.version.split()[0]}: pin another"
