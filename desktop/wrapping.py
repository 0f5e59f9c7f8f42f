"""Long paths and words in narrow places."""

from __future__ import annotations


def breakable(text: str) -> str:
    """A text whose lines may break after slashes and underscores (zero-width spaces)."""
    for mark in ("/", "\\", "_"):
        text = text.replace(mark, mark + "\u200b")
    return text
