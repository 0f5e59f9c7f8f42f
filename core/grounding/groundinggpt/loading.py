"""Loads a checkpoint of this family for answering: device, precision and attention, and what to do without memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from core.grounding.device_words import why_on_cpu
from core.grounding.groundinggpt.attention import choose_attention
from core.grounding.groundinggpt.checkpoint import StoredModel, open_checkpoint, weights_hash
from core.grounding.groundinggpt.grounder import GroundingGPTGrounder
from core.grounding.groundinggpt.joining import join_matrices
from core.grounding.groundinggpt.ladder import LadderGrounder, Reloadable
from core.grounding.groundinggpt.placement import (
    Placement,
    bytes_needed,
    choose_device,
    fallbacks,
    first_placement,
    free_bytes,
    why_too_large,
)
from core.grounding.groundinggpt.processing import Processor
from core.grounding.protocol import Grounder
from core.grounding.registry import PUBLISHED, family_of
from core.jobs import JobContext
from core.schema import ModelInfo

_PUBLISHED_SUMMARY = "GroundingGPT-7B as published: boxes in pictures, spans in video and sound, conversation."
_PUBLISHED_LICENCE = "Apache-2.0 (code), Llama 2 (language model), CC BY-NC-SA 4.0 (sound encoder)"


def load_grounder(
    folder: Path, device: str = "auto", *, bits: str = "auto", context: JobContext | None = None
) -> Grounder:
    """Load a checkpoint for answering; as in `Loader`. Climbs down when memory does not do for what was asked.

    Raises `ModelError`, `Cancelled`.
    """
    context = context or JobContext()
    stored = open_checkpoint(folder)
    shapes = stored.empty()
    values = sum(tensor.numel() for tensor in shapes.state_dict().values())
    first = first_placement("cuda" if choose_device(device).type == "cuda" else "cpu", bits, values)
    context.progress(0, 0, f"Checking {folder.name}")
    loader = _Loader(
        stored, Processor.load(folder, stored.config), f"{folder.name}@{weights_hash(folder)[:12]}", device
    )

    def too_large(placement: Placement) -> str | None:
        return why_too_large(bytes_needed(shapes, placement), free_bytes(placement.device))

    return LadderGrounder(
        loader.load,
        [first, *fallbacks(first, values)],
        frames=stored.config.video.frames if stored.config.video else 0,
        too_large=too_large,
        context=context,
    )


@dataclass(frozen=True, slots=True)
class _Loader:
    """Loads one checkpoint, as often as need be."""

    stored: StoredModel
    processor: Processor
    id: str
    wanted_device: str

    def load(self, placement: Placement, context: JobContext) -> Reloadable:
        """The grounder at a placement. Raises `ModelError`, `Cancelled`, torch's out of memory."""
        device = torch.device(placement.device)
        attention = choose_attention(device, placement.dtype)
        model = self.stored.loaded(placement, context, attention.implementation)
        join_matrices(model.language_model)
        folder, config = self.stored.folder, self.stored.config
        is_published = family_of(folder) == PUBLISHED
        info = ModelInfo(
            id=self.id,
            name=folder.name,
            path=str(folder),
            device=torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
            dtype=placement.dtype_text,
            kinds=frozenset(config.patches),
            answers_absence=config.grammar.forced,
            max_regions=config.grammar.max_regions,
            memory_bytes=bytes_needed(self.stored.empty(), placement),
            attention=attention.name,
            summary=config.summary or (_PUBLISHED_SUMMARY if is_published else ""),
            licence=config.licence or (_PUBLISHED_LICENCE if is_published else ""),
            chat=True,
            follows_chat=config.dialogue is not None,
            spans=frozenset(config.grammar.spans),
            notes=(f"Attention is {attention.name}: {attention.why}", *self._why_on_cpu()),
        )
        grounder = GroundingGPTGrounder(model, self.processor, info)
        if device.type == "cuda":
            context.progress(0, 0, "Getting ready")
            grounder.warm_up()
        return grounder

    def _why_on_cpu(self) -> tuple[str, ...]:
        """Nothing where there is a GPU to use: what was given up for want of its memory, the ladder says."""
        if self.wanted_device != "cpu" and torch.cuda.is_available():
            return ()
        return (why_on_cpu(self.wanted_device, torch.version.cuda),)
