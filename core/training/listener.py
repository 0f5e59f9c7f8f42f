"""Tells what happens while a model learns: progress for people, events for programs, figures for TensorBoard."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from core.jobs import JobContext, duration
from core.training.event_files import EventFile

Event = Mapping[str, object]
Tell = Callable[[Event], None]  # handed one event at a time (`docs/cli.md`)


def tell_nobody(_: Event) -> None:
    """For those who do not listen."""


class Listener(TrainerCallback):
    """Every step is told, with the last loss that was logged; every look at the hold-out too."""

    def __init__(self, context: JobContext, tell: Tell) -> None:
        self._context, self._tell = context, tell
        self._facts: dict[str, float] = {}
        self._first: tuple[float, int] | None = None
        self.stopped = False  # by the person who started it

    def on_step_begin(
        self,
        args: TrainingArguments,  # noqa: ARG002
        state: TrainerState,
        control: TrainerControl,  # noqa: ARG002
        **_: Any,
    ) -> None:
        """Start the clock with the first step of this run, not of one that was resumed."""
        if self._first is None:
            self._first = (time.monotonic(), state.global_step)

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Say how far it is; stop and save when asked to."""
        if args.process_index == 0:
            left = self._seconds_left(state)
            note = "training" + (f", loss {self._facts['loss']:.3f}" if "loss" in self._facts else "")
            note += f", {duration(left)} left" if left is not None and state.global_step < state.max_steps else ""
            self._context.progress(state.global_step, state.max_steps, note)
            self._tell(
                {
                    "event": "step", "step": state.global_step, "of": state.max_steps, "note": note,
                    "seconds_left": None if left is None else round(left, 1), "epoch": round(state.epoch or 0.0, 3),
                    "loss": self._facts.get("loss"), "rate": self._facts.get("learning_rate"),
                }
            )  # fmt: skip
        if self._context.cancelled():
            self.stopped = True
            control.should_training_stop = control.should_save = True
        return control

    def _seconds_left(self, state: TrainerState) -> float | None:
        if self._first is None or state.global_step <= self._first[1]:
            return None
        passed, done = time.monotonic() - self._first[0], state.global_step - self._first[1]
        return passed / done * (state.max_steps - state.global_step)

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,  # noqa: ARG002
        logs: Any = None,
        **_: Any,
    ) -> None:
        """Remember the loss for the next step's note; tell of the held-out loss at once."""
        for name in ("loss", "learning_rate"):
            if logs and name in logs:
                self._facts[name] = round(float(logs[name]), 7)
        if logs and "eval_loss" in logs and args.process_index == 0:
            loss = float(logs["eval_loss"])
            best = loss if state.best_metric is None else min(loss, float(state.best_metric))
            self._tell(
                {
                    "event": "eval", "step": state.global_step, "of": state.max_steps,
                    "loss": round(loss, 5), "best": round(best, 5),
                }
            )  # fmt: skip


class Figures(TrainerCallback):
    """Writes what is logged for TensorBoard; a disk that takes no more ends the figures, not the training."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: EventFile | None = None

    def on_log(
        self,
        args: TrainingArguments,  # noqa: ARG002
        state: TrainerState,
        control: TrainerControl,  # noqa: ARG002
        logs: Any = None,
        **_: Any,
    ) -> None:
        """Each figure under `train/` or `held/`."""
        try:
            self._file = self._file or EventFile(self._folder)
            for name, value in (logs or {}).items():
                if isinstance(value, (int, float)):
                    part, tag = ("held", name.removeprefix("eval_")) if name.startswith("eval_") else ("train", name)
                    self._file.scalar(f"{part}/{tag}", float(value), state.global_step)
        except OSError:
            logging.getLogger(__name__).warning("no more figures: they cannot be written", exc_info=True)

    def close(self) -> None:
        """Nothing is written afterwards."""
        if self._file is not None:
            self._file.close()
            self._file = None
