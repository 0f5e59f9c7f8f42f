"""The small style sheet over Fusion: rounded, flat, quiet. Only shapes and distances; colours are the tokens'."""

from __future__ import annotations

from string import Template

from core import files
from desktop.tokens import RADIUS_PX, RADIUS_SMALL_PX, Colours, mix

_SHEET = Template("""
QWidget { outline: none; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 4px 8px; }
QLabel[muted="true"] { color: $text_muted; }
QLabel[problem="true"] { color: $danger; }

QPushButton {
  background: $raised; color: $text; border: 1px solid $border_control; border-radius: ${radius}px;
  padding: 5px 14px; min-height: 20px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $pressed; }
QPushButton:focus { border: 2px solid $accent; padding: 4px 13px; }
QPushButton:disabled { color: $text_disabled; background: $window; border-color: $border; }
QPushButton:default, QPushButton[primary="true"] {
  background: $accent; color: $accent_text; border-color: $accent; font-weight: 600;
}
QPushButton:default:hover, QPushButton[primary="true"]:hover { background: $accent_hover; }
QPushButton:default:focus, QPushButton[primary="true"]:focus { border-color: $text; }
QPushButton:default:disabled, QPushButton[primary="true"]:disabled {
  background: $hover; color: $text_disabled; border-color: $border;
}
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton[danger="true"] { color: $danger; }

QToolButton {
  background: transparent; color: $text; border: 1px solid transparent; border-radius: ${radius}px; padding: 5px;
}
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $pressed; }
QToolButton:checked { background: $selection; color: $selection_text; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $text_disabled; }
QToolButton#speed_button, QToolButton#scope_button { padding-right: 18px; }
QToolButton#speed_button::menu-indicator, QToolButton#scope_button::menu-indicator {
  image: url("$arrow_down"); width: 10px; height: 10px; subcontrol-position: right center; right: 4px;
}
QToolButton[popupMode="1"] { padding-right: 16px; }
QToolButton::menu-button { border: none; width: 14px; }

QToolButton[mark="open"] { border: 1px dashed $border_strong; border-radius: ${small}px; padding: 2px 6px; }
QToolButton[mark="accepted"] { border: 1px solid $border_strong; border-radius: ${small}px; padding: 2px 6px; }
QToolButton[mark="closed"], QToolButton[mark="not_kept"] {
  border: 1px solid $border; border-radius: ${small}px; padding: 2px 6px;
}
QToolButton[mark]:focus { border-color: $accent; }
QFrame[bubble="true"] { background: $sunken; border: none; border-radius: ${radius}px; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
  background: $surface; color: $text; border: 1px solid $border_control; border-radius: ${radius}px;
  padding: 5px 8px; selection-background-color: $accent; selection-color: $accent_text;
}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
  border: 2px solid $accent; padding: 4px 7px;
}
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QComboBox:disabled {
  background: $window; color: $text_disabled; border-color: $border;
}

QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("$arrow_down"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $border; padding: 4px; }
QSpinBox, QDoubleSpinBox { padding-right: 20px; }
QSpinBox::up-button, QDoubleSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::down-button {
  subcontrol-origin: border; border: none; background: transparent; width: 18px; margin: 2px;
}
QSpinBox::up-button, QDoubleSpinBox::up-button { subcontrol-position: top right; }
QSpinBox::down-button, QDoubleSpinBox::down-button { subcontrol-position: bottom right; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$arrow_up"); width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$arrow_down"); width: 10px; height: 10px; }

QDoubleSpinBox[plain="true"] { padding: 5px 6px; }
QDoubleSpinBox[plain="true"]:focus { padding: 4px 5px; }
QDoubleSpinBox[plain="true"]::up-button, QDoubleSpinBox[plain="true"]::down-button { width: 0; margin: 0; }
QDoubleSpinBox[plain="true"]::up-arrow, QDoubleSpinBox[plain="true"]::down-arrow { image: none; width: 0; }

QCheckBox, QRadioButton { spacing: 8px; padding: 2px; }
QCheckBox::indicator, QRadioButton::indicator {
  width: 16px; height: 16px; border: 1px solid $border_strong; background: $surface;
}
QCheckBox::indicator { border-radius: ${small}px; }
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }
QRadioButton::indicator:checked {
  background: $accent_text; border: 5px solid $accent; width: 8px; height: 8px;
}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: $window; border-color: $border; }
QCheckBox:focus, QRadioButton:focus { border: 1px solid $accent; border-radius: ${small}px; }

QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $track; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal {
  width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: $surface; border: 2px solid $accent;
}
QSlider::handle:horizontal:focus { background: $accent; }

QListView, QTreeView, QTableView {
  background: $surface; color: $text; border: none; alternate-background-color: $window;
  selection-background-color: $selection; selection-color: $selection_text;
}
QTreeView::item, QTableView::item { padding: 3px 6px; min-height: 20px; }
QListView::item:hover, QTreeView::item:hover { background: $hover; }
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected {
  background: $selection; color: $selection_text;
}
QHeaderView::section {
  background: $window; color: $text_muted; border: none; border-bottom: 1px solid $border; padding: 5px 8px;
}

QMenuBar { background: $window; color: $text; border-bottom: 1px solid $border; }
QMenuBar::item { background: transparent; padding: 5px 10px; border-radius: ${small}px; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $raised; color: $text; border: 1px solid $border; padding: 5px; }
QMenu::item { padding: 5px 28px 5px 12px; border-radius: ${small}px; }
QMenu::item:selected { background: $selection; color: $selection_text; }
QMenu::item:disabled { color: $text_disabled; }
QMenu::separator { height: 1px; background: $border; margin: 5px 8px; }
QMenu::icon { padding-left: 8px; }

QToolBar { background: $window; border: none; border-bottom: 1px solid $border; padding: 4px 8px; spacing: 4px; }
QToolBar::separator { background: $border; width: 1px; margin: 6px 4px; }
#video_controls { background: $window; border-top: 1px solid $border; }
QStatusBar { background: $window; color: $text_muted; border-top: 1px solid $border; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $text_muted; padding: 0 4px; }
QDockWidget { color: $text; }
QDockWidget::title { background: $window; padding: 8px 12px; text-align: left; border-bottom: 1px solid $border; }
QMainWindow::separator { background: $border; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $border; }
QSplitter::handle:hover { background: $accent; }

QTabBar::tab {
  background: transparent; color: $text_muted; padding: 7px 12px; border: none; border-bottom: 2px solid transparent;
}
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:hover { color: $text; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }

QProgressBar {
  background: $track; color: $text; border: none; border-radius: 3px; text-align: center;
  min-height: 6px; max-height: 6px;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $scroll; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $border_strong; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QGroupBox { border: 1px solid $border; border-radius: ${radius}px; margin-top: 18px; padding: 12px 8px 8px 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 4px; padding: 0 4px; color: $text_muted; }
""")


def style_sheet(named: Colours) -> str:
    """The sheet in the colours of one scheme."""
    names = {field: getattr(named, field) for field in Colours.__dataclass_fields__}
    names["border_control"] = mix(named.border, named.border_strong, 0.45)
    names["track"] = named.pressed
    names["scroll"] = mix(named.border, named.border_strong, 0.4)
    for name in ("arrow_down", "arrow_up", "tick"):
        picture = files.bundled(f"resources/icons/{name.replace('_', '-')}-{named.scheme}.svg")
        names[name] = picture.as_posix()
    return _SHEET.substitute(names, radius=RADIUS_PX, small=RADIUS_SMALL_PX)
