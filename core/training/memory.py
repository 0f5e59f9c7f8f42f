"""What a fine-tuning run takes of memory and disk, from shapes and plain arithmetic. Nothing is loaded."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.placement import Bits, DeviceName, Placement, bytes_needed
from core.training.adapters import PROJECTIONS, RANK
from core.training.plan import Settled

# Of a value that learns: its gradient and AdamW's two averages, in float32.
_LEARNING_BYTES = 4 + 8
_WORK_BYTES = 300_000_000  # libraries and what they work in
_STATES = 3  # saved at the same time: two are kept while the next is written


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes. weights, learning (gradients and averages) and passes (what a pass keeps, about) are held at once.

    disk: saved states and the finished model. values: of the model, and how many of them learn.
    """

    weights: int
    learning: int
    passes: int
    disk: int
    values: int
    learned_values: int

    @property
    def memory(self) -> int:
        """All that is held at once."""
        return self.weights + self.learning + self.passes + _WORK_BYTES


def placement_for(settled: Settled, device: DeviceName) -> Placement:
    """How the base is loaded to learn: a small one in 32 bits, a large one in 16; what learns is turned to 32 then.

    With adapters on 8 or 4 bits, the matrices of the language model are in those.
    """
    rest: Bits = 16 if settled.large or (device == "cuda" and settled.bits < 16) else 32
    bits: dict[int, Bits] = {16: rest, 8: 8, 4: 4}
    return Placement(device, bits[settled.bits], 16, rest)


def needed(shapes: GroundingGPT, settled: Settled, device: DeviceName, text_places: int) -> Need:
    """What each process takes. text_places: tokens of questions and answers about one medium, at most."""
    learned = [
        parameter.numel()
        for name, parameter in shapes.named_parameters()
        if settled.learns(name) and (settled.method == "full" or not name.startswith("language_model."))
    ]
    placement = placement_for(settled, device)
    adapters = _adapter_values(shapes) if settled.method != "full" else 0
    count = sum(learned) + adapters
    values = sum(tensor.numel() for tensor in shapes.state_dict().values())
    weights = bytes_needed(shapes, placement) + adapters * 4 + sum(learned) * (32 - placement.rest_bits) // 8
    shared = settled.processes if settled.sharded else 1
    return Need(
        weights=weights // shared,
        learning=count * _LEARNING_BYTES // shared,
        passes=_passes(shapes, settled, text_places),
        disk=count * (4 + 8) * _STATES + values * 2,
        values=values,
        learned_values=count,
    )


def _adapter_values(shapes: GroundingGPT) -> int:
    return sum(
        RANK * (module.in_features + module.out_features)
        for name, module in shapes.language_model.named_modules()
        if isinstance(module, nn.Linear) and name.rpartition(".")[2] in PROJECTIONS
    )


def _passes(shapes: GroundingGPT, settled: Settled, text_places: int) -> int:
    """About what a pass keeps for its way back: per token of a layer some 16 rows of its width and 4 of its inner one.

    With checkpointing a layer keeps its input alone, and one layer at a time all of it. Logits are there twice in 32
    bits. Encoders count where they learn.
    """
    config = shapes.config
    tokens = settled.batch * (max(config.patches.values(), default=0) + text_places)
    text = config.text
    whole = tokens * (16 * int(text["hidden_size"]) + 4 * int(text["intermediate_size"])) * 2
    layers = int(text["num_hidden_layers"])
    kept = tokens * int(text["hidden_size"]) * 2 * layers + whole if settled.large else whole * layers
    total = kept + tokens * int(text["vocab_size"]) * 8
    if config.vision is not None and settled.learns("vision_tower.encoder.layers.0.mlp.fc1.weight"):
        row = 16 * int(config.vision["hidden_size"]) + 4 * int(config.vision["intermediate_size"])
        total += settled.batch * config.image_tokens * row * 2 * int(config.vision["num_hidden_layers"])
    return total
