"""The models of this machine and of the catalogue as the window shows them, and the one thing that is done to them.

Downloads, copies and checks run in a lane of their own, one at a time. What was paused stays on the disk.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import ModelError, UserError
from core.grounding import licences
from core.grounding.catalogue import CataloguedModel, catalogue
from core.jobs import JobContext, Progress
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.pace import Pace
from desktop.session.preferences import Preferences

# What lists and fetches models brings the network along, which the window opens without: imported where it is used.
if TYPE_CHECKING:
    from core.workflows import model_arrivals, models
    from core.workflows.model_cards import ModelCard

WorkKind = Literal["download", "add", "verify", "remove"]
_TELL_EVERY_MS = 100  # more often than that nobody reads it


@dataclass(frozen=True, slots=True)
class Work:
    """What is being done to which model. `done` and `total` are bytes where `counts_bytes`; total 0 is unknown."""

    kind: WorkKind
    name: str
    done: int = 0
    total: int = 0
    note: str = ""
    counts_bytes: bool = False
    rate: float | None = None
    remaining_s: float | None = None


class ModelStore(QObject):
    """Lists models and changes what is on the disk. Knows nothing of loading."""

    listed = Signal()  # the cards are there, or changed
    worked = Signal()  # work began, went on or ended
    arrived = Signal(str)  # name of a model that can be used now

    def __init__(self, runner: Runner, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._preferences = preferences
        self._job: Job | None = None
        self._later = QTimer(self, singleShot=True, interval=_TELL_EVERY_MS)
        self._later.timeout.connect(self.worked)
        self.cards: list[ModelCard] = []
        self.is_listed = False
        self.work: Work | None = None
        self.problems: dict[str, Exception] = {}  # what went wrong last, by model; "" when no model is to blame
        self.remarks: dict[str, str] = {}  # what went well last

    def refresh(self) -> None:
        """Look at the disk again."""
        chosen = [str(self._preferences.get(key)) for key in ("model.default", "model.time")]

        def task(_: JobContext) -> list[ModelCard]:
            from core.workflows.model_cards import model_cards

            cards = model_cards()
            known = {card.name for card in cards} | {"auto"}
            return cards + [_card_of_chosen(name) for name in dict.fromkeys(chosen) if name not in known]

        callbacks = Callbacks(done=self._take_cards, failed=lambda error: self._note_problem("", error))
        self._runner.submit("files", task, callbacks, priority=Priority.NOW)

    def card(self, name: str) -> ModelCard | None:
        return next((card for card in self.cards if card.name == name), None)

    # --- licences ----------------------------------------------------------------------------

    def to_accept(self, name: str) -> list[CataloguedModel]:
        """The models whose licences must be accepted before this one is downloaded or used; none for foreign ones."""
        if name not in catalogue():
            return []
        return [model for model in _with_needs(name) if not licences.is_accepted(model)]

    def accept(self, wanted: list[CataloguedModel]) -> bool:
        """Record that their licences were accepted. False when that cannot be written; the problem says why."""
        try:
            for model in wanted:
                licences.accept(model)
        except UserError as error:
            self._note_problem(wanted[-1].name, error)
            return False
        return True

    # --- work --------------------------------------------------------------------------------

    def download(self, name: str) -> None:
        """Bring a model of the catalogue, or go on where it stopped. Its licences were accepted."""

        def arrive(_: list[model_arrivals.Arrival]) -> None:
            self.remarks[name] = self.tr("It is here, and every file has the hash that was announced.")
            self.arrived.emit(name)

        self._begin(Work("download", name), lambda context: _arrivals().download(name, context), arrive)

    def add(self, folder: Path, *, linked: bool) -> None:
        """Take a folder in as a model, as a copy or as a link to it."""

        def arrive(arrival: model_arrivals.Arrival) -> None:
            self.arrived.emit(arrival.name)

        work = Work("add", folder.name)
        self._begin(work, lambda context: _arrivals().add(folder, context, linked=linked), arrive)

    def verify(self, name: str) -> None:
        """Read every file of a model again, and compare."""

        def tell(found: models.Verification) -> None:
            if found.damaged:
                self.problems[name] = ModelError(
                    self.tr("{name} is not as it came").format(name=name),
                    why=", ".join(found.damaged),
                    next_step=self.tr("install GroundLabel again")
                    if found.is_bundled
                    else self.tr("remove it, and download or add it again"),
                )
            elif found.recorded:
                self.remarks[name] = self.tr("Every file is as it came.")
            else:
                self.remarks[name] = self.tr("Its weights are sane. There is no record of hashes to compare with.")

        self._begin(Work("verify", name), lambda context: _standing().verify(name, context), tell)

    def remove(self, name: str) -> None:
        """Delete a model of the user, or what has come of one."""
        self._begin(Work("remove", name), lambda _: _standing().remove(name), lambda _: None)

    def discard(self, name: str) -> None:
        """Delete what a paused download has brought."""
        wanted = [model.name for model in _with_needs(name)]
        unfinished = [card.name for card in self.cards if card.name in wanted and card.arrived_bytes]

        def task(_: JobContext) -> None:
            for one in unfinished:
                _standing().remove(one)

        self._begin(Work("remove", name), task, lambda _: None)

    def stop(self) -> None:
        """Stop what is being done. Of a download, what has come stays and is gone on from."""
        if self._job is not None:
            self._job.cancel()

    def _begin(self, work: Work, task: Callable[[JobContext], Any], done: Callable[[Any], None]) -> None:
        if self.work is not None:
            return
        self.problems.pop(work.name, None)
        self.problems.pop("", None)
        self.remarks.pop(work.name, None)
        self.work = work
        pace = Pace()
        callbacks = Callbacks(
            done=done,
            progress=lambda progress: self._take_progress(progress, pace),
            failed=lambda error: self._note_problem("" if work.kind == "add" else work.name, error),
            ended=self._end,
        )
        self._job = self._runner.submit("downloads", task, callbacks)
        self.worked.emit()

    def _take_progress(self, progress: Progress, pace: Pace) -> None:
        if self.work is None:
            return
        in_bytes = progress.unit == "bytes"
        if in_bytes:
            pace.add(time.monotonic(), progress.done)
        self.work = replace(
            self.work,
            done=progress.done,
            total=progress.total,
            note=progress.note,
            counts_bytes=in_bytes,
            rate=pace.rate if in_bytes else None,
            remaining_s=pace.remaining_s(progress.total) if in_bytes else None,
        )
        if not self._later.isActive():
            self._later.start()

    def _end(self) -> None:
        self.work = self._job = None
        self._later.stop()
        self.worked.emit()
        self.refresh()

    def _take_cards(self, cards: list[ModelCard]) -> None:
        self.cards = cards
        self.is_listed = True
        self.listed.emit()

    def _note_problem(self, name: str, error: Exception) -> None:
        self.problems[name] = error
        self.is_listed = True
        self.listed.emit()


def _standing() -> ModuleType:
    """The workflow, imported by whoever uses it first: a lane."""
    from core.workflows import models

    return models


def _arrivals() -> ModuleType:
    """Likewise the one that brings models."""
    from core.workflows import model_arrivals

    return model_arrivals


def _with_needs(name: str) -> list[CataloguedModel]:
    """The models that a download of this one brings, itself last."""
    model = catalogue()[name]
    return [*(catalogue()[needed] for needed in model.needs), model]


def _card_of_chosen(name: str) -> ModelCard:
    """A chosen folder, or a chosen model that is gone: both are listed, or nobody could tell what is chosen."""
    from core.workflows.model_cards import ModelCard, card_of_folder
    from core.workflows.models import ModelEntry

    try:
        card = card_of_folder(Path(name))
        return replace(card, entry=replace(card.entry, name=name))
    except UserError as error:
        return ModelCard(ModelEntry(name, "linked", None, None, None, name, "", str(error)))
