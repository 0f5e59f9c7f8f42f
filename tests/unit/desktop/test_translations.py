"""The catalogues: nothing is missing, empty or left in English, places for values are kept, and all is compiled."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtCore import QLibraryInfo, QLocale
from PySide6.QtWidgets import QApplication

from core.errors import ModelError
from core.settings_table import TABLE
from desktop import core_words, language
from desktop.actions import COMMANDS
from desktop.language import language_for, languages, silence, speak
from desktop.wrapping import sentence, sentences
from resources.translations import gather

FIELD = re.compile(r"\{[^{}]*\}|%n")
ACCESS_KEY = re.compile(r"(?<!&)&([^&\s])")
APART = re.compile(r"\(&(.)\)…?$")
CHINESE = gather.HERE / "zh_CN.ts"


@cache
def all_texts() -> list[gather.Text]:
    """Every source is read for it, which takes seconds."""
    return gather.all_texts()


@dataclass(frozen=True)
class Message:
    context: str
    source: str
    translation: str
    state: str


def messages(catalogue: Path) -> list[Message]:
    """Every message of a catalogue; plural forms one by one."""
    return list(_messages(catalogue))


def _messages(catalogue: Path) -> Iterator[Message]:
    for context in ET.parse(catalogue).getroot().iter("context"):
        for message in context.findall("message"):
            translation = message.find("translation")
            assert translation is not None
            forms = [form.text or "" for form in translation.findall("numerusform")] or [translation.text or ""]
            for form in forms:
                source = message.findtext("source") or ""
                yield Message(context.findtext("name") or "", source, form, translation.get("type", ""))


@pytest.fixture(params=gather.catalogues(), ids=lambda path: path.stem)
def catalogue(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_chinese_is_there() -> None:
    assert CHINESE in gather.catalogues()
    assert len(messages(CHINESE)) > 1000


def test_a_catalogue_has_every_text_of_the_window(catalogue: Path) -> None:
    wanted = {(text.context, text.source) for text in all_texts()}
    found = {(message.context, message.source) for message in messages(catalogue)}
    assert sorted(wanted - found) == [], "make translations, then translate what is new"
    assert sorted(found - wanted) == [], "make translations"


def test_nothing_is_open_or_empty(catalogue: Path) -> None:
    assert [one.source for one in messages(catalogue) if one.state or not one.translation.strip()] == []


def test_only_names_and_signs_are_the_same_as_in_english(catalogue: Path) -> None:
    listed = (gather.HERE / "same_everywhere.txt").read_text(encoding="utf-8").splitlines()
    same = {one.source for one in messages(catalogue) if one.translation == one.source}
    assert sorted(same - {*listed}) == []
    assert sorted({*listed} - {one.source for one in messages(catalogue)}) == []


def test_places_lines_and_dots_are_kept(catalogue: Path) -> None:
    for one in messages(catalogue):
        assert sorted(FIELD.findall(one.translation)) == sorted(FIELD.findall(one.source)), one
        assert one.translation.count("\n") == one.source.count("\n"), one
        assert one.translation.endswith("…") == one.source.endswith("…"), one
        assert one.translation[0].isspace() == one.source[0].isspace(), one


def test_access_keys_are_kept(catalogue: Path) -> None:
    for one in messages(catalogue):
        if one.context in (gather.CORE, gather.SETTINGS):
            continue
        key, apart = ACCESS_KEY.search(one.source), APART.search(one.translation)
        assert (key.group(1).upper() if key else None) == (apart.group(1) if apart else None), one


def test_chinese_is_chinese() -> None:
    listed = (gather.HERE / "same_everywhere.txt").read_text(encoding="utf-8").splitlines()
    figures = re.compile(r"[\W\d_A-Za-z]*")
    for one in messages(CHINESE):
        if one.source not in listed and not figures.fullmatch(FIELD.sub("", one.translation)):
            assert re.search(r"[\u4e00-\u9fff]", one.translation), one
        assert not re.search(r"[\u4e00-\u9fff][,;:?!](?!\w)", one.translation), f"half-width punctuation: {one}"


def test_what_is_compiled_is_what_is_written(catalogue: Path, tmp_path: Path) -> None:
    fresh = gather.compile_(catalogue, tmp_path / "fresh.qm")
    assert fresh.read_bytes() == catalogue.with_suffix(".qm").read_bytes(), "make translations"
    written = gather.CORE_TEXTS.read_text(encoding="utf-8")
    assert written == gather.write_core_texts(all_texts()), "make translations"


def test_a_text_that_reading_cannot_find_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "ROOT", tmp_path)
    module = tmp_path / "panel.py"
    module.write_text('class Panel:\n    def show(self, n):\n        self.tr(f"{n} boxes")\n', encoding="utf-8")
    with pytest.raises(gather.UnmarkedError, match=r"panel\.py:3"):
        list(gather.window_texts(module))


def test_texts_are_found_in_their_contexts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "ROOT", tmp_path)
    module = tmp_path / "panel.py"
    module.write_text(
        "def _tr(text):\n    return QCoreApplication.translate('Words', text)\n"
        "class Panel:\n    def show(self, n):\n        self.tr('one' if n == 1 else 'many')\n"
        "        _tr('two '\n 'parts')\n"
        "        self.tr('%n boxes', '', n)\nTABLE = (QT_TRANSLATE_NOOP('Table', 'row'),)\n",
        encoding="utf-8",
    )
    found = {(text.context, text.source, text.counted) for text in gather.window_texts(module)}
    assert found == {
        *(("Panel", "one", False), ("Panel", "many", False), ("Words", "two parts", False)),
        *(("Panel", "%n boxes", True), ("Table", "row", False)),
    }


# --- which language -------------------------------------------------------------------------------


def test_the_setting_offers_every_language() -> None:
    assert set(TABLE["appearance.language"].choices) == {"system", *languages()}


@pytest.mark.parametrize(
    ("system", "spoken"),
    [("zh_CN", "zh_CN"), ("zh_SG", "zh_CN"), ("zh_TW", "en"), ("zh_HK", "en"), ("de_DE", "en"), ("en_GB", "en")],
)
def test_the_language_of_the_system_is_spoken_if_it_is_there(system: str, spoken: str) -> None:
    assert language_for("system", QLocale(system)) == spoken


def test_a_choice_counts_more_than_the_system() -> None:
    assert language_for("en", QLocale("zh_CN")) == "en"
    assert language_for("zh_CN", QLocale("de_DE")) == "zh_CN"
    assert language_for("xx", QLocale("zh_CN")) == "en"


@pytest.mark.parametrize("code", [code for code in languages() if code != language.ENGLISH])
def test_qt_brings_its_own_words(code: str) -> None:
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    assert (Path(folder) / f"qtbase_{code}.qm").is_file()


# --- what core says -------------------------------------------------------------------------------


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    spoken = speak(qapp, "zh_CN")
    yield
    silence(qapp, spoken)


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("english", "spoken"),
    [
        ("The settings in /a/b.json are damaged", "/a/b.json 中的设置已损坏"),
        ("Delete 3 annotations", "删除 3 个标注"),
        ("Mark as needs review", "标为待复核"),
        ("Delete “done”", "删除 “done”"),  # what people call things is no word of the program
        ("Accept 2 × “red is not blue”", "接受 2 个“red is not blue”"),
        ("3 boxes not written: COCO holds boxes in pictures", "3 个框未写入：COCO 可容纳图片中的框"),
        ("a.groundlabel is empty. It holds no byte. Look again.", "a.groundlabel 为空。其中没有一个字节。Look again."),
        ("Nobody has ever said this", "Nobody has ever said this"),
        ("", ""),
    ],
)  # fmt: skip
def test_core_is_understood_by_the_shape_of_what_it_says(english: str, spoken: str) -> None:
    assert core_words.said(english) == spoken


@pytest.mark.usefixtures("qapp")
def test_in_english_nothing_changes() -> None:
    for text in ("Delete 3 annotations", "a.png is empty. It has 0 bytes. Copy it again.", "Mark as needs review"):
        assert core_words.said(text) == text


@pytest.mark.usefixtures("chinese")
def test_an_error_becomes_sentences() -> None:
    error = ModelError("The model mini stopped working", next_step="Ask again: it is then loaded anew")
    assert core_words.error_text(error) == "模型 mini 停止了工作。请重新提问：届时会重新加载。"


@pytest.mark.usefixtures("chinese")
def test_every_shape_is_found_again() -> None:
    """Values put into any text of core give a text that is no longer English."""
    for source in core_words.known_sources():
        filled = FIELD.sub(lambda place: "7" if place.group() == "{count}" else "Ω", source)
        said = core_words.said(filled)
        assert said != filled or source == "CLIP", source


def test_sentences_end_as_their_language_does() -> None:
    assert sentence("look for it") == "Look for it."
    assert sentence("cells.groundlabel is empty") == "cells.groundlabel is empty."
    assert sentence("请从备份恢复") == "请从备份恢复。"
    assert sentences("it is gone", "", "look for it") == "It is gone. Look for it."
    assert sentences("文件缺失", "请查找") == "文件缺失。请查找。"


def test_the_words_of_a_command_are_without_its_access_key(qapp: QApplication) -> None:
    from desktop.actions import Actions

    spoken = speak(qapp, "zh_CN")
    actions = Actions(qapp)
    silence(qapp, spoken)
    assert actions["new_project"].text() == "新建项目(&N)…"
    assert actions["new_project"].property("command") == "新建项目"
    assert not any("&" in str(actions[one.id].property("command")) for one in COMMANDS)
