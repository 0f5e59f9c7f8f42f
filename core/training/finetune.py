"""Fine-tuning on corrections, on transformers' `Trainer`: resumable, and its progress told as plain facts."""

from __future__ import annotations

import json
import math
import os
import shutil
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from core.errors import Cancelled, TrainingError
from core.grounding.groundinggpt.checkpoint import load_model, save_checkpoint, weights_hash
from core.grounding.groundinggpt.processing import Processor
from core.grounding.registry import find_model
from core.jobs import JobContext
from core.training.lessons import Lesson, LessonSet, collate, lessons_of
from core.training.objective import GroundingObjective
from core.training.samples import Sample

_PICTURES_SHOWN = 1200  # when epochs are not given: about so many pictures in all, few minutes on two cores
_EPOCHS = (4, 60)
_STATE = "state"


@dataclass(frozen=True, slots=True)
class FinetunePlan:
    """What a run will do. `epochs` 0 chooses by the number of pictures."""

    base: str
    out: Path
    epochs: int = 0
    seed: int = 0
    rate: float = 4e-4
    batch: int = 8
    resume: bool = False


@dataclass(frozen=True, slots=True)
class FinetuneResult:
    """What came of it. `model_id` is the new checkpoint's; `losses` (step, loss) as they were logged."""

    model_id: str
    out: Path
    samples: int
    pictures: int
    steps: int
    epochs: int
    losses: tuple[tuple[int, float], ...]


def finetune(samples: Sequence[Sample], plan: FinetunePlan, context: JobContext) -> FinetuneResult:
    """Teach the base model these samples and write a checkpoint to `plan.out`.

    Steps are reported through `context`; cancelling keeps the last saved state for `resume`. Raises
    `TrainingError`, `ModelError`, `Cancelled`.
    """
    place = find_model(plan.base)
    lessons = lessons_of(samples)
    state = _prepare_folder(plan)
    model = load_model(place.folder)
    processor = Processor.load(place.folder, model.config)
    epochs = plan.epochs or _usual_epochs(len(lessons))
    torch.manual_seed(plan.seed)
    listener = _Listener(context)
    arguments = _arguments(plan, state, epochs, lessons)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*pin_memory.*")
        trainer = Trainer(
            model=GroundingObjective(model, processor).train(),
            args=arguments,
            train_dataset=LessonSet(lessons, processor, seed=plan.seed),
            data_collator=collate,
            callbacks=[listener],
        )
        trainer.remove_callback(PrinterCallback)  # it would print among the JSON lines
        trainer.train(resume_from_checkpoint=_last_state(state) if plan.resume else None)
    if context.cancelled():
        raise Cancelled("stopped; --resume goes on from the last saved state")
    losses = tuple((int(entry["step"]), float(entry["loss"])) for entry in trainer.state.log_history if "loss" in entry)
    save_checkpoint(plan.out, model, processor.tokenizer)
    result = FinetuneResult(
        f"{plan.out.name}@{weights_hash(plan.out)[:12]}", plan.out, len(samples), len(lessons),
        int(trainer.state.global_step), epochs, losses,
    )  # fmt: skip
    _write_provenance(result, plan, weights_hash(place.folder))
    shutil.rmtree(state, ignore_errors=True)
    return result


def _usual_epochs(pictures: int) -> int:
    low, high = _EPOCHS
    return min(high, max(low, math.ceil(_PICTURES_SHOWN / pictures)))


def _prepare_folder(plan: FinetunePlan) -> Path:
    """The folder of the running state. Raises `TrainingError` when something stands in the way."""
    state = plan.out / _STATE
    if (plan.out / "config.json").exists():
        raise TrainingError(f"{plan.out} holds a finished model", next_step="give another folder with --out")
    if plan.out.is_file():
        raise TrainingError(f"{plan.out} is a file", next_step="give a folder with --out")
    if plan.resume and _last_state(state) is None:
        raise TrainingError(f"There is nothing to resume in {plan.out}", next_step="start without --resume")
    if not plan.resume and state.exists():
        raise TrainingError(
            f"{plan.out} holds an unfinished run", next_step="go on with --resume, or give another folder with --out"
        )
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(f"{plan.out} cannot be written", why=str(error)) from error
    return state


def _last_state(state: Path) -> str | None:
    """The newest complete state: `trainer_state.json` is what the Trainer writes last."""
    found = [path for path in state.glob("checkpoint-*") if (path / "trainer_state.json").is_file()]
    newest = max(found, key=lambda path: int(path.name.split("-")[1]), default=None)
    return str(newest) if newest else None


def _arguments(plan: FinetunePlan, state: Path, epochs: int, lessons: Sequence[Lesson]) -> TrainingArguments:
    steps = math.ceil(len(lessons) / plan.batch) * epochs
    on_gpu = torch.cuda.is_available()
    return TrainingArguments(
        output_dir=str(state),
        num_train_epochs=epochs,
        per_device_train_batch_size=plan.batch,
        learning_rate=plan.rate,
        lr_scheduler_type="cosine",
        warmup_steps=max(1, steps // 15),
        weight_decay=0.01,
        max_grad_norm=1.0,
        bf16=True,
        use_cpu=not on_gpu,
        logging_steps=max(1, min(10, steps // 10)),
        save_steps=max(1, math.ceil(steps / 8)),
        save_total_limit=2,
        seed=plan.seed,
        data_seed=plan.seed,
        report_to=[],
        disable_tqdm=True,
        dataloader_pin_memory=on_gpu,
        dataloader_num_workers=min(8, max(0, (os.cpu_count() or 1) - 2)) if on_gpu else 0,
        remove_unused_columns=False,
        save_strategy="steps",
        log_level="error",
    )


class _Listener(TrainerCallback):
    """Tells the job how far training is, and stops it when the job is cancelled."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._loss = ""

    def on_step_end(
        self,
        args: TrainingArguments,  # noqa: ARG002
        state: TrainerState,
        control: TrainerControl,
        **_: Any,
    ) -> TrainerControl:
        """Say how far it is; stop and save when asked to."""
        self._context.progress(state.global_step, state.max_steps, f"training{self._loss}")
        if self._context.cancelled():
            control.should_training_stop = control.should_save = True
        return control

    def on_log(
        self,
        args: TrainingArguments,  # noqa: ARG002
        state: TrainerState,  # noqa: ARG002
        control: TrainerControl,  # noqa: ARG002
        logs: Any = None,
        **_: Any,
    ) -> None:
        """Remember the loss for the next progress note."""
        if logs and "loss" in logs:
            self._loss = f", loss {float(logs['loss']):.3f}"


def _write_provenance(result: FinetuneResult, plan: FinetunePlan, base_hash: str) -> None:
    """`training.json` beside the weights: what this model was made of."""
    facts: dict[str, Any] = {
        "base": plan.base, "base_sha256": base_hash, "samples": result.samples, "pictures": result.pictures,
        "epochs": result.epochs, "steps": result.steps, "seed": plan.seed, "rate": plan.rate, "batch": plan.batch,
        "losses": [{"step": step, "loss": round(loss, 5)} for step, loss in result.losses],
    }  # fmt: skip
    (result.out / "training.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
