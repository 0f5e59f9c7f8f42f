"""Every version of a model: what it was made of, how good it is, which one is asked, and the way to any of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.project.queue import KINDS
from core.schema import MediaKind
from core.workflows.versions import Version
from desktop import icons, theme
from desktop.dialogs.close_box import close_box
from desktop.session.models import SENSES
from desktop.session.versioning import Versioning
from desktop.teaching_words import kinds_words, model_words, points_words
from desktop.tokens import SPACING

SIZE = QSize(940, 520)
_NARROWEST_PX = 72
_PATH = Qt.ItemDataRole.UserRole + 1
_HEADLINES = (("boxes", "acc50", "acc@0.5"), ("sets", "f1_50", "F1@0.5"), ("spans", "r1_50", "R@1"))


class VersionsDialog(QDialog):
    """A view on `Versioning`."""

    def __init__(
        self,
        versioning: Versioning,
        *,
        editable: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("versions_dialog")
        self.setWindowTitle(self.tr("Model versions"))
        room = parent.size() - QSize(40, 40) if parent is not None else SIZE
        self.resize(SIZE.boundedTo(room).expandedTo(QSize(640, 400)))
        self._versioning = versioning
        self._editable = editable
        self._tree = self._build_tree()
        self._detail = QLabel(self.tr("Looking for versions…"), self)
        self._detail.setObjectName("version_detail")
        self._detail.setWordWrap(True)
        self._detail.setTextFormat(Qt.TextFormat.PlainText)
        self._detail.setMinimumHeight(72)
        self._detail.setAlignment(Qt.AlignmentFlag.AlignTop)
        theme.set_text_role(self._detail, "small", muted=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        column.setSpacing(SPACING.m)
        column.addWidget(self._tree, 1)
        column.addWidget(self._detail)
        column.addLayout(self._build_foot())
        self._show_chosen()  # nothing is, until they are there
        versioning.listed.connect(self._show)
        versioning.refresh()

    def _build_tree(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setObjectName("version_list")
        tree.setAccessibleName(self.tr("Versions"))
        tree.setHeaderLabels(
            [
                *(self.tr("Version"), self.tr("Asked about"), self.tr("Taught from"), self.tr("Learnt from")),
                *(self.tr("Figures"), self.tr("Made")),
            ]
        )
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = tree.header()
        header.setStretchLastSection(False)
        for section in range(6):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(_NARROWEST_PX)
        for section in (0, 2):  # names give way to figures
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)
        tree.currentItemChanged.connect(lambda *_: self._show_chosen())
        return tree

    def _build_foot(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(SPACING.s)
        texts: dict[MediaKind, str] = {
            "image": self.tr("Use it for &pictures"),
            "video": self.tr("Use it for &videos"),
            "audio": self.tr("Use it for &sounds"),
        }
        self._use: dict[MediaKind, QPushButton] = {}
        for kind, text in texts.items():
            button = QPushButton(text, self)
            button.setObjectName(f"version_use_{kind}")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, kind=kind: self._on_use(kind))
            self._use[kind] = button
            line.addWidget(button)
        line.addStretch(1)
        buttons = close_box(self, "versions_close")
        line.addWidget(buttons)
        return line

    # --- what it shows -----------------------------------------------------------------------

    @property
    def chosen(self) -> Version | None:
        row = self._tree.currentItem()
        path = row.data(0, _PATH) if row is not None else None
        return next((one for one in self._versioning.versions if one.path == path), None)

    def _show(self) -> None:
        kept = self.chosen
        self._tree.clear()
        for version in self._versioning.versions:
            taught = version.made_of.get("pictures")
            learnt = self.tr("{n} media").format(n=taught) if version.parent is not None and taught else "–"
            made = datetime.fromisoformat(version.made_at).astimezone().strftime("%Y-%m-%d %H:%M")
            parent = model_words(version.parent) if version.parent else "–"
            asked = kinds_words(version.asked_about) if version.asked_about else ""
            if len(version.asked_about) == len(KINDS):
                asked = self.tr("Everything")
            row = QTreeWidgetItem(self._tree, [version.name, asked, parent, learnt, _figures(version), made])
            row.setData(0, _PATH, version.path)
            row.setToolTip(0, f"{version.model_id}\n{version.path}")
            row.setToolTip(2, parent)
            row.setIcon(0, icons.icon("done" if asked else "model", role="success" if asked else "text_muted"))
            if kept is not None and kept.path == version.path:
                self._tree.setCurrentItem(row)
        last = self._tree.topLevelItem(self._tree.topLevelItemCount() - 1)
        if self._tree.currentItem() is None and last is not None:
            self._tree.setCurrentItem(last)
        self._show_chosen()

    def _show_chosen(self) -> None:
        version = self.chosen
        for kind, button in self._use.items():
            can = version is not None and (not version.kinds or bool(SENSES[kind] & {*version.kinds}))
            button.setEnabled(self._editable and can and version is not None and kind not in version.asked_about)
        if version is None:
            return
        lines = [version.model_id]
        names = {
            "pictures": self.tr("media"),
            "samples": self.tr("questions"),
            "epochs": self.tr("epochs"),
            "steps": self.tr("steps"),
            "method": self.tr("method"),
            "bits": self.tr("bits"),
            "rate": self.tr("rate"),
            "seed": self.tr("seed"),
        }
        made_of = version.made_of
        told = [f"{text} {made_of[name]}" for name, text in names.items() if made_of.get(name) not in (None, "")]
        if version.parent is not None:
            lines.append("  ·  ".join(told))
        for one in version.figures[-1:]:
            lines.append(self._compared(one))
        self._detail.setText("\n".join(lines))

    def _compared(self, figures: dict[str, Any] | Any) -> str:
        against = figures.get("against")
        overall = (figures.get("comparison") or {}).get("overall") or {}
        asked = self.tr("Measured on {n} questions").format(n=figures.get("n_queries"))
        if not against or overall.get("difference") is None:
            return asked
        return self.tr("{asked}: {points} points against {model}, 80 % between {low} and {high}").format(
            asked=asked, points=points_words(overall["difference"]), model=against,
            low=points_words(overall["low"]), high=points_words(overall["high"]),
        )  # fmt: skip

    def _on_use(self, kind: MediaKind) -> None:
        version = self.chosen
        if version is not None and kind in KINDS:
            self._versioning.use(version.path, (kind,), self.tr("Chosen by hand, among the versions"))


def _figures(version: Version) -> str:
    """The latest headline figures, in few words."""
    if not version.figures:
        return "–"
    latest = version.figures[-1]
    told = [
        f"{name} {latest[group][figure]:.2f}"
        for group, figure, name in _HEADLINES
        if latest.get(group, {}).get(figure) is not None
    ]
    return "  ".join(told) or "–"
