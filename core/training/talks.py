"""Conversations as token ids: written as a chat is read, of which the assistant's turns alone are learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from core.errors import Bug
from core.grounding.groundinggpt.configuration import DialogueTemplate
from core.grounding.groundinggpt.processing import Processor
from core.grounding.groundinggpt.prompts import Turn, training_pieces
from core.schema import MediaKind
from core.training.packing import IGNORED
from core.training.samples import Talk

LONGEST = 2048  # tokens of a conversation with its media, as in the original's training


@dataclass(frozen=True, slots=True)
class TalkTokens:
    """ids, labels: of equal length. A label stands where its token is predicted from, `IGNORED` where none is."""

    ids: tuple[int, ...]
    labels: tuple[int, ...]


class TalkWriter:
    """Writes conversations for one checkpoint that holds some."""

    def __init__(self, processor: Processor) -> None:
        dialogue = processor.config.dialogue
        if dialogue is None:
            raise Bug("this checkpoint was taught no conversation")
        self._template: DialogueTemplate = dialogue
        self._processor = processor
        self.room = min(LONGEST, int(processor.config.text.get("max_position_embeddings", LONGEST)))
        self._unwritable = cache(processor.unwritable)

    def tokens(self, talk: Talk) -> TalkTokens:
        """A conversation that `fitted` has seen."""
        ids, learned = self._processor.lesson_ids(training_pieces(self._template, talk.turns))
        labels = [index if taught else IGNORED for index, taught in zip(ids[1:], learned[1:], strict=True)]
        return TalkTokens(tuple(ids[:-1]), tuple(labels))

    def unwritable(self, talk: Talk) -> list[str]:
        """The words of its answers that the tokenizer has no tokens for."""
        words = [word for turn in talk.turns if not turn.human for word in turn.text.split()]
        return [word for word in dict.fromkeys(words) if self._unwritable(word)]

    def fitted(self, talk: Talk) -> Talk | None:
        """The conversation, or as many of its first exchanges as there is room for; None where not one fits."""
        if self._at_most(talk.turns) <= self.room:
            return talk
        ends = [number for number, turn in enumerate(talk.turns, 1) if not turn.human]
        for end in reversed(ends):
            turns = talk.turns[:end]
            if len(self._processor.lesson_ids(training_pieces(self._template, turns))[0]) <= self.room + 1:
                if end == ends[-1]:
                    return talk
                shown = sum(len(turn.media) for turn in turns)
                return replace(talk, turns=turns, shows=talk.shows[:shown])
        return None

    def _at_most(self, turns: Sequence[Turn]) -> int:
        """More tokens than these can be, without writing them: a letter is at most as many as its bytes."""
        one = self._template
        patches: Mapping[MediaKind, int] = self._processor.config.patches
        media = sum(patches[kind] + 4 for turn in turns for kind in turn.media)  # with start, end, and line end
        around = max(len(one.human + one.human_end), len(one.assistant + one.assistant_end)) + 1
        words = sum(len(turn.text.encode("utf-8", "surrogatepass")) + around for turn in turns)
        return len(one.before) + len(one.closing) + 2 + media + words
