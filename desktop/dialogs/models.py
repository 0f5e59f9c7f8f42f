"""The models of this machine and of the catalogue: choose, load, download, add, check, remove."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core.grounding.catalogue import CataloguedModel
from core.grounding.registry import DEFAULT_MODEL
from core.settings_table import BITS
from core.workflows.model_cards import ModelCard
from desktop import icons, theme
from desktop.dialogs.close_box import close_box
from desktop.dialogs.licences import LicencesDialog
from desktop.dialogs.model_detail import ModelDetail, Seen
from desktop.model_words import media_words, size_words, state_words
from desktop.session.model_store import ModelStore
from desktop.session.models import DEVICES, Models
from desktop.tokens import SPACING
from desktop.views import model_rows

SIZE = QSize(880, 560)
LIST_WIDTH_PX = 290


class ModelsDialog(QDialog):
    """A view on the two controllers: what is on the disk, and what is in use. Closing it stops nothing."""

    def __init__(self, store: ModelStore, models: Models, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models_dialog")
        self.setWindowTitle(self.tr("Models"))
        room = parent.size() - QSize(40, 40) if parent is not None else SIZE
        self.resize(SIZE.boundedTo(room).expandedTo(QSize(640, 420)))
        self.setAcceptDrops(True)
        self._store = store
        self._models = models
        self._wanted = models.active  # the row to show once it is there
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING.l, SPACING.l, SPACING.l, SPACING.l)
        layout.setSpacing(SPACING.m)
        self._detail = ModelDetail(self)
        self._detail.wanted.connect(self._act)
        self._detail.hide()
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setObjectName("models_split")
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(self._build_list())
        self._right = self._build_right()
        split.addWidget(self._right)
        split.setStretchFactor(1, 1)
        split.setSizes([LIST_WIDTH_PX, SIZE.width() - LIST_WIDTH_PX])
        layout.addWidget(split, 1)
        layout.addLayout(self._build_foot())
        store.listed.connect(self._show_list)
        store.worked.connect(self._show)
        store.arrived.connect(self._want)
        models.changed.connect(self._show_list)
        self._show_list()
        store.refresh()

    # --- building ----------------------------------------------------------------------------

    def _build_list(self) -> QWidget:
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, SPACING.m, 0)
        column.setSpacing(SPACING.s)
        self._list = QListWidget(left)
        self._list.setObjectName("model_list")
        self._list.setAccessibleName(self.tr("Models"))
        self._list.setItemDelegate(model_rows.ModelRows(self._list))
        self._list.setMouseTracking(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.currentItemChanged.connect(lambda *_: self._on_chosen())
        add = QPushButton(icons.icon("folder"), " " + self.tr("&Add a folder…"), left)
        add.setObjectName("model_add_folder")
        add.setToolTip(self.tr("A model's folder from anywhere; it can also be dropped here"))
        add.setAutoDefault(False)
        add.clicked.connect(self._ask_folder)
        column.addWidget(self._list, 1)
        column.addWidget(add)
        return left

    def _build_right(self) -> QWidget:
        right = QWidget(self)
        column = QVBoxLayout(right)
        column.setContentsMargins(SPACING.l, 0, 0, 0)
        self._empty = QLabel(self.tr("Looking for models…"), right)
        self._empty.setObjectName("models_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        theme.set_text_role(self._empty, "body", muted=True)
        column.addWidget(self._empty, 1)
        column.addWidget(self._detail, 1)
        return right

    def _build_foot(self) -> QHBoxLayout:
        self._device = QComboBox(self)
        self._device.setObjectName("device_choice")
        words = {
            "auto": self.tr("Automatic"),
            "cpu": self.tr("Processor (CPU)"),
            "cuda": self.tr("Graphics card (CUDA)"),
        }
        for name in DEVICES:
            self._device.addItem(words[name], name)
        self._device.setCurrentIndex(max(0, self._device.findData(self._models.device)))
        self._bits = QComboBox(self)
        self._bits.setObjectName("bits_choice")
        precisions = {
            "auto": self.tr("Automatic"),
            "16": self.tr("16 bits"),
            "8": self.tr("8 bits: half the memory"),
            "4": self.tr("4 bits: a third, less exact"),
        }
        for name in BITS:
            self._bits.addItem(precisions[name], name)
        self._bits.setCurrentIndex(max(0, self._bits.findData(self._models.bits)))
        line = QHBoxLayout()
        line.setSpacing(SPACING.s)
        for text, box in ((self.tr("Runs &on"), self._device), (self.tr("Pr&ecision"), self._bits)):
            label = QLabel(text, self)
            label.setBuddy(box)
            box.setAccessibleName(text.replace("&", ""))
            box.activated.connect(self._run_on)
            line.addWidget(label)
            line.addWidget(box)
            line.addSpacing(SPACING.m)
        line.addStretch(1)
        buttons = close_box(self, "models_close")
        line.addWidget(buttons)
        return line

    # --- showing -----------------------------------------------------------------------------

    @property
    def chosen(self) -> str:
        """The name of the model that is shown; "" while none is."""
        row = self._list.currentItem()
        return str(row.data(model_rows.NAME) or "") if row is not None else ""

    def _show_list(self) -> None:
        """All rows anew; the one that was chosen stays chosen."""
        wanted = self._wanted or self.chosen
        self._list.blockSignals(True)
        self._list.clear()
        here = [card for card in self._store.cards if card.is_here]
        away = [card for card in self._store.cards if not card.is_here]
        for title, cards in ((self.tr("On this machine"), here), (self.tr("To download"), away)):
            if cards:
                heading = QListWidgetItem(title, self._list)
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
            for card in cards:
                row = self._row(card)
                self._list.addItem(row)
                if card.name == wanted:
                    self._list.setCurrentItem(row)
                    self._wanted = ""
        if self._list.currentItem() is None and self._list.count() > 1:
            self._list.setCurrentRow(1)
        self._list.blockSignals(False)
        if self._store.is_listed and not self._store.cards:
            self._empty.setText(self.tr("No model was found. Add the folder of one, or drop it here."))
        self._show()

    def _row(self, card: ModelCard) -> QListWidgetItem:
        row = QListWidgetItem(Path(card.name).name)
        state = state_words(card, self._models.state_of(card.name)) if card.is_here or card.arrived_bytes else ""
        size = size_words(card.entry.size_bytes)
        media = media_words(card.kinds) or self.tr("A part of other models")
        row.setData(model_rows.NAME, card.name)
        row.setData(model_rows.SECOND_LINE, "  ·  ".join(part for part in (media, size, state) if part))
        glyph, role = ("model", "text_muted") if card.is_here else ("import", "text_muted")
        if card.entry.problem is not None:
            glyph, role = "warning", "warning"
        row.setData(model_rows.GLYPH, glyph)
        row.setData(model_rows.ROLE, role)
        row.setData(model_rows.IS_USED, card.name in self._models.in_use)
        row.setData(Qt.ItemDataRole.AccessibleTextRole, f"{card.name}, {row.data(model_rows.SECOND_LINE)}")
        row.setToolTip(card.name)
        return row

    def _on_chosen(self) -> None:
        """Another row: what went wrong with a folder that has none is not this one's."""
        self._wanted = ""
        self._store.problems.pop("", None)
        self._show()

    def _want(self, name: str) -> None:
        """A model has arrived: show it when it is listed."""
        self._wanted = name

    def _show(self) -> None:
        card = self._store.card(self.chosen)
        self._empty.setVisible(card is None)
        self._detail.setVisible(card is not None)
        if card is None:
            return
        name, models, store = card.name, self._models, self._store
        problem = store.problems.get(name) or models.problem_of(name) or store.problems.get("")
        self._detail.show_model(
            Seen(
                card,
                state=models.state_of(name),
                info=models.info_of(name),
                problem=problem,
                remark=store.remarks.get(name, ""),
                work=store.work,
                for_pictures=models.model_for("image") == name,
                for_time=name in (models.model_for("video"), models.model_for("audio")),
                needs_accepting=bool(store.to_accept(name)),
            )
        )

    # --- doing -------------------------------------------------------------------------------

    def _act(self, act: str) -> None:
        name, models, store = self.chosen, self._models, self._store
        if act in ("use_pictures", "use_time"):
            models.use(name, for_time=act == "use_time")
        elif act == "load":
            models.load(name)
        elif act == "stop_loading":
            models.stop_loading(name)
        elif act == "unload":
            models.unload(name)
        elif act == "download":
            self._with_licences(name, self.tr("Accept and download"), lambda: store.download(name))
        elif act == "accept":
            self._with_licences(name, self.tr("Accept"), store.refresh)
        elif act == "pause":
            store.stop()
        elif act == "discard":
            store.discard(name)
        elif act == "verify":
            store.verify(name)
        elif act == "remove":
            self._ask_remove(name)
        elif act == "add":
            self._ask_folder()

    def _with_licences(self, name: str, go_on: str, then: Callable[[], object]) -> None:
        """Do it at once where every licence was accepted before, else after a yes."""
        wanted: list[CataloguedModel] = self._store.to_accept(name)
        if not wanted:
            then()
            return
        dialog = LicencesDialog(wanted, go_on, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._store.accept(wanted) and then())
        dialog.open()

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("A model's folder"), str(Path.home()))
        dialog.setObjectName("model_folder_dialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self.take_folder(Path(folder)))
        dialog.open()

    def take_folder(self, folder: Path) -> None:
        """Ask whether a folder is to be copied or used where it is, and its licences where it has some."""
        box = QMessageBox(self)
        box.setObjectName("model_add_question")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Add a model"))
        box.setText(self.tr("Add {name}?").format(name=folder.name))
        box.setInformativeText(
            self.tr("A copy stays when the folder goes. Used where it is, it takes no room of its own.")
        )
        copy = box.addButton(self.tr("Copy it"), QMessageBox.ButtonRole.AcceptRole)
        copy.setObjectName("model_add_copy")
        link = box.addButton(self.tr("Use it where it is"), QMessageBox.ButtonRole.AcceptRole)
        link.setObjectName("model_add_link")
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(copy)

        def add(*, linked: bool) -> None:
            self._with_licences(folder.name, self.tr("Accept and add"), lambda: self._add(folder, linked=linked))

        copy.clicked.connect(lambda: add(linked=False))
        link.clicked.connect(lambda: add(linked=True))
        box.open()

    def _add(self, folder: Path, *, linked: bool) -> None:
        self._store.problems.pop("", None)
        self._store.add(folder, linked=linked)

    def _ask_remove(self, name: str) -> None:
        card = self._store.card(name)
        if card is None:
            return
        box = QMessageBox(self)
        box.setObjectName("model_remove_question")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("Remove a model"))
        box.setText(self.tr("Remove {name} from this machine?").format(name=name))
        what = (
            self.tr("Only the link is removed; the folder that it leads to stays.")
            if card.entry.state == "linked"
            else self.tr("Its files are deleted: {size}. What you annotated with it stays.").format(
                size=size_words(card.entry.size_bytes)
            )
        )
        box.setInformativeText(what)
        remove = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        remove.setObjectName("model_remove_yes")
        keep = box.addButton(self.tr("Keep it"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        remove.clicked.connect(lambda: self._remove(name))
        box.open()

    def _remove(self, name: str) -> None:
        """A model in use gives way to the bundled ones first, and leaves the memory."""
        if name == self._models.model:
            self._models.use(DEFAULT_MODEL)
        if name == self._models.time_model:
            self._models.use("auto", for_time=True)
        self._models.unload(name)
        self._store.remove(name)

    def _run_on(self) -> None:
        self._models.run_on(str(self._device.currentData()), str(self._bits.currentData()))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A folder may be a model."""
        if any(Path(url.toLocalFile()).is_dir() for url in event.mimeData().urls() if url.isLocalFile()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """The first folder that was dropped is taken."""
        folders = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        folders = [folder for folder in folders if folder.is_dir()]
        if folders:
            event.acceptProposedAction()
            self.take_folder(folders[0])
