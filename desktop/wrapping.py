"""Words for people in narrow places: where long ones may break, and how a remark becomes a sentence."""

from __future__ import annotations


def breakable(text: str) -> str:
    """A text whose lines may break after slashes and underscores (zero-width spaces)."""
    for mark in ("/", "\\", "_"):
        text = text.replace(mark, mark + "\u200b")
    return text


def sentence(text: str) -> str:
    """A remark with a capital and a full stop, however it was written down; 。 ends one with Chinese words."""
    trimmed = text.strip()
    if not trimmed:
        return ""
    stop = "。" if is_wide(trimmed) else "."
    head = trimmed.split(maxsplit=1)[0].rstrip(".,:;")
    first = trimmed[0] if any(mark in head for mark in "./\\_") else trimmed[0].upper()  # a name stays as it is
    return first + trimmed[1:] + ("" if trimmed[-1] in ".!?…。！？" else stop)


def sentences(*remarks: str) -> str:
    """Remarks one after another as sentences; after 。 no space is written."""
    text = ""
    for part in filter(None, map(sentence, remarks)):
        text += part if not text or text.endswith("。") else " " + part
    return text


def is_wide(text: str) -> bool:
    """Whether there are Chinese characters in a text."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)
