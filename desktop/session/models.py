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
from core.grounding.registry import DEFAULT_MODEL, TIME_MODEL, default_model, find_model, model_folders
from core.jobs import JobContext
from core.schema import MediaKind, ModelInfo
from core.settings import Settings
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.notices import Notices
from desktop.session.preferences import Preferences

DEVICES = ("auto", "cpu", "cuda")
# Any of these senses is enough to answer about a medium of the kind.
SENSES: dict[MediaKind, frozenset[MediaKind]] = {
    "image": frozenset({"image"}),
    "video": frozenset({"video", "audio"}),
    "audio": frozenset({"audio"}),
}
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
        self._grounders: dict[str, LaneGrounder] = {}  # by model: media of another kind may have another one
        self._states: dict[str, ModelState] = {}
        self._infos: dict[str, ModelInfo] = {}
        self._warming: Job | None = None
        self._kind: MediaKind = "image"
        self.model = str(preferences.get("model.default"))
        self.device = str(preferences.get("model.device"))
        self.bits = str(preferences.get("model.bits"))
        self.active = self.model  # the one that would be asked about what is shown

    @property
    def state(self) -> ModelState:
        """What the model that would be asked now is doing."""
        return self.state_of(self.active)

    def state_of(self, model: str) -> ModelState:
        return self._states.get(model, "idle")

    def look_at(self, kind: MediaKind) -> None:
        """A medium of this kind is shown: the model that would be asked about it is the one to tell of."""
        self._kind = kind
        model = self.model_for(kind)
        if model != self.active:
            self.active = model
            self.changed.emit()

    @property
    def info(self) -> ModelInfo | None:
        """What it says of itself, once it is loaded."""
        return self._infos.get(self.active)

    def info_for(self, kind: MediaKind) -> ModelInfo | None:
        """What the model says of itself that is asked about media of a kind, once it is loaded."""
        return self._infos.get(self.model_for(kind))

    def model_for(self, kind: MediaKind) -> str:
        """The model that is asked about media of a kind.

        That is the chosen one; the bundled one has a colleague for videos and sounds, who also stands in for a
        chosen model that is known not to have the sense.
        """
        info = self._infos.get(self.model)
        lacks = info is not None and not info.kinds & SENSES[kind]
        return default_model(kind) if self.model == DEFAULT_MODEL or lacks else self.model

    def choices(self) -> list[ModelChoice]:
        """The models found on this machine, and the chosen folder if it is another one."""
        found = [ModelChoice(name, folder, name == DEFAULT_MODEL) for name, folder in model_folders().items()]
        if self.model not in {choice.name for choice in found} and Path(self.model).is_dir():
            found.append(ModelChoice(Path(self.model).name, Path(self.model), False))
        return found

    @property
    def name(self) -> str:
        """The name for people of the model that would be asked now."""
        return self.active if self.active in model_folders() else Path(self.active).name

    @property
    def is_bundled(self) -> bool:
        return self.active in (DEFAULT_MODEL, TIME_MODEL)

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
        model = self.model_for(kind)
        if model not in self._grounders:
            self._grounders[model] = self._make(model, self.device)
        return self._grounders[model]

    def warm_up(self, kind: MediaKind = "image") -> None:
        """Load the model while the person is still typing. Does nothing when it is loaded or loading."""
        model = self.model_for(kind)
        if self._warming is not None or self.state_of(model) != "idle":
            return
        try:
            grounder = self.grounder(kind)
        except UserError as error:
            self.note_failure(error, model)  # the question that follows says it aloud
            return

        def task(context: JobContext) -> ModelInfo:
            return grounder.load(context)

        self._set_state("loading", model)
        callbacks = Callbacks(
            done=lambda info: self.note_info(info, model),
            failed=lambda error: self.note_failure(error, model),
            ended=self._warmed,
        )
        self._warming = self._runner.submit("model", task, callbacks, priority=Priority.BACKGROUND)

    def note_info(self, info: ModelInfo, model: str = "") -> None:
        """A model has said what it is; called by whoever drove it on the lane. Without a name: the active one."""
        self._infos[model or self.active] = info
        self._set_state("ready", model)

    def note_loading(self, model: str = "") -> None:
        if self.state_of(model or self.active) == "idle":
            self._set_state("loading", model)

    def note_idle(self, model: str = "") -> None:
        """The model has not said anything yet, and nobody waits for it."""
        if self._warming is None and (model or self.active) not in self._infos:
            self._set_state("idle", model)

    def note_failure(self, error: Exception, model: str = "") -> None:
        """Loading failed or the process crashed; the next question tries again, and says so if it fails too."""
        _LOG.warning("the model failed: %s", error)
        self._infos.pop(model or self.active, None)
        self._set_state("failed", model)

    def close(self) -> None:
        """End the models' processes. Only after the lanes have ended, or from the model lane itself."""
        while self._grounders:
            self._grounders.popitem()[1].close()

    def _warmed(self) -> None:
        self._warming = None

    def _retire(self) -> None:
        old, self._grounders = list(self._grounders.values()), {}
        if old:

            def task(_: JobContext) -> None:
                for grounder in old:
                    grounder.close()

            self._runner.submit("model", task, Callbacks(failed=self._notices.error), priority=Priority.NOW)
        self._infos.clear()
        self._states.clear()
        self.active = self.model_for(self._kind)
        self._set_state("idle")

    def _set_state(self, state: ModelState, model: str = "") -> None:
        self._states[model or self.active] = state
        self.changed.emit()
