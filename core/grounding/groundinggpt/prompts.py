"""Conversations as text: how turns, media and answers are written for a checkpoint, and what of it is learned.

Text only. Which ids it becomes is the tokenizer's business; labels follow from the characters that count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.grounding.groundinggpt.configuration import DialogueTemplate, MediaTokens
from core.schema import MediaKind

# In the order in which the original moves them to the front of a turn: the last one ends up first.
MARKERS: dict[MediaKind, str] = {"image": "<image>", "video": "<video>", "audio": "<sound>"}

SYSTEM = (
    "A chat between a curious human and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the human's questions."
)


# What the published checkpoint was trained on, and what its own command line asks it with: they are not the same.
# Its weights have seen only the first.
PUBLISHED_TRAINING = DialogueTemplate(
    before=f"{SYSTEM}\n\n",
    human="### Human: ",
    human_end="\n",
    assistant="### Assistant: ",
    assistant_end="\n",
    ask="### Assistant:",
    closing="### ",
    learned_of_human="###",
)
PUBLISHED_COMMAND_LINE = DialogueTemplate(
    before=SYSTEM,
    human="###Human: ",
    human_end="",
    assistant="###Assistant: ",
    assistant_end="",
    ask="###Assistant:",
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said; media of a turn stand before its words, in this order."""

    human: bool
    text: str
    media: tuple[MediaKind, ...] = ()


@dataclass(frozen=True, slots=True)
class TrainingText:
    """A conversation as it is learned; `learned` are the spans of characters that the model is taught to write."""

    text: str
    learned: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class TrainingPiece:
    """Words of a conversation, which spans of them are learned, and the medium whose block stands behind them."""

    words: str
    learned: tuple[tuple[int, int], ...]
    medium: MediaKind | None


@dataclass(frozen=True, slots=True)
class MediaBlocks:
    """The text that stands for a medium: start, as many patches as it has features, end."""

    tokens: MediaTokens
    patches: Mapping[MediaKind, int]

    def block(self, medium: MediaKind) -> str:
        """Such as `<im_start><im_patch>...<im_end>`."""
        start, patch, end = self.tokens.around(medium)
        return start + patch * self.patches[medium] + end

    def said(self, turn: Turn) -> str:
        """A turn's words behind its media, each medium on a line of its own."""
        lines = [self.block(medium) for medium in turn.media]
        return "\n".join([*lines, turn.text] if turn.text else lines)


def prompt_text(template: DialogueTemplate, turns: Sequence[Turn], blocks: MediaBlocks) -> str:
    """All that was said, up to where the model's next answer begins."""
    return template.before + "".join(_parts(template, turns, blocks)) + template.ask


def prompt_pieces(template: DialogueTemplate, turns: Sequence[Turn]) -> list[tuple[str, MediaKind | None]]:
    """The same in pieces: words, and the medium whose block stands behind them; None behind the last.

    For what people type: words of theirs that look like a block are words here.
    """
    pieces: list[tuple[str, MediaKind | None]] = []
    words = template.before
    for turn in turns:
        words += template.human if turn.human else template.assistant
        for number, medium in enumerate(turn.media, 1):
            pieces.append((words, medium))
            words = "\n" if turn.text or number < len(turn.media) else ""
        words += turn.text + (template.human_end if turn.human else template.assistant_end)
    return [*pieces, (words + template.ask, None)]


def training_pieces(template: DialogueTemplate, turns: Sequence[Turn]) -> list[TrainingPiece]:
    """A whole conversation in pieces, and what is learned: answers with their name in front, and that a turn ends.

    Up to any answer the words are those of `prompt_pieces`.
    """
    pieces: list[TrainingPiece] = []
    words, learned = template.before, list[tuple[int, int]]()
    for turn in turns:
        said = template.human if turn.human else template.assistant
        _extend(learned, len(words), len(words) + (len(template.learned_of_human) if turn.human else len(said)))
        words += said
        for number, medium in enumerate(turn.media, 1):
            pieces.append(TrainingPiece(words, tuple(learned), medium))
            words, learned = "\n" if turn.text or number < len(turn.media) else "", []
        said = turn.text + (template.human_end if turn.human else template.assistant_end)
        _extend(learned, len(words), len(words) + (0 if turn.human else len(said)))
        words += said
    _extend(learned, len(words), len(words) + len(template.closing))
    return [*pieces, TrainingPiece(words + template.closing, tuple(learned), None)]


def training_text(template: DialogueTemplate, turns: Sequence[Turn], blocks: MediaBlocks) -> TrainingText:
    """The same as one text, with blocks for media."""
    text = ""
    learned: list[tuple[int, int]] = []
    for piece in training_pieces(template, turns):
        for start, end in piece.learned:
            _extend(learned, len(text) + start, len(text) + end)
        text += piece.words + (blocks.block(piece.medium) if piece.medium is not None else "")
    return TrainingText(text, tuple(learned))


def _parts(template: DialogueTemplate, turns: Sequence[Turn], blocks: MediaBlocks) -> list[str]:
    return [
        template.human + blocks.said(turn) + template.human_end
        if turn.human
        else template.assistant + blocks.said(turn) + template.assistant_end
        for turn in turns
    ]


def _extend(spans: list[tuple[int, int]], start: int, end: int) -> None:
    """Add a span, joined to the one before where they touch."""
    if start == end:
        return
    if spans and spans[-1][1] == start:
        start = spans.pop()[0]
    spans.append((start, end))


def turn_of(speaker: str, value: str) -> Turn:
    """A turn of a published conversation row: its `<image>`, `<video>` and `<sound>` markers name its media.

    Markers may stand anywhere: each kind in turn is taken out and put in front, as often as it is named, so that sounds
    come first, then videos, then pictures. Only the space around the whole is dropped, as in the original.
    """
    text = value
    for marker in MARKERS.values():
        if count := text.count(marker):
            text = (f"{marker}\n" * count + text.replace(marker, "").strip()).strip()
    media: list[MediaKind] = []
    while found := next((medium for medium, marker in MARKERS.items() if text.startswith(marker)), None):
        media.append(found)
        text = text.removeprefix(MARKERS[found]).removeprefix("\n")
    return Turn(human=speaker == "human", text=text, media=tuple(media))


def learned_tokens(spans: Sequence[tuple[int, int]], offsets: Sequence[tuple[int, int]]) -> list[bool]:
    """Which tokens are learned, from where in the text each begins and ends: those that begin in a learned span.

    Where the human's name is one token with the sign before it, that token is what ends an answer. A token without
    characters of its own (the begin token) is not learned.
    """
    return [start < end and any(first <= start < last for first, last in spans) for start, end in offsets]


def answer_of(written: str, template: DialogueTemplate) -> str:
    """What the model wrote, up to where its answer ends; white space inside it is kept."""
    return written.split(template.stop, 1)[0]
