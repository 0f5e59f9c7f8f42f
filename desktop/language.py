"""Which language the window speaks: the choice of a person, else the system's, and the catalogues for it.

A language is chosen before the first widget is made, and holds until the app ends: texts are not told of a change.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from core.files import bundled

ENGLISH = "en"
_LOG = logging.getLogger(__name__)


def languages() -> tuple[str, ...]:
    """The languages there are: English, which the texts are written in, and one for each catalogue."""
    return (ENGLISH, *sorted(path.stem for path in bundled("resources/translations").glob("*.qm")))


def language_for(choice: str, system: QLocale | None = None) -> str:
    """The language to speak for a setting: a code, or "system", which is the first of the system's that is there."""
    known = languages()
    if choice != "system":
        return choice if choice in known else ENGLISH
    scripts: dict[QLocale.Language, QLocale.Script] = {}  # the first counts: zh-Hant-TW is followed by a plain zh
    for wanted in map(QLocale, (system or QLocale.system()).uiLanguages()):
        script = scripts.setdefault(wanted.language(), wanted.script())
        for code in known:
            if (wanted.language(), script) == (QLocale(code).language(), QLocale(code).script()):
                return code
    return ENGLISH


def speak(app: QCoreApplication, choice: str) -> list[QTranslator]:
    """Load the catalogues of a choice, Qt's own words among them; `silence` takes them away again."""
    language = language_for(choice)
    if language == ENGLISH:
        return []
    places = (
        (f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        (language, str(bundled("resources/translations"))),  # the last one installed is asked first
    )
    spoken = []
    for name, folder in places:
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)
            spoken.append(translator)
        else:
            _LOG.warning("there is no catalogue %s in %s", name, folder)
    return spoken


def silence(app: QCoreApplication, spoken: list[QTranslator]) -> None:
    """Back to English."""
    for translator in spoken:
        app.removeTranslator(translator)
        translator.deleteLater()
