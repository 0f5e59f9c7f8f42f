"""Small checkpoints that know all media, and one that answers by what it is really shown: light and loudness.

`WatchfulAnswering` stands where the network stands: it is given the very tensors that the branches read, and tells
when frames are bright and sound is loud. So what is decoded, where a window lies and what becomes of it is all real.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import torch
from torch import Tensor

from core.geometry import SpanS
from core.grounding.groundinggpt.answering import Answering, FrameTokens, Reply
from core.grounding.groundinggpt.answers import ParsedBox, ParsedSpan
from core.grounding.groundinggpt.checkpoint import load_model, save_checkpoint
from core.grounding.groundinggpt.coming import ComingVideo
from core.grounding.groundinggpt.configuration import (
    AnswerGrammar,
    AudioConfig,
    AudioTrunkConfig,
    GroundingGPTConfig,
    VideoConfig,
)
from core.grounding.groundinggpt.grounder import GroundingGPTGrounder
from core.grounding.groundinggpt.media_tensors import ReadMedium
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from core.schema import MediaKind, MediaSource, ModelInfo, Query, new_id
from core.training.pretrain import mini_config
from core.training.tokenizer import train_tokenizer
from core.workflows.ask import medium_at
from tests.fakes_media import sound_frames, write_sound

SIDE = 16
LOUD = 0.4  # normalised log energy, between the tone's and everything else's
_TOWER: dict[str, Any] = {
    "hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": SIDE,
    "patch_size": 8,
}  # fmt: skip
_QFORMER: dict[str, Any] = {
    "hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 12, "num_hidden_layers": 1,
}  # fmt: skip


def timed_config(vocabulary: int, *, spans: tuple[MediaKind, ...] = ("video", "audio"), **changes: Any) -> Any:
    """All branches, like `mini-time` in how much of a medium they take in: 64 frames, 64 clips of a second."""
    config = mini_config(vocabulary)
    text = config.text | {
        "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 1, "num_attention_heads": 2,
        "num_key_value_heads": 2,
    }  # fmt: skip
    video = VideoConfig(
        vision=dict(_TOWER),
        frame_qformer={**_QFORMER, "cross_attention_frequency": 1, "encoder_hidden_size": 8},
        clip_qformer={**_QFORMER, "cross_attention_frequency": 1, "encoder_hidden_size": 8},
        frame_tokens=2,
        tokens=4,
        fit="pad",
    )
    audio = AudioConfig(
        qformer={**_QFORMER, "cross_attention_frequency": 1, "encoder_hidden_size": 12},
        trunk=AudioTrunkConfig(width=8, layers=1, heads=2, kernel=8, stride=8, output_width=12),
        tokens=2,
        clips=64,
        max_clips=64,
        clip_s=1.0,
        clip_starts="end_closed",
        mel_bins=16,
        mel_frames=98,
    )
    full = replace(
        config,
        vision={**_TOWER, "projection_dim": 8},
        text=text,
        video=video,
        audio=audio,
        grammar=AnswerGrammar(spans=spans),
    )
    return replace(full, **changes)


def timed_checkpoint(folder: Path, seed: int = 0, **options: Any) -> Path:
    """A real checkpoint of a few thousand random weights: it answers nonsense, but really computes."""
    torch.manual_seed(seed)
    tokenizer = train_tokenizer([" the beep", " the bright thing"] * 4, vocabulary=512)
    config: GroundingGPTConfig = timed_config(tokenizer.get_vocab_size(), **options)
    save_checkpoint(folder, GroundingGPT(config), tokenizer, torch.float32)
    return folder


@dataclass(frozen=True)
class Shown:
    """What was shown, in its order. Stands where a prefix stands."""

    media: tuple[ReadMedium, ...]


class WatchfulAnswering(Answering):
    """Tells when frames are bright and sound is loud: a truth that stands in the pixels and samples themselves.

    "nothing" is never there; "garbled" cannot be understood; "boxes" names boxes where times are asked for, and the
    reverse; anything else means light or loudness.
    """

    def __init__(self, model: GroundingGPT, processor: Processor) -> None:
        super().__init__(model, processor)
        self.encoded: list[tuple[MediaKind, SpanS | None]] = []
        self.on_ask: Callable[[], None] = lambda: None
        self._reads: dict[int, tuple[Tensor, ReadMedium]] = {}

    def features(self, read: ReadMedium | ComingVideo, frames: FrameTokens | None = None) -> Tensor:
        read = read.here() if isinstance(read, ComingVideo) else read
        self.encoded.append((read.kind, read.window_s))
        features = torch.zeros(1, 1, 1)
        self._reads[id(features)] = (features, read)
        return features

    def prefix(self, media: Sequence[tuple[MediaKind, Tensor]]) -> Any:
        return Shown(tuple(self._reads[id(features)][1] for _, features in media))

    def ask(
        self, prefix: Any, expressions: Sequence[str], *, spans: bool, check: Callable[[], None] = lambda: None
    ) -> list[Reply]:
        check()
        self.on_ask()
        return [self._reply_to(prefix, words, spans) for words in expressions]

    def presences(
        self, prefix: Any, expressions: Sequence[str], check: Callable[[], None] = lambda: None
    ) -> list[float | None]:
        return [reply.presence for reply in self.ask(prefix, expressions, spans=True, check=check)]

    def _reply_to(self, shown: Shown, words: str, spans: bool) -> Reply:
        if words == "garbled":
            return Reply("{0.1", (), None, 0.5, "the reply cannot be read", ("{0.1",))
        if words == "nothing":
            return Reply("not present", (), False, 0.02, None, ())
        if words == "boxes":
            return Reply("other", (), None, 0.9, "the model's answer names only others", ("other",))
        if not spans:
            return Reply("[box]", ((ParsedBox((0.25, 0.25, 0.75, 0.75), 0, 5), 0.8),), True, 0.9, None, ())
        read = shown.media[0]
        found = _bright(read.tensor) if read.kind == "video" else _loud(read)
        regions = tuple((ParsedSpan((round(a, 3), round(b, 3)), 0, 1), 0.9) for a, b in found)
        text = ", ".join(f"{{{a:.3f},{b:.3f}}}" for a, b in found) or "not present"
        return Reply(text, regions, bool(found), 0.97 if found else 0.03, None, ())


def _runs(there: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], there.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _bright(frames: Tensor) -> list[tuple[float, float]]:
    """[t, 3, s, s] -> 0-1 of the window, by the middle of each frame, away from padding."""
    middle = frames[:, :, SIDE * 3 // 8 : SIDE * 5 // 8, SIDE // 4 : SIDE * 3 // 4].mean(dim=(1, 2, 3)).numpy()
    return [(a / len(middle), b / len(middle)) for a, b in _runs(middle > 0.8)]


def _loud(read: ReadMedium) -> list[tuple[float, float]]:
    """[c, 1, m, f] -> 0-1 of the window, to the hundredth of a second that a mel frame lasts."""
    loudness = read.tensor[:, 0].amax(1).numpy()  # [c, f]
    assert read.window_s is not None
    length_s = read.window_s[1] - read.window_s[0]
    room_s = max(length_s - 1.0, 0.0)
    places = np.zeros(round(length_s * 100) + loudness.shape[1] + 2, dtype=bool)
    for number, clip in enumerate(loudness):
        start = round(room_s * number / (len(loudness) - 1) * 100)
        for a, b in _runs(clip > LOUD):
            places[start + a : start + b] = True
    scale = length_s * 100
    return [(min(a / scale, 1.0), min(b / scale, 1.0)) for a, b in _runs(places) if b - a > 2]


def watchful(folder: Path, **options: Any) -> tuple[GroundingGPTGrounder, WatchfulAnswering]:
    """A grounder whose network is the watchful one, over a real checkpoint's configuration."""
    model = load_model(timed_checkpoint(folder, **options), torch.float32)
    processor = Processor.load(folder, model.config)
    answering = WatchfulAnswering(model, processor)
    config = model.config
    info = ModelInfo(
        "watchful@0", "watchful", str(folder), "cpu", "float32", frozenset(config.patches), True, 32, 0, "none", "", "",
        spans=frozenset(config.grammar.spans),
    )  # fmt: skip
    return GroundingGPTGrounder(model, processor, info, answering=answering), answering


def queries(source: MediaSource, *expressions: str, **options: Any) -> list[Query]:
    """Questions about a medium."""
    return [Query(new_id(), source.item.id, words, **options) for words in expressions]


def write_clip(
    path: Path,
    seconds: float,
    *,
    bright: Sequence[SpanS] = (),
    loud: Sequence[SpanS] | None = None,
    rate: int = 25,
    size_wh: tuple[int, int] = (64, 48),
    sound_s: float | None = None,
) -> MediaSource:
    """A dark video that is bright during some spans; with `loud`, it has a sound that beeps during those.

    sound_s: how long the sound lasts, if not as long as the video.
    """
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=rate, options={"preset": "ultrafast", "g": "50"})
        video.width, video.height = size_wh
        video.pix_fmt = "yuv420p"
        video.codec_context.thread_count = 1
        sound = out.add_stream("aac", rate=16000, layout="mono") if loud is not None else None
        for number in range(round(seconds * rate)):
            time_s = number / rate
            value = 250 if any(a <= time_s < b for a, b in bright) else 20
            pixels = np.full((size_wh[1], size_wh[0], 3), value, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            out.mux(video.encode(frame))
        out.mux(video.encode())
        if sound is not None and loud is not None:
            for part in sound_frames(loudness(sound_s or seconds, loud), 16000):
                out.mux(sound.encode(part))
            out.mux(sound.encode())
    return medium_at(path)


def loudness(seconds: float, loud: Sequence[SpanS]) -> np.ndarray:
    """[1, n] float32 at 16 kHz: a tone during some spans, all but silence elsewhere."""
    times = np.arange(round(seconds * 16000)) / 16000
    inside = np.zeros(len(times), dtype=bool)
    for start, end in loud:
        inside |= (times >= start) & (times < end)
    return (0.5 * np.sin(2 * np.pi * 440 * times) * inside).astype(np.float32)[None]


def write_recording(path: Path, seconds: float, loud: Sequence[SpanS]) -> MediaSource:
    """A WAV that beeps during some spans."""
    return medium_at(write_sound(path, loudness(seconds, loud), 16000, "pcm_s16le"))
