"""The marks of states differ by form, whatever somebody sees of their colours."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from core.schema import ReviewState
from desktop.tokens import DARK, LIGHT, Colours
from desktop.views.thumbnail_delegate import paint_state

STATES: tuple[ReviewState, ...] = ("new", "proposed", "in_work", "done", "needs_review")


@pytest.mark.parametrize("named", [LIGHT, DARK], ids=["light", "dark"])
def test_no_two_states_look_alike_in_one_colour(qapp: QApplication, named: Colours) -> None:
    grey = replace(named, **{f"state_{state}": "#808080" for state in STATES})
    pictures = []
    for state in STATES:
        image = QImage(20, 20, QImage.Format.Format_Grayscale8)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        paint_state(painter, QRectF(2, 2, 16, 16), state, grey)
        painter.end()
        pictures.append(image)
    for number, picture in enumerate(pictures):
        for other in pictures[number + 1 :]:
            differing = sum(
                abs(picture.pixelColor(x, y).lightness() - other.pixelColor(x, y).lightness()) > 40
                for x in range(20)
                for y in range(20)
            )
            assert differing >= 12
