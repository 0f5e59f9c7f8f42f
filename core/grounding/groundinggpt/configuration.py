"""What a checkpoint of this family says about itself in `config.json`: sizes, tokens, prompt, and answer grammar."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import ModelError

MODEL_TYPE = "groundlabel_groundinggpt"


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """How a question is put. One template for each generation of checkpoints.

    `{expression}` in `question` is replaced; the medium's block stands before it, followed by `after_media`.
    """

    before_media: str = ""
    after_media: str = "\n"
    question: str = "### Human: {expression}"
    answer: str = "### Assistant: "
    lower_case: bool = True


@dataclass(frozen=True, slots=True)
class AnswerGrammar:
    """What an answer may look like. `forced` says that the checkpoint never writes anything else."""

    decimals: int = 3
    joiner: str = ", "
    absent: str = "not present"
    max_regions: int = 32
    forced: bool = True


@dataclass(frozen=True, slots=True)
class MediaTokens:
    """Names of the special tokens around and for the patches of a picture."""

    image_patch: str = "<im_patch>"
    image_start: str = "<im_start>"
    image_end: str = "<im_end>"


@dataclass(frozen=True, slots=True)
class GroundingGPTConfig:
    """Everything that is needed to build the model and its processing.

    vision, text: the keyword arguments of transformers' `CLIPVisionConfig` and `LlamaConfig`.
    vision_select_layer: index into CLIP's hidden states (the published model: -2; the class token is dropped).
    """

    vision: dict[str, Any]
    text: dict[str, Any]
    vision_select_layer: int = -2
    pad_rgb: tuple[int, int, int] = (122, 116, 104)
    prompt: PromptTemplate = field(default_factory=PromptTemplate)
    grammar: AnswerGrammar = field(default_factory=AnswerGrammar)
    tokens: MediaTokens = field(default_factory=MediaTokens)
    summary: str = ""
    licence: str = ""

    @property
    def image_size(self) -> int:
        """Side in pixels of the square that the vision tower sees."""
        return int(self.vision["image_size"])

    @property
    def image_tokens(self) -> int:
        """Patch tokens for one picture."""
        return int((self.image_size // int(self.vision["patch_size"])) ** 2)

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
            return cls(
                prompt=PromptTemplate(**content.pop("prompt")),
                grammar=AnswerGrammar(**content.pop("grammar")),
                tokens=MediaTokens(**content.pop("tokens")),
                pad_rgb=tuple(content.pop("pad_rgb")),
                **content,
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(
                f"{path} does not describe a model", why=str(error), next_step="copy the checkpoint's folder again"
            ) from error
