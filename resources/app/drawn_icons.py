"""The app's icon in the forms that systems want, drawn from the one SVG: PNG sizes, `.ico`, `.icns`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from PIL import Image

PNG_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
LARGEST = 1024


def draw(svg: Path, folder: Path) -> None:
    """Write `hicolor/` (Linux), `groundlabel.ico` (Windows) and `groundlabel.icns` (macOS) into a folder."""
    largest = _rendered(svg, folder)
    for size in PNG_SIZES:
        place = folder / "hicolor" / f"{size}x{size}" / "apps" / "groundlabel.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        largest.resize((size, size), Image.Resampling.LANCZOS).save(place)
    scalable = folder / "hicolor" / "scalable" / "apps"
    scalable.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(svg, scalable / "groundlabel.svg")
    largest.save(folder / "groundlabel.ico", sizes=[(size, size) for size in ICO_SIZES])
    largest.save(folder / "groundlabel.icns")


def _rendered(svg: Path, folder: Path) -> Image.Image:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QSize
    from PySide6.QtGui import QGuiApplication, QIcon

    app = QGuiApplication.instance() or QGuiApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    drawn = folder / "groundlabel.png"
    if not QIcon(str(svg)).pixmap(QSize(LARGEST, LARGEST)).save(str(drawn)):
        raise OSError(f"{svg} could not be drawn into {drawn}")
    del app
    return Image.open(drawn)
