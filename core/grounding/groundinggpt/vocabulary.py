"""The tokenizer of a checkpoint's folder: `tokenizer.json`, or LLaMA's `tokenizer.model`, with the media's tokens."""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer

from core.errors import ModelError
from core.grounding.groundinggpt.configuration import GroundingGPTConfig, MediaTokens
from core.grounding.groundinggpt.sentencepiece import read_tokenizer_model
from core.grounding.registry import PUBLISHED, family_of

_JSON, _MODEL = "tokenizer.json", "tokenizer.model"


def read_tokenizer(folder: Path, config: GroundingGPTConfig) -> Tokenizer:
    """A checkpoint's tokenizer. Raises `ModelError`.

    The published folder may have either file and may lack the media's tokens: they are added as the original adds
    them each time it loads, in its order, behind whatever is there.
    """
    if family_of(folder) != PUBLISHED:
        return _from_json(folder / _JSON)
    tokenizer = published_tokenizer(folder)
    add_media_tokens(tokenizer, config.tokens)
    size, rows = tokenizer.get_vocab_size(), int(config.text["vocab_size"])
    if size > rows:
        raise ModelError(
            f"The tokenizer in {folder} does not fit the weights",
            why=f"it has {size} tokens with those of the media, and the weights know {rows}",
            next_step="copy the checkpoint's folder again",
        )
    return tokenizer


def published_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer of a folder of Vicuna or of the published model, as it lies there. Raises `ModelError`."""
    if (folder / _JSON).is_file():
        return _from_json(folder / _JSON)
    if not (folder / _MODEL).is_file():
        raise ModelError(
            f"{folder} is incomplete", why=f"{_JSON} and {_MODEL} are missing", next_step="copy one of them there"
        )
    tokenizer = read_tokenizer_model(folder / _MODEL, legacy=_is_legacy(folder))
    for token, _ in sorted(_added(folder).items(), key=lambda item: item[1]):
        tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True)])
    wrong = [token for token, index in _added(folder).items() if tokenizer.token_to_id(token) != index]
    if wrong:
        raise ModelError(
            f"{folder / 'added_tokens.json'} does not fit {_MODEL}",
            why=f"{wrong[0]!r} would get another number than is written there",
            next_step="copy both again",
        )
    return tokenizer


def add_media_tokens(tokenizer: Tokenizer, tokens: MediaTokens) -> int:
    """Add those of the media's tokens that are missing, in the original's order; returns how many."""
    names = [
        tokens.image_patch, tokens.image_start, tokens.image_end,
        tokens.video_patch, tokens.video_start, tokens.video_end,
        tokens.sound_patch, tokens.sound_start, tokens.sound_end,
    ]  # fmt: skip
    missing = [name for name in names if tokenizer.token_to_id(name) is None]
    added: int = tokenizer.add_special_tokens([AddedToken(name, normalized=False, special=True) for name in missing])
    return added


def _from_json(path: Path) -> Tokenizer:
    if not path.is_file():
        raise ModelError(f"{path.parent} is incomplete", why=f"{path.name} is missing", next_step="copy it again")
    try:
        return Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read", why=str(error), next_step="copy it again") from error
    except Exception as error:  # the library's own errors are plain exceptions
        raise ModelError(f"{path} is no tokenizer", why=str(error), next_step="copy it again") from error


def _table(path: Path) -> dict[str, object]:
    """A JSON table beside the tokenizer; empty where there is none. Raises `ModelError`."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} cannot be read", why=str(error), next_step="copy it again") from error
    if not isinstance(content, dict):
        raise ModelError(f"{path} is no table", next_step="copy it again")
    return content


def _is_legacy(folder: Path) -> bool:
    """What `tokenizer_config.json` says; tokenizers that were saved before the setting existed behave the old way."""
    return _table(folder / "tokenizer_config.json").get("legacy") is not False


def _added(folder: Path) -> dict[str, int]:
    return {name: index for name, index in _table(folder / "added_tokens.json").items() if isinstance(index, int)}
