"""What goes into the packaged app and what stays out: rules over names and paths, for every system and variant.

Knows nothing of PyInstaller: the spec hands over what it found and takes what is left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path

from resources.app.distributions import normal

# What ships of the project itself: folders and files by their place in the checkout, which is their place in the app.
BUNDLED = ("ckpt/mini", "ckpt/mini-time", "resources", "pyproject.toml", "LICENSE")
NOT_BUNDLED = (
    "resources/app/*",
    "*.py",
    "*.ts",
    "resources/translations/README.md",
    "resources/translations/*.txt",
    "*__pycache__*",
)

# Imported by name, or by libraries behind our back: nothing that reads import statements finds them.
BY_NAME = (
    "accelerate",
    "av",
    "bitsandbytes",
    "flash_attn",
    "peft",
    "pycocotools",
    "qtawesome",
    "safetensors.torch",
    "sounddevice",
    "tokenizers",
)

# Never used by the app, though what is inside asks for it: large, or a second copy of something. Why, beside each.
LEFT_OUT = {
    "core.training.scenes.drawing_shapes": "needs cv2",
    "cv2": "draws the shapes of the first lessons anew, which is done in a checkout; brings a second FFmpeg",
    "IPython": "for notebooks",
    # A second FFmpeg too; PyAV reads every video that it reads, as it does where decord has no wheel.
    "decord": "the FFmpeg in its wheel says of itself: nonfree and unredistributable",
    "hf_xet": "downloads from the Hub; GroundLabel brings models itself",
    "lib2to3": "turns Python 2 into 3",
    "matplotlib": "plots; nothing here makes them with it",
    "pkg_resources": "installs packages",
    "sqlalchemy.testing": "tests",
    "sympy.testing": "tests",
    "tensorboard": "plots of training; nothing here writes them",
    "tkinter": "a second set of widgets",
    "torch.testing._internal.common_methods_invocations": "tests of torch",
    "torch.testing._internal.common_modules": "tests of torch",
    "torch.testing._internal.common_nn": "tests of torch",
    "torch.testing._internal.distributed.distributed_test": "tests of torch",
    "torch.testing._internal.distributed.rpc": "tests of torch",
    "torch.testing._internal.generated": "tests of torch",
    "torch.testing._internal.opinfo": "tests of torch",
    "torch.utils.tensorboard": "plots of training; nothing here writes them",
    "torchaudio": "not needed by any model here",
    "torchvision": "not needed by any model here",
}

# Files that hooks or wheels bring and nobody reads. Matched against the place in the app, with forward slashes.
NEVER_READ = (
    "torch/include/*",
    "torch/share/*",
    "torch/test/*",
    "torch/bin/[!t]*",
    "torch/bin/test_*",
    "torch/lib/*.a",
    "torch/lib/*.lib",
    "torch/utils/benchmark/*",
    "torch/_inductor/codegen/*.h",
    "*/tests/*",
    "*/testing/*.txt",
    "*.pyi",
    "*.pxd",
    "*.pyx",
    "*.cpp",
    "*.cu",
    "*/__pycache__/*",
    "libmvec.so*",  # part of the system's glibc, and of no other
    "pyqtgraph/examples/*",
    "PySide6/Qt/qml/*",
    "PySide6/Qt/metatypes/*",
    "PySide6/Qt/plugins/egldeviceintegrations/*",
    "PySide6/Qt/plugins/generic/*",
    "PySide6/Qt/plugins/networkinformation/*",
    "PySide6/Qt/plugins/platforminputcontexts/*virtualkeyboard*",
    "PySide6/Qt/plugins/platforms/*eglfs*",
    "PySide6/Qt/plugins/platforms/*linuxfb*",
    "PySide6/Qt/plugins/platforms/*vkkhrdisplay*",
    "PySide6/Qt/plugins/platforms/*vnc*",
    "PySide6/Qt/plugins/platforms/*minimalegl*",
    "PySide6/Qt/plugins/platformthemes/libqgtk3*",
    "PySide6/Qt/plugins/tls/*",
    "PySide6/Qt/lib/libQt6Egl[Ff]*",
    "libQt6Egl[Ff]*",
    # What Qt's GTK theme brings along.
    "libatk-*",
    "libcairo*",
    "libdatrie.so*",
    "libfribidi.so*",
    "libgdk*",
    "libgraphite2.so*",
    "libharfbuzz.so*",
    "libpango*",
    "libpixman-*",
    "libthai.so*",
    "PySide6/Qt/lib/libQt6Qml*",
    "PySide6/Qt/lib/libQt6Quick*",
    "PySide6/Qt/lib/libQt6VirtualKeyboard*",
    "PySide6/qml/*",
    "PySide6/opengl32sw.dll",
    "PySide6/Qt6Qml*.dll",
    "PySide6/Qt6Quick*.dll",
    "PySide6/Qt6VirtualKeyboard*.dll",
)
QT_CATALOGUES = "translations/qt*.qm"
# Architectures of transformers that the models here are made of; what they and its other parts mention comes along.
ARCHITECTURES = ("auto", "bert", "blip_2", "clip", "encoder_decoder", "grounding_dino", "llama", "swin")
# What peft imports by class: `from transformers import BloomPreTrainedModel`.
ASKED_BY_PEFT = ("bart", "bloom", "gpt2", "whisper")

# Start-up scripts of PyInstaller that cost every process an import and do nothing that this app needs: PySide6's
# wheels find their plugins themselves; setuptools is not inside.
NOT_AT_START = frozenset({"pyi_rth_pyside6", "pyi_rth_setuptools", "pyi_rth_pyqtgraph_multiprocess"})

Keep = Callable[[str], bool]


def project_modules(root: Path) -> list[str]:
    """Every module of the project: commands, formats and models are imported by name."""
    return sorted(
        _module(path.relative_to(root)) for floor in ("core", "desktop") for path in (root / floor).rglob("*.py")
    )


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def project_files(root: Path) -> list[tuple[str, str]]:
    """Files of the project as PyInstaller takes them: (file, folder in the app). What a checkout lacks is an error."""
    found: list[tuple[str, str]] = []
    for name in BUNDLED:
        place = root / name
        if not place.exists():
            raise FileNotFoundError(f"{place} belongs into the app and is not there")
        files = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
        for path in files:
            inner = path.relative_to(root).as_posix()
            if not any(fnmatch(inner, pattern) for pattern in NOT_BUNDLED):
                found.append((str(path), path.relative_to(root).parent.as_posix()))
    return found


def languages(root: Path) -> list[str]:
    """Codes of the window's languages; Qt's own words of no other language are needed."""
    return sorted(path.stem for path in (root / "resources" / "translations").glob("*.qm"))


def is_installed(module: str) -> bool:
    """Whether a module can be found here; looked up, not imported."""
    return find_spec(module.partition(".")[0]) is not None


def folder_of(package: str) -> Path:
    """Where a package is installed; looked up, not imported. Raises ModuleNotFoundError."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    return Path(spec.origin).parent


def other_architectures(transformers: Path) -> list[str]:
    """Modules of the architectures that no model here is made of, most of transformers' size.

    Kept are those in the two lists above, what transformers mentions outside `models/`, and what all these mention.
    """
    models = transformers / "models"
    known = {path.parent.name for path in models.glob("*/__init__.py")}
    left = {*ARCHITECTURES, *ASKED_BY_PEFT} & known
    for path in transformers.rglob("*.py"):
        if models not in path.parents:
            left |= set(re.findall(r"\bmodels\.([a-z0-9_]+)", path.read_text(encoding="utf-8"))) & known
    kept: set[str] = set()
    while left:
        name = left.pop()
        kept.add(name)
        if name != "auto":  # its tables name every architecture, and load the one that is asked for
            left |= _mentioned(models / name) & known - kept
    return [f"transformers.models.{name}" for name in sorted(known - kept)]


def _mentioned(folder: Path) -> set[str]:
    """Names of architectures that one of them imports; what it is generated from and converted with does not count."""
    found: set[str] = set()
    for path in folder.glob("*.py"):
        if not path.name.startswith(("modular_", "convert_")):
            text = path.read_text(encoding="utf-8")
            found |= set(re.findall(r"\bfrom \.\.([a-z0-9_]+)", text)) | set(
                re.findall(r"\bmodels\.([a-z0-9_]+)", text)
            )
    return found


def cuda_of_torch() -> str:
    """The CUDA that the installed torch was built for, as "130"; "" for a CPU build. Torch is not imported."""
    written = (folder_of("torch") / "version.py").read_text(encoding="utf-8")
    match = re.search(r"^cuda\b.*=\s*'(\d+)\.(\d+)'", written, re.MULTILINE)
    return f"{match[1]}{match[2]}" if match else ""


def keeper(cuda: str, languages: Iterable[str], inside: Iterable[str]) -> Keep:
    """The rule over places in the app: true for what goes in.

    cuda: as `cuda_of_torch` says; inside: the distributions, as `distributions.inside` says.
    """
    spoken, inside = tuple(languages), frozenset(inside)

    def keep(place: str) -> bool:
        name = place.replace("\\", "/")
        if any(fnmatch(name, pattern) for pattern in NEVER_READ):
            return False
        if fnmatch(name, "*" + QT_CATALOGUES):
            return any(name.endswith(f"qtbase_{code}.qm") for code in spoken)
        owner = re.match(r"([^/]+)-[^-/]+\.dist-info/", name)
        if owner is not None and normal(owner[1]) not in inside:
            return False  # tools of developers, that a hook found installed
        if not cuda and re.match(r"(nvidia/|(.*/)?lib(cu|nv)[a-z]*\.so)", name):
            return False
        backend = re.search(r"bitsandbytes/libbitsandbytes_([a-z]+)(\d*)\.", name)
        if backend is not None and backend[1] != "cpu":
            return bool(cuda) and backend[1] == "cuda" and backend[2] == cuda
        return True

    return keep
