"""Whether memory and disk will do for a run."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Sequence
from pathlib import Path

from core.grounding.groundinggpt.checkpoint import StoredModel
from core.grounding.groundinggpt.placement import LARGE, DeviceName, free_bytes
from core.training.findings import Finding
from core.training.lessons import lessons_of
from core.training.memory import Need, needed
from core.training.order import places
from core.training.parallel import processes
from core.training.plan import FinetunePlan, Settled, settle
from core.training.replay import taught_on_scenes
from core.training.samples import Taught

_GB = 1e9


def size_up(
    stored: StoredModel, plan: FinetunePlan, learned: Sequence[Taught], folder: Path, device: DeviceName
) -> tuple[Settled, Need]:
    shapes = stored.empty()
    large = sum(tensor.numel() for tensor in shapes.state_dict().values()) >= LARGE
    lessons = lessons_of(learned)
    settled = settle(
        plan, large=large, media=len(lessons), taught_on_scenes=taught_on_scenes(folder), processes=processes(),
        kinds={shown.kind for one in learned for shown in one.shows},
    )  # fmt: skip
    return settled, needed(shapes, settled, device, max(map(places, lessons)))


def about_room(settled: Settled, need: Need, device: DeviceName, out: Path) -> list[Finding]:
    found: list[Finding] = []
    free = free_bytes(device)
    fixed = need.weights + need.learning
    if free is not None and need.memory > free:
        fits = fixed <= free
        found.append(
            Finding(
                _why_no_room(on_gpu=device == "cuda", fits=fits),
                f"about {need.memory / _GB:.1f} GB are needed ({need.weights / _GB:.1f} for weights, "
                f"{need.learning / _GB:.1f} for learning, {need.passes / _GB:.1f} for a pass) and "
                f"{free / _GB:.1f} GB are free",
                _smaller(settled, fits=fits),
                fatal=not fits,
                in_window=_smaller_in_window(settled),
            )
        )
    if settled.large and device == "cpu":
        found.append(
            Finding("A model of this size learns very slowly without a GPU", next_step="use a computer that has one")
        )
    if settled.method == "qlora" and settled.bits == 4 and importlib.util.find_spec("bitsandbytes") is None:
        found.append(
            Finding(
                "The method qlora in 4 bits needs bitsandbytes",
                "it is not installed",
                "use --bits 8 or --method lora",
                fatal=True,
                in_window="choose adapters (LoRA) under More options, Method",
            )
        )
    free_here = free_disk(out)
    if free_here is not None and need.disk > free_here:
        found.append(
            Finding(
                f"There is no room for the new model in {out}",
                f"saved states and the model take {need.disk / _GB:.2f} GB and {free_here / _GB:.2f} GB are free",
                "give a folder on another disk with --out",
                fatal=True,
                in_window="make room on that disk",
            )
        )
    return found


def _why_no_room(*, on_gpu: bool, fits: bool) -> str:
    if on_gpu:
        return "The GPU's memory will hardly do" if fits else "The GPU's memory will not do"
    return "The computer's memory will hardly do" if fits else "The computer's memory will not do"


def _smaller(settled: Settled, *, fits: bool) -> str:
    if fits and settled.batch > 1:
        return f"use --batch {max(1, settled.batch // 4)} --accumulate {settled.accumulate * 4}"
    if settled.method == "full":
        return "use --method lora, or qlora for a large model"
    return "use --method qlora --bits 4" if settled.bits != 4 else "use several GPUs, or a larger one"


def _smaller_in_window(settled: Settled) -> str:
    if settled.method == "full":
        return "close other programs, or choose adapters under More options, Method"
    return "close other programs, or start from a smaller model"


def free_disk(out: Path) -> int | None:
    folder = out.absolute()
    while not folder.exists():
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
