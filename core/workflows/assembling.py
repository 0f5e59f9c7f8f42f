"""A model to be trained, put together of published parts. Knows no torch: a child process does it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import ModelError
from core.grounding.aside import run_aside
from core.grounding.catalogue import catalogued
from core.grounding.licences import require_accepted
from core.jobs import JobContext

STAGE_1_TERMS = "groundinggpt-7b"  # its parts come under the same licences as the whole
_JOB = "core.grounding.groundinggpt.assembly:assemble_parts"


@dataclass(frozen=True, slots=True)
class PartPlaces:
    """Where the parts of a model to be trained lie; None is the usual place (`docs/cli.md`)."""

    vicuna: Path | None = None
    clip: Path | None = None
    eva: Path | None = None
    blip2: Path | None = None
    imagebind: Path | None = None


def assemble(out: Path, places: PartPlaces, context: JobContext, *, seed: int = 0) -> list[str]:
    """Put a GroundingGPT together of its parts, as the start of stage 1, in a new folder; returns its files.

    Raises `ModelError` for a part that is missing, damaged or unfit, or a folder that is not empty; `Cancelled`.
    """
    require_accepted(catalogued(STAGE_1_TERMS))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ModelError(f"{out} is not empty", next_step="name a new folder")
    files: list[str] = run_aside(_JOB, asdict(places), out, seed, context=context)
    return files
