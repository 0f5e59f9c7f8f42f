"""When two expressions count as the same: letter case, spacing and Unicode form do not matter."""

from __future__ import annotations

import unicodedata


def fold(expression: str) -> str:
    """The form under which expressions are compared and looked up; never shown."""
    return " ".join(unicodedata.normalize("NFKC", expression).casefold().split())


def tidy(expression: str) -> str:
    """An expression as it is kept: the annotator's words, without stray space around and between them."""
    return " ".join(expression.split())
