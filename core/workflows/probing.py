"""Imports libraries in a child process and tells what happened: an import that crashes takes nothing else down."""

from __future__ import annotations

import ctypes
import importlib
import importlib.metadata
import importlib.util
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

from core.processes import settle_in, spawn_context, start_child

PATIENCE_S = 180.0  # the first import of torch from a slow disk takes most of a minute
# What an import may raise on a machine where a shared library, a device or a driver is missing.
IMPORT_ERRORS = (ImportError, OSError, RuntimeError, AttributeError, ValueError, TypeError)


@dataclass(frozen=True, slots=True)
class Library:
    """A dependency: what is imported, the distribution that brings it, what it is for, and what may lack it.

    for_developers: the packaged app does without it.
    """

    module: str
    distribution: str
    purpose: str
    required: bool = True
    advice: str = ""
    for_developers: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """How one import went: `problem` is empty when it succeeded; `details` are facts that only the library knows."""

    library: Library
    version: str = ""
    problem: str = ""
    details: tuple[tuple[str, str], ...] = ()

    def detail(self, key: str) -> str:
        """One of the facts, or an empty text."""
        return dict(self.details).get(key, "")


def probe(libraries: Sequence[Library]) -> list[Finding]:
    """Import each library in a child process, in order. A child that dies costs one library, not the others."""
    findings: list[Finding] = []
    while len(findings) < len(libraries):
        findings += _probe_until_crash(libraries[len(findings) :])
    return findings


def _probe_until_crash(libraries: Sequence[Library]) -> list[Finding]:
    """Findings in order, up to the end or to the first library that ends the child; always at least one."""
    receiver, sender = spawn_context().Pipe(duplex=False)
    child = start_child(_import_all, tuple(libraries), sender, name="groundlabel-checks")
    sender.close()
    findings: list[Finding] = []
    problem = f"did not finish in {PATIENCE_S:.0f} s"
    try:
        while len(findings) < len(libraries) and receiver.poll(PATIENCE_S):
            findings.append(receiver.recv())
    except EOFError:
        child.join()
        problem = f"ended the process that imported it (exit code {child.exitcode})"
    finally:
        receiver.close()
        if len(findings) < len(libraries):
            child.kill()
        child.join()
        child.close()
    if len(findings) < len(libraries):
        findings.append(Finding(libraries[len(findings)], problem=problem))
    return findings


def _import_all(libraries: Sequence[Library], sender: Connection[Any, Any]) -> None:
    """In the child: import one after the other and send what happened; nothing reaches the terminal."""
    settle_in("checks")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    warnings.simplefilter("ignore")
    for library in libraries:
        sender.send(import_one(library))
    sender.close()


def import_one(library: Library) -> Finding:
    """Import in this process and ask the library about itself."""
    try:
        module = importlib.import_module(library.module)
    except IMPORT_ERRORS as error:
        return Finding(library, _version_of(library), problem=_in_one_line(error))
    try:
        details = tuple(_DETAILS[library.module](module)) if library.module in _DETAILS else ()
    except IMPORT_ERRORS as error:
        details = (("note", _in_one_line(error)),)
    return Finding(library, _version_of(library) or str(getattr(module, "__version__", "")), details=details)


def _version_of(library: Library) -> str:
    try:
        return importlib.metadata.version(library.distribution)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _in_one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


# --- what only the library itself knows; runs in the child --------------------------------------


def _about_torch(torch: ModuleType) -> Iterable[tuple[str, str]]:
    yield "cuda_build", str(torch.version.cuda or "")
    yield "threads", str(torch.get_num_threads())
    if torch.cuda.is_available():
        for number in range(torch.cuda.device_count()):
            properties = torch.cuda.get_device_properties(number)
            gib = properties.total_memory / 2**30
            yield f"gpu{number}", f"{properties.name}, {gib:.0f} GiB"


def _about_av(av: ModuleType) -> Iterable[tuple[str, str]]:
    for name, version in sorted(av.library_versions.items()):
        if name in {"libavcodec", "libavformat"}:
            yield name, ".".join(str(part) for part in version)


def _about_sounddevice(sounddevice: ModuleType) -> Iterable[tuple[str, str]]:
    outputs = [device for device in sounddevice.query_devices() if device["max_output_channels"] > 0]
    yield "outputs", str(len(outputs))


def _about_qt(widgets: ModuleType) -> Iterable[tuple[str, str]]:
    """On Linux: whether the plugin that draws on X displays finds its libraries; Qt itself would abort instead."""
    del widgets
    if not sys.platform.startswith("linux"):
        return
    found = importlib.util.find_spec("PySide6")
    for folder in (found.submodule_search_locations or []) if found else []:
        plugin = Path(folder) / "Qt" / "plugins" / "platforms" / "libqxcb.so"
        if plugin.exists():
            try:
                ctypes.CDLL(str(plugin))
            except OSError as error:
                yield "xcb_problem", _in_one_line(error)


_DETAILS: dict[str, Callable[[ModuleType], Iterable[tuple[str, str]]]] = {
    "torch": _about_torch,
    "av": _about_av,
    "sounddevice": _about_sounddevice,
    "PySide6.QtWidgets": _about_qt,
}
