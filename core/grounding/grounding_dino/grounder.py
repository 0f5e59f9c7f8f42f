"""Grounding DINO behind the `Grounder` protocol: the vision backbone sees a picture once for all questions."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from transformers import GroundingDinoForObjectDetection

from core.errors import ModelError
from core.grounding.device_words import why_on_cpu
from core.grounding.grounding_dino.checkpoint import load_network
from core.grounding.grounding_dino.processing import MAX_REGIONS, Phrase, Processor, best_boxes, phrase_scores
from core.grounding.weight_files import find_weights, sha256_of
from core.jobs import JobContext
from core.media.images import ImagePixels, read_image
from core.schema import Answer, Box, MediaSource, ModelInfo, Proposal, Query, new_id

if TYPE_CHECKING:
    from core.media.video import StillFrame

SUMMARY = (
    "Finds things on photographs by a noun or a short phrase, on a CPU too. It scores boxes against words and keeps "
    "those above a threshold: it was never taught to say that something is not there, and relations between things "
    "(left of, the largest) are mostly beyond it."
)
LICENCE = "Apache-2.0"


class RememberingBackbone(nn.Module):
    """Stands in front of the vision backbone and keeps its output for the last picture: words do not change it."""

    def __init__(self, backbone: nn.Module) -> None:
        super().__init__()
        self.backbone = backbone
        self.position_embedding = backbone.position_embedding  # the network asks for it by this name
        self._seen: Tensor | None = None
        self._output: tuple[list[Any], list[Any]] = ([], [])

    def forward(self, pixel_values: Tensor, pixel_mask: Tensor) -> tuple[list[Any], list[Any]]:
        """Lists of (feature map, mask) and of positions. The same tensor object again: the same answer, for nothing."""
        if pixel_values is not self._seen:
            self._output = self.backbone(pixel_values, pixel_mask)
            self._seen = pixel_values
        features, positions = self._output
        return list(features), list(positions)  # the network appends to what it is given

    def forget(self) -> None:
        """Let the last picture go."""
        self._seen, self._output = None, ([], [])


_Key = tuple[str, int, int, float | None]  # file and frame


class _Picture:
    """A preprocessed picture, or frame of a video shown at `at_s`, and what answering needs to know of it."""

    def __init__(
        self,
        key: _Key,
        pixels: Tensor,
        size_wh: tuple[int, int],
        warnings: tuple[str, ...],
        at_s: float | None = None,
    ) -> None:
        self.key = key
        self.pixels = pixels
        self.mask = torch.ones(pixels.shape[0], *pixels.shape[-2:], dtype=torch.long, device=pixels.device)
        self.size_wh = size_wh
        self.warnings = warnings
        self.at_s = at_s


def _frame(path: Path, at_s: float, context: JobContext) -> StillFrame:
    from core.media.video import open_video

    with open_video(path, context=JobContext(context.token)) as video:
        return video.still(at_s)


class GroundingDinoGrounder:
    """A loaded checkpoint. Not thread-safe: one lane asks it."""

    def __init__(self, model: GroundingDinoForObjectDetection, processor: Processor, info: ModelInfo) -> None:
        self._model = model
        self._backbone = RememberingBackbone(model.model.backbone)
        model.model.backbone = self._backbone
        self._processor = processor
        self._info = info
        self._device = next(model.parameters()).device
        self._picture: _Picture | None = None

    def describe(self) -> ModelInfo:
        """See `Grounder.describe`."""
        return self._info

    def prepare(self, media: MediaSource, context: JobContext) -> None:
        """See `Grounder.prepare`."""
        self._encode(media, None, context)

    def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        """See `Grounder.ground`. Each query is a pass of its own through everything behind the backbone."""
        for number, query in enumerate(queries):
            began = time.monotonic()
            picture = self._encode(media, query.at_s, context)
            context.raise_if_cancelled()
            answer = self._answer(query, picture, began)
            context.progress(number + 1, len(queries), query.expression)
            yield answer

    def close(self) -> None:
        """See `Grounder.close`."""
        self._picture = None
        self._backbone.forget()
        nn.Module.to(self._model, "meta")
        if self._device.type == "cuda":
            torch.cuda.empty_cache()

    def _encode(self, media: MediaSource, at_s: float | None, context: JobContext) -> _Picture:
        is_frame = media.item.kind == "video" and at_s is not None
        if not is_frame and media.item.kind not in self._info.kinds:
            raise ModelError(
                f"The model {self._info.name} cannot answer about {media.item.path}",
                why=f"it answers about pictures, and this is {media.item.kind}",
                next_step="choose another model for it",
            )
        path = Path(media.path)
        status = path.stat() if path.exists() else None
        key = (media.path, status.st_mtime_ns if status else 0, status.st_size if status else 0, at_s)
        if self._picture is not None and self._picture.key == key:
            return self._picture
        context.raise_if_cancelled()
        shown_s: float | None = None
        content: ImagePixels | StillFrame
        if is_frame and at_s is not None:
            content = _frame(path, at_s, context)
            shown_s = content.at_s
        else:
            content = read_image(path)
        pixels = self._processor.pixel_values(content.rgb).to(self._device)
        size_wh = (content.rgb.shape[1], content.rgb.shape[0])
        context.raise_if_cancelled()
        picture = _Picture(key, pixels, size_wh, content.warnings, shown_s)
        with torch.inference_mode():
            self._backbone(picture.pixels, picture.mask)
        self._picture = picture
        return picture

    def _answer(self, query: Query, picture: _Picture, began: float) -> Answer:
        phrase = self._processor.phrase(query.expression)
        if phrase is None:
            return self._failed(
                query, picture, began, "it holds no word to look for, or more words than the model reads"
            )
        logits, boxes = self._detect(phrase, picture)
        best = float(phrase_scores(logits, phrase).max())
        if best != best:
            return self._failed(query, picture, began, "the model's numbers are not finite")
        found = best_boxes(logits, boxes, phrase, picture.size_wh)
        return Answer(
            query=query,
            proposals=tuple(
                Proposal(new_id(), query.id, Box(*one.box, at_s=picture.at_s), one.score, self._info.id)
                for one in found
            ),
            present=bool(found),
            raw_text=f"{len(found)} boxes, best score {best:.4f}",
            model_id=self._info.id,
            presence_score=best,
            warnings=picture.warnings,
            seconds=time.monotonic() - began,
        )

    def _failed(self, query: Query, picture: _Picture, began: float, why: str) -> Answer:
        return Answer(
            query, (), None, "", self._info.id, error=why, warnings=picture.warnings, seconds=time.monotonic() - began
        )

    def _detect(self, phrase: Phrase, picture: _Picture) -> tuple[Tensor, Tensor]:
        """Logits [queries, tokens] and boxes [queries, 4], centre and size in 0-1, on the CPU."""
        with torch.inference_mode():
            output = self._model(
                pixel_values=picture.pixels, pixel_mask=picture.mask, input_ids=phrase.ids.to(self._device)
            )
        return output.logits[0].float().cpu(), output.pred_boxes[0].float().cpu()


def load_grounder(
    folder: Path, device: str = "auto", *, bits: str = "auto", context: JobContext | None = None
) -> GroundingDinoGrounder:
    """Load a checkpoint for answering; as in `Loader`, but always in 32 bits. Raises `ModelError`."""
    (context or JobContext()).progress(0, 0, f"Loading {folder.name}")
    if device == "cuda" and not torch.cuda.is_available():
        raise ModelError(
            "There is no usable CUDA device", why="torch finds none", next_step="use --device auto, or see `checks`"
        )
    place = torch.device("cuda" if device in ("auto", "cuda") and torch.cuda.is_available() else "cpu")
    model = load_network(folder)
    config = model.config
    processor = Processor.load(
        folder,
        max_tokens=int(config.max_text_len),
        vocabulary=model.model.text_backbone.get_input_embeddings().num_embeddings,
    )
    nn.Module.to(model, place)
    memory = sum(tensor.numel() * tensor.element_size() for tensor in model.parameters())
    info = ModelInfo(
        id=f"{folder.name}@{sha256_of(find_weights(folder).paths)[:12]}",
        name=folder.name,
        path=str(folder),
        device=torch.cuda.get_device_name(place) if place.type == "cuda" else "cpu",
        dtype="float32",
        kinds=frozenset({"image"}),
        answers_absence=False,
        max_regions=MAX_REGIONS,
        memory_bytes=memory,
        attention=str(config._attn_implementation),
        summary=SUMMARY,
        licence=LICENCE,
        notes=(
            *(() if place.type == "cuda" else (why_on_cpu(device, torch.version.cuda),)),
            *(() if bits == "auto" else ("Runs in 32 bits: this model comes in no other precision",)),
        ),
    )
    return GroundingDinoGrounder(model, processor, info)
