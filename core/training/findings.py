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
    in_window: str = ""  # the next step of somebody who has a window in place of options; "": the same

    def __str__(self) -> str:
        return self.text()

    def text(self, *, for_window: bool = False) -> str:
        """In sentences, with the next step that its reader can take."""
        step = self.in_window if for_window and self.in_window else self.next_step
        return str(UserError(self.what, why=self.why, next_step=step))
