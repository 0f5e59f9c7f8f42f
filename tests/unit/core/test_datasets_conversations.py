"""Datasets that are conversations: LLaVA, Valley, and the original's own published files, read as they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import FormatError
from core.formats import find_format
from core.formats.batch import ReadOptions
from core.schema import Segment
from core.training.samples import read_samples
from core.workflows.prepare import Prepared, Wish, prepare
from tests import fakes_datasets as fakes


def prepared(folder: Path, name: str, **wish: object) -> tuple[list[fakes.Json], Prepared]:
    """The rows of a dataset and what is said about them."""
    done = prepare(Wish(name, folder, folder / "rows.json", **wish))  # type: ignore[arg-type]
    return json.loads((folder / "rows.json").read_text(encoding="utf-8")), done


def test_the_mix_of_llava_is_taken_over_row_by_row(tmp_path: Path) -> None:
    rows, done = prepared(fakes.llava(tmp_path), "llava")
    published = json.loads((tmp_path / "llava_v1_5_mix665k.json").read_text())
    assert [row["conversations"] for row in rows] == [row["conversations"] for row in published]
    assert (done.media, done.stage, done.report.exit_code) == (6, 3, 0)
    assert "image" not in rows[-1]  # talk alone stays talk alone
    assert rows[2]["image"] == "ocr_vqa/images/1437717772.png"  # as it was downloaded


def test_a_folder_of_the_mix_that_is_not_there_is_named(tmp_path: Path) -> None:
    fakes.llava(tmp_path)
    (tmp_path / "textvqa/train_images/011e7e629fb9ae7b.jpg").unlink()
    (tmp_path / "textvqa/train_images").rmdir()
    rows, done = prepared(tmp_path, "llava")
    assert len(rows) == 6
    assert [note.what for note in done.report.changed] == [
        "the mix looks for pictures in textvqa/train_images, which is not there"
    ]
    assert done.missing == {"textvqa/train_images/011e7e629fb9ae7b.jpg": 1}
    assert done.report.exit_code == 3


def test_a_picture_outside_the_folders_of_the_mix_is_counted(tmp_path: Path) -> None:
    fakes.llava(tmp_path)
    fakes.put_empty(tmp_path / "elsewhere/a.jpg")
    rows = [{"id": "a", "image": "elsewhere/a.jpg", "conversations": fakes.talk("<image>\nWhat?", "A bus.")}]
    fakes.put_json(tmp_path / "llava_v1_5_mix665k.json", rows)
    assert [note.what for note in prepared(tmp_path, "llava")[1].report.changed] == [
        "rows name a picture outside the mix's folders: 1"
    ]


def test_the_captions_of_llava_are_for_the_first_stage(tmp_path: Path) -> None:
    rows, done = prepared(fakes.llava_pretrain(tmp_path), "llava", stage=1)
    assert rows[0]["image"] == "images/00453/004539375.jpg"
    assert (done.variant.name, done.stage) == ("pretrain", 1)


def test_valley_names_cut_clips_by_their_id(tmp_path: Path) -> None:
    rows, done = prepared(fakes.valley(tmp_path), "valley")
    assert [row["video"] for row in rows] == ["videos/-00PROpNY9E_000002_000012.mp4", "videos/v_1.mp4"]
    assert not done.variant.confirmed
    rows, done = prepared(fakes.valley_pretrain(tmp_path), "valley", stage=1)
    assert (rows[0]["video"], done.stage) == ("videos/000051_000100/1024546070.mp4", 1)


def test_a_marker_that_was_left_out_is_put_in_front(tmp_path: Path) -> None:
    fakes.valley(tmp_path)
    row = {"id": 7, "source": "jukinmedia", "video": "v_1.mp4", "conversations": fakes.talk("Where?", "Outside.")}
    fakes.put_json(tmp_path / "Valley_instruct_73k.json", [row])
    rows, _ = prepared(tmp_path, "valley")
    assert rows[0]["conversations"][0]["value"] == "<video>\nWhere?"  # type: ignore[index]


def test_a_speaker_that_is_none_is_named(tmp_path: Path) -> None:
    fakes.llava(tmp_path)
    fakes.put_json(
        tmp_path / "llava_v1_5_mix665k.json", [{"id": 1, "conversations": [{"from": "cat", "value": "miaow"}]}]
    )
    with pytest.raises(FormatError, match=r"row 0, conversations\[0\].from"):
        prepared(tmp_path, "llava")


# --- the original's published files: JSON lists of conversations --------------------------------

REGIONS = {
    "refcoco.json": ("image", "p.png", "Where is the lady in blue?", "[0.25, 0.25, 0.5, 0.75]"),
    "visual_genome.json": ("image", "p.png", "Locate the clock.", "The clock is at [0.1, 0.3, 0.6, 0.7]."),
    "flickr30k_conversation.json": ("image", "p.png", "Where are they?", "[0.1, 0.3, 0.6, 0.7], [0.2, 0.3, 0.6, 0.7]"),
    "charades_sta.json": ("video", "v.mp4", "When is the door opened?", "{0.25,0.75}"),
    "didemo.json": ("video", "v.mp4", "When does the camera pan?", "It happens at {0.5,1.0}."),
    "activitycaptions.json": ("video", "v.mp4", "When does she dance?", "{0.21,0.73}"),
}
WORDS = {
    "Wavecaps.json": ("sound", "s.wav", "What can be heard?", "Wind."),
    "Clotho.json": ("sound", "s.wav", "What can be heard?", "A radio."),
    "flickr30k_detail.json": ("image", "p.png", "Describe it.", "Two young guys."),
}


def published(folder: Path, name: str, key: str, medium: str, question: str, answer: str) -> Path:
    """A file in the form that the original's training reads: {image|video|sound, conversations[from, value]}."""
    fakes.put_picture(folder / "p.png", (40, 30))
    fakes.put_video(folder / "v.mp4", 8)
    rows = [
        {key: medium, "conversations": fakes.talk(f"<{key}>\n{question}", answer)},
        {"conversations": fakes.talk("Hi", "Hi.")},
    ]
    return fakes.put_json(folder / name, rows)


@pytest.mark.parametrize("name", REGIONS)
def test_published_rows_with_regions_are_learned_from_as_they_are(tmp_path: Path, name: str) -> None:
    file = published(tmp_path, name, *REGIONS[name])
    found = read_samples([file])
    assert len(found.samples) == 1
    example = found.samples[0].example
    assert example.expression == REGIONS[name][2]
    if name == "charades_sta.json":
        assert example.regions == (Segment(2.0, 6.0),)
    assert len(example.regions) == (2 if name == "flickr30k_conversation.json" else 1)


@pytest.mark.parametrize("name", [*REGIONS, *WORDS])
def test_published_rows_are_converted_and_those_in_words_are_listed(tmp_path: Path, name: str) -> None:
    file = published(tmp_path, name, *{**REGIONS, **WORDS}[name])
    batch = find_format("groundinggpt").read(file, ReadOptions())
    skipped = [note.what for note in batch.report.skipped]
    assert len(batch.contents.annotations) == (
        0 if name in WORDS else len(read_samples([file]).samples[0].example.regions)
    )
    assert "a row of no medium" in skipped
    assert len(skipped) == (2 if name in WORDS else 1)
