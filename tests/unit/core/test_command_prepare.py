"""The command `prepare`: its list, what it prints and records, missing media, wrong uses, wordings."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from core import commands
from core.commands import DONE, SKIPPED, USAGE, USER_ERROR
from core.datasets import DATASET_NAMES, Words, find_dataset
from core.files import bundled
from core.training.samples import read_samples
from core.workflows.prepare import Wish, prepare
from tests import fakes_datasets as fakes


class Line:
    """Runs a command and keeps what it printed."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture
        self.out = self.err = ""

    def run(self, *arguments: object) -> int:
        self._capture.readouterr()
        code = commands.main(["prepare", *map(str, arguments)])
        self.out, self.err = self._capture.readouterr()
        return code


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Line:
    monkeypatch.setattr("core.logs.log_to_file", lambda: None)
    return Line(capsys)


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_every_dataset_is_prepared_and_its_licence_shown_and_recorded(tmp_path: Path, line: Line, name: str) -> None:
    fakes.MAKERS[name](tmp_path / "source")
    out = tmp_path / "rows.json"
    code = line.run(name, "--source", tmp_path / "source", "--out", out)
    licence = find_dataset(name).licence
    assert code in (DONE, SKIPPED)
    assert licence.name in line.out
    rows = json.loads(out.read_text(encoding="utf-8"))
    about = json.loads((tmp_path / "rows.about.json").read_text(encoding="utf-8"))
    assert about["licence"]["name"] == licence.name
    assert (about["dataset"], about["rows"]) == (name, len(rows))
    assert len({row["id"] for row in rows}) == len(rows) > 0
    for row in rows:
        assert all((tmp_path / "source" / row[key]).is_file() for key in ("image", "video", "sound") if key in row)


def test_the_list_says_what_every_dataset_needs(line: Line) -> None:
    assert line.run("--list") == DONE
    for name in DATASET_NAMES:
        dataset = find_dataset(name)
        assert dataset.origin in line.out
        assert dataset.licence.name in line.out
        for variant in dataset.variants:
            assert variant.what in line.out
    assert line.out.count("LAYOUT NOT CONFIRMED") == sum(
        not variant.confirmed for name in DATASET_NAMES for variant in find_dataset(name).variants
    )


def test_the_list_as_json_and_of_one_dataset(line: Line) -> None:
    assert line.run("valley", "--list", "--json") == DONE
    (found,) = json.loads(line.out)["datasets"]
    assert [(one["name"], one["stage"], one["confirmed"]) for one in found["variants"]] == [
        ("instruct", 3, False),
        ("pretrain", 1, False),
    ]
    assert line.run("--list", "--json") == DONE
    assert [one["name"] for one in json.loads(line.out)["datasets"]] == list(DATASET_NAMES)


def test_json_is_one_object_and_nothing_else(tmp_path: Path, line: Line) -> None:
    fakes.clotho(tmp_path)
    assert line.run("clotho", "--source", tmp_path, "--out", tmp_path / "c.json", "--json") == DONE
    report = json.loads(line.out)
    assert (report["rows"], report["media"], report["stage"], report["split"]) == (5, 1, 3, "train")
    assert report["about"] == str(tmp_path / "c.about.json")
    assert line.err == ""


def test_missing_media_are_counted_and_listed(tmp_path: Path, line: Line) -> None:
    fakes.coco(tmp_path)
    (tmp_path / "train2017/000000000009.jpg").unlink()
    assert line.run("coco", "--source", tmp_path, "--out", tmp_path / "c.json", "--json") == SKIPPED
    report = json.loads(line.out)
    assert report["missing"] == {"media": 1, "rows": 2, "names": ["000000000009.jpg"]}
    assert {"what": "missing, 2 rows left out", "where": "000000000009.jpg"} in report["skipped"]
    assert json.loads((tmp_path / "c.about.json").read_text())["missing"]["names"] == ["000000000009.jpg"]
    assert line.run("coco", "--source", tmp_path, "--out", tmp_path / "c.json") == SKIPPED
    assert "1 missing, with 2 rows" in line.out


def test_without_any_media_nothing_is_written_unless_rows_are_kept(tmp_path: Path, line: Line) -> None:
    fakes.coco(tmp_path)
    for picture in (tmp_path / "train2017").iterdir():
        picture.unlink()
    out = tmp_path / "c.json"
    assert line.run("coco", "--source", tmp_path, "--out", out) == USER_ERROR
    assert "2 media are missing" in line.err
    assert len(line.err.splitlines()) == 1
    assert not out.exists()
    assert not (tmp_path / "c.about.json").exists()
    assert line.run("coco", "--source", tmp_path, "--out", out, "--keep-missing", "--variant", "captions") == DONE
    assert json.loads(out.read_text())[0]["image"] == "train2017/000000000009.jpg"
    assert "rows are kept whose medium is not here: 1" in line.out


def test_a_failure_leaves_the_rows_of_before(tmp_path: Path, line: Line) -> None:
    fakes.textvqa(tmp_path)
    out = fakes.put_text(tmp_path / "rows.json", "before")
    fakes.put_text(tmp_path / "TextVQA_0.5.1_train.json", '{"data": [')
    assert line.run("textvqa", "--source", tmp_path, "--out", out) == USER_ERROR
    assert out.read_text() == "before"
    assert not list(tmp_path.glob(".*.part"))


def test_a_file_of_the_dataset_is_never_written_over(tmp_path: Path, line: Line) -> None:
    fakes.valley(tmp_path)
    file = tmp_path / "Valley_instruct_73k.json"
    before = file.read_text()
    assert line.run("valley", "--source", tmp_path, "--out", file) == USER_ERROR
    assert "a file of Valley itself" in line.err
    assert file.read_text() == before


def test_media_may_lie_elsewhere(tmp_path: Path, line: Line) -> None:
    fakes.gqa(tmp_path / "a")
    (tmp_path / "a/images").rename(tmp_path / "images")
    arguments = ("gqa", "--source", tmp_path / "a", "--media", tmp_path, "--out", tmp_path / "g.json")
    assert line.run(*arguments) == DONE
    assert json.loads((tmp_path / "g.json").read_text())[0]["image"] == "images/2354786.jpg"


def test_take_stops_after_so_many_rows(tmp_path: Path, line: Line) -> None:
    fakes.clotho(tmp_path)
    assert line.run("clotho", "--source", tmp_path, "--out", tmp_path / "c.json", "--take", 2) == DONE
    assert len(json.loads((tmp_path / "c.json").read_text())) == 2


def test_a_name_that_leads_out_of_the_folder_is_never_opened(tmp_path: Path, line: Line) -> None:
    fakes.put_empty(tmp_path / "secret.jpg")
    source = fakes.llava(tmp_path / "source")
    row = {"id": 1, "image": "../secret.jpg", "conversations": fakes.talk("<image>\nWhat?", "A secret.")}
    fakes.put_json(source / "llava_v1_5_mix665k.json", [row])
    assert line.run("llava", "--source", source, "--out", tmp_path / "rows.json") == USER_ERROR
    assert "../secret.jpg is missing" in line.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), USAGE, "NAME, --source and --out"),
        (("coco",), USAGE, "NAME, --source and --out"),
        (("coco", "--list", "--source", "x"), USAGE, "prepares nothing"),
        (("coco", "--source", ".", "--out", "x", "--take", "0"), USAGE, "--take"),
        (("imagenet", "--source", ".", "--out", "x"), USER_ERROR, "no dataset 'imagenet'"),
        (("coco", "--source", "nowhere", "--out", "x"), USER_ERROR, "no folder nowhere"),
        (("coco", "--source", ".", "--out", "x", "--split", "test"), USER_ERROR, "no split test"),
        (("coco", "--source", ".", "--out", "x", "--variant", "masks"), USER_ERROR, "no variant 'masks'"),
        (("clotho", "--source", ".", "--out", "x", "--stage", "2"), USER_ERROR, "no rows for stage 2"),
        (("clotho", "--source", ".", "--out", "x"), USER_ERROR, "There is no clotho_captions_development.csv"),
    ],
)
def test_wrong_uses_say_what_to_do(
    tmp_path: Path,
    line: Line,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert line.run(*arguments) == code
    assert said in line.err
    assert len(line.err.splitlines()) == 1


def test_a_stage_that_the_original_does_not_settle_may_be_any(tmp_path: Path, line: Line) -> None:
    fakes.textvqa(tmp_path)
    assert line.run("textvqa", "--source", tmp_path, "--out", tmp_path / "t.json", "--stage", 1, "--json") == DONE
    report = json.loads(line.out)
    assert (report["stage"], report["stage_is_the_originals"]) == (1, False)


def test_half_a_character_costs_its_row_alone(tmp_path: Path, line: Line) -> None:
    fakes.textvqa(tmp_path)
    (entry,) = json.loads((tmp_path / "TextVQA_0.5.1_train.json").read_text())["data"]
    torn = {**entry, "question_id": "torn \ud800", "question": "what is \ud83d here?"}
    gone = {**entry, "question_id": 3, "image_id": "gone \ud800"}
    fakes.put_json(tmp_path / "TextVQA_0.5.1_train.json", {"data": [torn, gone, entry]})
    assert line.run("textvqa", "--source", tmp_path, "--out", tmp_path / "t.json", "--json") == SKIPPED
    assert [row["id"] for row in json.loads((tmp_path / "t.json").read_text())] == ["textvqa-34602"]
    assert [note["what"] for note in json.loads(line.out)["skipped"]] == [
        "a text with half a character",
        "missing, one row left out",
    ]
    assert json.loads((tmp_path / "t.about.json").read_text())["missing"]["names"] == ["gone \ud800.jpg"]


# --- wordings ----------------------------------------------------------------------------------


def test_the_seed_draws_the_wordings_and_the_same_seed_the_same(tmp_path: Path) -> None:
    fakes.clotho(tmp_path)

    def asked(seed: int) -> list[str]:
        prepare(Wish("clotho", tmp_path, tmp_path / "c.json", seed=seed))
        return [row["conversations"][0]["value"] for row in json.loads((tmp_path / "c.json").read_text())]

    assert asked(0) == asked(0)
    assert len({tuple(asked(seed)) for seed in range(5)}) > 1


def test_every_wording_has_the_place_that_its_task_fills() -> None:
    content = json.loads(bundled("resources/prompts/datasets.json").read_text(encoding="utf-8"))
    places = {
        task: {tuple(re.findall(r"\{(\w+)\}", text)) for text in texts} for task, texts in content["templates"].items()
    }
    filled = {
        "find_box": "expression",
        "find_boxes": "expression",
        "find_span": "expression",
        "describe_box": "region",
        "describe_span": "region",
        "short_answer": "question",
        "full_answer": "question",
    }
    assert places == {task: {(filled[task],) if task in filled else ()} for task in places}
    assert all(len(set(texts)) == len(texts) > 1 for texts in content["templates"].values())


def test_text_that_is_filled_in_may_look_like_a_place() -> None:
    asked = Words.load(3).choose("find_box", "a", r"the sign {expression} \1")
    assert asked.count(r"the sign {expression} \1") == 1


def test_the_page_about_datasets_names_every_variant_with_its_stage() -> None:
    page = bundled("docs/datasets.md").read_text(encoding="utf-8")
    for name in DATASET_NAMES:
        dataset = find_dataset(name)
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
        for variant in dataset.variants:
            assert f"{variant.name} {variant.stage}{'' if variant.settled else '*'}" in row
        assert dataset.licence.name in row
        assert ("not confirmed" in row) == (not all(variant.confirmed for variant in dataset.variants))


# --- what comes of it --------------------------------------------------------------------------


def test_prepared_rows_are_learned_from(tmp_path: Path) -> None:
    fakes.coco(tmp_path)
    for name, size in (("000000000009", (640, 480)), ("000000000025", (640, 426))):
        fakes.put_picture(tmp_path / f"train2017/{name}.jpg", size)
    prepare(Wish("coco", tmp_path, tmp_path / "rows/coco.json"))
    found = read_samples([tmp_path / "rows/coco.json"], media_root=tmp_path, split="train")
    assert [len(sample.example.regions) for sample in found.samples] == [2, 1]
    assert found.skipped == []
