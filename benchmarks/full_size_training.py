"""Training steps of the published model's size on this machine: QLoRA on pictures, videos, sounds and a mix of them.

    python benchmarks/full_size_training.py --out DIR [--method qlora] [--bits 4] [--batch 4] [--steps 6] [--tiny]

Random weights of the published shapes (`full_size_folder.py`), loaded, frozen, given adapters and taught by the parts
of `finetune`; media are arrays of noise here, and the questions behind them real ones with made-up places. Prints one
JSON object and writes it to DIR. Memory is what torch held at most; the CUDA context, about half a GB, comes on top.
Takes 17 GB of disk at `TMPDIR` while it runs. `--tiny` runs the same lines at a small size on a CPU.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SCRATCH = Path(tempfile.mkdtemp(prefix="groundlabel-full-size-training-"))
os.environ["GROUNDLABEL_HOME"] = str(SCRATCH / "home")

import numpy as np  # noqa: E402
import torch  # noqa: E402
from full_size_folder import tiny_config, write_folders  # noqa: E402

from core.grounding.groundinggpt.checkpoint import open_checkpoint  # noqa: E402
from core.grounding.groundinggpt.configuration import GroundingGPTConfig  # noqa: E402
from core.grounding.groundinggpt.placement import DeviceName  # noqa: E402
from core.grounding.groundinggpt.processing import Processor, picture_pixels  # noqa: E402
from core.grounding.groundinggpt.published import published_config  # noqa: E402
from core.grounding.groundinggpt.video_processing import clip_pixels  # noqa: E402
from core.schema import Box, MediaKind, Region, Segment  # noqa: E402
from core.training.adapters import set_learning  # noqa: E402
from core.training.lesson_media import Shown  # noqa: E402
from core.training.lessons import ASKED, KINDS, Branch, Lesson, LessonSet, collate  # noqa: E402
from core.training.memory import needed, placement_for  # noqa: E402
from core.training.objective import GroundingObjective  # noqa: E402
from core.training.order import places  # noqa: E402
from core.training.plan import FinetunePlan, settle  # noqa: E402

WARM = 2


class Noise:
    """Stands where `LessonMedia` does: a picture of 640 x 480, a full clip of frames, six seconds of sound."""

    def __init__(self, config: GroundingGPTConfig) -> None:
        self._config = config
        self._random = np.random.default_rng(0)

    def show(self, kind: MediaKind, _path: Path, regions: Sequence[Region], *_: object, **__: object) -> Shown:
        """The medium; every region stands in the middle half of it."""
        if kind == "image":
            rgb = self._random.integers(0, 256, (480, 640, 3), dtype=np.uint8)
            tensor = picture_pixels(rgb, self._config.image_size, self._config.pad_rgb)[0]
            return Shown(tensor, ((0.25, 0.25, 0.75, 0.75),) * len(regions))
        if kind == "video":
            assert self._config.video is not None
            side, frames = self._config.video.frame_size, self._config.video.frames
            tensor = clip_pixels(self._random.integers(0, 256, (frames, side, side, 3), dtype=np.uint8))
        else:
            tensor = torch.from_numpy(self._random.standard_normal((1, 96_000)).astype(np.float32)) * 0.1
        return Shown(tensor, ((0.25, 0.75),) * len(regions))


def lesson(kind: MediaKind) -> Lesson:
    """Four questions about one medium."""
    region: Region = Box(160, 120, 480, 360) if kind == "image" else Segment(1.0, 3.0)
    asked = tuple(Branch(words, (0,), ASKED) for words in ("the red car", "a dog", "the man on the left", "a cup"))
    return Lesson(kind, "noise", (region,), asked)


def now(device: DeviceName) -> float:
    """The time when the device has done what it was told."""
    if device == "cuda":
        torch.cuda.synchronize()
    return time.monotonic()


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Load, add adapters, take steps on each kind of medium and on all of them in one batch."""
    device: DeviceName = "cuda" if torch.cuda.is_available() and not args.tiny else "cpu"
    config = tiny_config() if args.tiny else published_config()
    folder, _ = write_folders(SCRATCH, config, device)
    if device == "cuda":
        torch.cuda.empty_cache()
    stored = open_checkpoint(folder)
    plan = FinetunePlan(str(folder), SCRATCH / "out", method=args.method, bits=args.bits, batch=args.batch)
    settled = settle(plan, large=True, media=100, taught_on_scenes=False, processes=1)
    processor = Processor.load(folder, stored.config)
    began = now(device)
    model = stored.loaded(placement_for(settled, device))
    still = set_learning(model, settled, processor)
    objective = GroundingObjective(model, processor).train().to(device)
    for module in still:
        module.eval()
    learning = [parameter for parameter in objective.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=settled.rate)
    result: dict[str, Any] = {
        "method": settled.method, "bits": settled.bits, "batch": settled.batch,
        "load_s": round(now(device) - began, 2), "learning_values": sum(p.numel() for p in learning),
        "computed_gb": round(
            needed(stored.empty(), settled, device, max(places(lesson(kind)) for kind in KINDS)).memory / 1e9, 2
        ),
    }  # fmt: skip
    lessons = LessonSet([lesson(kind) for kind in KINDS], processor, varied=False)
    lessons._media = Noise(stored.config)  # type: ignore[assignment]
    batches = {kind: [number] * args.batch for number, kind in enumerate(KINDS)}
    batches["mixed"] = [number % len(KINDS) for number in range(args.batch)]  # type: ignore[index]
    for name, numbers in batches.items():
        result[name] = _steps(objective, optimizer, lessons, numbers, args.steps, device)
    return result


def _placed(value: Any, device: DeviceName) -> Any:
    return value.to(device) if isinstance(value, torch.Tensor) else value


def _steps(
    objective: GroundingObjective,
    optimizer: torch.optim.Optimizer,
    lessons: LessonSet,
    numbers: Sequence[int],
    steps: int,
    device: DeviceName,
) -> dict[str, Any]:
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    seconds, losses = [], []
    for _ in range(WARM + steps):
        batch = collate([lessons[number] for number in numbers])
        batch = {
            name: value.to(device) if isinstance(value, torch.Tensor) else [_placed(one, device) for one in value]
            for name, value in batch.items()
        }
        began = now(device)
        with torch.autocast(device, torch.bfloat16):
            loss = objective(**batch)["loss"]
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        seconds.append(now(device) - began)
        losses.append(float(loss.detach()))
    told: dict[str, Any] = {
        "step_s": round(sorted(seconds[WARM:])[steps // 2], 4), "loss_first": round(losses[0], 3),
        "loss_last": round(losses[-1], 3),
    }  # fmt: skip
    if device == "cuda":
        told["peak_gb"] = round(torch.cuda.max_memory_allocated() / 1e9, 2)
        told["reserved_gb"] = round(torch.cuda.max_memory_reserved() / 1e9, 2)
    return told


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--method", default="qlora", choices=["qlora", "lora"])
    parser.add_argument("--bits", type=int, default=4, choices=[4, 8, 16])
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--tiny", action="store_true")
    args = parser.parse_args()
    try:
        result = measure(args)
    finally:
        shutil.rmtree(SCRATCH, ignore_errors=True)
    about = {
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() and not args.tiny else platform.machine(),
        "torch": torch.__version__, "weights": "random, of the published shapes", "tiny": args.tiny,
    }  # fmt: skip
    text = json.dumps({"about": about, **result}, indent=2)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "full_size_training.json").write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
