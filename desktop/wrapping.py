"""Words for people in narrow places: where long ones may break, and how a remark becomes a sentence."""

from __future__ import annotations


def breakable(text: str) -> str:
    """A text whose lines may break after slashes and underscores (zero-width spaces)."""
    for mark in ("/", "\\", "_"):
        text = text.replace(mark, mark + "\u200b")
    return text


def sentence(text: str) -> str:
    """A remark with a capital and a full stop, however it was written down."""
    trimmed = text.strip()
    if not trimmed:
        return ""
    return trimmed[0].upper() + trimmed[1:] + ("" if trimmed[-1] in ".!?…" else ".")
