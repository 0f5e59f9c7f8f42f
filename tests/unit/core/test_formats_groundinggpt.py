"""Conversation rows: the answer grammar, the one definition of what trains, and rows of other tools."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fakes_formats import a_project, boxes_in, read, written

from core.errors import FormatError
from core.formats import Contents, ReadOptions, find_format, only_split
from core.formats.examples import Example, examples_from_snapshot
from core.formats.groundinggpt import answer_text, example_to_row, iter_rows, row_to_example, row_to_examples
from core.schema import Annotation, Box, Label, MediaItem, Region, Segment, Track, Verdict


def only_answer(contents: Contents) -> str | None:
    (example,) = examples_from_snapshot(contents)
    return answer_text(example)


def test_boxes_are_written_in_the_padded_square() -> None:
    assert only_answer(boxes_in((200, 100), [Box(0, 0, 200, 100)])) == "[0.000, 0.250, 1.000, 0.750]"
    assert only_answer(boxes_in((100, 200), [Box(25, 50, 75, 100)])) == "[0.375, 0.250, 0.625, 0.500]"


def test_boxes_come_by_y1_then_x1_as_they_are_written() -> None:
    boxes = [Box(500, 100.2, 600, 300), Box(100, 100.4, 200, 300), Box(0, 50, 10, 60)]
    assert only_answer(boxes_in((1000, 1000), boxes)) == (
        "[0.000, 0.050, 0.010, 0.060], [0.100, 0.100, 0.200, 0.300], [0.500, 0.100, 0.600, 0.300]"
    )


def test_every_expression_is_a_question_of_its_own() -> None:
    examples = examples_from_snapshot(a_project())
    found = [(example.media_id, example.expression, example.present, len(example.regions)) for example in examples]
    assert found == [
        ("m1", "the cat", True, 2),
        ("m1", "left one", True, 1),
        ("m1", "a dog", False, 0),
        ("m2", "犬が走る", True, 1),
        ("m2", "犬", True, 1),
        ("m2", "犬", True, 1),
        ("m3", "a bird", None, 0),
    ]
    assert [(example.kind, example.at_s) for example in examples[3:6]] == [
        ("video", None), ("image", 0.0), ("image", 1.0),
    ]  # fmt: skip
    assert examples[0].rejected == (Box(5, 5, 6, 6),)
    assert examples[0].size_wh == (640, 480)
    assert [example.split for example in examples] == ["train", "train", "train", None, None, None, "val"]


def test_an_annotation_without_words_asks_with_its_label() -> None:
    project = boxes_in((10, 10), [Box(1, 1, 2, 2)])
    silent = replace(project, annotations=(replace(project.annotations[0], expressions=()),))
    assert [example.expression for example in examples_from_snapshot(silent)] == ["thing"]


def test_a_region_holds_against_an_absence_and_spelling_makes_no_second_question() -> None:
    project = boxes_in((10, 10), [Box(1, 1, 2, 2)])
    more = replace(
        project,
        annotations=(*project.annotations, Annotation("x", "m1", "l1", ("Thing ",), Box(3, 3, 4, 4), "drawn")),
        verdicts=(Verdict("v", "m1", "THING", "not_present"),),
    )
    (example,) = examples_from_snapshot(more)
    assert (example.expression, example.present, len(example.regions)) == ("thing", True, 2)


def test_rows_say_what_trainers_of_the_format_expect(tmp_path: Path) -> None:
    report = written(a_project(), "groundinggpt", tmp_path / "rows.json")
    rows = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    assert [sorted(row) for row in rows] == [["conversations", "groundlabel", "id", key] for key in ("image",) * 3] + [
        ["conversations", "groundlabel", "id", "video"],
        *([["conversations", "groundlabel", "id", "image"]] * 3),
    ]
    assert rows[0]["image"] == "数据/é ü/a.jpg"
    assert rows[0]["conversations"] == [
        {"from": "human", "value": "<image>\nthe cat"},
        {"from": "gpt", "value": "[0.000, 0.125, 0.016, 0.875], [0.002, 0.129, 0.047, 0.188]"},
    ]
    assert rows[0]["groundlabel"]["boxes_xyxy"] == [[0, 0, 10.5, 480], [1.5, 2.25, 30, 40]]
    assert rows[0]["groundlabel"]["rejected_boxes_xyxy"] == [[5, 5, 6, 6]]
    assert rows[2]["conversations"][1]["value"] == "not present"
    assert rows[3]["conversations"] == [
        {"from": "human", "value": "<video>\n犬が走る"},
        {"from": "gpt", "value": "{0.040,0.300}"},
    ]
    assert [row["image"] for row in rows[4:6]] == ["b.mp4#t=0", "b.mp4#t=1"]  # the frames of a track's keys
    assert len(rows[6]["conversations"]) == 1  # only rejected so far: nobody knows the right answer
    assert report.skipped == []
    assert any("track is held as boxes" in note.what for note in report.changed)


def test_all_that_an_expression_means_on_a_frame_is_one_answer() -> None:
    clip = MediaItem("m", "video", "clip.mp4", width=100, height=100, duration_s=4.0)
    regions: list[Region] = [
        Box(0, 50, 10, 60, 1.0),
        Track((Box(0, 0, 10, 10, 0.0), Box(20, 0, 30, 10, 2.0))),
        Box(70, 70, 80, 80, 1.5),
    ]
    project = Contents(
        media=(clip,),
        labels=(Label("l", "car", 1, "#000000"),),
        annotations=tuple(Annotation(f"a{n}", "m", "l", ("a car",), one, "drawn") for n, one in enumerate(regions)),
        verdicts=(Verdict("v", "m", "a car", "rejected", region=Box(5, 5, 6, 6, 1.0)),),
    )
    examples = examples_from_snapshot(project)
    assert [(example.at_s, len(example.regions), len(example.rejected)) for example in examples] == [
        (0.0, 1, 0), (1.0, 2, 1), (1.5, 2, 0), (2.0, 1, 0),
    ]  # fmt: skip
    assert examples[1].regions == (Box(10, 0, 20, 10, 1.0), Box(0, 50, 10, 60, 1.0))
    assert [row_to_example(json.loads(json.dumps(example_to_row(one)))) for one in examples] == examples


def test_rows_and_project_give_the_same_examples(tmp_path: Path) -> None:
    written(a_project(), "groundinggpt", tmp_path / "rows.json")
    assert [row_to_example(row) for row in iter_rows(tmp_path / "rows.json")] == examples_from_snapshot(a_project())


def test_a_part_of_the_project_uses_the_same_names() -> None:
    project = a_project()
    part = examples_from_snapshot(only_split(project, "val"), all_media=project.media)
    assert part == [example for example in examples_from_snapshot(project) if example.split == "val"]


def test_edited_text_holds_against_the_exact_boxes() -> None:
    (example,) = examples_from_snapshot(boxes_in((100, 100), [Box(10, 10, 20.004, 20)]))
    row = json.loads(json.dumps(example_to_row(example)))
    assert row_to_example(row).regions == (Box(10, 10, 20.004, 20),)
    row["conversations"][1]["value"] = "[0.500, 0.500, 0.750, 0.750]"
    assert row_to_example(row).regions == (Box(50, 50, 75, 75),)
    row["conversations"][1]["value"] = "not present"
    assert (row_to_example(row).present, row_to_example(row).regions) == (False, ())


def test_rows_of_other_tools_are_questions_too() -> None:
    turns = [
        {"from": "human", "value": "Where is the red car? <image>"},
        {"from": "gpt", "value": "It is at [0.1, 0.25, 1, 1.0]."},
        {"from": "human", "value": "How is the weather?"},
        {"from": "gpt", "value": "Sunny."},
        {"from": "human", "value": "the dog"},
        {"from": "gpt", "value": "not present"},
    ]
    car, dog = row_to_examples({"image": "x/a.jpg", "conversations": turns})
    assert (car.expression, car.regions_norm) == ("Where is the red car? ", ((0.1, 0.25, 1.0, 1.0),))
    assert (dog.expression, dog.present) == ("the dog", False)
    with pytest.raises(FormatError):
        row_to_example({"image": "x/a.jpg", "conversations": turns})


def test_segments_are_seconds_again() -> None:
    example = Example("a.wav", "audio", "bark", True, (Segment(1, 2.5),), duration_s=10)
    row = example_to_row(example)
    assert row["conversations"][1]["value"] == "{0.100,0.250}"  # type: ignore[index]
    assert row_to_example(row) == example


def test_json_lines_are_read_and_chat_is_reported(tmp_path: Path) -> None:
    place = tmp_path / "rows.jsonl"
    rows = [
        {
            "image": "a.jpg",
            "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "[0.1, 0.1, 0.2, 0.2]"}],
        },
        {"image": "a.jpg", "conversations": [{"from": "human", "value": "b"}, {"from": "gpt", "value": "A picture."}]},
        {
            "image": "../a.jpg",
            "conversations": [{"from": "human", "value": "b"}, {"from": "gpt", "value": "not present"}],
        },
        {"conversations": [{"from": "human", "value": "b"}, {"from": "gpt", "value": "Hello."}]},
    ]
    place.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    batch = find_format("groundinggpt").read(place, ReadOptions())
    assert [found.expressions for found in batch.contents.annotations] == [("a",)]
    assert set(batch.spaces.values()) == {"padded_norm"}  # the rows do not say how large the picture is
    assert [note.where.rsplit(", ")[-1] for note in batch.report.skipped] == ["line 2", "line 3", "line 4"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"image": "a.jpg"}]', "row 0, conversations: expected a list"),
        ('[{"image": 5, "conversations": []}]', "row 0, image: expected text"),
        ('{"image": "a.jpg", "conversations": [{"from": "robot", "value": "x"}]}', "line 1, conversations[0].from"),
        ('{"image": "a.jpg"\n', "line 1"),
        ("", "empty"),
        ("[NaN]", "NaN"),
    ],
)
def test_damage_is_named(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "rows.json").write_text(text, encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        read(tmp_path / "rows.json", "groundinggpt")
    assert expected in str(caught.value)
