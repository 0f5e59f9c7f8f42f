"""Who the app is on each system: names, ids, file type, and the small files that tell a system so. Pure functions."""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass
from typing import Any

from core.about import version
from core.files import APP_NAME

APP_ID = "org.groundlabel.GroundLabel"
DESKTOP_ID = "groundlabel"  # what desktop/app.py names as its .desktop file
SUFFIX = "groundlabel"
MIME_TYPE = "application/x-groundlabel"
COMMENT = "Annotate images, videos and sound in words"


@dataclass(frozen=True, slots=True)
class Place:
    """What a system wants of the launcher. `bundle`: the folder that macOS shows as one thing, or ""."""

    system: str
    icon: str
    archive: str
    console: bool
    version_resource: bool = False
    bundle: str = ""


_PLACES = {
    "linux": Place("linux", "", ".tar.gz", console=True),
    "win32": Place("windows", "groundlabel.ico", ".zip", console=True, version_resource=True),
    "darwin": Place("macos", "groundlabel.icns", ".tar.gz", console=False, bundle=f"{APP_NAME}.app"),
}


def place_of(system: str) -> Place:
    """The row of a system, by `sys.platform`. Raises ValueError for one that no app is built for."""
    for name, place in _PLACES.items():
        if system.startswith(name):
            return place
    raise ValueError(f"no app is built for {system}")


def archive_name(system: str, cuda: str, machine: str = "") -> str:
    """The archive's name: app, release, system, processor, variant."""
    place = place_of(system)
    variant = f"cuda{cuda}" if cuda else "cpu"
    return f"{APP_NAME}-{version()}-{place.system}-{machine or platform.machine()}-{variant}{place.archive}"


def info_plist() -> dict[str, Any]:
    """What macOS is told beside the defaults: the type of project files, that this app owns it, the dark look."""
    return {
        "CFBundleDisplayName": APP_NAME,
        "CFBundleShortVersionString": version(),
        "LSMinimumSystemVersion": "12.0",
        "LSApplicationCategoryType": "public.app-category.graphics-design",
        "NSHighResolutionCapable": True,
        "NSRequiresAquaSystemAppearance": False,
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": f"{APP_NAME} project",
                "CFBundleTypeRole": "Editor",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [f"{APP_ID}.project"],
            }
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": f"{APP_ID}.project",
                "UTTypeDescription": f"{APP_NAME} project",
                "UTTypeConformsTo": ["public.data"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": [SUFFIX],
                    "public.mime-type": [MIME_TYPE],
                },
            }
        ],
    }


def version_resource() -> str:
    """What Windows shows under Properties, Details: the text that PyInstaller makes a version resource of."""
    numbers = ([int(part) for part in re.findall(r"\d+", version())] + [0] * 4)[:4]
    told = {
        "CompanyName": APP_NAME,
        "FileDescription": APP_NAME,
        "FileVersion": version(),
        "InternalName": APP_NAME,
        "LegalCopyright": "Apache-2.0; what is inside has licences of its own, in LICENCES",
        "OriginalFilename": f"{APP_NAME}.exe",
        "ProductName": APP_NAME,
        "ProductVersion": version(),
    }
    strings = ", ".join(f"StringStruct({name!r}, {value!r})" for name, value in told.items())
    fixed = f"FixedFileInfo(filevers={tuple(numbers)}, prodvers={tuple(numbers)}, mask=0x3F, OS=0x40004, fileType=1)"
    kids = (
        f"StringFileInfo([StringTable('040904B0', [{strings}])]), VarFileInfo([VarStruct('Translation', [1033, 1200])])"
    )
    return f"VSVersionInfo(ffi={fixed}, kids=[{kids}])\n"
