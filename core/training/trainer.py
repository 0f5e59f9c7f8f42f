"""transformers' `Trainer` as fine-tuning uses it: its order, what it saves, and one loss however a step is divided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import Trainer

from core.errors import Bug, TrainingError
from core.training.adapters import four_bit_layers, learned_tensors
from core.training.lessons import ASKED
from core.training.objective import PREFIX
from core.training.order import Order
from core.training.parallel import wait_for_all
from core.training.sharing import optimizer_state, put, put_optimizer_state
from core.training.states import mark_whole

# The names that the Trainer looks for.
_WEIGHTS, _OPTIMIZER, _SCHEDULER = "model.safetensors", "optimizer.pt", "scheduler.pt"


class Teacher(Trainer):
    """Shows lessons by an `Order`, keeps what does not learn in evaluation mode, and saves only what learns."""

    # Set by `compute_loss`: a loss is a share of the whole step's already.
    loss_is_scaled_for_ga = True

    def __init__(
        self,
        *,
        order: Order,
        still: Sequence[nn.Module],
        shared: bool,
        share_of_rate: Callable[[str], float],
        **given: Any,
    ) -> None:
        """still: modules that stay in evaluation mode. shared: whether the model was shared out (`sharing.share`).

        share_of_rate: at which a parameter learns, by its name in the model.
        """
        self.order = order
        self._share_of_rate = share_of_rate
        self._still = list(still)
        self._shared = shared
        super().__init__(**given)
        # in evaluation mode a CPU packs 4 bits in a way that no gradient goes through any more
        self._quantised = four_bit_layers(self._taught())

    # --- order -----------------------------------------------------------------------------

    def _get_train_sampler(self, train_dataset: Any = None) -> Order:  # noqa: ARG002
        return self.order

    def _run_epoch(self, *given: Any, **named: Any) -> None:
        self.order.epoch = int(named["epoch"])
        super()._run_epoch(*given, **named)  # type: ignore[no-untyped-call]

    # --- rates -----------------------------------------------------------------------------

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """The usual one, with groups of its own for what learns at a share of the rate."""
        made = self.optimizer is None
        optimizer = super().create_optimizer(model)
        if made:
            named = self._taught().named_parameters()
            shares = {id(one): self._share_of_rate(name.removeprefix(PREFIX)) for name, one in named}
            optimizer.param_groups[:] = [
                {**group, "params": part, "lr": group["lr"] * share}
                for group in optimizer.param_groups
                for share in sorted(set(shares.values()), reverse=True)
                if (part := [one for one in group["params"] if shares[id(one)] == share])
            ]
        return optimizer

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
        for module in self._quantised:
            module.train()
        outputs = model(**inputs)
        loss = outputs["loss"]
        if num_items_in_batch is not None:
            share = _weight(inputs) / num_items_in_batch.clamp(min=1e-6)
            loss = loss * share * self.args.world_size  # gradients of processes are averaged, not summed
        return (loss, outputs) if return_outputs else loss

    # --- states ----------------------------------------------------------------------------

    def _save_checkpoint(self, model: nn.Module, trial: Any) -> None:
        super()._save_checkpoint(model, trial)
        wait_for_all()  # each process writes its own random state
        if self.args.should_save:
            mark_whole(Path(str(self.args.output_dir)) / f"checkpoint-{self.state.global_step}")

    def save_model(self, output_dir: str | None = None, _internal_call: bool = False) -> None:
        """Save what learns."""
        folder = Path(output_dir or str(self.args.output_dir))
        tensors = self.learned()
        if self.args.should_save:
            folder.mkdir(parents=True, exist_ok=True)
            save_file(tensors, folder / _WEIGHTS, metadata={"format": "pt"})

    def learned(self) -> dict[str, Tensor]:
        """What was learned, by the names of the objective, on the CPU. Every process has to ask; the first gets it."""
        return learned_tensors(self._taught(), keep=self.args.should_save)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: nn.Module | None = None) -> None:  # noqa: ARG002
        self._load_learned(Path(resume_from_checkpoint))

    def _load_best_model(self) -> None:
        if self.state.best_model_checkpoint is not None:
            self._load_learned(Path(self.state.best_model_checkpoint))

    def _load_learned(self, saved: Path) -> None:
        tensors = load_file(saved / _WEIGHTS)
        own = {name: one for name, one in self._taught().named_parameters() if one.requires_grad}
        if own.keys() != tensors.keys() or any(own[name].shape != tensors[name].shape for name in own):
            raise TrainingError(
                f"{saved.parent.parent} was begun with another base, stage or method",
                next_step="give the same as then, or another folder with --out",
            )
        for name, parameter in own.items():
            put(parameter, tensors[name])

    # --- a model that several processes share ------------------------------------------------

    def _move_model_to_device(self, model: nn.Module, device: torch.device) -> None:
        if not self._shared:
            super()._move_model_to_device(model, device)

    def _prepare_for_training(self, *given: Any, **named: Any) -> Any:
        if not self._shared:
            return super()._prepare_for_training(*given, **named)  # type: ignore[no-untyped-call]
        accelerator = self.accelerator
        # A model that is shared out owns its placement and its gradients. Accelerate is told so as for a model that is
        # only asked; the Trainer's own word for it is younger than some releases that this runs on.
        accelerator.prepare_model = partial(accelerator.prepare_model, evaluation_mode=True)
        try:
            return super()._prepare_for_training(*given, **named)  # type: ignore[no-untyped-call]
        finally:
            del accelerator.prepare_model

    def _save_optimizer_and_scheduler(self, output_dir: str) -> None:
        if not self._shared:
            super()._save_optimizer_and_scheduler(output_dir)
            return
        state = optimizer_state(self._bare_optimizer())
        if self.args.should_save and self.lr_scheduler is not None:
            torch.save(state, Path(output_dir) / _OPTIMIZER)
            torch.save(self.lr_scheduler.state_dict(), Path(output_dir) / _SCHEDULER)

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        if not self._shared or checkpoint is None:
            super()._load_optimizer_and_scheduler(checkpoint)
            return
        state = torch.load(Path(checkpoint) / _OPTIMIZER, map_location="cpu", weights_only=True)
        put_optimizer_state(self._bare_optimizer(), state)
        if self.lr_scheduler is not None:
            self.lr_scheduler.load_state_dict(torch.load(Path(checkpoint) / _SCHEDULER, weights_only=True))

    def _bare_optimizer(self) -> torch.optim.Optimizer:
        optimizer: Any = self.optimizer
        bare: torch.optim.Optimizer = getattr(optimizer, "optimizer", optimizer)
        return bare

    def _taught(self) -> nn.Module:
        if not isinstance(self.model, nn.Module):
            raise Bug("there is no model to train")
        return self.model


def _weight(batch: dict[str, Any]) -> Tensor:
    """How much a batch teaches: the sum of its right answers' weights. Never nothing: rejections weigh none."""
    weights: Tensor = batch["weights"]
    total: Tensor = (weights.float() * (batch["kinds"] == ASKED)).sum()
    return total.clamp(min=1.0)
