"""Shows every licence that a model and its parts stand under, and asks for a yes before anything is fetched."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.grounding.catalogue import CataloguedModel, Licence
from desktop import core_words, theme
from desktop.dialogs.fitting import resize_within_screen
from desktop.tokens import SPACING


class LicencesDialog(QDialog):
    """Accepted only with the box ticked. `go_on` is what the button that goes on says."""

    def __init__(self, wanted: Sequence[CataloguedModel], go_on: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("licences_dialog")
        self.setWindowTitle(self.tr("Licences"))
        resize_within_screen(self, 520, 380)
        names = ", ".join(model.name for model in wanted)
        intro = QLabel(self.tr("These terms hold for {names}. They are not GroundLabel's own.").format(names=names))
        intro.setWordWrap(True)
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(SPACING.m, SPACING.m, SPACING.m, SPACING.m)
        column.setSpacing(SPACING.l)
        for model in wanted:
            for licence in model.licences:
                column.addWidget(licence_label(licence, model.name, page))
        column.addStretch()
        area = QScrollArea(self)
        area.setObjectName("licence_texts")
        area.setAccessibleName(self.tr("Licences"))
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(page)
        self._agreed = QCheckBox(self.tr("I have read these licences and &accept them"), self)
        self._agreed.setObjectName("licence_agreed")
        buttons = QDialogButtonBox(parent=self)
        go = QPushButton(go_on, self)
        go.setObjectName("licence_go")
        go.setProperty("primary", True)  # not by being the default: its bold words would not fit
        buttons.addButton(go, QDialogButtonBox.ButtonRole.AcceptRole)
        go.setEnabled(False)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel).setObjectName("licence_cancel")
        self._agreed.toggled.connect(go.setEnabled)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        layout.setSpacing(SPACING.m)
        layout.addWidget(intro)
        layout.addWidget(area, 1)
        layout.addWidget(self._agreed)
        layout.addWidget(buttons)
        self._agreed.setFocus()


def licence_label(licence: Licence, of: str, parent: QWidget) -> QLabel:
    """A licence by name, what it covers, what it asks, and where its text stands."""
    link = theme.colours(parent.palette()).link
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    label.setOpenExternalLinks(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
    label.setText(
        f"<b>{html.escape(licence.name)}</b> — {html.escape(of)}, {html.escape(core_words.said(licence.covers))}<br>"
        f"{html.escape(core_words.said(licence.summary))}<br>"
        f"<a style='color:{link}' href='{html.escape(licence.url)}'>{html.escape(licence.url)}</a>"
    )
    label.setAccessibleName(licence.name)
    return label
