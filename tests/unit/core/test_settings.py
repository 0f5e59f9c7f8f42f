"""Settings of a person: declared values, saved whole or not at all, and a damaged file that is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core import settings as module
from core.errors import Bug, SettingsError
from core.settings import Settings
from core.settings_table import PAGES, SETTINGS, login_name


def test_without_a_file_everything_has_its_default() -> None:
    settings = Settings.load()
    assert settings.get("person.name") == login_name() != ""
    assert settings.get("appearance.theme") == "system"
    assert settings.get("model.default") == "mini" and settings.get("model.device") == "auto"
    assert settings.get("recent.projects") == ()
    assert not settings.path.exists()


def test_every_row_is_described_and_its_default_is_allowed() -> None:
    assert len({row.key for row in SETTINGS}) == len(SETTINGS)
    for row in SETTINGS:
        assert row.description
        Settings().set(row.key, Settings().get(row.key))


def test_every_row_that_is_shown_has_words_and_one_page() -> None:
    sections = [section for several in PAGES.values() for section in several]
    assert len(set(sections)) == len(sections)
    for row in SETTINGS:
        assert not row.shown or (row.title and row.section in sections)
        assert not row.shown or len(row.choice_titles) == len(row.choices)
        assert not row.zero or row.minimum == 0


def test_what_was_set_is_there_after_a_restart(groundlabel_home: Path) -> None:
    settings = Settings.load()
    settings.set("person.name", "Zoé 数据")
    settings.set("answers.threshold", 1)
    settings.add_recent_project(Path("/a/é ü.groundlabel"))
    settings.save()
    assert settings.path.is_relative_to(groundlabel_home)
    again = Settings.load()
    assert again.get("person.name") == "Zoé 数据"
    assert again.get("answers.threshold") == 1.0 and isinstance(again.get("answers.threshold"), float)
    assert again.get("recent.projects") == (str(Path("/a/é ü.groundlabel").absolute()),)
    assert list(json.loads(settings.path.read_text(encoding="utf-8"))) == sorted(
        ["answers.threshold", "person.name", "recent.projects", "version"]
    )
    again.reset("answers.threshold")
    again.save()
    assert Settings.load().get("answers.threshold") == 0.0


def test_the_latest_project_comes_first_and_once() -> None:
    settings = Settings()
    for number in (*range(15), 14, 3):
        settings.add_recent_project(Path(f"/p/{number}"))
    names = [Path(place).name for place in settings.get("recent.projects")]
    assert names == ["3", "14", "13", "12", "11", "10", "9", "8", "7", "6"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("appearance.theme", "pink"),
        ("answers.threshold", 1.5),
        ("answers.threshold", float("nan")),
        ("answers.threshold", True),
        ("person.name", 3),
        ("recent.projects", "one"),
        ("recent.projects", [1]),
    ],
)
def test_a_value_that_the_table_does_not_allow_is_refused(key: str, value: object) -> None:
    settings = Settings()
    with pytest.raises(SettingsError, match=key):
        settings.set(key, value)  # type: ignore[arg-type]
    with pytest.raises(Bug):
        settings.get("no.such.key")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "\x00\x00", '{"appearance.theme": "pink"}', '{"person.name": 7}', '{"version": "x"}'],
)
def test_a_damaged_file_is_an_error_that_names_it_and_stays_as_it_is(text: str) -> None:
    path = module.settings_path()
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert str(path) in str(caught.value)
    assert path.read_text(encoding="utf-8") == text
    assert Settings().get("appearance.theme") == "system"


def written(text: str) -> Path:
    """The settings file with this text."""
    path = module.settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_key_that_is_not_known_here_is_kept() -> None:
    path = written('{"version": 1, "future.key": {"a": [1]}, "person.name": "Ann"}')
    settings = Settings.load()
    settings.set("appearance.theme", "dark")
    settings.save()
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data == {"version": 1, "future.key": {"a": [1]}, "person.name": "Ann", "appearance.theme": "dark"}
    assert [place.name for place in path.parent.iterdir()] == [module.FILE_NAME]


def test_a_file_of_an_older_version_is_brought_up_to_date_and_kept_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    def renamed(data: dict[str, object]) -> dict[str, object]:
        return {"person.name" if key == "name" else key: value for key, value in data.items()}

    monkeypatch.setattr(module, "VERSION", 2)
    monkeypatch.setitem(module._STEPS, 1, renamed)
    text = '{"name": "Ann", "future.key": 1}'  # the first files had no version
    path = written(text)
    settings = Settings.load()
    assert settings.get("person.name") == "Ann"
    assert path.read_text(encoding="utf-8") == text  # looking changes nothing
    settings.save()
    assert json.loads(path.read_text(encoding="utf-8")) == {"person.name": "Ann", "future.key": 1, "version": 2}
    kept = path.with_name("settings.version-0.json")
    assert kept.read_text(encoding="utf-8") == text
    Settings.load().save()
    assert kept.read_text(encoding="utf-8") == text


def test_a_file_of_a_newer_version_is_read_and_never_written() -> None:
    text = '{"version": 7, "person.name": "Ann", "appearance.theme": "sepia", "playback.speed": 2.0, "new.key": [1]}'
    path = written(text)
    settings = Settings.load()
    assert settings.is_newer
    assert (settings.get("person.name"), settings.get("appearance.theme")) == ("Ann", "system")
    settings.set("canvas.minimap", False)
    settings.reset("playback.speed")
    settings.save()
    assert path.read_text(encoding="utf-8") == text
    again = Settings.load()
    assert (again.get("person.name"), again.get("canvas.minimap"), again.get("playback.speed")) == ("Ann", False, 1.0)
    path.write_text('{"version": 7, "person.name": "Bob"}', encoding="utf-8")
    assert Settings.load().get("person.name") == "Bob"  # what was not changed here follows the newer file


def test_a_save_that_fails_leaves_the_old_file(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.load()
    settings.set("person.name", "Ann")
    settings.save()

    def no_room(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", no_room)
    settings.set("person.name", "Bob")
    with pytest.raises(SettingsError, match="No space left"):
        settings.save()
    assert Settings.load().get("person.name") == "Ann"
    assert [place.name for place in settings.path.parent.iterdir()] == [module.FILE_NAME]
