"""What will not work, said before anything starts: data, base, licence, memory, disk. Reads, and changes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import UserError
from core.grounding.catalogue import catalogue
from core.grounding.groundinggpt.checkpoint import StoredModel, open_checkpoint
from core.grounding.groundinggpt.placement import DeviceName, choose_device, free_bytes
from core.grounding.registry import PUBLISHED, ModelPlace, family_of, find_model
from core.jobs import Note
from core.training.findings import Finding
from core.training.holdout import keys_of, sides, split_media
from core.training.memory import Need
from core.training.parallel import sharing_asked, take_own_gpu
from core.training.plan import FinetunePlan, Settled
from core.training.preflight_data import about_expressions, media_in, usable_media
from core.training.preflight_room import about_room, free_disk, size_up
from core.training.preflight_talks import usable_talks
from core.training.samples import Talk, Taught
from core.training.states import check_out

HOLDOUT = "holdout.json"  # beside a model: which media it learned from, and which were kept apart
_NON_COMMERCIAL = re.compile(r"\bNC\b|non-?commercial|no commercial", re.I)


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a run would do and what stands against it.

    learned, held: the samples that can be used, on either side of the hold-out. left_out: media that cannot be.
    settled, need: None where the base or the data do not allow to say.
    """

    place: ModelPlace
    device: DeviceName
    learned: tuple[Taught, ...]
    held: tuple[Taught, ...]
    findings: tuple[Finding, ...]
    left_out: tuple[Note, ...]
    settled: Settled | None
    need: Need | None
    free_memory: int | None
    free_disk: int | None
    licence: str

    @property
    def fatal(self) -> Finding | None:
        """The first thing that makes the run impossible."""
        return next((finding for finding in self.findings if finding.fatal), None)

    def event(self, *, for_window: bool = False) -> dict[str, object]:
        """For `--json` (`docs/cli.md`). for_window: a window shows it, so it names no options."""
        settled, need = self.settled, self.need
        return {
            "event": "preflight", "ok": self.fatal is None, "base": str(self.place.folder), "device": self.device,
            "fatal": [one.text(for_window=for_window) for one in self.findings if one.fatal],
            "warnings": [one.text(for_window=for_window) for one in self.findings if not one.fatal],
            "samples": len(self.learned), "media": media_in(self.learned),
            "conversations": sum(isinstance(one, Talk) for one in self.learned),
            "held_samples": len(self.held), "held_media": media_in(self.held),
            "plan": None if settled is None else {
                "recipe": settled.recipe.name, "method": settled.method, "bits": settled.bits, "rate": settled.rate,
                "batch": settled.batch, "accumulate": settled.accumulate, "epochs": settled.epochs,
                "steps": settled.steps, "replayed": settled.replayed, "processes": settled.processes,
                "sharded": settled.sharded,
            },
            "memory_bytes": None if need is None else need.memory, "free_memory_bytes": self.free_memory,
            "disk_bytes": None if need is None else need.disk, "free_disk_bytes": self.free_disk,
            "licence": self.licence,
        }  # fmt: skip


def look_ahead(taught: Sequence[Taught], plan: FinetunePlan, *, writes: bool = True) -> Preflight:
    """Look at everything that a run needs. writes: whether this process is the one that writes to `plan.out`.

    Raises `ModelError` for a base that is unknown or damaged, `UsageError` for wishes that contradict each other.
    """
    plan = replace(plan, shard="on") if plan.shard == "auto" and sharing_asked() else plan
    plan.check()
    place = find_model(plan.base)
    findings: list[Finding] = []
    if writes:
        _try(findings, lambda: check_out(plan.out, resume=plan.resume))
    device: DeviceName = "cuda" if choose_device(plan.device).type == "cuda" else "cpu"
    if device == "cuda":
        take_own_gpu()
    stored = _of_our_kind(place, findings)
    if not taught:
        findings.append(Finding("There is nothing to learn from", fatal=True))
    readable, left_out = usable_media(taught, stored, place.name, findings)
    usable, passed_over = usable_talks(readable, stored, place.folder, place.name, findings)
    left_out += passed_over
    learned, held = _divided(usable, plan, lineage(place.folder), findings)
    if plan.holdout and usable and not held:
        findings.append(
            Finding(
                "Nothing is kept apart to tell how well it learns",
                "the base learned from all these media already, or there is only one",
                "annotate more, or start from the base's own base",
            )
        )
    if usable and not learned:
        findings.append(Finding("All media are kept apart: nothing is left to learn from", fatal=True))
    findings += about_expressions(learned)
    licence = licence_of(place, stored)
    if _NON_COMMERCIAL.search(licence):
        findings.append(
            Finding("The base must not be used commercially, and neither must what is made of it", f"{licence}")
        )
    settled = need = None
    if stored is not None and learned:
        settled, need = size_up(stored, plan, learned, place.folder, device)
        findings += about_room(settled, need, device, plan.out)
    return Preflight(
        place, device, tuple(learned), tuple(held), tuple(findings), tuple(left_out), settled, need,
        free_bytes(device), free_disk(plan.out), licence,
    )  # fmt: skip


def _divided(
    usable: list[Taught], plan: FinetunePlan, known: Mapping[str, bool], findings: list[Finding]
) -> tuple[list[Taught], list[Taught]]:
    """What is learned from and what is kept apart: what a project holds in `val`, and the plan's share of the rest.

    `test` is on neither side.
    """
    marked = [one for one in usable if one.split == "val"]
    taken = {key for one in usable if one.split in ("val", "test") for key in keys_of(one)}
    free = [one for one in usable if taken.isdisjoint(keys_of(one))]
    learned, held = split_media(free, plan.holdout, known, again=plan.from_split) if plan.holdout else (free, [])
    if between := len(free) - len(learned) - len(held):
        findings.append(Finding(f"{between} conversations about media of both sides are on neither"))
    return learned, [*marked, *held]


def _try(findings: list[Finding], check: Callable[[], None]) -> None:
    try:
        check()
    except UserError as error:
        findings.append(Finding(error.what, error.why, error.next_step, fatal=True, in_window="start again"))


# --- the base --------------------------------------------------------------------------------------


def _of_our_kind(place: ModelPlace, findings: list[Finding]) -> StoredModel | None:
    if place.family not in (PUBLISHED, "groundlabel_groundinggpt"):
        findings.append(
            Finding(
                f"{place.name} cannot be taught here",
                "only GroundingGPT models can be",
                "use --base mini",
                fatal=True,
                in_window="start from another model, such as mini",
            )
        )
        return None
    return open_checkpoint(place.folder)


def licence_of(place: ModelPlace, stored: StoredModel | None) -> str:
    """The licences that a base comes under, in one line; "" where it says nothing."""
    if stored is not None and stored.config.licence:
        return stored.config.licence
    named = catalogue().get("groundinggpt-7b" if family_of(place.folder) == PUBLISHED else place.name)
    return named.licence_names() if named is not None else ""


def lineage(folder: Path) -> dict[str, bool]:
    """Media that a model, or one that it was made of, learned from (False) or kept apart (True), by their keys."""
    try:
        content = json.loads((folder / HOLDOUT).read_text(encoding="utf-8"))
        return {str(key): False for key in content["learned"]} | {str(key): True for key in content["held"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def recorded_sides(ready: Preflight) -> dict[str, list[str]]:
    """What `lineage` reads of the model that comes of a run. What was once learned stays learned."""
    known = sides(ready.learned, ready.held) | {
        key: side for key, side in lineage(ready.place.folder).items() if not side
    }
    return {
        "learned": sorted(key for key, is_held in known.items() if not is_held),
        "held": sorted(key for key, is_held in known.items() if is_held),
    }
