"""transformers' `Trainer` as fine-tuning uses it: its order, what it saves, and one loss however a step is divided."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import Trainer

from core.errors import TrainingError
from core.training.adapters import learned_tensors
from core.training.lessons import ASKED
from core.training.order import Order
from core.training.states import mark_whole

_WEIGHTS = "model.safetensors"  # the name that the Trainer looks for


class Teacher(Trainer):
    """Shows lessons by an `Order`, keeps what does not learn in evaluation mode, and saves only what learns."""

    # Set by `compute_loss`: a loss is a share of the whole step's already.
    loss_is_scaled_for_ga = True

    def __init__(self, *, order: Order, still: Sequence[nn.Module], **given: Any) -> None:
        super().__init__(**given)
        self.order = order
        self._still = list(still)

    # --- order -----------------------------------------------------------------------------

    def _get_train_sampler(self, train_dataset: Any = None) -> Order:  # noqa: ARG002
        return self.order

    def _run_epoch(self, *given: Any, **named: Any) -> None:
        self.order.epoch = int(named["epoch"])
        super()._run_epoch(*given, **named)

    # --- loss ------------------------------------------------------------------------------

    def _get_num_items_in_batch(self, batch_samples: list[Any], device: torch.device) -> Tensor | None:
        """The weight of a whole step: of all its passes, on all processes."""
        if not batch_samples:
            return None
        total = torch.stack([_weight(batch) for batch in batch_samples]).sum().to(device)
        if self.args.world_size > 1:
            dist.all_reduce(total)
        return total

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """The mean loss of a batch; in training, times its share of the step's weight.

        So a step of one process with many media, of several with few, or of several passes, is the same step.
        """
        for module in self._still:
            module.eval()
        outputs = model(**inputs)
        loss = outputs["loss"]
        if num_items_in_batch is not None:
            share = _weight(inputs) / num_items_in_batch.clamp(min=1e-6)
            loss = loss * share * self.args.world_size  # gradients of processes are averaged, not summed
        return (loss, outputs) if return_outputs else loss

    # --- states ----------------------------------------------------------------------------

    def _save_checkpoint(self, model: nn.Module, trial: Any) -> None:
        super()._save_checkpoint(model, trial)
        if self.args.world_size > 1:
            dist.barrier()  # each process writes its own random state
        if self.args.should_save:
            mark_whole(Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}")

    def save_model(self, output_dir: str | None = None, _internal_call: bool = False) -> None:  # noqa: ARG002
        """Save what learns. Of a sharded model the weights are saved beside the optimizer, by accelerate."""
        folder = Path(output_dir or str(self.args.output_dir))
        if not self.args.should_save:
            return
        folder.mkdir(parents=True, exist_ok=True)
        if not self.is_fsdp_enabled:
            save_file(learned_tensors(self.model), folder / _WEIGHTS, metadata={"format": "pt"})

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: nn.Module | None = None) -> None:
        if self.is_fsdp_enabled:
            super()._load_from_checkpoint(resume_from_checkpoint, model)
        else:
            self._load_learned(Path(resume_from_checkpoint))

    def _load_best_model(self) -> None:
        if self.is_fsdp_enabled:
            super()._load_best_model()
        elif self.state.best_model_checkpoint is not None:
            self._load_learned(Path(self.state.best_model_checkpoint))

    def _load_learned(self, saved: Path) -> None:
        tensors = load_file(saved / _WEIGHTS)
        own = {name: one for name, one in self.model.named_parameters() if one.requires_grad}
        if own.keys() != tensors.keys() or any(own[name].shape != tensors[name].shape for name in own):
            raise TrainingError(
                f"{saved.parent.parent} was begun with another base, stage or method",
                next_step="give the same as then, or another folder with --out",
            )
        with torch.no_grad():
            for name, parameter in own.items():
                parameter.copy_(tensors[name])

    def learned(self) -> dict[str, Tensor]:
        """What was learned, by the names of the objective, on the CPU; of a sharded model on the first process only.

        Every process has to ask.
        """
        if not self.is_fsdp_enabled:
            return learned_tensors(self.model)
        names = {name for name, one in self.model.named_parameters() if one.requires_grad}
        whole = self.accelerator.get_state_dict(self.model)
        return {name: tensor for name, tensor in whole.items() if name in names}


def _weight(batch: dict[str, Any]) -> Tensor:
    """How much a batch teaches: the sum of its right answers' weights. Never nothing: rejections weigh none."""
    weights: Tensor = batch["weights"]
    return (weights.float() * (batch["kinds"] == ASKED)).sum().clamp(min=1.0)
