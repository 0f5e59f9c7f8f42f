"""Settings of a person: declared values, saved whole or not at all, and a damaged file that is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core import settings as module
from core.errors import Bug, SettingsError
from core.settings import PAGES, SETTINGS, Settings


def test_without_a_file_everything_has_its_default() -> None:
    settings = Settings.load()
    assert settings.get("person.name") == module.login_name() != ""
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
        ["answers.threshold", "person.name", "recent.projects"]
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


@pytest.mark.parametrize("text", ["", "{", "[]", "\x00\x00", '{"appearance.theme": "pink"}', '{"person.name": 7}'])
def test_a_damaged_file_is_an_error_that_names_it_and_stays_as_it_is(text: str) -> None:
    path = module.settings_path()
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert str(path) in str(caught.value)
    assert path.read_text(encoding="utf-8") == text
    assert Settings().get("appearance.theme") == "system"


def test_what_a_newer_version_wrote_is_kept() -> None:
    settings = Settings.load()
    settings.save()
    settings.path.write_text('{"future.key": {"a": [1]}, "person.name": "Ann"}', encoding="utf-8")
    settings = Settings.load()
    settings.set("appearance.theme", "dark")
    settings.save()
    data = json.loads(settings.path.read_text(encoding="utf-8"))
    assert data == {"future.key": {"a": [1]}, "person.name": "Ann", "appearance.theme": "dark"}


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
