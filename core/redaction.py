"""Takes names of people, machines, folders and files out of a text before it leaves this machine. Reads nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

SHORT = 3  # a name of fewer letters is taken out only where it stands by itself: else nothing would be left
_HIDDEN = "***"
# What is still a path when all known names are gone. Spaces end it: what follows one cannot be told from prose.
_POSIX_PATH = re.compile(r"(?<![\w.<>/*:])/(?:[^\s/'\"<>|,;()\[\]*]+/)+[^\s/'\"<>|,;()\[\]*]*")
_WINDOWS_PATH = re.compile(r"(?<!\w)[A-Za-z]:[\\/](?:[^\s'\"<>|,;()\[\]*]+)")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}$")


@dataclass(frozen=True, slots=True)
class Redactor:
    """`folders` are known places and what to call them instead; `words` are names and what they are names of.

    After `clean`, no folder and no word of `SHORT` letters or more is left, in whatever case it was written.
    """

    folders: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def clean(self, text: str) -> str:
        """The text without them. Lines stay lines."""
        secrets = [*self.folders, *self.words]
        lowered = text.lower()
        present = [secret for secret in secrets if secret and secret.lower() in lowered]
        known = {secret.lower(): self._instead_of(secret, secrets) for secret in present}
        if known:
            alternatives = "|".join(_pattern(secret) for secret in sorted(present, key=len, reverse=True))
            text = re.sub(alternatives, lambda found: known.get(found[0].lower(), _HIDDEN), text, flags=re.IGNORECASE)
        text = _WINDOWS_PATH.sub(_path_instead, _POSIX_PATH.sub(_path_instead, text))
        return "\n".join(_HIDDEN if _holds(line, present) else line for line in text.split("\n")) if present else text

    def _instead_of(self, secret: str, secrets: Iterable[str]) -> str:
        """What to write; nothing that is itself a part of a name."""
        shown = f"<{self.folders.get(secret) or self.words.get(secret) or 'name'}>"
        return _HIDDEN if any(other and other.lower() in shown.lower() for other in secrets) else shown


def _pattern(secret: str) -> str:
    escaped = re.escape(secret)
    return escaped if len(secret) >= SHORT else rf"(?<!\w){escaped}(?!\w)"


def _path_instead(found: re.Match[str]) -> str:
    suffix = _SUFFIX.search(found[0])
    return f"<path>{suffix[0] if suffix else ''}"


def _holds(line: str, secrets: Iterable[str]) -> bool:
    """Whether a name came about by what was put beside it; such a line is given up whole."""
    lowered = line.lower()
    return any(len(secret) >= SHORT and secret.lower() in lowered for secret in secrets)
