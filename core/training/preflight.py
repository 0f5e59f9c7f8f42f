"""What will not work, said before anything starts: data, base, licence, memory, disk. Reads, and changes nothing."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import MediaError, UserError
from core.formats.examples import same_words
from core.grounding.catalogue import catalogue
from core.grounding.groundinggpt.checkpoint import StoredModel, open_checkpoint
from core.grounding.groundinggpt.placement import LARGE, DeviceName, choose_device, free_bytes
from core.grounding.registry import PUBLISHED, ModelPlace, family_of, find_model
from core.jobs import Note
from core.media import probe
from core.training.holdout import sides, split_media
from core.training.lessons import lessons_of
from core.training.memory import Need, needed
from core.training.order import places
from core.training.parallel import processes, sharing_asked
from core.training.plan import FinetunePlan, Settled, settle
from core.training.replay import kinds_of, taught_on_scenes
from core.training.samples import Sample
from core.training.states import check_out

HOLDOUT = "holdout.json"  # beside a model: which media it learned from, and which were kept apart
_FEW = 5  # examples of an expression
_NAMED = 5  # expressions and media in one line
_NON_COMMERCIAL = re.compile(r"\bNC\b|non-?commercial|no commercial", re.I)
_GB = 1e9


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that will not work, or not well. Fatal ones end the run before it starts."""

    what: str
    why: str = ""
    next_step: str = ""
    fatal: bool = False

    def __str__(self) -> str:
        return str(UserError(self.what, why=self.why, next_step=self.next_step))


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a run would do and what stands against it.

    learned, held: the samples that can be used, on either side of the hold-out. left_out: media that cannot be.
    settled, need: None where the base or the data do not allow to say.
    """

    place: ModelPlace
    device: DeviceName
    learned: tuple[Sample, ...]
    held: tuple[Sample, ...]
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

    def event(self) -> dict[str, object]:
        """For `--json` (`docs/cli.md`)."""
        settled, need = self.settled, self.need
        return {
            "event": "preflight", "ok": self.fatal is None, "base": str(self.place.folder), "device": self.device,
            "fatal": [str(one) for one in self.findings if one.fatal],
            "warnings": [str(one) for one in self.findings if not one.fatal],
            "samples": len(self.learned), "media": _media_in(self.learned),
            "held_samples": len(self.held), "held_media": _media_in(self.held),
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


def look_ahead(samples: Sequence[Sample], plan: FinetunePlan, *, writes: bool = True) -> Preflight:
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
    stored = _of_our_kind(place, findings)
    usable, left_out = _usable(samples, stored, place.name, findings)
    learned, held = split_media(usable, plan.holdout, lineage(place.folder)) if plan.holdout else (usable, [])
    if plan.holdout and usable and not held:
        findings.append(
            Finding(
                "Nothing is kept apart to measure by",
                "the base learned from all these media already, or there is only one",
                "annotate more, or start from the base's own base",
            )
        )
    if usable and not learned:
        findings.append(Finding("All media are kept apart: nothing is left to learn from", fatal=True))
    findings += _about_words(learned)
    licence = licence_of(place, stored)
    if _NON_COMMERCIAL.search(licence):
        findings.append(
            Finding("The base must not be used commercially, and neither must what is made of it", f"{licence}")
        )
    settled = need = None
    if stored is not None and learned:
        settled, need = _size(stored, plan, learned, place.folder, device)
        findings += _about_room(settled, need, device, plan.out)
    free_disk = _free_disk(plan.out)
    return Preflight(
        place, device, tuple(learned), tuple(held), tuple(findings), tuple(left_out), settled, need,
        free_bytes(device), free_disk, licence,
    )  # fmt: skip


def _try(findings: list[Finding], check: Callable[[], None]) -> None:
    try:
        check()
    except UserError as error:
        findings.append(Finding(error.what, error.why, error.next_step, fatal=True))


# --- the base --------------------------------------------------------------------------------------


def _of_our_kind(place: ModelPlace, findings: list[Finding]) -> StoredModel | None:
    if place.family not in (PUBLISHED, "groundlabel_groundinggpt"):
        findings.append(
            Finding(
                f"{place.name} cannot be taught here", "only GroundingGPT models can be", "use --base mini", fatal=True
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


# --- the data --------------------------------------------------------------------------------------


def _usable(
    samples: Sequence[Sample], stored: StoredModel | None, base: str, findings: list[Finding]
) -> tuple[list[Sample], list[Note]]:
    """The samples whose media can be read and are of a kind that the base knows, and what is left out."""
    known = set(stored.config.patches) if stored is not None else kinds_of(samples)
    left_out: dict[str, Note] = {}
    usable: list[Sample] = []
    readable: dict[str, str] = {}
    for sample in samples:
        path = sample.source.path
        if sample.example.kind not in known:
            left_out[path] = Note(f"{base} knows no {sample.example.kind}: {sample.source.item.path}", path)
            continue
        if path not in readable:
            readable[path] = _why_unreadable(Path(path))
        if readable[path]:
            left_out[path] = Note(readable[path], path)
        else:
            usable.append(sample)
    foreign = sorted(kinds_of(samples) - known)
    if foreign:
        other = "mini-time" if "image" not in foreign else "mini"
        findings.append(
            Finding(
                f"{base} knows no {' and no '.join(foreign)}: such media are left out",
                next_step=f"another base may, such as {other}",
                fatal=not usable,
            )
        )
    unreadable = [path for path, why in readable.items() if why]
    if unreadable:
        findings.append(
            Finding(
                f"{len(unreadable)} media cannot be read and are left out: {_listed(unreadable)}",
                readable[unreadable[0]],
                fatal=not usable,
            )
        )
    if not samples:
        findings.append(Finding("There is nothing to learn from", fatal=True))
    return usable, list(left_out.values())


def _why_unreadable(path: Path) -> str:
    try:
        probe(path)
    except MediaError as error:
        return str(error)
    return ""


def _about_words(samples: Sequence[Sample]) -> list[Finding]:
    """Expressions of which too little is known to learn them."""
    spelled: dict[str, str] = {}
    there, absent = Counter[str](), Counter[str]()
    for sample in samples:
        words = same_words(sample.example.expression)
        spelled.setdefault(words, sample.example.expression)
        there[words] += bool(sample.example.present)
        absent[words] += sample.example.present is False
    never = [spelled[words] for words in spelled if not there[words]]
    few = [f"{spelled[words]} ({there[words]})" for words in spelled if 0 < there[words] < _FEW]
    found: list[Finding] = []
    if never:
        found.append(
            Finding(
                f"Nothing is marked for {_listed(never)}",
                "the model only learns where it is not",
                "mark it where it is, if it is anywhere",
            )
        )
    if few:
        found.append(
            Finding(
                f"Fewer than {_FEW} media show {_listed(few)}", "so few are soon known by heart", "annotate more of them"
            )
        )
    if samples and not sum(absent.values()):
        found.append(
            Finding(
                "Nothing is marked as not present",
                "the model may learn that everything is there always",
                'say "not present" for some media',
            )
        )
    return found


def _media_in(samples: Sequence[Sample]) -> int:
    return len({sample.source.path for sample in samples})


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


# --- room ------------------------------------------------------------------------------------------


def _size(
    stored: StoredModel, plan: FinetunePlan, learned: Sequence[Sample], folder: Path, device: DeviceName
) -> tuple[Settled, Need]:
    shapes = stored.empty()
    large = sum(tensor.numel() for tensor in shapes.state_dict().values()) >= LARGE
    lessons = lessons_of(learned)
    settled = settle(
        plan, large=large, media=len(lessons), taught_on_scenes=taught_on_scenes(folder), processes=processes()
    )
    return settled, needed(shapes, settled, device, max(map(places, lessons)))


def _about_room(settled: Settled, need: Need, device: DeviceName, out: Path) -> list[Finding]:
    found: list[Finding] = []
    where = "GPU" if device == "cuda" else "computer"
    free = free_bytes(device)
    fixed = need.weights + need.learning
    if free is not None and need.memory > free:
        fits = fixed <= free
        found.append(
            Finding(
                f"The {where}'s memory will {'hardly do' if fits else 'not do'}",
                f"about {need.memory / _GB:.1f} GB are needed ({need.weights / _GB:.1f} for weights, "
                f"{need.learning / _GB:.1f} for learning, {need.passes / _GB:.1f} for a pass) and "
                f"{free / _GB:.1f} GB are free",
                _smaller(settled, fits=fits),
                fatal=not fits,
            )
        )
    if settled.large and device == "cpu":
        found.append(
            Finding("A model of this size learns very slowly without a GPU", next_step="use a computer that has one")
        )
    if settled.method == "qlora" and importlib.util.find_spec("bitsandbytes") is None:
        found.append(
            Finding("--method qlora needs bitsandbytes", "it is not installed", "use --method lora", fatal=True)
        )
    free_disk = _free_disk(out)
    if free_disk is not None and need.disk > free_disk:
        found.append(
            Finding(
                f"There is no room for the new model in {out}",
                f"saved states and the model take {need.disk / _GB:.2f} GB and {free_disk / _GB:.2f} GB are free",
                "give a folder on another disk with --out",
                fatal=True,
            )
        )
    return found


def _smaller(settled: Settled, *, fits: bool) -> str:
    if fits and settled.batch > 1:
        return f"use --batch {max(1, settled.batch // 4)} --accumulate {settled.accumulate * 4}"
    if settled.method == "full":
        return "use --method lora, or qlora for a large model"
    return "use --method qlora --bits 4" if settled.bits != 4 else "use several GPUs, or a larger one"


def _free_disk(out: Path) -> int | None:
    folder = out.absolute()
    while not folder.exists():
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
