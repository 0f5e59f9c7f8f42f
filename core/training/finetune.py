"""Fine-tuning on corrections: looks ahead, learns on transformers' `Trainer`, and writes a model that stands alone."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import EarlyStoppingCallback, PrinterCallback, TrainingArguments

from core.errors import Cancelled, OutOfMemoryError, TrainingError
from core.grounding.groundinggpt.answers import parse_answer
from core.grounding.groundinggpt.checkpoint import load_model, open_checkpoint, save_checkpoint, weights_hash
from core.grounding.groundinggpt.configuration import AnswerGrammar
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from core.jobs import JobContext, Note
from core.schema import Segment
from core.training.adapters import apply_learned, set_learning
from core.training.keeping import OLD_SCENES, Tried, go, how_far, losses_of, spread
from core.training.lessons import LessonSet, lessons_of
from core.training.listener import Figures, Listener, Tell, tell_nobody
from core.training.memory import placement_for
from core.training.objective import PREFIX, GroundingObjective
from core.training.order import Course, Order, collate_rows, places
from core.training.parallel import is_first, leave, share_ourselves, wait_for_all
from core.training.plan import FinetunePlan, Settled
from core.training.preflight import HOLDOUT, Preflight, look_ahead, recorded_sides
from core.training.replay import replay_samples, scenes_of, taught_on_scenes
from core.training.samples import Sample, Taught
from core.training.sharing import share
from core.training.states import LOGS, begin, clear_unfinished, last_state, model_folder, put_up
from core.training.trainer import Teacher

__all__ = ["FinetunePlan", "FinetuneResult", "finetune"]

_STATES_A_RUN = 8
_READERS = 8  # processes that read media ahead of a GPU, at most
_LOOKED_AT = 128  # held-out media, at most: a loss on more says the same, and costs as long as learning does
_UNSEEN = 1_000_000  # of the seeds of rendered scenes: no others are drawn from here


@dataclass(frozen=True, slots=True)
class FinetuneResult:
    """What came of it. `model_id` is the new checkpoint's; `losses` (step, loss) as they were logged.

    held: media that were kept apart; held_losses: (step, loss) on them, of the base at step 0. left_out: media that
    could not be used.
    """

    model_id: str
    out: Path
    samples: int
    pictures: int
    steps: int
    epochs: int
    losses: tuple[tuple[int, float], ...]
    held: int = 0
    held_losses: tuple[tuple[int, float], ...] = ()
    left_out: tuple[Note, ...] = ()

    @property
    def held_loss(self) -> float | None:
        """The lowest loss on the hold-out while learning: at the far end of `core.training.keeping`."""
        return min((loss for step, loss in self.held_losses if step), default=None)

    @property
    def held_loss_before(self) -> float | None:
        """The base's."""
        return next((loss for step, loss in self.held_losses if not step), None)


def finetune(
    taught: Sequence[Taught], plan: FinetunePlan, context: JobContext, tell: Tell = tell_nobody
) -> FinetuneResult:
    """Teach the base model these samples and conversations, and write a checkpoint to `plan.out`.

    Steps are reported through `context`, everything else to `tell`; cancelling keeps the last saved state for
    `resume`. Under `torchrun` each process calls this, and the first one writes. Raises `TrainingError`, `ModelError`,
    `UsageError`, `Cancelled`.
    """
    context.progress(0, 0, "Looking ahead")
    ready = look_ahead(taught, plan, writes=is_first())
    tell(ready.event(for_window=plan.for_window))
    if ready.fatal is not None:
        raise TrainingError(ready.fatal.what, why=ready.fatal.why, next_step=ready.fatal.next_step)
    if ready.settled is None:
        raise TrainingError("There is nothing to learn from")
    try:
        return _Run(ready, ready.settled, plan, context, tell).result()
    finally:
        leave()


class _Run:
    """One run from the look ahead to the written model."""

    def __init__(self, ready: Preflight, settled: Settled, plan: FinetunePlan, context: JobContext, tell: Tell) -> None:
        self.ready, self.settled, self.plan, self.context = ready, settled, plan, context
        self.folder = ready.place.folder
        self.listener = Listener(context, tell)
        self.figures = Figures(plan.out / LOGS)

    def result(self) -> FinetuneResult:
        """Learn, and write what came of it."""
        share_ourselves()
        arguments = self._arguments()  # joins the group of processes, where there is one
        if is_first():
            clear_unfinished(begin(self.plan.out, self._course()))
        wait_for_all()
        teacher = self._teacher(arguments)
        state = last_state(Path(str(arguments.output_dir))) if self.plan.resume else None
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*pin_memory.*")
            try:
                teacher.train(resume_from_checkpoint=str(state) if state else None)
            except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
                if _is_want_of_memory(error):
                    raise self._no_memory(error) from error
                raise
            finally:
                self.figures.close()
        if self.listener.stopped:
            raise Cancelled("stopped; --resume goes on from the last saved state")
        learned = teacher.learned()
        history = teacher.state.log_history
        steps = int(teacher.state.global_step)
        if self.settled.large or self.ready.device == "cuda":
            teacher.accelerator.free_memory()  # looking for what nothing holds any more takes longer than a small model
        result = FinetuneResult(
            "", self.plan.out, len(self.ready.learned), _shown(self.ready.learned), steps,
            self.settled.epochs, _curve(history, "loss"), _shown(self.ready.held),
            _curve(history, "eval_loss"), self.ready.left_out,
        )  # fmt: skip
        if is_first():
            self.context.progress(0, 0, "Writing the model")
            self._write(result, learned)
        wait_for_all()
        return replace(result, model_id=f"{self.plan.out.name}@{weights_hash(self.plan.out)[:12]}")

    def _no_memory(self, error: BaseException) -> OutOfMemoryError:
        """Half a batch twice is the same step, so the run can go on."""
        batch, accumulate = self.settled.batch, self.settled.accumulate
        halves = (batch // 2, accumulate * 2) if batch % 2 == 0 else None
        said = OutOfMemoryError(
            "The memory ran out while learning",
            why=next(iter(str(error).splitlines()), ""),
            next_step=f"go on with --resume --batch {halves[0]} --accumulate {halves[1]}"
            if halves is not None
            else "use adapters (--method qlora) and another folder with --out",
        )
        said.smaller = halves
        return said

    # --- what the trainer is given ---------------------------------------------------------

    def _arguments(self) -> TrainingArguments:
        settled, plan = self.settled, self.plan
        on_gpu = self.ready.device == "cuda"
        logged = max(1, min(10, settled.steps // 10))
        # a loss is logged as the mean since the last one: no state is saved between, so that one resumed logs the same
        each = max(1, round(settled.steps / (_STATES_A_RUN * logged))) * logged
        readers = min(_READERS, (os.cpu_count() or 1) // settled.processes) if on_gpu else 0
        looks = "steps" if self.ready.held else "no"
        arguments = TrainingArguments(
            output_dir=str(plan.out / "state"),
            num_train_epochs=settled.epochs,
            per_device_train_batch_size=settled.batch,
            per_device_eval_batch_size=settled.batch,
            gradient_accumulation_steps=settled.accumulate,
            learning_rate=settled.rate,
            lr_scheduler_type="cosine",
            warmup_steps=max(1, int(settled.steps * settled.recipe.warm_up)),
            weight_decay=settled.recipe.weight_decay,
            max_grad_norm=1.0,
            bf16=not on_gpu or torch.cuda.is_bf16_supported(),
            use_cpu=not on_gpu,
            logging_steps=logged,
            save_strategy="steps",
            save_steps=each,
            save_total_limit=2,
            eval_strategy=looks,
            eval_steps=each,
            eval_on_start=bool(self.ready.held) and not plan.resume,
            load_best_model_at_end=bool(self.ready.held),
            metric_for_best_model="eval_loss",
            greater_is_better=False,
            prediction_loss_only=True,
            seed=plan.seed,
            data_seed=plan.seed,
            report_to=[],
            disable_tqdm=True,
            dataloader_pin_memory=on_gpu,
            dataloader_num_workers=readers,
            dataloader_persistent_workers=readers > 0,  # where they are not forked, each takes seconds to start
            remove_unused_columns=False,
            log_level="error",
            ddp_backend=None if on_gpu or settled.processes == 1 else "gloo",
            ddp_find_unused_parameters=True,  # of a batch without videos, the video branch's
        )
        if arguments.n_gpu > 1:
            arguments._n_gpu = 1  # several GPUs are for `torchrun`: this process computes on one
        return arguments

    def _teacher(self, arguments: TrainingArguments) -> Teacher:
        settled, plan = self.settled, self.plan
        stored = open_checkpoint(self.folder)
        processor = Processor.load(self.folder, stored.config)
        lessons = [*lessons_of(self.ready.learned), *lessons_of(self._replayed())]
        torch.manual_seed(plan.seed)
        # what is shared out is loaded beside the GPU first, and each process takes its part of it
        model = stored.loaded(placement_for(settled, "cpu" if settled.sharded else self.ready.device), self.context)
        still = set_learning(model, settled, processor)
        callbacks: list[Any] = [self.listener]
        if is_first():
            callbacks.append(self.figures)
        if self.ready.held:
            callbacks.append(EarlyStoppingCallback(early_stopping_patience=max(1, plan.patience)))
        order = Order(
            [places(lesson) for lesson in lessons], lessons=settled.media, replayed=settled.replayed,
            step=settled.batch * settled.accumulate * settled.processes, seed=plan.seed,
        )  # fmt: skip
        looked_at = spread(lessons_of(self.ready.held), _LOOKED_AT)
        held = LessonSet(looked_at, processor, varied=False) if looked_at else None
        shown = LessonSet(lessons, processor, seed=plan.seed, readers=max(1, arguments.dataloader_num_workers))
        objective = GroundingObjective(model, processor).train()
        if settled.sharded:
            share(objective, self.ready.device, in_16_bits=settled.large)
        teacher = Teacher(
            model=objective,
            args=arguments,
            train_dataset=Course(shown, shown=len(order)),
            eval_dataset=held,
            data_collator=collate_rows,
            callbacks=callbacks,
            order=order,
            still=still,
            shared=settled.sharded,
            share_of_rate=settled.share_of_rate,
        )
        teacher.remove_callback(PrinterCallback)  # it would print among the JSON lines
        return teacher

    def _replayed(self) -> list[Sample]:
        """Rendered scenes to show beside the data; drawn by the first process, read by all."""
        wanted = self.settled.replayed * self.settled.epochs
        if not wanted:
            return []
        config = open_checkpoint(self.folder).config
        if not is_first():
            wait_for_all()
        scenes = replay_samples(config, wanted, self.plan.seed, self.context, self.ready.device)
        if is_first():
            wait_for_all()
        return scenes

    def _course(self) -> dict[str, object]:
        """What must be the same for a run to go on as it was begun."""
        settled = self.settled
        return {
            "base": weights_hash(self.folder), "recipe": settled.recipe.name, "method": settled.method,
            "bits": settled.bits, "rate": settled.rate, "slower": dict(settled.recipe.slower),
            "seed": self.plan.seed, "epochs": settled.epochs,
            "media": settled.media, "held": len(self.ready.held), "replayed": settled.replayed,
            "media a step": settled.batch * settled.accumulate * settled.processes,
        }  # fmt: skip

    # --- what is written -------------------------------------------------------------------

    def _write(self, result: FinetuneResult, learned: dict[str, Tensor]) -> None:
        """The base with what was learned in it, on the CPU, whatever it was trained on."""
        folder = model_folder(self.plan.out)
        model = load_model(self.folder, torch.bfloat16 if self.settled.large else torch.float32)
        tried = self._bring(model, {name.removeprefix(PREFIX): tensor for name, tensor in learned.items()})
        grammar = _taught_times(model.config.grammar, self.ready.learned)
        model.config = replace(model.config, licence=self.ready.licence, grammar=grammar)
        processor = Processor.load(self.folder, model.config)
        self._write_model(folder, model, processor)
        facts = self._provenance(result) | {
            "share": tried[-1].share if tried else 1.0,
            "tried": [asdict(one) for one in tried],
        }
        (folder / "training.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        sides = json.dumps(recorded_sides(self.ready), indent=1)
        (folder / HOLDOUT).write_text(sides + "\n", encoding="utf-8")
        put_up(self.plan.out)

    def _bring(self, base: GroundingGPT, learned: dict[str, Tensor]) -> list[Tried]:
        """Put what was learned into the base: all of it, or as far as old abilities stay (`core.training.keeping`).

        That is looked at where there is something to measure either by: a hold-out, and scenes shown again.
        """
        apply_learned(base, learned)
        if not self.settled.replayed or not self.ready.held or self.settled.large:
            return []
        trial = load_model(self.folder)
        start = {name: weights.detach().clone() for name, weights in trial.named_parameters()}
        taught = dict(base.named_parameters())
        processor = Processor.load(self.folder, base.config)
        seed, device = self.plan.seed + _UNSEEN, self.ready.device
        old = {
            kind: lessons_of(scenes_of(kind, base.config, OLD_SCENES, seed, self.context, device))
            for kind in sorted(base.config.patches)
        }
        losses = losses_of(trial, processor, lessons_of(self.ready.held), old, device)
        tried = how_far(trial, start, taught, losses, self.context)
        go(base, start, taught, tried[-1].share)
        return tried

    def _write_model(self, folder: Path, model: GroundingGPT, processor: Processor) -> None:
        try:
            save_checkpoint(folder, model, processor.tokenizer, torch.bfloat16 if self.settled.large else torch.float16)
        except OSError as error:
            raise TrainingError(
                f"{folder} cannot be written", why=error.strerror or str(error), next_step="--resume tries again"
            ) from error

    def _provenance(self, result: FinetuneResult) -> dict[str, object]:
        """`training.json` beside the weights: what this model was made of."""
        settled, plan = self.settled, self.plan
        return {
            "base": plan.base, "base_sha256": weights_hash(self.folder), "samples": result.samples,
            "pictures": result.pictures, "held": result.held, "epochs": result.epochs, "steps": result.steps,
            "stage": plan.stage, "recipe_name": settled.recipe.name, "method": settled.method, "bits": settled.bits,
            "seed": plan.seed, "rate": settled.rate, "batch": settled.batch, "accumulate": settled.accumulate,
            "processes": settled.processes, "holdout": plan.holdout, "replayed_an_epoch": settled.replayed,
            "taught_on_scenes": taught_on_scenes(self.folder),
            "losses": [{"step": step, "loss": round(loss, 5)} for step, loss in result.losses],
            "held_losses": [{"step": step, "loss": round(loss, 5)} for step, loss in result.held_losses],
        }  # fmt: skip


def _is_want_of_memory(error: BaseException) -> bool:
    """A GPU says so by its type, the allocator of the CPU in its words."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "DefaultCPUAllocator" in str(error)


def _taught_times(grammar: AnswerGrammar, learned: Sequence[Taught]) -> AnswerGrammar:
    """The grammar with times for the kinds of media that the model was taught to write them for."""
    kinds = {shown.kind for one in learned if _writes_times(one, grammar) for shown in one.shows} - {"image"}
    return replace(grammar, spans=tuple(sorted({*grammar.spans, *kinds})))


def _writes_times(one: Taught, grammar: AnswerGrammar) -> bool:
    if isinstance(one, Sample):
        return any(isinstance(region, Segment) for region in one.example.regions)
    return any(parse_answer(turn.text, grammar).spans for turn in one.turns if not turn.human)


def _shown(taught: Sequence[Taught]) -> int:
    """How many media, each frame of a video counted as one."""
    return len({(shown.source.path, shown.kind, shown.at_s) for one in taught for shown in one.shows})


def _curve(history: Sequence[dict[str, Any]], name: str) -> tuple[tuple[int, float], ...]:
    return tuple((int(entry["step"]), float(entry[name])) for entry in history if name in entry)
