"""Which model answers, on which device, and what state it is in. Owns the grounder; the model lane drives it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
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
    chosen = Signal(str, frozenset)  # model, kinds: a person's choice in place of the project's own

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
        self._problems: dict[str, Exception] = {}  # why the last loading failed
        self._loading: dict[str, Job] = {}
        self._kind: MediaKind = "image"
        self._followed: dict[MediaKind, str] = {}  # what the open project asks, where it has a choice of its own
        self._missing: dict[MediaKind, str] = {}  # of the project's choices, those that it was said of
        self.model = str(preferences.get("model.default"))
        self.time_model = str(preferences.get("model.time"))  # or auto
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

    def info_of(self, model: str) -> ModelInfo | None:
        return self._infos.get(model)

    def problem_of(self, model: str) -> Exception | None:
        """Why it could not be loaded the last time."""
        return self._problems.get(model)

    def model_for(self, kind: MediaKind) -> str:
        """The model that is asked about media of a kind.

        That is the project's choice, else the person's; the bundled one has a colleague for videos and sounds, who
        also stands in for a chosen model that is known not to have the sense.
        """
        followed = self._followed.get(kind)
        if followed is not None:
            return followed
        is_own = kind != "image" and self.time_model != "auto"
        chosen = self.time_model if is_own else self.model
        info = self._infos.get(chosen)
        lacks = info is not None and not info.kinds & SENSES[kind]
        return default_model(kind) if lacks or (chosen == DEFAULT_MODEL and not is_own) else chosen

    def follow(self, choices: Mapping[MediaKind, str]) -> None:
        """From now on ask what a project has chosen; one that is not here any more is not asked, and that is said."""
        found: dict[MediaKind, str] = {}
        for kind, model in choices.items():
            try:
                find_model(model)
            except UserError as error:
                if self._missing.get(kind) != model:
                    self._notices.error(error)
                self._missing[kind] = model
            else:
                found[kind] = model
        if found != self._followed:
            self._followed = found
            self._retire([one for one in self._grounders if one not in self.in_use])

    @property
    def is_followed(self) -> bool:
        """Whether the model that would be asked now is the project's own choice."""
        return self._kind in self._followed

    @property
    def in_use(self) -> frozenset[str]:
        """The models that would be asked about some kind of medium."""
        return frozenset(self.model_for(kind) for kind in SENSES)

    @property
    def name(self) -> str:
        """The name for people of the model that would be asked now."""
        return self.active if self.active in model_folders() else Path(self.active).name

    @property
    def is_bundled(self) -> bool:
        return self.active in (DEFAULT_MODEL, TIME_MODEL)

    def use(self, model: str, *, for_time: bool = False) -> bool:
        """Ask this model from the next question on, about videos and sounds or all else. False when there is none."""
        try:
            if model != "auto":
                find_model(model)
        except UserError as error:
            self._notices.error(error)
            return False
        if for_time:
            self.time_model = model
            self._preferences.set("model.time", model)
        else:
            self.model = model
            self._preferences.set("model.default", model)
        kinds = frozenset(kind for kind in SENSES if (kind != "image") == for_time)
        if kinds & self._followed.keys():
            self.chosen.emit(default_model("video") if model == "auto" else model, kinds)
        self._retire([one for one in self._grounders if one not in self.in_use])
        return True

    def run_on(self, device: str, bits: str) -> None:
        """Another device or precision from the next question on; what is loaded is loaded anew when it is needed."""
        if (device, bits) == (self.device, self.bits):
            return
        self.device, self.bits = device, bits
        self._preferences.set("model.device", device)
        self._preferences.set("model.bits", bits)
        self._retire(list(self._grounders))

    def grounder(self, kind: MediaKind = "image") -> LaneGrounder:
        """What answers questions about media of a kind now; cheap, the model itself is loaded by the lane."""
        model = self.model_for(kind)
        if model not in self._grounders:
            self._grounders[model] = self._make(model, self.device)
        return self._grounders[model]

    def warm_up(self, kind: MediaKind = "image") -> None:
        """Load the model while the person is still typing. Does nothing when it is loaded, loading or failed."""
        if not self._loading and self.state_of(self.model_for(kind)) == "idle":
            self.load(self.model_for(kind))

    def load(self, model: str) -> None:
        """Load a model ahead of its first question. Does nothing when it is loaded or loading."""
        if model in self._loading or self.state_of(model) in ("loading", "ready"):
            return
        try:
            grounder = self._grounders.get(model) or self._make(model, self.device)
            self._grounders[model] = grounder
        except UserError as error:
            self.note_failure(error, model)  # the question that follows says it aloud
            return

        def task(context: JobContext) -> ModelInfo:
            return grounder.load(context)

        self._set_state("loading", model)
        callbacks = Callbacks(
            done=lambda info: self.note_info(info, model),
            failed=lambda error: self.note_failure(error, model),
            ended=lambda: self._loaded(model),
        )
        self._loading[model] = self._runner.submit("model", task, callbacks, priority=Priority.BACKGROUND)

    def stop_loading(self, model: str) -> None:
        """Give up loading; its process is ended. What a question waits for is not stopped here."""
        if model in self._loading:
            self._loading[model].cancel()

    def unload(self, model: str) -> None:
        """End a model's process and free its memory, once it has answered what it is asked now."""
        self._retire([model])

    def note_info(self, info: ModelInfo, model: str = "") -> None:
        """A model has said what it is; called by whoever drove it on the lane. Without a name: the active one."""
        self._problems.pop(model or self.active, None)
        self._infos[model or self.active] = info
        self._set_state("ready", model)

    def note_loading(self, model: str = "") -> None:
        if self.state_of(model or self.active) == "idle":
            self._set_state("loading", model)

    def note_idle(self, model: str = "") -> None:
        """The model has not said anything yet, and nobody waits for it."""
        if (model or self.active) not in self._loading and (model or self.active) not in self._infos:
            self._set_state("idle", model)

    def note_failure(self, error: Exception, model: str = "") -> None:
        """Loading failed or the process crashed; the next question tries again, and says so if it fails too."""
        _LOG.warning("the model failed: %s", error)
        self._infos.pop(model or self.active, None)
        self._problems[model or self.active] = error
        self._set_state("failed", model)

    def close(self) -> None:
        """End the models' processes. Only after the lanes have ended, or from the model lane itself."""
        while self._grounders:
            self._grounders.popitem()[1].close()

    def _loaded(self, model: str) -> None:
        """Loading has ended, however it did."""
        self._loading.pop(model, None)
        if self.state_of(model) == "loading":
            self.note_idle(model)

    def _retire(self, models: list[str]) -> None:
        """Close these models in their lane, after what they are asked now; they count as not loaded from then on."""
        old = {model: self._grounders.pop(model) for model in models if model in self._grounders}
        self.active = self.model_for(self._kind)

        def task(_: JobContext) -> None:
            for grounder in old.values():
                grounder.close()

        def closed() -> None:
            for model in old.keys() - self._grounders.keys():
                self._infos.pop(model, None)
                self._problems.pop(model, None)
                self._states[model] = "idle"
            self.active = self.model_for(self._kind)
            self.changed.emit()

        if old:
            callbacks = Callbacks(failed=self._notices.error, ended=closed)
            self._runner.submit("model", task, callbacks, priority=Priority.NOW)
        self.changed.emit()

    def _set_state(self, state: ModelState, model: str = "") -> None:
        self._states[model or self.active] = state
        self.changed.emit()
