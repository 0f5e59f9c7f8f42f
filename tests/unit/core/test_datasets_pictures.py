"""Public datasets of pictures: from miniature copies of their files to rows, values worked out by hand."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
from fakes_formats import picture

from core.errors import FormatError
from core.formats.groundinggpt import row_to_example, row_to_examples
from core.schema import Box
from core.workflows.prepare import Prepared, Wish, prepare
from tests import fakes_datasets as fakes


def prepared(folder: Path, name: str, **wish: object) -> tuple[list[fakes.Json], Prepared]:
    """The rows of a dataset and what is said about them."""
    done = prepare(Wish(name, folder, folder / "rows.json", **wish))  # type: ignore[arg-type]
    return json.loads((folder / "rows.json").read_text(encoding="utf-8")), done


def answers(row: fakes.Json) -> list[str]:
    return [str(turn["value"]) for turn in row["conversations"] if turn["from"] == "gpt"]  # type: ignore[union-attr]


def questions(row: fakes.Json) -> list[str]:
    return [str(turn["value"]) for turn in row["conversations"] if turn["from"] == "human"]  # type: ignore[union-attr]


def test_coco_asks_for_all_boxes_of_a_category(tmp_path: Path) -> None:
    rows, done = prepared(fakes.coco(tmp_path), "coco")
    assert [row["id"] for row in rows] == ["coco-9-51", "coco-25-25"]
    # 640 x 480 stands in a square of 640, 80 below its upper edge: (4.5 + 80) / 640 = 0.132.
    assert answers(rows[0]) == ["[0.487, 0.132, 0.985, 0.488], [0.002, 0.418, 0.955, 0.863]"]
    example = row_to_example(rows[0])
    assert example.regions == (Box(311.5, 4.5, 630.5, 232.5), Box(1, 187.5, 611.5, 472.5))
    assert (example.size_wh, example.split, example.media_path) == (
        (640, 480),
        "train",
        "train2017/000000000009.jpg",
    )
    assert "bowl" in example.expression
    assert [note.what for note in done.report.changed] == [
        "crowds are left out: 1",
        "boxes without area inside their picture are left out: 1",
    ]
    assert done.report.exit_code == 3  # the orange has no area: its row could not be made
    assert done.stage == 2


def test_the_picture_holds_where_the_dataset_says_another_size(tmp_path: Path) -> None:
    folder = fakes.coco(tmp_path)
    file = folder / "annotations" / "instances_train2017.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    document["images"] = [{"id": n, "file_name": f"{n}.jpg", "width": 64, "height": 48} for n in (1, 2)]
    boxes = [{"id": n, "image_id": n, "category_id": 51, "bbox": [0, 0, 32, 12]} for n in (1, 2)]
    file.write_text(json.dumps(document | {"annotations": boxes}), encoding="utf-8")
    picture(folder / "train2017", "1.jpg", (64, 48), orientation=6)  # as stored; upright it is 48 wide and 64 high
    picture(folder / "train2017", "2.jpg", (128, 96))
    rows, done = prepared(folder, "coco")
    found = [row_to_example(row) for row in rows]
    assert [(one.size_wh, one.regions) for one in found] == [
        ((48, 64), (Box(36, 0, 48, 32),)),
        ((128, 96), (Box(0, 0, 32, 12),)),
    ]
    assert [note.what for note in done.report.changed] == [
        "pictures are stored turned: their boxes were turned with the EXIF orientation: 1",
        "pictures have another size than the dataset says: boxes are taken as written: 1",
    ]


def test_coco_captions_are_another_variant(tmp_path: Path) -> None:
    rows, done = prepared(fakes.coco(tmp_path), "coco", stage=3)
    assert [answers(row) for row in rows] == [["Closeup of bins of food."]]
    assert done.variant.name == "captions"


def test_coco_of_2014_is_read_too(tmp_path: Path) -> None:
    fakes.coco(tmp_path)
    (tmp_path / "annotations/instances_train2017.json").rename(tmp_path / "annotations/instances_train2014.json")
    (tmp_path / "train2017").rename(tmp_path / "train2014")
    assert len(prepared(tmp_path, "coco")[0]) == 2


def test_gqa_questions_and_sentences(tmp_path: Path) -> None:
    rows, _ = prepared(fakes.gqa(tmp_path), "gqa")
    assert answers(rows[0]) == ["yes"]
    assert "Is the sky dark?" in questions(rows[0])[0]
    assert answers(prepared(tmp_path, "gqa", variant="sentences")[0][0]) == ["Yes, the sky is dark."]


def test_gqa_boxes_are_gathered_by_name(tmp_path: Path) -> None:
    rows, done = prepared(fakes.gqa(tmp_path), "gqa", variant="boxes")
    assert row_to_example(rows[0]).regions == (Box(268, 40, 294, 58), Box(248, 55, 312, 89))
    assert row_to_example(rows[1]).regions == (Box(245, 92, 261, 111),)
    assert not done.variant.confirmed


def test_ocr_vqa_takes_the_books_of_its_split(tmp_path: Path) -> None:
    rows, _ = prepared(fakes.ocr_vqa(tmp_path), "ocr-vqa")
    assert [answers(row) for row in rows] == [["Sandra Boynton"], ["No"]]
    assert {row["image"] for row in rows} == {"images/761183272.jpg"}


def test_textvqa_answers_what_most_people_said(tmp_path: Path) -> None:
    rows, _ = prepared(fakes.textvqa(tmp_path), "textvqa")
    assert answers(rows[0]) == ["dakota"]


def test_visual_genome_asks_both_ways(tmp_path: Path) -> None:
    rows, done = prepared(fakes.visual_genome(tmp_path), "visual-genome")
    assert row_to_example(rows[0]).regions == (Box(421, 57, 503, 196),)
    assert rows[0]["groundlabel"]["labels"] == ["the clock is green in colour"]  # type: ignore[index]
    assert [note.where.rsplit("/")[-1] for note in done.report.skipped] == [
        "region_descriptions.json, row 0, regions[1]"
    ]
    rows, _ = prepared(tmp_path, "visual-genome", variant="describe")
    assert answers(rows[0]) == ["the clock is green in colour"]
    # 800 x 600 stands 100 below the upper edge of its square.
    assert "[0.526, 0.196, 0.629, 0.370]" in questions(rows[0])[0]


def test_flickr30k_entities_asks_about_each_phrase_with_a_box(tmp_path: Path) -> None:
    rows, done = prepared(fakes.flickr30k_entities(tmp_path), "flickr30k-entities")
    assert len(rows) == 1
    assert [text.rsplit(": ")[-1] for text in questions(rows[0])] == ["two young guys", "shaggy hair"]
    # 333 x 500 stands 83 right of the left edge of its square; corners count from 1.
    assert answers(rows[0]) == [
        "[0.458, 0.152, 0.762, 0.998], [0.166, 0.200, 0.366, 0.400]",
        "[0.166, 0.200, 0.366, 0.400]",
    ]
    assert len(row_to_examples(rows[0])) == 2
    assert "captions without a phrase that has a box are left out: 1" in [note.what for note in done.report.changed]


def test_flickr30k_entities_writes_boxes_into_the_caption(tmp_path: Path) -> None:
    rows, _ = prepared(fakes.flickr30k_entities(tmp_path), "flickr30k-entities", variant="detail")
    assert answers(rows[0])[0].startswith("Two young guys [0.458, 0.152, 0.762, 0.998], [0.166, ")
    assert answers(rows[0])[0].endswith("look at their hands .")


@pytest.mark.parametrize(
    ("name", "author"), [("refcoco", "unc"), ("refcoco", "google"), ("refcoco+", "unc"), ("refcocog", "umd")]
)
def test_refcoco_asks_for_the_box_of_each_sentence(tmp_path: Path, name: str, author: str) -> None:
    rows, done = prepared(fakes.refcoco(tmp_path, name, author), name, variant=author)
    assert [row["id"] for row in rows] == [f"{name}-0", f"{name}-1"]
    # 640 x 427 stands 106 below the upper edge of its square.
    assert {answers(row)[0] for row in rows} == {"[0.162, 0.634, 0.372, 0.833]"}
    assert rows[1]["groundlabel"]["labels"] == ["lady in blue"]  # type: ignore[index]
    assert done.stage == 2


def test_refcoco_is_read_from_its_own_folder_and_in_its_other_splits(tmp_path: Path) -> None:
    fakes.refcoco(tmp_path)
    rows, done = prepared(tmp_path / "refcoco", "refcoco", split="test", media=tmp_path)
    assert [row["groundlabel"]["labels"] for row in rows] == [["woman"]]  # type: ignore[index]
    assert done.split == "test"


def test_refcoco_loads_nothing_but_values_from_its_pickle(tmp_path: Path) -> None:
    fakes.refcoco(tmp_path)
    (tmp_path / "refcoco/refs(unc).p").write_bytes(pickle.dumps([Path("/")]))
    with pytest.raises(FormatError, match="wants to load"):
        prepared(tmp_path, "refcoco")


def test_a_box_beyond_its_picture_is_clipped(tmp_path: Path) -> None:
    fakes.visual_genome(tmp_path)
    region = {"region_id": 5, "x": 700, "y": -20, "width": 300, "height": 100, "phrase": "sky"}
    fakes.put_json(tmp_path / "region_descriptions.json", [{"id": 1, "regions": [region]}])
    rows, _ = prepared(tmp_path, "visual-genome")
    assert row_to_example(rows[0]).regions == (Box(700, 0, 800, 80),)


@pytest.mark.parametrize(
    ("name", "file", "content", "said"),
    [
        ("coco", "annotations/instances_train2017.json", {"images": [{"id": 1}]}, r"images\[0\].file_name"),
        ("gqa", "train_balanced_questions.json", {"1": {"imageId": "2354786"}}, "'1'.question"),
        ("ocr-vqa", "dataset.json", {"1": {"split": 1, "questions": ["a"], "answers": []}}, "'1'.answers"),
        ("textvqa", "TextVQA_0.5.1_train.json", {"data": [{"image_id": 3}]}, r"data\[0\].image_id"),
        ("visual-genome", "image_data.json", [{"image_id": 1, "width": 0, "height": 5}], "a size in pixels"),
    ],
)
def test_a_malformed_file_is_named_with_its_element(
    tmp_path: Path, name: str, file: str, content: object, said: str
) -> None:
    fakes.MAKERS[name](tmp_path)
    fakes.put_json(tmp_path / file, content)
    with pytest.raises(FormatError, match=said):
        prepared(tmp_path, name)
    assert not (tmp_path / "rows.json").exists()
