"""What stands around the stage of the desk: docks with a head of their own, and the tool bar."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QLabel, QToolBar, QWidget

from desktop import theme
from desktop.actions import Actions
from desktop.tokens import SPACING

# The commands of the tool bar, in groups with a line between them.
TOOLS = (
    ("open_files", "open_folder", "import", "export"),
    ("undo", "redo"),
    ("select_tool", "draw_tool", "edit_label", "delete"),
    ("accept", "accept_all", "reject", "not_present"),
    ("previous", "next"),
    ("zoom_out", "zoom_in", "fit", "actual_size"),
    ("chat",),
)


class TitledDock(QDockWidget):
    """A panel at the left or right edge, under its title; it can be moved between them and closed."""

    def __init__(self, title: str, name: str, panel: QWidget, parent: QWidget) -> None:
        """`name` is what the arrangement of panels is remembered by."""
        super().__init__(title, parent)
        self.setObjectName(name)
        self.setWidget(panel)
        head = QLabel(title, self)
        head.setContentsMargins(SPACING.m, SPACING.s, SPACING.m, SPACING.s)
        head.setFont(theme.font("body", bold=True))
        self.setTitleBarWidget(head)
        self.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)
        self.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetClosable | QDockWidget.DockWidgetFeature.DockWidgetMovable
        )


class ToolBar(QToolBar):
    """The commands that are at hand all the time."""

    def __init__(self, title: str, actions: Actions, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setObjectName("tool_bar")
        self.setMovable(False)
        self.setIconSize(QSize(20, 20))
        for number, group in enumerate(TOOLS):
            if number:
                self.addSeparator()
            for command_id in group:
                self.addAction(actions[command_id])
