"""What this machine has, what is missing, and what to do about it. Libraries are imported in a child process only."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.about import version
from core.files import bundled, cache_dir, config_dir, home, is_packaged, log_dir
from core.grounding.registry import DEFAULT_MODEL, model_folders
from core.workflows.display import usable_display
from core.workflows.probing import Finding, Library, probe

State = Literal["ok", "note", "missing"]

GIB = 2**30
ROOM_WANTED_GIB = 2.0
MEMORY_WANTED_GIB = 4.0
if is_packaged():
    SET_UP_AGAIN = SYSTEM_PACKAGES = "unpack the app again, whole"
    CUDA_BUILD = "with an NVIDIA GPU: take the CUDA variant of the app"
    FLASH_ATTENTION = "only of use with an NVIDIA GPU"
else:
    SET_UP_AGAIN = "run `make setup` (Windows, macOS: `python .ci/setup.py`)"
    SYSTEM_PACKAGES = "run `make setup` again: it installs the missing system packages, or prints the command that does"
    CUDA_BUILD = "with an NVIDIA GPU: GROUNDLABEL_TORCH=cuda make setup"
    FLASH_ATTENTION = "only of use with an NVIDIA GPU: pip install -c constraints.txt flash-attn"

LIBRARIES: tuple[Library, ...] = (
    Library("PySide6.QtWidgets", "PySide6-Essentials", "the window", advice=SYSTEM_PACKAGES),
    Library("pyqtgraph", "pyqtgraph", "plots in the window"),
    Library("qtawesome", "QtAwesome", "icons of the window"),
    Library("numpy", "numpy", "pictures as arrays"),
    Library("PIL.Image", "pillow", "reading pictures"),
    Library("cv2", "opencv-python-headless", "drawing the shapes of the first lessons anew", for_developers=True),
    Library("av", "av", "reading video and sound"),
    Library("decord", "decord", "a faster way into some videos", required=False, advice="PyAV reads them instead"),
    Library("sounddevice", "sounddevice", "playing sound", required=False, advice=SYSTEM_PACKAGES),
    Library("sqlalchemy", "SQLAlchemy", "the project file"),
    Library("alembic", "alembic", "migrations of the project file"),
    Library("platformdirs", "platformdirs", "the user's folders"),
    Library("defusedxml", "defusedxml", "reading XML of strangers"),
    Library("yaml", "PyYAML", "tables of classes in YAML"),
    Library("pycocotools", "pycocotools", "checking COCO files"),
    Library("torch", "torch", "running models"),
    Library("tokenizers", "tokenizers", "running models"),
    Library("safetensors", "safetensors", "reading checkpoints"),
    Library("transformers", "transformers", "running models"),
    Library("accelerate", "accelerate", "training"),
    Library("peft", "peft", "training adapters"),
    Library("bitsandbytes", "bitsandbytes", "models in 4 bits", required=False, advice="use `--bits 8`"),
    Library("flash_attn", "flash-attn", "faster attention on NVIDIA GPUs", required=False),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `note`: something is not there, and everything that matters works without it."""

    group: str
    name: str
    state: State
    found: str
    advice: str = ""

    def as_json(self) -> dict[str, str]:
        """Plain values for `--json`."""
        return {
            "group": self.group,
            "name": self.name,
            "state": self.state,
            "found": self.found,
            "advice": self.advice,
        }


def all_checks(libraries: Sequence[Library] = LIBRARIES) -> Iterator[Check]:
    """Look at everything, quick things first; each Check comes as soon as it is known."""
    yield from system_checks()
    yield from folder_checks()
    yield from model_checks()
    yield display_check()
    findings = probe([library for library in libraries if not (library.for_developers and is_packaged())])
    yield from (library_check(finding) for finding in findings)
    yield from device_checks({finding.library.module: finding for finding in findings})


def system_checks() -> Iterator[Check]:
    """GroundLabel itself, Python, system, processor, memory, disk."""
    yield Check("system", "GroundLabel", "ok", version())
    supported = sys.version_info >= (3, 11)
    advice = "" if supported else "install Python 3.11 or newer"
    yield Check("system", "python", "ok" if supported else "missing", platform.python_version(), advice)
    yield Check("system", "os", "ok", f"{platform.platform(terse=True)}, {platform.machine()}")
    yield Check("system", "cpu", "ok", f"{usable_cores()} of {os.cpu_count()} cores usable")
    memory = memory_bytes()
    if memory is None:
        yield Check("system", "memory", "note", "unknown")
    else:
        enough = memory >= MEMORY_WANTED_GIB * GIB
        advice = "" if enough else "close other programs while a model runs"
        yield Check("system", "memory", "ok" if enough else "note", f"{memory / GIB:.1f} GiB", advice)
    free = shutil.disk_usage(_nearest_folder(home())).free
    enough = free >= ROOM_WANTED_GIB * GIB
    advice = "" if enough else "free some space: projects and checkpoints are written there"
    yield Check("system", "disk", "ok" if enough else "note", f"{free / GIB:.1f} GiB free at {home()}", advice)


def usable_cores() -> int:
    """Processor cores that this process may use."""
    if sys.platform.startswith("linux"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_bytes() -> int | None:
    """Memory of the machine, or None where the system does not tell in this way (Windows)."""
    if sys.platform == "win32":
        return None
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def folder_checks() -> Iterator[Check]:
    """The user's own folders: can they be written, now or once they are made?"""
    for name, folder in (
        ("models and data", home()),
        ("settings", config_dir()),
        ("cache", cache_dir()),
        ("log", log_dir()),
    ):
        writable = os.access(_nearest_folder(folder), os.W_OK)
        advice = "" if writable else "make it writable, or set GROUNDLABEL_HOME to a folder that is"
        yield Check("folders", name, "ok" if writable else "missing", str(folder), advice)


def _nearest_folder(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    for place in (folder, *folder.absolute().parents):
        if place.is_dir():
            return place
    return Path.cwd()


def model_checks() -> Iterator[Check]:
    """Checkpoints that can be named, with their size on disk."""
    folders = model_folders()
    for name, folder in sorted(folders.items()):
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        yield Check("models", name, "ok", f"{folder}, {size / 1e6:.1f} MB")
    if DEFAULT_MODEL not in folders:
        where = bundled("ckpt") / DEFAULT_MODEL
        advice = SET_UP_AGAIN if is_packaged() else "it is part of the project: fetch the project again, whole"
        yield Check("models", DEFAULT_MODEL, "missing", f"not in {where}", advice)


def display_check() -> Check:
    """Is there a screen?"""
    found = usable_display()
    if found:
        return Check("window", "display", "ok", found)
    return Check(
        "window", "display", "note", "none", "the command line needs none; the window needs DISPLAY or WAYLAND_DISPLAY"
    )


def library_check(finding: Finding) -> Check:
    """One dependency: version and purpose, or what went wrong and what to do."""
    library = finding.library
    name = library.distribution
    if not finding.problem:
        return Check("libraries", name, "ok", f"{finding.version or 'unknown version'} ({library.purpose})")
    lacking = f"{finding.version} cannot be imported: {finding.problem}" if finding.version else "is not installed"
    state: State = "missing" if library.required else "note"
    advice = library.advice if finding.version or not library.required else ""
    if library.module == "flash_attn":
        advice = FLASH_ATTENTION
    return Check("libraries", name, state, f"{lacking} ({library.purpose})", advice or SET_UP_AGAIN)


def device_checks(findings: dict[str, Finding]) -> Iterator[Check]:
    """What the libraries found of GPU, attention, screen plugin, sound and codecs."""
    torch = findings.get("torch")
    if torch is not None and not torch.problem:
        yield from _model_device(torch, findings)
    window = findings.get("PySide6.QtWidgets")
    if window is not None and window.detail("xcb_problem"):
        yield Check("window", "X11 plugin", "note", window.detail("xcb_problem"), SYSTEM_PACKAGES)
    sound = findings.get("sounddevice")
    if sound is not None and not sound.problem:
        outputs = sound.detail("outputs")
        silent = outputs in {"", "0"}
        found = sound.detail("note") or (f"{outputs} outputs" if not silent else "no sound card")
        yield Check("sound", "output", "note" if silent else "ok", found, "nothing can be heard" if silent else "")
    video = findings.get("av")
    if video is not None and not video.problem:
        yield Check("video", "ffmpeg", "ok", ", ".join(f"{name} {value}" for name, value in video.details))


def _imports(findings: dict[str, Finding], module: str) -> bool:
    return module in findings and not findings[module].problem


def _model_device(torch: Finding, findings: dict[str, Finding]) -> Iterator[Check]:
    gpus = [value for key, value in torch.details if key.startswith("gpu")]
    cuda_build = torch.detail("cuda_build")
    if gpus:
        yield Check("models", "device", "ok", f"cuda: {'; '.join(gpus)} (CUDA {cuda_build})")
    else:
        found = f"cpu, {torch.detail('threads')} threads"
        found += ", a build for CUDA that finds no GPU" if cuda_build else ", a build for the CPU"
        advice = CUDA_BUILD if not cuda_build else "look at `nvidia-smi`"
        yield Check("models", "device", "note", found, advice)
    yield Check("models", "attention", "ok", _attention(findings, has_gpu=bool(gpus)))
    if not _imports(findings, "bitsandbytes"):
        yield Check("models", "precision", "note", "32, 16 and 8 bits: bitsandbytes cannot be used", "")
    else:
        yield Check("models", "precision", "ok", f"32, 16, 8 and 4 bits on the {'GPU' if gpus else 'CPU'}")


def _attention(findings: dict[str, Finding], *, has_gpu: bool) -> str:
    """Which one a model gets here, and why."""
    if not has_gpu:
        return "sdpa: flash-attn needs an NVIDIA GPU"
    if _imports(findings, "flash_attn"):
        return "flash_attention_2: flash_attn is installed"
    missing = "flash_attn" not in findings or "ModuleNotFoundError" in findings["flash_attn"].problem
    return f"sdpa: flash_attn {'is not installed' if missing else 'cannot be imported'}"
