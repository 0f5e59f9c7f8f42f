"""One thing that will not work in a run, as people and programs are told."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import UserError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that will not work, or not well. Fatal ones end the run before it starts."""

    what: str
    why: str = ""
    next_step: str = ""
    fatal: bool = False

    def __str__(self) -> str:
        return str(UserError(self.what, why=self.why, next_step=self.next_step))
