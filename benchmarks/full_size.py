"""The published model's size on this machine: loading, memory, one answer about each medium, and the way down.

    python benchmarks/full_size.py --out DIR [--caps 24 12 8] [--commit HASH] [--tiny]

Random weights of the published shapes, written as the published folder is laid out and read by the real loader. The
answers mean nothing; what they cost does. Needs torch, transformers, safetensors, tokenizers, and bitsandbytes for 8
and 4 bits; no media library, for media are arrays here. Takes 17 GB of disk at `TMPDIR` while it runs. `--tiny` runs
the same lines at a small size on a CPU, with caps that fall just short of each placement.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SCRATCH = Path(tempfile.mkdtemp(prefix="groundlabel-full-size-"))
os.environ["GROUNDLABEL_HOME"] = str(SCRATCH / "home")

import numpy as np  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from full_size_folder import tiny_config, write_folders  # noqa: E402

from core.grounding.groundinggpt.attention import choose_attention  # noqa: E402
from core.grounding.groundinggpt.audio_processing import sound_clips  # noqa: E402
from core.grounding.groundinggpt.checkpoint import StoredModel, open_checkpoint, weights_hash  # noqa: E402
from core.grounding.groundinggpt.decoding import encode_conversation, greedy  # noqa: E402
from core.grounding.groundinggpt.ladder import LadderGrounder, release_unused  # noqa: E402
from core.grounding.groundinggpt.modeling import GroundingGPT  # noqa: E402
from core.grounding.groundinggpt.placement import (  # noqa: E402
    LARGE,
    Placement,
    bytes_needed,
    fallbacks,
    first_placement,
    free_bytes,
    why_too_large,
)
from core.grounding.groundinggpt.processing import Processor  # noqa: E402
from core.grounding.groundinggpt.published import published_config  # noqa: E402
from core.grounding.groundinggpt.video_processing import clip_pixels, frame_indices  # noqa: E402
from core.jobs import JobContext, Progress  # noqa: E402
from core.schema import Answer, MediaItem, MediaKind, MediaSource, ModelInfo, Query, new_id  # noqa: E402

TOKENS = 32  # random weights never stop by themselves
QUESTION = "the red car"
KINDS: tuple[MediaKind, ...] = ("image", "video", "audio")
PLACES = {"16": "bf16", "4": "4-bit", "8": "8-bit"}


def media() -> dict[MediaKind, np.ndarray[Any, Any]]:
    """A picture of 640 x 480, 64 frames, and 6 s of sound at 16 kHz, of noise."""
    random = np.random.default_rng(0)
    return {
        "image": random.integers(0, 256, (480, 640, 3), dtype=np.uint8),
        "video": random.integers(0, 256, (64, 480, 640, 3), dtype=np.uint8),
        "audio": random.standard_normal((1, 96_000)).astype(np.float32) * 0.1,
    }


MEDIA = media()


class ArrayGrounder:
    """Answers about arrays as the app answers about files: the same preparing, encoding and decoding."""

    def __init__(self, model: GroundingGPT, processor: Processor, info: ModelInfo) -> None:
        self.model: GroundingGPT | None = model
        self.processor = processor
        self.info = info
        self.frames_limit: int | None = None
        self.last: dict[str, float | int] = {}

    def describe(self) -> ModelInfo:
        return self.info

    def prepare(self, media: MediaSource, context: JobContext) -> None:
        """Nothing is kept."""

    def release_caches(self) -> None:
        """Nothing is kept."""

    def do_less(self) -> None:
        """One thing is done at a time."""

    def close(self) -> None:
        self.model = None

    def tensor(self, kind: MediaKind) -> torch.Tensor:
        """The medium as its branch reads it."""
        config = self.processor.config
        if kind == "image":
            return self.processor.pixel_values(MEDIA["image"])
        if kind == "audio":
            assert config.audio is not None
            return sound_clips(torch.from_numpy(MEDIA["audio"]), config.audio)
        assert config.video is not None
        frames = MEDIA["video"][frame_indices(len(MEDIA["video"]), self.frames_limit or config.video.frames)]
        side = config.video.frame_size
        small = torch.nn.functional.interpolate(
            torch.from_numpy(frames).permute(0, 3, 1, 2).float(), (side, side), mode="bilinear"
        )
        return clip_pixels(small.permute(0, 2, 3, 1).to(torch.uint8).numpy())

    @torch.inference_mode()
    def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        assert self.model is not None
        kind = media.item.kind
        weight = next(self.model.parameters())
        times = [time.monotonic()]
        tensor = self.tensor(kind).to(weight.device, weight.dtype)
        times.append(now(weight.device))
        encode = {
            "image": self.model.image_features,
            "video": lambda clip: self.model.video_features([clip]),  # type: ignore[union-attr]
            "audio": lambda clips: self.model.sound_features([clips]),  # type: ignore[union-attr]
        }[kind]
        features = encode(tensor)
        times.append(now(weight.device))
        ids = torch.tensor([self.processor.prefix_ids([kind])], device=weight.device)
        prefix = encode_conversation(self.model, ids, {self.processor.patch_ids()[kind]: features})
        times.append(now(weight.device))
        asked = [self.processor.question_ids(query.expression) for query in queries]
        outputs = greedy(
            self.model, prefix, [0] * len(queries), asked, end_id=self.processor.end_id, pad_id=self.processor.pad_id,
            max_new_tokens=TOKENS, check=context.raise_if_cancelled,
        )  # fmt: skip
        times.append(now(weight.device))
        written = sum(len(output.ids) for output in outputs)
        names = ("prepare_s", "encode_s", "read_s", "write_s")
        self.last = {name: round(end - start, 4) for name, start, end in zip(names, times, times[1:], strict=False)}
        self.last |= {
            "prefix_tokens": int(ids.shape[1]),
            "written_tokens": written,
            "tokens_per_s": round(written / max(times[-1] - times[-2], 1e-9), 2),
            "frames": int(tensor.shape[0]) if kind == "video" else 0,
            "finite": bool(torch.isfinite(features).all()),
        }
        for query, output in zip(queries, outputs, strict=True):
            yield Answer(query, (), None, self.processor.text_of(output.ids)[0], self.info.id, seconds=times[-1])


def now(device: torch.device) -> float:
    """The time, when the device has done what it was told."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.monotonic()


def source(kind: MediaKind) -> tuple[list[Query], MediaSource]:
    item = MediaItem(new_id(), kind, f"noise-{kind}")
    return [Query(new_id(), item.id, QUESTION)], MediaSource(item, item.path)


# --- memory ---------------------------------------------------------------------------------------


def memory() -> dict[str, float]:
    """GB: what torch holds, its peak, what the whole device has in use; of a CPU the peak of the process."""
    if not torch.cuda.is_available():
        status = Path("/proc/self/status").read_text(encoding="ascii") if Path("/proc/self/status").exists() else ""
        peak = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)
        return {"process_peak_gb": round(peak * 1024 / 1e9, 3)}
    free, total = torch.cuda.mem_get_info()
    return {
        "torch_gb": round(torch.cuda.memory_allocated() / 1e9, 3),
        "torch_peak_gb": round(torch.cuda.max_memory_allocated() / 1e9, 3),
        "torch_reserved_peak_gb": round(torch.cuda.max_memory_reserved() / 1e9, 3),
        "device_in_use_gb": round((total - free) / 1e9, 3),
    }


def fresh_peaks() -> None:
    release_unused()
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()


def nvidia_smi() -> str:
    try:
        wanted = ["--query-gpu=name,driver_version,memory.used,memory.total", "--format=csv,noheader"]
        return subprocess.run(["nvidia-smi", *wanted], capture_output=True, text=True, timeout=20).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        return f"not available: {error}"


# --- sections -------------------------------------------------------------------------------------


class Bench:
    """One run: what was measured so far, written to disk after every section."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.device = "cuda" if torch.cuda.is_available() and not args.tiny else "cpu"
        self.result: dict[str, Any] = {}
        self.stored: StoredModel | None = None
        self.processor: Processor | None = None

    def section(self, name: str, measure: Callable[[], dict[str, Any]]) -> None:
        """Measure one thing; an error of any kind is recorded and the rest goes on."""
        began = time.monotonic()
        try:
            self.result[name] = measure()
        except Exception as error:  # noqa: BLE001 - one failure must not lose what else a rented machine can tell
            self.result[name] = {
                "error": f"{type(error).__name__}: {error}"[:800],
                "where": traceback.format_exc(limit=-4)[-1500:],
            }
        gc.collect()
        self.result[name]["section_s"] = round(time.monotonic() - began, 2)
        self.write()
        print(f"{name}: {json.dumps(self.result[name])[:400]}", flush=True)

    def write(self) -> None:
        self.args.out.mkdir(parents=True, exist_ok=True)
        path = self.args.out / ("full_size_tiny.json" if self.args.tiny else "full_size.json")
        path.write_text(json.dumps(self.result, indent=1) + "\n", encoding="utf-8")

    def about(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "commit": self.args.commit,
            "device": torch.cuda.get_device_name() if self.device == "cuda" else platform.processor() or "cpu",
            "nvidia_smi": nvidia_smi() if self.device == "cuda" else None,
            "python": platform.python_version(),
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "weights": "random, of the published shapes; the answers mean nothing",
            "tokenizer": "a stand-in with the original's special ids: one token a character, so prompts are longer",
            "not_counted": "ImageBind's other branches, which the published folder holds and nobody loads",
            "caps": "of what torch takes; the CUDA context, about half a GB, comes on top",
            "tiny": self.args.tiny,
        }
        try:
            import bitsandbytes

            found["bitsandbytes"] = bitsandbytes.__version__
        except Exception as error:  # noqa: BLE001 - whatever a library for another machine does on import
            found["bitsandbytes"] = f"not usable: {type(error).__name__}: {error}"[:300]
        return found

    def folder(self) -> dict[str, Any]:
        """Write the folder, look at it, hash it."""
        config = tiny_config() if self.args.tiny else published_config()
        began = time.monotonic()
        folder, total = write_folders(SCRATCH, config, self.device)
        wrote = time.monotonic()
        release_unused()
        self.stored = open_checkpoint(folder)
        looked = time.monotonic()
        weights_hash(folder)
        hashed = time.monotonic()
        self.processor = Processor.load(folder, self.stored.config)
        shapes = self.stored.empty()
        values = sum(tensor.numel() for tensor in shapes.state_dict().values())
        first = first_placement("cuda", "auto", LARGE)
        needs = {
            str(placement): math.ceil(bytes_needed(shapes, placement) / 1e3) / 1e6
            for placement in [first, *fallbacks(first, LARGE)]
        }
        return {
            "values": values,
            "bytes": total,
            "write_s": round(wrote - began, 2),
            "look_s": round(looked - wrote, 2),
            "hash_s": round(hashed - looked, 2),
            "weights_gb_by_placement": needs,
            "sizes_read_back": self.stored.config == config,
        }

    def tiny_caps(self) -> list[float]:
        """Just enough for the weights of each placement on the CPU, in GB."""
        needs = self.result["folder"].get("weights_gb_by_placement", {})
        return [needed for name, needed in needs.items() if name.endswith("CPU")]

    def load(self, placement: Placement, context: JobContext) -> ArrayGrounder:
        """What the ladder calls; also used directly."""
        assert self.stored is not None and self.processor is not None
        attention = choose_attention(torch.device(placement.device), placement.dtype)
        model = self.stored.loaded(placement, context, attention.implementation)
        info = ModelInfo(
            id="full-size", name="full-size", path="", device=placement.device, dtype=placement.dtype_text,
            kinds=frozenset(KINDS), answers_absence=False, max_regions=32, memory_bytes=0, attention=attention.name,
            summary="", licence="", notes=(attention.why,),
        )  # fmt: skip
        return ArrayGrounder(model, self.processor, info)

    def precision(self, bits: str) -> dict[str, Any]:
        """Load at one precision and answer about each medium, twice: the first time pays for kernels and caches."""
        fresh_peaks()
        placement = first_placement("cuda" if self.device == "cuda" else "cpu", bits, LARGE)
        began = time.monotonic()
        grounder = self.load(placement, JobContext())
        now(torch.device(self.device))
        info = grounder.describe()
        found: dict[str, Any] = {
            "dtype": info.dtype,
            "attention": info.attention,
            "why": list(info.notes),
            "load_s": round(time.monotonic() - began, 2),
            "loaded": memory(),
            "answers": {},
        }
        for kind in KINDS:
            fresh_peaks()
            queries, medium = source(kind)
            for run in ("first", "again"):
                (answer,) = grounder.ground(queries, medium, JobContext())
                found["answers"].setdefault(kind, {})[run] = dict(grounder.last)
            found["answers"][kind] |= {"text": answer.raw_text[:60], "memory": memory()}
        grounder.close()
        del grounder
        fresh_peaks()
        found["nvidia_smi_after"] = nvidia_smi() if self.device == "cuda" else None
        return found

    def ladder(self, cap_gb: float) -> dict[str, Any]:
        """Answer about each medium while this process may take no more than so many GB."""
        assert self.stored is not None
        fresh_peaks()
        shapes = self.stored.empty()
        total = torch.cuda.mem_get_info()[1] if self.device == "cuda" else 0
        if self.device == "cuda":
            torch.cuda.set_per_process_memory_fraction(min(cap_gb * 1e9 / total, 1.0))
        told: list[str] = []

        def note(progress: Progress) -> None:
            if "memory" in progress.note:
                told.append(progress.note)

        def too_large(placement: Placement) -> str | None:
            free = free_bytes(placement.device) if self.device == "cuda" else round(cap_gb * 1e9)
            return why_too_large(bytes_needed(shapes, placement), free)

        first = first_placement("cuda" if self.device == "cuda" else "cpu", "auto", LARGE)
        began = time.monotonic()
        found: dict[str, Any] = {"cap_gb": cap_gb, "announced": told, "answers": {}}
        try:
            grounder = LadderGrounder(
                self.load, [first, *fallbacks(first, LARGE)], frames=64, too_large=too_large,
                context=JobContext(report=note),
            )  # fmt: skip
            found["load_s"] = round(time.monotonic() - began, 2)
            for kind in KINDS:
                queries, medium = source(kind)
                started = time.monotonic()
                (answer,) = grounder.ground(queries, medium, JobContext(report=note))
                info = grounder.describe()
                found["answers"][kind] = {
                    "seconds": round(time.monotonic() - started, 2),
                    "dtype": info.dtype,
                    "device": info.device,
                    "notes": list(info.notes),
                    "warnings": list(answer.warnings),
                    "memory": memory(),
                }
            grounder.close()
            del grounder
        finally:
            fresh_peaks()
            if self.device == "cuda":
                torch.cuda.set_per_process_memory_fraction(1.0)
        return found


def main() -> int:
    """Run every section; 0 when none of them failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, required=True, help="folder for the JSON")
    parser.add_argument("--caps", type=float, nargs="*", default=[24, 12, 8], help="GB that the ladder may take")
    parser.add_argument("--commit", default=os.environ.get("COMMIT", "unknown"), help="the commit that is measured")
    parser.add_argument("--tiny", action="store_true", help="small sizes, on the CPU: does the script work?")
    args = parser.parse_args()
    bench = Bench(args)
    try:
        bench.section("about", bench.about)
        bench.section("folder", bench.folder)
        *first, last = PLACES.items()
        for bits, name in first:
            bench.section(name, lambda bits=bits: bench.precision(bits))
        for cap in args.caps if not args.tiny else bench.tiny_caps():
            bench.section(f"ladder_{cap:g}_gb", lambda cap=cap: bench.ladder(cap))
        bench.section(last[1], lambda: bench.precision(last[0]))  # where time is short, the one that is missed least
    finally:
        shutil.rmtree(SCRATCH, ignore_errors=True)
    failed = [name for name, found in bench.result.items() if "error" in found]
    print(f"failed: {', '.join(failed)}" if failed else "every section was measured", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
