"""Reads the `tokenizer.model` of a LLaMA checkpoint as a tokenizer, without the sentencepiece library.

The file is a protocol buffer (sentencepiece_model.proto); of it the pieces, their scores and kinds are read, and
whether it is a BPE model. transformers' own function finds the merges.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE

from core.errors import ModelError

_PIECES, _TRAINER = 1, 2  # fields of ModelProto
_PIECE, _SCORE, _KIND = 1, 2, 3  # of ModelProto.SentencePiece
_MODEL_TYPE, _BPE = 3, 2  # of TrainerSpec
_UNKNOWN, _CONTROL, _USER = 2, 3, 4  # kinds of pieces; 1 is an ordinary one, 6 a byte
_SPACE = "▁"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the vocabulary; its place in the file is its id."""

    text: str
    score: float
    kind: int


def read_tokenizer_model(path: Path, *, legacy: bool) -> Tokenizer:
    """The tokenizer of a `tokenizer.model`, with the special tokens it names. Raises `ModelError`.

    legacy: LLaMA's older behaviour, in which text behind a special token begins with a piece of space too.
    """
    try:
        pieces = read_pieces(path.read_bytes())
        return _tokenizer(pieces, legacy=legacy)
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read", why=error.strerror or str(error), next_step="copy it again"
        ) from error
    except (ValueError, IndexError, struct.error) as error:
        raise ModelError(f"{path} is no tokenizer", why=str(error), next_step="copy it again") from error


def read_pieces(data: bytes) -> list[Piece]:
    """The pieces of a BPE model. Raises `ValueError` for anything else."""
    pieces, model_type = [], None
    for number, value in _fields(data):
        if number == _PIECES and isinstance(value, bytes):
            pieces.append(_piece(value))
        elif number == _TRAINER and isinstance(value, bytes):
            model_type = next((found for field, found in _fields(value) if field == _MODEL_TYPE), None)
    if not pieces:
        raise ValueError("it has no pieces")
    if model_type != _BPE:
        raise ValueError("it is no BPE model, which LLaMA's is")
    return pieces


def _piece(data: bytes) -> Piece:
    text, score, kind = "", 0.0, 1
    for number, value in _fields(data):
        if number == _PIECE and isinstance(value, bytes):
            text = value.decode("utf-8")
        elif number == _SCORE and isinstance(value, bytes):
            (score,) = struct.unpack("<f", value)
        elif number == _KIND and isinstance(value, int):
            kind = value
    return Piece(text, score, kind)


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field of a message: whole numbers as such, all else as bytes."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if wire == 2:
            length, at = _varint(data, at)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ValueError(f"it has a field of the unknown type {wire}")
        if at + length > len(data):
            raise ValueError("it is cut short")
        yield number, data[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise ValueError("it is cut short, or no tokenizer.model at all")
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _tokenizer(pieces: list[Piece], *, legacy: bool) -> Tokenizer:
    from transformers.convert_slow_tokenizer import generate_merges

    vocabulary = {piece.text: index for index, piece in enumerate(pieces)}
    if len(vocabulary) != len(pieces):
        raise ValueError("a piece stands in it twice")
    unknown = next((piece.text for piece in pieces if piece.kind == _UNKNOWN), None)
    special = [piece.text for piece in pieces if piece.kind in (_UNKNOWN, _CONTROL)]
    ordinary = {piece.text: piece.score for piece in pieces if piece.kind not in (_UNKNOWN, _CONTROL, _USER)}
    merges = generate_merges(vocabulary, ordinary, skip_tokens=special)
    tokenizer = Tokenizer(BPE(vocabulary, merges, unk_token=unknown, fuse_unk=True, byte_fallback=True, dropout=None))
    if legacy:
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(_SPACE), normalizers.Replace(" ", _SPACE)])
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(_SPACE, prepend_scheme="first", split=False)
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace(_SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.add_special_tokens([AddedToken(text, normalized=False, special=True) for text in special])
    return tokenizer
