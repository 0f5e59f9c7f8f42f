"""Formats of spans: files as documented, what other readers make of ours, what is told."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import praatio.textgrid
import pympi
import pysubs2
import pytest
import webvtt
from fakes_formats import a_project, read, regions, written
from fakes_picture_files import as_file
from fakes_span_files import (
    ACTIVITYNET,
    AUDACITY,
    CAPTIONS,
    CHARADES,
    EAF,
    OVERLAPS,
    SPAN_FORMATS,
    SRT,
    SUFFIX,
    TEXTGRID,
    WEBVTT,
    a_sound,
    spans,
)

from core.formats import ReadOptions, find_format
from core.formats.timed import clock_text

# --- files of other tools ----------------------------------------------------------------------


def test_charades_lines_are_read_and_written_as_they_are(tmp_path: Path) -> None:
    batch = find_format("charades-sta").read(as_file(tmp_path / "a.txt", CHARADES), ReadOptions())
    sentence = "a person is putting a book on a shelf."
    assert spans(batch.contents)[0] == ("AO8RW", sentence, (sentence,), 0.0, 6.9)
    assert [note.what for note in batch.report.changed] == ["one span has no length"]
    written(batch.contents, "charades-sta", tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == CHARADES.replace("0.0 6.9", "0 6.9")


def test_activitynet_files_keep_what_is_not_known(tmp_path: Path) -> None:
    found = read(as_file(tmp_path / "c.json", CAPTIONS), "activitynet-captions")
    assert [(one[3], one[4]) for one in spans(found)] == [(0.28, 55.15), (13.79, 54.32)]
    written(found, "activitynet-captions", tmp_path / "out.json")
    back = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert back == {"v_x": CAPTIONS["v_x"] | {"groundlabel": {}}}
    found = read(as_file(tmp_path / "a.json", ACTIVITYNET), "activitynet")
    assert {mark.split for mark in found.splits} == {"val"}
    written(found, "activitynet", tmp_path / "out.json")
    back = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert back["database"]["sJ"].pop("groundlabel") == {"split": "val"}
    assert back == ACTIVITYNET


def test_audacity_labels_keep_their_frequencies(tmp_path: Path) -> None:
    found = read(as_file(tmp_path / "dog.txt", AUDACITY), "audacity")
    assert spans(found) == [("dog", "bark", ("bark",), 0.5, 1.25), ("dog", "click", ("click",), 2.5, 2.5)]
    written(found, "audacity", tmp_path / "out.txt")
    expected = "0.5\t1.25\tbark\n\\\t440.0\t880.5\n2.5\t2.5\tclick\n"
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == expected


def test_webvtt_keeps_settings_tags_notes_and_styles(tmp_path: Path) -> None:
    found = read(as_file(tmp_path / "talk.vtt", WEBVTT), "webvtt")
    assert [one[2:] for one in spans(found)] == [
        (("Never drink liquid nitrogen.",), 1.0, 4.0),
        (("It <will> perforate your stomach.",), 5.0, 9.5),
    ]
    written(found, "webvtt", tmp_path / "out.vtt")
    text = (tmp_path / "out.vtt").read_text(encoding="utf-8")
    for kept in ("WEBVTT - some title\nKind: captions\n", "::cue { color: red }", "a remark\non two lines", "intro\n"):
        assert kept in text
    assert "00:00:01.000 --> 00:00:04.000 line:0 position:20%\n<v Ann>Never drink <b>liquid</b> nitrogen.\n" in text


def test_srt_keeps_tags_places_and_empty_lines(tmp_path: Path) -> None:
    found = read(as_file(tmp_path / "talk.srt", SRT), "srt")
    assert [one[2:] for one in spans(found)] == [(("a dog barks",), 1.0, 4.25), (("twice and again",), 4.25, 5.0)]
    written(found, "srt", tmp_path / "out.srt")
    text = (tmp_path / "out.srt").read_text(encoding="utf-8")
    assert "00:00:01,000 --> 00:00:04,250 X1:1 X2:2\n<i>a dog</i> barks\n" in text
    assert "{\\an8}twice\nand again\n" in text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_textgrids_of_both_forms_and_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "talk.TextGrid").write_text(TEXTGRID, encoding=encoding)
    expected = [
        ("talk", "Mary", ('says "hi"',), 0.0, 1.5),
        ("talk", "Mary", ("hums",), 0.0, 2.3),
        ("talk", "bell", ("ding",), 1.25, 1.25),
    ]
    found = read(tmp_path, "textgrid")
    assert spans(found) == expected
    written(found, "textgrid", tmp_path / "long" / "talk.TextGrid")
    assert spans(read(tmp_path / "long", "textgrid")) == expected


def test_eaf_takes_times_of_parents_and_keeps_the_rest(tmp_path: Path) -> None:
    batch = find_format("eaf").read(as_file(tmp_path / "clip.eaf", EAF), ReadOptions())
    assert spans(batch.contents) == [
        ("clip.mp4", "gesture", ("waves",), 0.1, 0.3),
        ("clip.mp4", "gesture", ("points",), 0.3, 0.5),
        ("clip.mp4", "gloss", ("hello",), 0.1, 0.3),
    ]
    told = " ".join(note.what for note in batch.report.changed)
    assert "one annotation that leans on another" in told
    assert "one time is not aligned" in told
    written(batch.contents, "eaf", tmp_path / "out.eaf")
    root = ElementTree.parse(tmp_path / "out.eaf").getroot()
    assert root.get("AUTHOR") == "Ann"
    assert root.findtext("HEADER/PROPERTY") == "3"
    tiers = {tier.get("TIER_ID"): tier for tier in root.findall("TIER")}
    assert tiers["gesture"].get("PARTICIPANT") == "P1"
    assert tiers["gloss"].get("PARENT_REF") is None
    first = tiers["gesture"].find("ANNOTATION/ALIGNABLE_ANNOTATION")
    assert first is not None and first.get("CVE_REF") == "cve1"
    assert spans(read(tmp_path / "out.eaf", "eaf")) == spans(batch.contents)


def test_eaf_takes_parts_of_subdivisions_and_the_clock_of_its_medium(tmp_path: Path) -> None:
    """Subdivisions share their parent's time, TIME_ORIGIN moves the medium's clock, slots come in any order."""
    words = "".join(
        f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="w{n}" ANNOTATION_REF="a1"{before}>'
        f"<ANNOTATION_VALUE>{text}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>"
        for n, before, text in ((2, ' PREVIOUS_ANNOTATION="w1"', "two"), (1, "", "one"))
    )
    origin = '<MEDIA_DESCRIPTOR MEDIA_URL="b.wav" MIME_TYPE="audio/x-wav" TIME_ORIGIN="1500"/><PROPERTY'
    text = EAF.replace("./clip.mp4", './clip.mp4" TIME_ORIGIN="1000').replace("<PROPERTY", origin)
    slots = EAF[EAF.index("<TIME_ORDER>") + 12 : EAF.index("</TIME_ORDER>")]
    mixed = (
        '<TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="500"/><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="100"/>'
        '<TIME_SLOT TIME_SLOT_ID="ts2"/>'
    )
    tier = f'<TIER LINGUISTIC_TYPE_REF="words" PARENT_REF="gesture" TIER_ID="words">{words}</TIER><LINGUISTIC_TYPE'
    text = text.replace(slots, mixed).replace("<LINGUISTIC_TYPE", tier, 1)
    found = read(as_file(tmp_path / "clip.eaf", text), "eaf")
    assert [(label, said[0], start, end) for _, label, said, start, end in spans(found)] == [
        ("gesture", "waves", 1.1, 1.1),  # a slot without a time after the last one that has one is where that is
        ("gesture", "points", 1.1, 1.5),
        ("gloss", "hello", 1.1, 1.1),
        ("words", "two", 1.1, 1.1),  # "one" as well
    ]
    ordered = text.replace(mixed, slots).replace('"milliseconds"', '"PAL-frames"')
    found = read(as_file(tmp_path / "clip.eaf", ordered), "eaf")
    by_words = {said[0]: (start, end) for _, _, said, start, end in spans(found)}
    assert by_words == {
        **{"waves": (5.0, 13.0), "points": (13.0, 21.0), "hello": (5.0, 13.0)},
        **{"one": (5.0, 9.0), "two": (9.0, 13.0)},
    }
    written(found, "eaf", tmp_path / "out.eaf")
    assert spans(read(tmp_path / "out.eaf", "eaf")) == sorted(spans(found), key=lambda one: (one[1], one[3]))
    media = ElementTree.parse(tmp_path / "out.eaf").getroot().findall("HEADER/MEDIA_DESCRIPTOR")
    assert [one.get("TIME_ORIGIN") for one in media] == [None, "500"]


# --- what other readers make of ours -----------------------------------------------------------


def test_praatio_reads_our_textgrids(tmp_path: Path) -> None:
    written(OVERLAPS, "textgrid", tmp_path / "a.TextGrid")
    grid = praatio.textgrid.openTextgrid(
        str(tmp_path / "a.TextGrid"), includeEmptyIntervals=False, reportingMode="error"
    )
    found = {name: [tuple(entry) for entry in grid.getTier(name).entries] for name in grid.tierNames}
    assert found == {
        "dog": [(0.5, 2.25, "a dog barks"), (2.25, 3.0, 'it says "wuff" & <stops>')],
        "dog #2": [(1.0, 2.5, "犬が走る")],
        "bell": [(9.0, 9.999, "ding")],
    }
    assert (grid.minTimestamp, grid.maxTimestamp) == (0, 10)


def test_pympi_reads_our_eaf(tmp_path: Path) -> None:
    written(OVERLAPS, "eaf", tmp_path / "a.eaf")
    document = pympi.Eaf(str(tmp_path / "a.eaf"))
    found = {name: sorted(document.get_annotation_data_for_tier(name)) for name in document.get_tier_names()}
    assert found == {
        "dog": [(500, 2250, "a dog barks"), (2250, 3000, 'it says "wuff" & <stops>')],
        "dog #2": [(1000, 2500, "犬が走る")],
        "bell": [(9000, 9999, "ding")],
    }


def test_eaf_files_of_pympi_are_read(tmp_path: Path) -> None:
    """Slots in the order in which they were made, tiers that lean on others, a vocabulary."""
    document = pympi.Eaf()
    document.add_linked_file(str(tmp_path / "a.wav"), relpath="./a.wav", mimetype="audio/x-wav")
    document.add_linguistic_type("words", "Symbolic_Subdivision", timealignable=False)
    document.add_controlled_vocabulary("kinds")
    document.add_tier("dog")
    document.add_annotation("dog", 4000, 5000, "later")
    document.add_annotation("dog", 500, 2500, "a dog")
    document.add_tier("word", ling="words", parent="dog")
    document.add_ref_annotation("word", "dog", 600, "dog")
    (tmp_path / "out").mkdir()
    document.to_file(str(tmp_path / "out" / "a.eaf"))
    assert sorted(spans(read(tmp_path / "out", "eaf"))) == [
        ("a.wav", "dog", ("a dog",), 0.5, 2.5),
        ("a.wav", "dog", ("later",), 4.0, 5.0),
        ("a.wav", "word", ("dog",), 0.5, 2.5),
    ]


def test_subtitle_libraries_read_ours(tmp_path: Path) -> None:
    by_time = [
        (500, 2250, "a dog barks"),
        (1000, 2500, "犬が走る"),
        (2250, 3000, 'it says "wuff" & <stops>'),
        (9000, 9999, "ding"),
    ]
    written(OVERLAPS, "srt", tmp_path / "a.srt")
    written(OVERLAPS, "webvtt", tmp_path / "a.vtt")
    events = pysubs2.load(str(tmp_path / "a.srt"), keep_unknown_html_tags=True)
    assert [(event.start, event.end, event.plaintext) for event in events] == by_time
    cues = [(c.start, c.end, html.unescape(c.text)) for c in webvtt.read(str(tmp_path / "a.vtt"))]
    assert cues == [(clock_text(start / 1000, "."), clock_text(end / 1000, "."), text) for start, end, text in by_time]


# --- what is told ------------------------------------------------------------------------------


@pytest.mark.parametrize("format_id", SPAN_FORMATS)
def test_losses_are_told(tmp_path: Path, format_id: str) -> None:
    report = written(a_project(), format_id, tmp_path / f"out{SUFFIX[format_id]}")
    told = " ".join(note.what for note in (*report.changed, *report.skipped))
    assert "one of the tracks not written" in told
    assert "2 boxes not written" in told
    assert "where 4 regions came from is not held" in told
    if not format_id.startswith("activitynet"):
        assert "3 rejections and absences are not held" in told
    assert (report.read, report.written) == (4, 1)
    assert [one[3:] for one in spans(read(tmp_path / f"out{SUFFIX[format_id]}", format_id))] == [(0.5, 3.75)]


def test_milliseconds_are_told_where_they_round(tmp_path: Path) -> None:
    for format_id in ("srt", "webvtt", "eaf"):
        report = written(a_sound(("dog", 0.5, 1 / 3 + 1, "bark")), format_id, tmp_path / f"a{SUFFIX[format_id]}")
        assert "one time is rounded to a millisecond" in [note.what for note in report.changed]


def test_the_same_words_of_a_sound_come_back_by_label(tmp_path: Path) -> None:
    for format_id in ("eaf", "textgrid"):
        written(OVERLAPS, format_id, tmp_path / format_id)
        back = read(tmp_path / format_id, format_id)
        known = {item.id: replace(item, path="s/höre.wav") for item in back.media}
        assert regions(replace(back, media=tuple(known.values()))) == regions(OVERLAPS)
