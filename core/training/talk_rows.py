"""Conversation rows as they stand: who says what, and which media are shown where. Finds no files.

A project's own exported rows are questions with places for answers (`core.formats.examples`); any other row is a
conversation too: captions, short answers, dialogues, boxes and times among words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast, get_args

from core.formats.groundinggpt import EXTRA, MEDIA_KEYS, Row
from core.formats.text_files import as_list, as_object, as_text, malformed, safe_name, shown
from core.grounding.groundinggpt.prompts import MARKERS, Turn, turn_of
from core.schema import MediaKind, SplitName

_MOMENT = re.compile(r"#t=(\d+(?:\.\d+)?(?:e-\d+)?)$")


@dataclass(frozen=True, slots=True)
class Named:
    """A medium as a row names it: relative and POSIX; at_s: the frame of a video that is shown then, as a picture."""

    kind: MediaKind
    name: str
    at_s: float | None = None


@dataclass(frozen=True, slots=True)
class TalkRow:
    """A conversation with an answer; `media` are in the order in which the turns show them."""

    turns: tuple[Turn, ...]
    media: tuple[Named, ...]
    split: SplitName | None = None


def is_exported(row: Row) -> bool:
    """Whether a project wrote this row: a bare expression and its places."""
    extra = row.get(EXTRA)
    return isinstance(extra, dict) and "media_id" in extra


def talk_row(row: Row, source: Path | str = "row", where: str = "") -> TalkRow | str:
    """The conversation of a row, or why it teaches nothing. Raises `FormatError` for what is no such row.

    What is asked last and not answered is left away. A medium that no turn marks is shown first.
    """
    media: list[Named] = []
    for key, kind in MEDIA_KEYS.items():
        given = row.get(key) or []
        for value in given if isinstance(given, list) else [given]:
            named = _named(as_text(value, source, f"{where}, {key}"), kind)
            if named is None:
                return f"the name {shown(value)} leads out of the folder"
            media.append(named)
    turns = _turns(row, source, where)
    while turns and turns[-1].human:
        turns.pop()
    if not any(not turn.human and turn.text for turn in turns):
        return "a question without answer"
    extra = row.get(EXTRA)
    split = extra.get("split") if isinstance(extra, dict) else None
    if split is not None and split not in get_args(SplitName):
        raise malformed(source, f"{where}, {EXTRA}.split", "train, val or test", split)
    placed = _placed(turns, media)
    if isinstance(placed, str):
        return placed
    return TalkRow(*placed, cast("SplitName | None", split))


def _named(written: str, kind: MediaKind) -> Named | None:
    moment = _MOMENT.search(written) if kind == "image" else None
    name = safe_name(written[: moment.start()] if moment else written)
    return None if name is None else Named(kind, name, float(moment[1]) if moment else None)


def _turns(row: Row, source: Path | str, where: str) -> list[Turn]:
    turns: list[Turn] = []
    for index, value in enumerate(as_list(row.get("conversations"), source, f"{where}, conversations")):
        place = f"{where}, conversations[{index}]"
        turn = as_object(value, source, place)
        speaker, text = turn.get("from"), as_text(turn.get("value"), source, f"{place}.value")
        if speaker not in ("human", "gpt"):
            raise malformed(source, f"{place}.from", "human or gpt", speaker)
        said = turn_of(str(speaker), text)
        turns.append(replace(said, text=said.text.strip()))  # as answers are kept in a chat's history
    return turns


def _placed(turns: Sequence[Turn], media: Sequence[Named]) -> tuple[tuple[Turn, ...], tuple[Named, ...]] | str:
    """The turns with every medium shown, and the media in that order; or why that cannot be."""
    if any(turn.media for turn in turns if not turn.human):
        return "an answer that shows a medium"
    waiting = {kind: [one for one in media if one.kind == kind] for kind in MARKERS}
    counts = {kind: sum(turn.media.count(kind) for turn in turns) for kind in MARKERS}
    if any(counts[kind] > len(waiting[kind]) for kind in MARKERS):
        return "a conversation that marks more media than it names"
    unmarked = [kind for kind in reversed(MARKERS) for _ in range(len(waiting[kind]) - counts[kind])]
    first = next((number for number, turn in enumerate(turns) if turn.human), None)
    if unmarked and first is None:
        return "a conversation that nobody asks"
    placed = [
        replace(turn, media=(*unmarked, *turn.media)) if number == first else turn for number, turn in enumerate(turns)
    ]
    return tuple(placed), tuple(waiting[kind].pop(0) for turn in placed for kind in turn.media)
