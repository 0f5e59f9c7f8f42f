"""Which model answers, on which device, and what state it is in. Owns the grounder; the model lane drives it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from PySide6.QtCore import QObject, Signal

from core.errors import SettingsError, UserError
from core.grounding.protocol import Grounder
from core.grounding.registry import DEFAULT_MODEL, default_model, find_model, model_folders
from core.jobs import JobContext, Progress
from core.schema import MediaKind, ModelInfo
from core.settings import Settings
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.notices import Notices
from desktop.session.preferences import Preferences

DEVICES = ("auto", "cpu", "cuda")
ModelState = Literal["idle", "loading", "ready", "failed"]
_LOG = logging.getLogger(__name__)


class LaneGrounder(Grounder, Protocol):
    """A grounder that can be told to load ahead of its first question, and to stop loading."""

    def load(self, context: JobContext) -> ModelInfo: ...


MakeGrounder = Callable[[str, str], LaneGrounder]  # (model name or folder, device)


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model that can be picked: its name as shown, where it is, and whether it is the small bundled one."""

    name: str
    folder: Path
    bundled: bool


def host_model(model: str, device: str) -> LaneGrounder:
    """The grounder of the app: a child process in which the model lives, in the precision that was set."""
    from core.grounding.host import HostedGrounder

    try:
        bits = str(Settings.load().get("model.bits"))
    except SettingsError:  # told when the window opened; the model answers all the same
        bits = "auto"
    return HostedGrounder(model, device, bits=bits)


class Models(QObject):
    """The chosen model. It is loaded by its first question, or a little before by `warm_up`."""

    changed = Signal()  # choice, state or what the model says of itself

    def __init__(
        self,
        runner: Runner,
        notices: Notices,
        preferences: Preferences,
        make_grounder: MakeGrounder = host_model,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._notices = notices
        self._preferences = preferences
        self._make = make_grounder
        self._grounder: LaneGrounder | None = None
        self._of_time: LaneGrounder | None = None  # the bundled model of videos and sounds, once one was asked about
        self._warming: Job | None = None
        self.model = str(preferences.get("model.default"))
        self.device = str(preferences.get("model.device"))
        self.bits = str(preferences.get("model.bits"))
        self.state: ModelState = "idle"
        self.info: ModelInfo | None = None

    def choices(self) -> list[ModelChoice]:
        """The models found on this machine, and the chosen folder if it is another one."""
        found = [ModelChoice(name, folder, name == DEFAULT_MODEL) for name, folder in model_folders().items()]
        if self.model not in {choice.name for choice in found} and Path(self.model).is_dir():
            found.append(ModelChoice(Path(self.model).name, Path(self.model), False))
        return found

    @property
    def name(self) -> str:
        """The chosen model's name for people."""
        return self.model if self.model in model_folders() else Path(self.model).name

    @property
    def is_bundled(self) -> bool:
        return self.model == DEFAULT_MODEL

    def choose(self, model: str, device: str, bits: str | None = None) -> bool:
        """Use another model, device or precision from the next question on. False when there is no such model."""
        try:
            find_model(model)
        except UserError as error:
            self._notices.error(error)
            return False
        bits = self.bits if bits is None else bits
        if (model, device, bits) == (self.model, self.device, self.bits):
            return True
        self.model, self.device, self.bits = model, device, bits
        self._preferences.set("model.default", model)
        self._preferences.set("model.device", device)
        self._preferences.set("model.bits", bits)
        self._retire()
        return True

    def grounder(self, kind: MediaKind = "image") -> LaneGrounder:
        """What answers questions about media of a kind now; cheap, the model itself is loaded by the lane."""
        if self.is_bundled and default_model(kind) != self.model:
            if self._of_time is None:
                self._of_time = self._make(default_model(kind), self.device)
            return self._of_time
        if self._grounder is None:
            self._grounder = self._make(self.model, self.device)
        return self._grounder

    def warm_up(self) -> None:
        """Load the model while the person is still typing. Does nothing when it is loaded or loading."""
        if self.state != "idle" or self._warming is not None:
            return
        try:
            grounder = self.grounder()
        except UserError as error:
            self.note_failure(error)  # the question that follows says it aloud
            return

        def task(context: JobContext) -> ModelInfo:
            return grounder.load(context)

        self._set_state("loading")
        callbacks = Callbacks(done=self._loaded, failed=self.note_failure, ended=self._warmed)
        self._warming = self._runner.submit("model", task, callbacks, priority=Priority.BACKGROUND)

    def note_info(self, info: ModelInfo) -> None:
        """The model has said what it is; called by whoever drove it on the lane."""
        self.info = info
        self._set_state("ready")

    def note_loading(self, _: Progress | None = None) -> None:
        if self.state == "idle":
            self._set_state("loading")

    def note_idle(self) -> None:
        """The model has not said anything yet, and nobody waits for it."""
        if self._warming is None and self.info is None:
            self._set_state("idle")

    def note_failure(self, error: Exception) -> None:
        """Loading failed or the process crashed; the next question tries again, and says so if it fails too."""
        _LOG.warning("the model failed: %s", error)
        self.info = None
        self._set_state("failed")

    def close(self) -> None:
        """End the model's process. Only after the lanes have ended, or from the model lane itself."""
        for grounder in (self._grounder, self._of_time):
            if grounder is not None:
                grounder.close()
        self._grounder = self._of_time = None

    def _loaded(self, info: ModelInfo) -> None:
        self.note_info(info)

    def _warmed(self) -> None:
        self._warming = None

    def _retire(self) -> None:
        old = [grounder for grounder in (self._grounder, self._of_time) if grounder is not None]
        self._grounder = self._of_time = None
        if old:

            def task(_: JobContext) -> None:
                for grounder in old:
                    grounder.close()

            self._runner.submit("model", task, Callbacks(failed=self._notices.error), priority=Priority.NOW)
        self.info = None
        self._set_state("idle")

    def _set_state(self, state: ModelState) -> None:
        self.state = state
        self.changed.emit()
