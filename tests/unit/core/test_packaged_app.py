"""The packaged app as its build describes it: what is inside, whose it is, and what each system is told of it."""

from __future__ import annotations

import ast
import json
import plistlib
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication

from core.about import version
from core.commands import COMMANDS, dispatch
from core.formats.registry import RESERVED_IDS, _module_name
from core.processes import keep_libraries_to_ourselves
from resources.app import contents, distributions, drawn_icons, identity, licences, sizes

ROOT = Path(__file__).resolve().parents[3]
APP = ROOT / "resources" / "app"


def test_every_bundled_file_that_the_code_names_is_inside() -> None:
    inside = {(PurePosixPath(folder) / Path(file).name).as_posix() for file, folder in contents.project_files(ROOT)}
    asked: set[str] = set()
    for path in [*(ROOT / "core").rglob("*.py"), *(ROOT / "desktop").rglob("*.py")]:
        asked |= set(
            re.findall(r'"((?:ckpt/mini|resources/|LICENSE|pyproject)[^"{ ]*)"', path.read_text(encoding="utf-8"))
        )
    assert {"pyproject.toml", "LICENSE", "resources/translations", "resources/scenes/shapes.npz"} <= asked
    assert [name for name in asked if not any(f"{one}/".startswith(name.rstrip("/")) for one in inside)] == []
    for model in contents.BUNDLED[:2]:
        index = json.loads((ROOT / model / "model.safetensors.index.json").read_text(encoding="utf-8"))
        assert {f"{model}/{name}" for name in {"config.json", *index["weight_map"].values()}} <= inside


def test_what_is_imported_by_name_is_inside() -> None:
    modules = set(contents.project_modules(ROOT))
    assert {command.module for command in COMMANDS.values()} <= modules
    assert {_module_name(name) for name in RESERVED_IDS} <= modules
    for path in (ROOT / "core").rglob("*.py"):  # "module:function", as registries and processes name what they load
        named = re.findall(r'"((?:core|desktop)\.[a-z_.]+):[a-z_]+"', path.read_text(encoding="utf-8"))
        assert set(named) <= modules


def test_a_variant_holds_the_backends_of_its_own_kind_alone() -> None:
    names = [f"bitsandbytes/libbitsandbytes_{kind}.so" for kind in ("cpu", "cuda128", "cuda130", "rocm64", "xpu2025")]
    for_cpu, for_cuda = contents.keeper("", ["zh_CN"], ["torch"]), contents.keeper("130", ["zh_CN"], ["torch"])
    assert list(filter(for_cpu, names)) == names[:1]
    assert list(filter(for_cuda, names)) == [names[0], names[2]]


@pytest.mark.parametrize(
    ("place", "stays"),
    [
        ("PySide6/Qt/translations/qtbase_zh_CN.qm", True),
        ("PySide6/Qt/translations/qtbase_de.qm", False),
        ("PySide6\\translations\\qtbase_zh_CN.qm", True),
        ("resources/translations/zh_CN.qm", True),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/lib/libQt6Quick.so.6", False),
        ("torch/lib/libtorch_cpu.so", True),
        ("torch/include/ATen/ATen.h", False),
        ("torch-2.13.0+cpu.dist-info/METADATA", True),
        ("pytest_xdist-3.8.0.dist-info/METADATA", False),
        ("libcudart.so.13", False),
        ("nvidia/cu13/lib/libcublas.so.13", False),
    ],
)
def test_what_nobody_reads_stays_out(place: str, stays: bool) -> None:
    assert contents.keeper("", contents.languages(ROOT), ["torch"])(place) is stays


def test_what_a_dependency_needs_is_inside_too() -> None:
    needs = {"a": ["B_b>=1; python_version >= '3'", "gone; sys_platform == 'none'"], "b-b": ["a", "c; extra == 'x'"]}

    def find(name: str) -> Any:
        if name not in needs:
            raise PackageNotFoundError(name)
        return SimpleNamespace(requires=needs[name])

    assert distributions.closure(["A", "not-installed"], find) == ["a", "b-b"]


def test_all_that_is_inside_has_a_licence_text() -> None:
    parts = [licences.of_distribution(distribution(name)) for name in distributions.inside()]
    assert len(parts) > 30 and "torch" in {part.name for part in parts}
    assert [part.name for part in parts if not part.texts] == []
    assert "LESSER GENERAL" in next(part for part in parts if part.name.lower().startswith("pyside6")).texts[0]


@pytest.mark.parametrize(
    ("configured", "kind"),
    [
        ("--disable-doc --enable-gpl --enable-libx264 --enable-version3", "GPL version 3"),
        ("--enable-gpl --enable-libx264", "GPL version 2"),
        ("--enable-shared --enable-libvpx", "LGPL version 2.1"),
        ("--enable-gpl --enable-nonfree", "must not be passed on"),
        ("--enable-libx265 --enable-version3", "x265, under the GPL version 2"),
    ],
)
def test_an_ffmpeg_tells_its_licence(configured: str, kind: str) -> None:
    assert f" {kind}" in licences.ffmpeg_note(b"\x7fELF\0\0" + configured.encode() + b"\0more")


@pytest.mark.parametrize("system", ["linux", "win32", "darwin"])
def test_each_system_has_names_of_its_own(system: str) -> None:
    place = identity.place_of(system)
    assert identity.archive_name(system, "130", "arm64") == (
        f"GroundLabel-{version()}-{place.system}-arm64-cuda130{place.archive}"
    )
    assert f"-cpu{place.archive}" in identity.archive_name(system, "")
    assert (place.bundle == "GroundLabel.app") is (system == "darwin")


def test_macos_is_told_whose_project_files_are() -> None:
    plist = plistlib.loads(plistlib.dumps(identity.info_plist()))
    [opened], [declared] = plist["CFBundleDocumentTypes"], plist["UTExportedTypeDeclarations"]
    assert opened["LSItemContentTypes"] == [declared["UTTypeIdentifier"]]
    assert declared["UTTypeTagSpecification"]["public.filename-extension"] == ["groundlabel"]


def test_windows_is_told_the_version() -> None:
    tree = ast.parse(identity.version_resource(), mode="eval")
    told = [
        [one.value for one in node.args]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.func.id == "StringStruct"
    ]  # type: ignore[attr-defined]
    assert ["ProductVersion", version()] in told
    numbers = next(node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "filevers").value
    assert len(ast.literal_eval(numbers)) == 4


def test_icons_are_drawn_for_all_systems(qapp: QGuiApplication, tmp_path: Path) -> None:
    drawn_icons.draw(ROOT / "resources" / "icons" / "groundlabel.svg", tmp_path)
    with Image.open(tmp_path / "groundlabel.ico") as ico, Image.open(tmp_path / "groundlabel.icns") as icns:
        assert (256, 256) in ico.info["sizes"] and (16, 16) in ico.info["sizes"]
        assert icns.size[0] >= 512
    with Image.open(tmp_path / "hicolor" / "48x48" / "apps" / "groundlabel.png") as small:
        assert small.size == (48, 48) and small.getextrema()[3] == (0, 255)  # not a blank


def test_sizes_are_put_to_the_part_that_brings_them() -> None:
    parts = {
        "GroundLabel": "launcher",
        "_internal/av.libs/libavcodec.so": "av",
        "_internal/PIL/_imaging.so": "Pillow",
        "_internal/torch-2.13.0.dist-info/METADATA": "licences",
        "_internal/libX11.so.6": "libraries of the system",
        "_internal/lib-dynload/_ssl.so": "Python",
        "_internal/ckpt/mini/config.json": "models",
    }
    assert {place: sizes.part_of(PurePosixPath(place)) for place in parts} == parts


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what other desktops are told is not a .desktop file")
def test_a_person_can_put_it_into_the_menu_and_take_it_out(tmp_path: Path) -> None:
    folder = tmp_path / 'Ground Label é 100% "$HOME" `x` \\ & |'
    shutil.copytree(APP / "linux", folder / "share")
    shutil.move(folder / "share" / "install.sh", folder / "install.sh")
    (folder / "share" / "icons" / "hicolor" / "48x48" / "apps").mkdir(parents=True)
    (folder / "share" / "icons" / "hicolor" / "48x48" / "apps" / "groundlabel.png").write_bytes(b"")
    launcher = folder / "GroundLabel"
    launcher.write_text('#!/bin/sh\necho started "$1"\n', encoding="utf-8")
    launcher.chmod(0o755)
    home = tmp_path / "home é"
    home.mkdir()

    def install(*words: str) -> None:
        environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
        subprocess.run([folder / "install.sh", *words], env=environment, check=True, stdout=subprocess.DEVNULL)

    install()
    install()  # again, after a move
    entry = ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(home / ".local/share/applications/groundlabel.desktop", encoding="utf-8")
    told = dict(entry["Desktop Entry"])
    assert {"Type", "Name", "Exec", "Icon"} <= set(told) and told["MimeType"] == f"{identity.MIME_TYPE};"
    quoted, field = told["Exec"].replace("\\\\", "\\").rsplit(" ", 1)  # a text first, then a command line
    opened = [re.sub(r"\\(.)", r"\1", quoted[1:-1]).replace("%%", "%"), "a b.groundlabel"]
    assert field == "%f"
    assert subprocess.run(opened, capture_output=True, text=True, check=True).stdout == "started a b.groundlabel\n"
    assert told["TryExec"].replace("\\\\", "\\") == str(launcher)
    kind = (home / ".local/share/mime/packages/groundlabel.xml").read_text(encoding="utf-8")
    assert identity.MIME_TYPE in kind and f"*.{identity.SUFFIX}" in kind
    assert (home / ".local/bin/GroundLabel").resolve() == launcher

    install("--remove")
    assert list(home.rglob("groundlabel*")) == [] and not (home / ".local/bin/GroundLabel").is_symlink()
    assert launcher.exists()


def test_what_the_window_starts_of_the_system_gets_the_systems_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    see = [sys.executable, "-c", "import os; print(os.environ.get('LD_LIBRARY_PATH'), end='')"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/the app/_internal")
    keep_libraries_to_ourselves()
    assert subprocess.run(see, capture_output=True, text=True, check=True).stdout == "None"
    monkeypatch.setenv("LD_LIBRARY_PATH", "/the app/_internal")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/a person's own")
    keep_libraries_to_ourselves()
    assert subprocess.run(see, capture_output=True, text=True, check=True).stdout == "/a person's own"


def test_the_app_speaks_of_itself_by_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert dispatch(["--help"]) == 0
    told = capsys.readouterr().out
    assert "GroundLabel COMMAND" in told and "main.py" not in told
