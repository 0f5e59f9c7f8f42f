"""Set-up of a checkout: system libraries, `.venv`, pinned packages. Standard library only; safe to run again.

    python3 .ci/setup.py            all that is missing; well under a second when nothing is
    python3 .ci/setup.py --tests    the same, and fails when the tests could not run headless
    python3 .ci/setup.py --app      the same, and what builds the packaged app

Environment: GROUNDLABEL_TORCH=auto|cpu|cuda chooses the build of torch (auto: the CPU build on Linux unless an
NVIDIA GPU is seen, for the default build brings gigabytes of CUDA libraries along).
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".groundlabel-setup"
APP_STAMP = VENV / ".groundlabel-app"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
CPU_INDEX_TIMEOUT_S = 6

# What the window needs: a shared library that must load -> the Debian package that has it.
WINDOW_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
COMFORT_LIBRARIES = {"libportaudio.so.2": "libportaudio2", "libgomp.so.1": "libgomp1"}
PROGRAMS = {"Xvfb": "xvfb", "xdotool": "xdotool", "openbox": "openbox"}  # a virtual display, to test real clicks
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")


def say(text: str) -> None:
    """One line for the person who watches."""
    print(f"set-up: {text}", flush=True)


def loads(library: str) -> bool:
    """Whether the dynamic linker finds this shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_fonts() -> bool:
    """Whether any scalable font is installed; Qt brings none along."""
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(next(folder.rglob("*.[to]t[fc]"), None) for folder in folders if folder.is_dir())


def has_venv_module() -> bool:
    """Whether this Python can make environments with pip in them (Debian keeps that in another package)."""
    probe = [sys.executable, "-c", "import venv, ensurepip"]
    return subprocess.run(probe, stderr=subprocess.DEVNULL, check=False).returncode == 0


def missing_packages() -> dict[str, list[str]]:
    """Debian packages that are missing, by what they are for: `python`, `window`, `comfort`."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    debian_python = Path(sys.executable).resolve() == Path(f"/usr/bin/python{version}")
    window = [package for library, package in WINDOW_LIBRARIES.items() if not loads(library)]
    comfort = [package for library, package in COMFORT_LIBRARIES.items() if not loads(library)]
    comfort += [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    if not has_fonts():
        comfort.append("fonts-dejavu-core")
    python = [] if has_venv_module() else [f"python{version}-venv" if debian_python else "python3-venv"]
    return {"python": python, "window": window, "comfort": comfort}


def apt_install(packages: list[str]) -> None:
    """Install with apt-get; what fails is seen by looking again, not by the exit code."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
    subprocess.run(["apt-get", "update", "-qq"], env=environment, stdin=subprocess.DEVNULL, check=False)
    done = subprocess.run([*install, *packages], env=environment, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:  # one unknown name refuses all of them: try one by one, so that the others arrive
        for package in packages:
            subprocess.run([*install, package], env=environment, stdin=subprocess.DEVNULL, check=False)


def system_libraries(*, for_tests: bool) -> None:
    """Install what is missing where that is allowed, else print the one command that does; stop only when it must."""
    if not sys.platform.startswith("linux"):
        return
    wanted = missing_packages()
    packages = sorted({package for group in wanted.values() for package in group})
    if not packages:
        return
    has_apt = shutil.which("apt-get") is not None
    if has_apt and os.geteuid() == 0:
        say(f"installing system packages: {' '.join(packages)}")
        apt_install(packages)
        wanted = missing_packages()
        packages = sorted({package for group in wanted.values() for package in group})
    if not packages:
        return
    if has_apt:
        say("some system packages are missing. This one command installs them:")
        say(f"    sudo apt-get update && sudo apt-get install -y {' '.join(packages)}")
    else:
        say(f"some system packages are missing (Debian's names; your system may call them otherwise): {packages}")
    if wanted["python"]:
        raise SystemExit("set-up: stopped: this Python cannot make an environment. Run the command above, then again.")
    if wanted["window"] and for_tests:
        raise SystemExit("set-up: stopped: the tests of the window need them. Run the command above, then again.")
    if wanted["window"]:
        say("going on: everything but the window works without them.")


def project_table() -> dict[str, Any]:
    """What `pyproject.toml` says of the project."""
    import tomllib  # here, so that an older Python gets as far as the message that it is too old

    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def requirements() -> list[str]:
    """Direct dependencies as `pyproject.toml` names them, with the tools that develop the project."""
    project = project_table()
    return [*project["dependencies"], *project["optional-dependencies"]["dev"]]


def wants_cpu_torch() -> bool:
    """Whether the small CPU build of torch is the right one for this machine."""
    choice = os.environ.get("GROUNDLABEL_TORCH", "auto")
    if choice not in {"auto", "cpu", "cuda"}:
        raise SystemExit(f"set-up: stopped: GROUNDLABEL_TORCH is {choice!r}; it must be auto, cpu or cuda.")
    if not sys.platform.startswith("linux") or choice == "cuda":
        return False  # elsewhere the default build is already the right one
    has_gpu = Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None
    return choice == "cpu" or not has_gpu


def fingerprint(wanted: list[str], *, cpu_torch: bool) -> str:
    """Changes whenever an installed package may have to change."""
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    parts = [constraints, *wanted, sys.version, f"cpu={cpu_torch}"]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def make_venv() -> None:
    """Make `.venv`, or make it anew when the Python inside does not start any more."""
    if PYTHON.exists():
        probe = f"import sys, pip; raise SystemExit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
        if subprocess.run([PYTHON, "-c", probe], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return
        say("the environment in .venv does not fit this Python: making it anew")
    say("making .venv")
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def pip_install(*arguments: str) -> bool:
    """Run pip with the pins; true when it succeeded."""
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    return subprocess.run([*pip, "-c", ROOT / "constraints.txt", *arguments], check=False).returncode == 0


def answers(url: str) -> bool:
    """Whether this address answers soon: an index that does not would hold pip up for minutes."""
    try:
        with urllib.request.urlopen(url, timeout=CPU_INDEX_TIMEOUT_S) as reply:
            return int(reply.status) == 200
    except (urllib.error.URLError, OSError, ValueError):
        return False


def install_cpu_torch() -> None:
    """Bring torch's CPU build in ahead of the rest; without its index the default one serves, only larger.

    Torch alone is asked of that index (`--no-deps`): no other package can come from there.
    """
    if subprocess.run([PYTHON, "-c", "import torch"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
        return
    if not answers(f"{CPU_INDEX}/torch/"):
        say("the index of CPU builds does not answer: torch comes from pip's own index")
    elif not pip_install("--no-deps", "--extra-index-url", CPU_INDEX, "torch"):
        say("the CPU build of torch could not be had: torch comes from pip's own index")


def drop_cpu_torch() -> None:
    """Make room for the CUDA build: to pip, the CPU build of the same release is good enough to stay."""
    probe = "import importlib.metadata as m; print(m.version('torch'))"
    found = subprocess.run([PYTHON, "-c", probe], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if found.stdout.decode().strip().endswith("+cpu"):
        say("replacing the CPU build of torch")
        pip_install("--force-reinstall", "--no-deps", "torch")


def packages() -> None:
    """Install the pinned packages unless the stamp says that they are there."""
    wanted = requirements()
    cpu_torch = wants_cpu_torch()
    stamp = fingerprint(wanted, cpu_torch=cpu_torch)
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == stamp:
        return
    make_venv()
    if cpu_torch:
        install_cpu_torch()
    else:
        drop_cpu_torch()
    say("installing the pinned packages (about 2 GB on disk)")
    if not pip_install(*wanted):
        raise SystemExit("set-up: stopped: pip could not install the packages; its message is above.")
    STAMP.write_text(stamp, encoding="utf-8")
    say("done")


def app_packages() -> None:
    """Install what builds the packaged app, unless its stamp says that it is there; after `packages`."""
    wanted = list(project_table()["optional-dependencies"]["app"])
    stamp = fingerprint(wanted, cpu_torch=wants_cpu_torch())
    if APP_STAMP.exists() and APP_STAMP.read_text(encoding="utf-8") == stamp:
        return
    say("installing what builds the app")
    if not pip_install(*wanted):
        raise SystemExit("set-up: stopped: pip could not install PyInstaller; its message is above.")
    APP_STAMP.write_text(stamp, encoding="utf-8")


def main() -> None:
    """Set up, or say what stands in the way."""
    parser = argparse.ArgumentParser(description="Set up this checkout of GroundLabel.")
    parser.add_argument("--tests", action="store_true", help="fail when the tests could not run headless")
    parser.add_argument("--app", action="store_true", help="install what builds the packaged app, too")
    options = parser.parse_args()
    if sys.version_info < (3, 11):  # noqa: UP036 - this script is what meets an older Python
        raise SystemExit(f"set-up: stopped: Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    system_libraries(for_tests=options.tests)
    packages()
    if options.app:
        app_packages()


if __name__ == "__main__":
    main()
