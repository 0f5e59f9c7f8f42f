"""Theme and icons: complete palettes, switched live, icons that follow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from core import files
from desktop import icons, theme
from desktop.tokens import DARK, LIGHT, SCHEMES

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    """The app with its look put back afterwards: other tests share it."""
    style, palette, sheet, font = qapp.style().objectName(), qapp.palette(), qapp.styleSheet(), qapp.font()
    yield qapp
    qapp.setStyleSheet(sheet)
    qapp.setStyle(style)
    qapp.setPalette(palette)
    qapp.setFont(font)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_role_of_every_group_belongs_to_the_scheme(scheme: str) -> None:
    named = SCHEMES[scheme]
    palette = theme.build_palette(named)
    roles = [role for role in QPalette.ColorRole if role not in (QPalette.ColorRole.NColorRoles,)]
    groups = [QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled]
    unset = [
        (group.name, role.name)
        for group in groups
        for role in roles
        if role is not QPalette.ColorRole.NoRole and not palette.isBrushSet(group, role)
    ]
    assert unset == []
    assert theme.colours(palette) is named


def test_a_switch_is_live_and_reaches_widgets_that_are_shown(app: QApplication, qtbot: QtBot) -> None:
    label = QLabel("text")
    qtbot.addWidget(label)
    label.show()
    theme.apply(app, "light")
    assert label.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT.window)
    theme.apply(app, "dark")
    assert label.palette().color(QPalette.ColorRole.Window) == QColor(DARK.window)
    assert label.palette().color(QPalette.ColorRole.WindowText) == QColor(DARK.text)
    assert app.style().objectName() in ("fusion", "")


def test_following_the_system_changes_nothing_but_the_colours(app: QApplication) -> None:
    theme.apply(app, "system")
    font = app.font()
    theme.apply(app, "system")
    assert app.font() == font
    assert theme.colours(app.palette()).scheme == theme.scheme_of_system()


def test_the_type_scale_follows_the_app_s_font(app: QApplication) -> None:
    sizes = [theme.font(role).pointSizeF() for role in ("title", "heading", "body", "small", "caption")]
    assert sizes == sorted(sizes, reverse=True)
    assert theme.font("body").pointSizeF() == pytest.approx(app.font().pointSizeF())


def _inks(icon: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> set[str]:
    """The colours of the fully covered pixels of an icon."""
    image: QImage = icon.pixmap(QSize(48, 48), 1.0, mode).toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


@pytest.mark.parametrize("name", sorted(icons.GLYPHS))
def test_every_icon_draws_something(name: str) -> None:
    assert _inks(icons.icon(name))


def test_an_icon_follows_the_theme_without_being_made_again(app: QApplication) -> None:
    theme.apply(app, "light")
    icon = icons.icon("accept")
    assert _inks(icon) == {LIGHT.text}
    theme.apply(app, "dark")
    assert _inks(icon) == {DARK.text}
    assert _inks(icon, QIcon.Mode.Disabled) == {DARK.text_disabled}
    assert _inks(icons.icon("accept", role="accent")) == {DARK.accent}


def test_an_unknown_icon_is_an_error_where_it_is_named() -> None:
    with pytest.raises(KeyError):
        icons.icon("no such icon")


def test_the_app_has_its_own_icon() -> None:
    assert files.bundled("resources/icons/groundlabel.svg").is_file()
    assert len(_inks(icons.app_icon())) > 3
