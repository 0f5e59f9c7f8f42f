"""Datasets that are conversations already (LLaVA, Valley): rows are checked and taken over, media are looked for."""

from __future__ import annotations

from pathlib import Path

from core.datasets.media import Medium
from core.datasets.model import Row
from core.formats.text_files import as_list, as_object, as_text, malformed
from core.schema import MediaKind

_SPEAKERS = {"human": "human", "user": "human", "gpt": "gpt", "assistant": "gpt"}
_KEY: dict[MediaKind, str] = {"image": "image", "video": "video", "audio": "sound"}


def turns_in(entry: Row, file: Path, where: str) -> list[tuple[str, str]]:
    """(speaker, text) of each turn, speakers as human and gpt. A system turn is none. Raises `FormatError`."""
    found: list[tuple[str, str]] = []
    for index, value in enumerate(as_list(entry.get("conversations"), file, f"{where}, conversations")):
        place = f"{where}, conversations[{index}]"
        turn = as_object(value, file, place)
        speaker, text = turn.get("from"), as_text(turn.get("value"), file, f"{place}.value")
        if speaker == "system":
            continue
        if not isinstance(speaker, str) or speaker not in _SPEAKERS:
            raise malformed(file, f"{place}.from", "human or gpt", speaker)
        found.append((_SPEAKERS[speaker], text))
    return found


def taken_over(row_id: str, medium: Medium | None, kind: MediaKind, turns: list[tuple[str, str]]) -> Row:
    """A row with the turns as they are; the marker is put in front of the first where the dataset left it out."""
    row: Row = {"id": row_id}
    written = list(turns)
    if medium is not None:
        key = _KEY[kind]
        row[key] = medium.name
        if written and not any(f"<{key}>" in text for _, text in written):
            written[0] = (written[0][0], f"<{key}>\n{written[0][1]}")
    row["conversations"] = [{"from": speaker, "value": text} for speaker, text in written]
    return row
