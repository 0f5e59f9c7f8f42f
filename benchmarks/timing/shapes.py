"""The published shapes with random weights, built for both ways, and media for them.

Pictures are real JPEGs through the product's grounder. Videos and sounds are arrays, for a rented machine may lack the
library that decodes them: what is timed of them begins with scaling and the mel spectrogram, on both sides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from full_size_folder import stand_in_tokenizer, tiny_config

from core.grounding.groundinggpt.audio_processing import sound_clips
from core.grounding.groundinggpt.coming import ComingVideo, Piece, in_pieces
from core.grounding.groundinggpt.configuration import AnswerGrammar, GroundingGPTConfig, PromptTemplate
from core.grounding.groundinggpt.filling import empty_model, fill
from core.grounding.groundinggpt.grounder import GroundingGPTGrounder
from core.grounding.groundinggpt.loading import _Loader
from core.grounding.groundinggpt.media_tensors import ReadMedium
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.original_names import Place
from core.grounding.groundinggpt.placement import Placement
from core.grounding.groundinggpt.processing import Processor
from core.grounding.groundinggpt.published import published_config
from core.jobs import JobContext
from core.schema import MediaItem, MediaKind, MediaSource, Query, new_id
from timing.baseline import Straightforward
from timing.forced import Forced

PROMPT_TOKENS = 640  # of a picture's question with LLaMA's own tokenizer; the stand-in's is made as long
_STD = 0.02


class RandomSource:
    """Weights by the names of ours, made as they are wanted: the same name and seed give the same tensor."""

    def __init__(self, config: GroundingGPTConfig, device: torch.device, *, stays: bool) -> None:
        """stays: tensors stay where they are made; else they come from the CPU, as those of a file do."""
        self.files = SimpleNamespace(paths=[Path("random")])
        self._stays = stays
        self._shapes = {name: tuple(one.shape) for name, one in empty_model(config).state_dict().items()}
        self._device = device

    def place_of(self, name: str) -> Place:
        return Place(name)

    def tensors(self, _path: Path) -> Iterator[tuple[str, torch.Tensor]]:
        """Norms of one, all else small: such values keep a deep network's states in bounds."""
        for name, shape in self._shapes.items():
            if ("norm" in name.lower() and name.endswith("weight")) or name.endswith("log_logit_scale"):
                yield name, torch.ones(shape)
                continue
            seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big")
            generator = torch.Generator(self._device).manual_seed(seed)
            kind = torch.bfloat16 if self._device.type == "cuda" else torch.float32
            made = torch.empty(shape, device=self._device, dtype=kind).normal_(0, _STD, generator=generator)
            yield name, made if self._stays else made.cpu()


class RandomStored:
    """Stands in for a `StoredModel`: a folder with a configuration and no weights."""

    def __init__(self, folder: Path, config: GroundingGPTConfig, device: torch.device) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        config.save(folder)
        self.folder, self.config, self._device = folder, config, device

    def empty(self, attention: str = "sdpa") -> GroundingGPT:
        return empty_model(self.config, attention)

    def loaded(self, placement: Placement, context: JobContext | None = None, attention: str = "sdpa") -> GroundingGPT:
        stays = min(placement.bits, placement.tower_bits) >= 16
        sources: Any = [RandomSource(self.config, self._device, stays=stays)]
        return fill(self.empty(attention), sources, placement, context or JobContext())


def config_of(*, tiny: bool) -> tuple[GroundingGPTConfig, Processor]:
    """The published sizes with the bundled models' grammar, as a model has it that was fine-tuned here."""
    config = tiny_config() if tiny else published_config()
    config = replace(config, grammar=AnswerGrammar(spans=("video", "audio")), dialogue=None)
    prompt = PromptTemplate(before_media="USER: ", question="\nWhere is {expression}?", answer="\nASSISTANT: ")
    tokenizer = stand_in_tokenizer(int(config.text["vocab_size"]) - 9)
    tokenizer.add_special_tokens([token for kind in config.patches for token in config.tokens.around(kind)])
    processor = Processor(replace(config, prompt=prompt), tokenizer)
    lacking = PROMPT_TOKENS - 64 - len(processor.prefix_ids()) if not tiny else 0
    prompt = replace(prompt, before_media="USER: " + "x" * max(0, lacking))
    return replace(config, prompt=prompt), Processor(replace(config, prompt=prompt), tokenizer)


def expression(number: int) -> str:
    """Words of one length."""
    return f"the red car number {number:03d}"


@dataclass(slots=True)
class Bench:
    """Both ways over the same weights."""

    config: GroundingGPTConfig
    processor: Processor
    device: torch.device
    folder: Path
    _pair: list[Any] = field(default_factory=list)

    def pair(self) -> tuple[tuple[GroundingGPTGrounder, Forced], tuple[Straightforward, Forced]]:
        """Ours and the baseline at the usual precision, built once for all lines."""
        if not self._pair:
            self._pair = [self.ours(self.placement), self.baseline(self.placement)]
        ours, baseline = self._pair
        return ours, baseline

    def let_go(self) -> None:
        """Forget the pair: its memory is wanted."""
        self._pair.clear()

    @property
    def placement(self) -> Placement:
        return Placement("cuda", 16, 16, 16) if self.device.type == "cuda" else Placement("cpu", 32, 16, 32)

    def ours(self, placement: Placement) -> tuple[GroundingGPTGrounder, Forced]:
        """As the product loads a checkpoint, but for where the weights come from."""
        stored: Any = RandomStored(self.folder / "random", self.config, self.device)
        grounder = _Loader(stored, self.processor, "full-size", self.device.type).load(placement, JobContext())
        assert isinstance(grounder, GroundingGPTGrounder)
        forced = Forced(grounder._model, self.processor)
        grounder.release_caches()  # what was recorded while it was loaded does not know of the dictation
        return grounder, forced

    def baseline(self, placement: Placement) -> tuple[Straightforward, Forced]:
        """The same weights with eager attention."""
        model = RandomStored(self.folder / "random", self.config, self.device).loaded(placement, attention="eager")
        return Straightforward(model, self.processor), Forced(model, self.processor)

    def tokens(self, kind: MediaKind) -> int:
        return len(self.processor.prefix_ids([kind])) + len(self.processor.question_ids(expression(0)))

    def pictures(self, count: int) -> list[MediaSource]:
        """Noise of 1280 x 960, as JPEGs."""
        from PIL import Image

        random = np.random.default_rng(0)
        found = []
        for number in range(count):
            path = self.folder / f"noise-{number:04d}.jpg"
            if not path.exists():
                coarse = random.integers(0, 256, (96, 128, 3), dtype=np.uint8)
                Image.fromarray(coarse).resize((1280, 960), Image.Resampling.BICUBIC).save(path, quality=90)
            found.append(MediaSource(MediaItem(new_id(), "image", path.name, width=1280, height=960), str(path)))
        return found

    def read(self, kind: MediaKind) -> ReadMedium:
        """64 frames of 640 x 480 scaled to the branch's square, or 6 s of sound; arrays, not files."""
        if kind == "audio":
            assert self.config.audio is not None
            random = np.random.default_rng(1)
            samples = torch.from_numpy(random.standard_normal((1, 96_000)).astype(np.float32) * 0.1)
            return ReadMedium("audio", sound_clips(samples, self.config.audio), (0.0, 6.0), 1.0)
        return self.coming().here()

    def coming(self) -> ComingVideo:
        """The same frames as bytes, as the product's reader hands them over."""
        assert self.config.video is not None
        side, count = self.config.video.frame_size, self.config.video.frames
        frames = np.random.default_rng(1).integers(0, 256, (count, 480, 640, 3), dtype=np.uint8)
        small = torch.nn.functional.interpolate(
            torch.from_numpy(frames).permute(0, 3, 1, 2).float(), (side, side), mode="bilinear"
        )
        squares = small.permute(0, 2, 3, 1).to(torch.uint8).numpy()
        told = ReadMedium("video", torch.empty(0), (0.0, 10.0), 10 / count, (640, 480), frames=tuple(range(count)))

        def taken(numbers: Sequence[int]) -> Iterator[Piece]:
            for some in in_pieces(numbers):
                yield some, squares[list(some)]

        return ComingVideo(told.frames, taken, lambda: told)


def queries(source: MediaSource, numbers: range) -> list[Query]:
    return [Query(new_id(), source.item.id, expression(number)) for number in numbers]
