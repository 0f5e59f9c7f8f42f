"""Why EAF, TextGrid and subtitles have readers of their own: what the libraries do with files that ours must handle.

When one of these tests fails, the library has learned something, and ADR 34 is to be looked at again.
"""

from __future__ import annotations

from pathlib import Path

import pympi
import pysubs2
import pytest
from praatio import textgrid
from praatio.utilities.errors import ParsingError

from core.errors import FormatError
from core.formats import ReadOptions, WriteOptions, find_format

EAF = """<?xml version="1.0" encoding="UTF-8"?>
{bomb}<ANNOTATION_DOCUMENT AUTHOR="{author}" DATE="2020-01-01T00:00:00Z" FORMAT="3.0" VERSION="3.0"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="EAFv3.0.xsd">
<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"><MEDIA_DESCRIPTOR MEDIA_URL="a.wav" MIME_TYPE="audio/x-wav"/></HEADER>
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="0"/><TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="900"/></TIME_ORDER>
<TIER LINGUISTIC_TYPE_REF="t" TIER_ID="dog"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1"
 TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2"><ANNOTATION_VALUE>bark</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
</TIER><LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="t" TIME_ALIGNABLE="true" GRAPHIC_REFERENCES="false"/>
</ANNOTATION_DOCUMENT>
"""
GRID = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = {end}
tiers? <exists>
size = 1
item []:
    item [1]:
        class = "IntervalTier"
        name = "dog"
        xmin = 0
        xmax = {end}
        intervals: size = 1
        intervals [1]:
            xmin = {start}
            xmax = {end}
            text = " bark "
"""
SRT = "1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n00:00:0x,000 --> 00:00:04,000\ntwo\n"
VTT = """WEBVTT

STYLE
::cue { color: red }

NOTE by hand

id7
00:01.000 --> 00:02.000 align:start
<v Ann>hi</v>
"""


def _again(format_id: str, source: Path, suffix: str) -> str:
    contents = find_format(format_id).read(source, ReadOptions()).contents
    out = source.parent / "again"
    find_format(format_id).write(contents, out, WriteOptions())
    return next(out.rglob(f"*{suffix}")).read_text(encoding="utf-8")


def test_pympi_expands_entities_stamps_the_time_and_renames_the_schema(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY l0 "ha"><!ENTITY l1 "&l0;&l0;">]>\n'
    source = tmp_path / "a.eaf"
    source.write_text(EAF.format(bomb=bomb, author="&l1;"), encoding="utf-8")
    assert pympi.Elan.Eaf(str(source)).adocument["AUTHOR"] == "haha"
    with pytest.raises(FormatError, match="without entities"):
        find_format("eaf").read(source, ReadOptions())
    source.write_text(EAF.format(bomb="", author="Ann"), encoding="utf-8")
    pympi.Elan.Eaf(str(source)).to_file(str(tmp_path / "b.eaf"))
    assert "EAFv3.0.xsd" not in (tmp_path / "b.eaf").read_text(encoding="utf-8")
    assert pympi.Elan.Eaf().adocument["DATE"] >= "2025"  # the same project would not give the same bytes


def test_praatio_names_no_line_and_refuses_exponents(tmp_path: Path) -> None:
    source = tmp_path / "a.TextGrid"
    source.write_text(GRID.format(start="0", end="1e1"), encoding="utf-8")
    with pytest.raises(ParsingError) as met:
        textgrid.openTextgrid(str(source), includeEmptyIntervals=True)
    assert "line" not in str(met.value)
    assert find_format("textgrid").read(source, ReadOptions()).contents.annotations
    source.write_text(GRID.format(start="zero", end="10"), encoding="utf-8")
    with pytest.raises(FormatError, match="line 18"):
        find_format("textgrid").read(source, ReadOptions())


def test_pysubs2_takes_broken_times_and_drops_what_is_around_cues(tmp_path: Path) -> None:
    assert [cue.plaintext for cue in pysubs2.SSAFile.from_string(SRT)] != ["one", "two"]
    source = tmp_path / "a.srt"
    source.write_text(SRT, encoding="utf-8")
    with pytest.raises(FormatError, match="line 6"):
        find_format("srt").read(source, ReadOptions())
    kept = ("color: red", "NOTE by hand", "id7", "align:start", "<v Ann>")
    through = pysubs2.SSAFile.from_string(VTT, format_="vtt").to_string("vtt")
    assert not any(part in through for part in kept)
    source = tmp_path / "a.vtt"
    source.write_text(VTT, encoding="utf-8")
    ours = _again("webvtt", source, ".vtt")
    assert all(part in ours for part in kept)
