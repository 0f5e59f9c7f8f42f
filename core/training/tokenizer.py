"""Makes the tokenizer of the bundled model: byte fallback, single digits, and one token for each piece of grammar."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

SPECIALS = ("<pad>", "<s>", "</s>", "<unk>")
MEDIA_TOKENS = (
    "<im_patch>", "<im_start>", "<im_end>", "<vi_patch>", "<vi_start>", "<vi_end>",
    "<so_patch>", "<so_start>", "<so_end>",
)  # fmt: skip
# What stands between the digits of an answer, and the turns of a conversation: one token each.
GRAMMAR_TOKENS = (
    "### Human:", "### Assistant:", "not present",
    "[0.", "[1.", ", 0.", ", 1.", "], [0.", "], [1.", "{0.", "{1.", ",0.", ",1.", "}, {0.", "}, {1.",
)  # fmt: skip
_BASE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,;:!?'\"()[]{}<>/-+*=#&%@_~\n"


def train_tokenizer(texts: Iterable[str], vocabulary: int = 1024) -> Tokenizer:
    """A byte-pair vocabulary over these texts; anything else falls back to letters and bytes."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(" ", "▁")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex("▁"), behavior="merged_with_next"),
            pre_tokenizers.Digits(individual_digits=True),
        ]
    )
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    alphabet = [*_BASE, "▁", *"0123456789"]
    reserved = [*SPECIALS, *MEDIA_TOKENS, *(f"<0x{byte:02X}>" for byte in range(256))]
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(GRAMMAR_TOKENS),
        special_tokens=reserved,
        initial_alphabet=alphabet,
        limit_alphabet=len(alphabet),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer = _only_these_special(tokenizer)
    tokenizer.add_tokens([AddedToken(token, normalized=False) for token in GRAMMAR_TOKENS])
    return tokenizer


def _only_these_special(tokenizer: Tokenizer) -> Tokenizer:
    """The byte tokens were reserved as special to fix their ids; typed text must not match them."""
    content = json.loads(tokenizer.to_str())
    content["added_tokens"] = [
        token for token in content["added_tokens"] if token["content"] in SPECIALS + MEDIA_TOKENS
    ]
    return Tokenizer.from_str(json.dumps(content))
