"""What a checkpoint of this family says about itself in `config.json`: sizes, tokens, prompt, and answer grammar."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from core.errors import ModelError
from core.schema import MediaKind

MODEL_TYPE = "groundlabel_groundinggpt"


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """How a question is put. One template for each generation of checkpoints.

    `{expression}` in `question` is replaced; the medium's block stands before it, followed by `after_media`, several
    media's with `between_media` between them. An answer ends with the end token, or where the model writes `stop`.
    `rewordings` are (pattern, replacement) of regular expressions that turn what people type into words that the
    checkpoint was taught; they are applied in order, again and again until nothing changes.
    """

    before_media: str = ""
    after_media: str = "\n"
    question: str = "### Human: {expression}"
    answer: str = "### Assistant: "
    lower_case: bool = True
    stop: str = ""
    between_media: str = ""
    rewordings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DialogueTemplate:
    """How a generation of checkpoints reads a conversation.

    `ask` ends a prompt: the model goes on from there. `stop` in what it writes ends its answer. `learned_of_human` is
    what of each human turn the model is taught to write, because it ends the answer before.
    """

    before: str
    human: str
    human_end: str
    assistant: str
    assistant_end: str
    ask: str
    closing: str = ""
    stop: str = "###"
    learned_of_human: str = ""


@dataclass(frozen=True, slots=True)
class AnswerGrammar:
    """What an answer may look like. `forced` says that the checkpoint never writes anything else.

    spans: the kinds of medium of which it was taught to write when something happens; of another kind that it knows,
    it can only be asked whether something is there (`method` "windows" of a proposal).
    """

    decimals: int = 3
    joiner: str = ", "
    absent: str = "not present"
    max_regions: int = 32
    forced: bool = True
    spans: tuple[MediaKind, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaTokens:
    """Names of the special tokens around and for the patches of a picture, a video, a sound."""

    image_patch: str = "<im_patch>"
    image_start: str = "<im_start>"
    image_end: str = "<im_end>"
    video_patch: str = "<vi_patch>"
    video_start: str = "<vi_start>"
    video_end: str = "<vi_end>"
    sound_patch: str = "<so_patch>"
    sound_start: str = "<so_start>"
    sound_end: str = "<so_end>"

    def around(self, medium: MediaKind) -> tuple[str, str, str]:
        """Start, patch and end token of a kind of medium."""
        if medium == "image":
            return self.image_start, self.image_patch, self.image_end
        if medium == "video":
            return self.video_start, self.video_patch, self.video_end
        return self.sound_start, self.sound_patch, self.sound_end


@dataclass(frozen=True, slots=True)
class VideoConfig:
    """The video branch: a tower and a Q-Former for every frame, then one Q-Former over all frames.

    vision: keyword arguments of transformers' `Blip2VisionConfig`; frame_qformer, clip_qformer: of
    `Blip2QFormerConfig`. The tower's own last norm is not used: `norm_eps` belongs to the one that stands there.
    frames: how many are sampled of a clip, at most or, with `repeats`, always, some of a short clip more than once;
    max_frames: rows of the position table. fit: how a frame becomes the
    tower's square: "stretch" loses its aspect (as in the original), "pad" puts it in the middle as pictures are.
    """

    vision: dict[str, Any]
    frame_qformer: dict[str, Any]
    clip_qformer: dict[str, Any]
    frame_tokens: int = 32
    tokens: int = 64
    frames: int = 64
    max_frames: int = 64
    norm_eps: float = 1e-5
    fit: Literal["stretch", "pad"] = "stretch"
    repeats: bool = False

    @property
    def frame_size(self) -> int:
        """Side in pixels of the square that the tower sees."""
        return int(self.vision["image_size"])


@dataclass(frozen=True, slots=True)
class AudioTrunkConfig:
    """ImageBind's transformer over a mel spectrogram, and the head after it."""

    width: int = 768
    layers: int = 12
    heads: int = 12
    mlp_ratio: float = 4.0
    kernel: int = 16
    stride: int = 10
    output_width: int = 1024
    norm_eps: float = 1e-6
    stem_norm_eps: float = 1e-5

    def grid(self, mel_bins: int, frames: int) -> tuple[int, int]:
        """Patches over frequency and over time."""
        return (mel_bins - self.kernel) // self.stride + 1, (frames - self.kernel) // self.stride + 1


@dataclass(frozen=True, slots=True)
class AudioConfig:
    """The sound branch: short clips through the trunk, then one Q-Former over all clips.

    qformer: keyword arguments of `Blip2QFormerConfig`. clips: how many are cut of a sound, each `clip_s` long;
    max_clips: rows of the position table. clip_starts: how they are laid out (`audio_processing.clip_spans`).
    mel_mean, mel_std: of the log mel energies over the training data.
    """

    qformer: dict[str, Any]
    trunk: AudioTrunkConfig = field(default_factory=AudioTrunkConfig)
    tokens: int = 8
    clips: int = 3
    max_clips: int = 8
    clip_s: float = 2.0
    clip_starts: str = "end_open"
    sample_rate: int = 16000
    mel_bins: int = 128
    mel_frames: int = 204
    mel_mean: float = -4.268
    mel_std: float = 9.138


def _video(content: dict[str, Any] | None) -> VideoConfig | None:
    return None if content is None else VideoConfig(**content)


def _audio(content: dict[str, Any] | None) -> AudioConfig | None:
    if content is None:
        return None
    return AudioConfig(trunk=AudioTrunkConfig(**content.pop("trunk")), **content)


@dataclass(frozen=True, slots=True)
class GroundingGPTConfig:
    """Everything that is needed to build the model and its processing.

    vision, text: the keyword arguments of transformers' `CLIPVisionConfig` and `LlamaConfig`.
    vision_select_layer: index into CLIP's hidden states (the published model: -2; the class token is dropped).
    vision, video, audio: None where the checkpoint has no such branch.
    dialogue: how it reads a conversation; None where it was taught single questions. In a chat each question is then a
    prompt of its own (`prompt`), about one medium, and nothing that was said before is seen.
    """

    vision: dict[str, Any] | None
    text: dict[str, Any]
    vision_select_layer: int = -2
    pad_rgb: tuple[int, int, int] = (122, 116, 104)
    prompt: PromptTemplate = field(default_factory=PromptTemplate)
    grammar: AnswerGrammar = field(default_factory=AnswerGrammar)
    tokens: MediaTokens = field(default_factory=MediaTokens)
    summary: str = ""
    licence: str = ""
    video: VideoConfig | None = None
    audio: AudioConfig | None = None
    dialogue: DialogueTemplate | None = None

    @property
    def image_size(self) -> int:
        """Side in pixels of the square that the vision tower sees. Raises `ModelError` without a picture branch."""
        if self.vision is None:
            raise ModelError("This checkpoint knows no image", next_step="choose another model for it")
        return int(self.vision["image_size"])

    @property
    def image_tokens(self) -> int:
        """Patch tokens for one picture; 0 without a picture branch."""
        return 0 if self.vision is None else int((self.image_size // int(self.vision["patch_size"])) ** 2)

    @property
    def patches(self) -> dict[MediaKind, int]:
        """Patch tokens for one medium of each kind that this checkpoint has a branch for."""
        counts: dict[MediaKind, int] = {} if self.vision is None else {"image": self.image_tokens}
        if self.video is not None:
            counts["video"] = self.video.tokens
        if self.audio is not None:
            counts["audio"] = self.audio.tokens
        return counts

    def save(self, folder: Path) -> None:
        """Write `config.json`."""
        content = {"model_type": MODEL_TYPE, **dataclasses.asdict(self)}
        (folder / "config.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> GroundingGPTConfig:
        """Read `config.json`. Raises `ModelError` naming what is wrong with it."""
        path = folder / "config.json"
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            content.pop("model_type")
            prompt = content.pop("prompt")
            rewordings = tuple((str(pattern), str(words)) for pattern, words in prompt.pop("rewordings", ()))
            grammar = content.pop("grammar")
            dialogue = content.pop("dialogue", None)
            return cls(
                video=_video(content.pop("video", None)),
                audio=_audio(content.pop("audio", None)),
                prompt=PromptTemplate(**prompt, rewordings=rewordings),
                grammar=AnswerGrammar(**{**grammar, "spans": tuple(grammar.get("spans", ()))}),
                tokens=MediaTokens(**content.pop("tokens")),
                dialogue=None if dialogue is None else DialogueTemplate(**dialogue),
                pad_rgb=tuple(content.pop("pad_rgb")),
                **content,
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(
                f"{path} does not describe a model", why=str(error), next_step="copy the checkpoint's folder again"
            ) from error
