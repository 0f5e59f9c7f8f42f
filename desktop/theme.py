"""How the app looks: Fusion, a complete palette for light and dark, one small style sheet; switched live.

Views that paint themselves ask `colours(widget.palette())`, so they follow a switch by repainting.
Knows the tokens; knows no widget of this app.
"""

from __future__ import annotations

import sys
from typing import Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from desktop import tokens
from desktop.style_sheet import style_sheet
from desktop.tokens import SCHEMES, Colours, Scheme, TextRole

SchemeChoice = Literal["system", "light", "dark"]

_FOLLOWER = "groundlabel-scheme-follower"
# Where the first faces have no Chinese characters; without a name the system takes any, often a Japanese one.
_CHINESE_FACES = {
    "win32": ("Microsoft YaHei UI", "Microsoft YaHei"),
    "darwin": ("PingFang SC",),
    "linux": ("Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "Droid Sans Fallback"),
}
# On Linux the generic "Sans" alias is often a poor face; these come with the common desktops.
_LINUX_FACES = ("Inter", "Adwaita Sans", "Noto Sans", "Cantarell", "Ubuntu", "Open Sans")

__all__ = ["SchemeChoice", "apply", "colours", "font", "scheme_of_system", "set_text_role", "tokens"]


def apply(app: QApplication, scheme: SchemeChoice = "system") -> None:
    """Give the whole app this look, at the start or live. "system" follows the desktop's own switch."""
    follower = _follower(app)
    if follower is None:
        follower = _SchemeFollower(app)
        app.setStyle("Fusion")
        _choose_face(app)
    follower.choice = scheme
    _paint(app, scheme_of_system() if scheme == "system" else scheme)


def colours(palette: QPalette) -> Colours:
    """The named colours that belong to this palette."""
    dark = palette.color(QPalette.ColorRole.Window).lightnessF() < 0.5
    return SCHEMES["dark" if dark else "light"]


def scheme_of_system() -> Scheme:
    """What the desktop asks for; light where it says nothing."""
    return "dark" if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark else "light"


def font(role: TextRole, *, bold: bool = False) -> QFont:
    """The app's font at a step of the type scale."""
    face = QFont(QApplication.font())
    factor = tokens.TYPE_SCALE[role]
    if face.pointSizeF() > 0:
        face.setPointSizeF(face.pointSizeF() * factor)
    else:
        face.setPixelSize(round(face.pixelSize() * factor))
    if bold or role in ("title", "heading"):
        face.setWeight(QFont.Weight.DemiBold)
    return face


def set_text_role(widget: QWidget, role: TextRole, *, muted: bool = False) -> None:
    """Give a label a step of the type scale, and the quieter text colour if `muted`."""
    widget.setFont(font(role))
    widget.setProperty("muted", muted)


class _SchemeFollower(QObject):
    """Repaints the app when the desktop switches between light and dark, if the person chose "system"."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.setObjectName(_FOLLOWER)
        self.choice: SchemeChoice = "system"
        self._app = app
        app.styleHints().colorSchemeChanged.connect(self._on_system_switch)

    def _on_system_switch(self, _scheme: Qt.ColorScheme) -> None:
        if self.choice == "system":
            _paint(self._app, scheme_of_system())


def _follower(app: QApplication) -> _SchemeFollower | None:
    found = app.findChild(QObject, _FOLLOWER, Qt.FindChildOption.FindDirectChildrenOnly)
    return found if isinstance(found, _SchemeFollower) else None


def _paint(app: QApplication, scheme: Scheme) -> None:
    named = SCHEMES[scheme]
    app.setPalette(build_palette(named))
    sheet = style_sheet(named)
    if app.styleSheet() != sheet:
        app.setStyleSheet(sheet)


def _choose_face(app: QApplication) -> None:
    face = QFont(app.font())
    families = face.families() or [face.family()]
    if sys.platform.startswith("linux"):
        if face.family().lower() in ("sans", "sans serif", "sans-serif", "dejavu sans", ""):
            families = [*_LINUX_FACES, face.family() or "Sans"]
        if 0 < face.pointSizeF() < 10:
            face.setPointSizeF(10)
    face.setFamilies([*families, *_CHINESE_FACES.get(sys.platform, ())])
    app.setFont(face)


def build_palette(named: Colours) -> QPalette:
    """A palette with every role set in every group, so that nothing of another scheme shines through."""
    role = QPalette.ColorRole
    everyday = {
        role.Window: named.window,
        role.WindowText: named.text,
        role.Base: named.surface,
        role.AlternateBase: named.window,
        role.Text: named.text,
        role.PlaceholderText: named.text_muted,
        role.Button: named.raised,
        role.ButtonText: named.text,
        role.BrightText: named.danger,
        role.ToolTipBase: named.raised,
        role.ToolTipText: named.text,
        role.Highlight: named.selection,
        role.HighlightedText: named.selection_text,
        role.Accent: named.accent,
        role.Link: named.link,
        role.LinkVisited: named.link,
        role.Light: tokens.mix(named.raised, "#ffffff", 0.1),
        role.Midlight: named.hover,
        role.Mid: named.border,
        role.Dark: named.border_strong,
        role.Shadow: tokens.mix(named.window, "#000000", 0.6),
    }
    palette = QPalette()
    for palette_role, colour in everyday.items():
        palette.setColor(QPalette.ColorGroup.All, palette_role, QColor(colour))
    disabled = QPalette.ColorGroup.Disabled
    for palette_role in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.PlaceholderText):
        palette.setColor(disabled, palette_role, QColor(named.text_disabled))
    palette.setColor(disabled, role.Highlight, QColor(named.hover))
    palette.setColor(disabled, role.Base, QColor(named.window))
    palette.setColor(disabled, role.Button, QColor(named.window))
    return palette
