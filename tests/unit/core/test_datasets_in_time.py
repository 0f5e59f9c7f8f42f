"""Public datasets of videos and sounds: spans against the length of the medium, captions, a frame with its sound."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import FormatError, UserError
from core.formats.groundinggpt import row_to_example
from core.schema import Box, Segment
from core.workflows.prepare import Prepared, Wish, prepare
from tests import fakes_datasets as fakes


def prepared(folder: Path, name: str, **wish: object) -> tuple[list[fakes.Json], Prepared]:
    """The rows of a dataset and what is said about them."""
    done = prepare(Wish(name, folder, folder / "rows.json", **wish))  # type: ignore[arg-type]
    return json.loads((folder / "rows.json").read_text(encoding="utf-8")), done


def answer(row: fakes.Json) -> str:
    return str(row["conversations"][-1]["value"])  # type: ignore[index]


def test_didemo_takes_what_most_people_marked_and_measures_the_video(tmp_path: Path) -> None:
    rows, done = prepared(fakes.didemo(tmp_path), "didemo")
    # Chunk 2 is 10 s to 15 s; the video is 12 s long, so it ends there.
    assert answer(rows[0]) == "{0.833,1.000}"
    example = row_to_example(rows[0])
    assert (example.regions, example.duration_s) == ((Segment(10, 12),), 12)
    assert (rows[0]["video"], done.stage) == ("videos/54322086@N00_2408598274_274ba81883.mp4", 2)


def test_a_video_that_cannot_be_measured_loses_its_rows_with_a_line(tmp_path: Path) -> None:
    fakes.didemo(tmp_path)
    good = json.loads((tmp_path / "train_data.json").read_text())
    broken = {**good[0], "annotation_id": 1, "video": "broken.mp4"}
    fakes.put_text(tmp_path / "videos/broken.mp4", "no video")
    fakes.put_json(tmp_path / "train_data.json", [*good, broken])
    rows, done = prepared(tmp_path, "didemo")
    assert len(rows) == 1
    assert [note.what for note in done.report.skipped] == ["the length of videos/broken.mp4 is not known"]


def test_activitynet_captions_find_describe_and_tell_all(tmp_path: Path) -> None:
    rows, _ = prepared(fakes.activitynet_captions(tmp_path), "activitynet-captions")
    assert [answer(row) for row in rows] == ["{0.010,0.240}", "{0.210,0.735}", "{0.680,1.000}"]
    assert row_to_example(rows[2]).regions == (Segment(56.26, 82.73),)  # cut where the video ends
    rows, _ = prepared(tmp_path, "activitynet-captions", variant="describe")
    assert answer(rows[1]) == "The girl dances around."
    rows, done = prepared(tmp_path, "activitynet-captions", variant="dense")
    assert answer(rows[0]).split("\n")[1] == "{0.210,0.735} The girl dances around."
    assert done.stage == 3


def test_activitynet_measures_what_its_file_does_not_say(tmp_path: Path) -> None:
    entry = {"timestamps": [[2, 5]], "sentences": ["A wheel turns."]}
    fakes.put_json(tmp_path / "train.json", {"v_a": entry})
    fakes.put_video(tmp_path / "videos/v_a.mp4", 10)
    assert answer(prepared(tmp_path, "activitynet-captions")[0][0]) == "{0.200,0.500}"


def test_charades_sta_has_its_lengths_in_a_table(tmp_path: Path) -> None:
    rows, done = prepared(fakes.charades_sta(tmp_path), "charades-sta")
    example = row_to_example(rows[0])
    assert (example.regions, example.duration_s) == ((Segment(0, 6.9),), 33.67)
    assert answer(rows[0]) == "{0.000,0.205}"
    assert done.report.exit_code == 0


def test_charades_sta_without_its_table_measures_the_videos(tmp_path: Path) -> None:
    fakes.charades_sta(tmp_path)
    (tmp_path / "Charades_v1_train.csv").unlink()
    fakes.put_video(tmp_path / "Charades_v1_480/AO8RW.mp4", 10)
    rows, done = prepared(tmp_path, "charades-sta")
    assert row_to_example(rows[0]).duration_s == 10
    assert "measured from the videos" in done.report.changed[0].what


def test_charades_sta_names_the_line_that_is_none(tmp_path: Path) -> None:
    fakes.charades_sta(tmp_path)
    fakes.put_text(tmp_path / "charades_sta_train.txt", "AO8RW 0.0 6.9##fine\nAO8RW 0.0##short\n")
    with pytest.raises(FormatError, match="line 2"):
        prepared(tmp_path, "charades-sta")


def test_vggss_shows_frame_and_sound_together(tmp_path: Path) -> None:
    rows, done = prepared(fakes.vggss(tmp_path), "vggss")
    assert (rows[0]["image"], rows[0]["sound"]) == (
        "frames/-3RH8_aeZkk_000105.jpg",
        "audio/-3RH8_aeZkk_000105.wav",
    )
    assert str(rows[0]["conversations"][0]["value"]).startswith("<sound>\n<image>\n")  # type: ignore[index]
    # 40 x 20 stands 10 below the upper edge of its square; 1.01 is cut to the frame.
    assert answer(rows[0]) == "[0.250, 0.500, 0.750, 0.750]"
    assert (done.media, done.split) == (2, "test")


def test_vggss_without_the_sound_is_a_question_about_the_frame(tmp_path: Path) -> None:
    fakes.vggss(tmp_path)
    (tmp_path / "audio/-3RH8_aeZkk_000105.wav").unlink()
    with pytest.raises(UserError, match=r"-3RH8_aeZkk_000105\.wav is missing"):
        prepared(tmp_path, "vggss")
    rows, _ = prepared(tmp_path, "vggss", variant="picture")
    assert row_to_example(rows[0]).regions == (Box(10, 10, 30, 20),)


def test_wavecaps_keeps_the_sounds_of_its_sources_apart(tmp_path: Path) -> None:
    fakes.wavecaps(tmp_path)
    fakes.put_empty(tmp_path / "AudioSet_SL_flac/2219.flac")
    rows, done = prepared(tmp_path, "wavecaps")
    assert [(row["sound"], answer(row)) for row in rows] == [
        ("AudioSet_SL_flac/Yb0RFKhbpFJA.flac", "Wind and a man speaking."),
        ("SoundBible_flac/2219.flac", "An airplane is landing."),
    ]
    assert [note.what.split(" ")[0] for note in done.report.changed] == ["BBC_Sound_Effects", "FreeSound"]
    assert done.stage == 1


def test_clotho_keeps_the_licence_of_each_sound(tmp_path: Path) -> None:
    rows, done = prepared(fakes.clotho(tmp_path), "clotho")
    assert [answer(row) for row in rows] == [f"Caption {number}, with a comma" for number in range(1, 6)]
    assert {row["licence"] for row in rows} == {
        "http://creativecommons.org/publicdomain/zero/1.0/, by Álvaro, https://freesound.org/s/331756"
    }
    assert (rows[0]["sound"], done.stage) == ("development/Distorted AM Radio.wav", 3)


def test_clotho_without_its_metadata_says_what_is_not_known(tmp_path: Path) -> None:
    fakes.clotho(tmp_path)
    (tmp_path / "clotho_metadata_development.csv").unlink()
    rows, done = prepared(tmp_path, "clotho")
    assert "licence" not in rows[0]
    assert "licence of each sound is not known" in done.report.changed[0].what
