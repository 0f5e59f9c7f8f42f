"""Prompt templates: which wording a row gets. The wordings stand in `resources/prompts/datasets.json`."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

from core.files import bundled

TEMPLATES = "resources/prompts/datasets.json"
_PLACE = re.compile(r"\{[a-z]+\}")


@dataclass(frozen=True, slots=True)
class Words:
    """Wordings by task. The choice depends on the seed and the row alone, not on what was chosen before."""

    seed: int
    templates: dict[str, tuple[str, ...]]

    @classmethod
    def load(cls, seed: int = 0) -> Words:
        """The wordings that ship with the app."""
        content = json.loads(bundled(TEMPLATES).read_text(encoding="utf-8"))
        return cls(seed, {task: tuple(wordings) for task, wordings in content["templates"].items()})

    def choose(self, task: str, row_id: str, value: str = "") -> str:
        """A wording of a task, `value` in its `{place}`."""
        wordings = self.templates[task]
        digest = hashlib.blake2b(
            f"{self.seed}/{task}/{row_id}".encode("utf-8", "surrogatepass"), digest_size=8
        ).digest()
        return _PLACE.sub(lambda _: value, wordings[int.from_bytes(digest) % len(wordings)], count=1)
