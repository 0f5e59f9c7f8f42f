"""`scenes`: files that every other command reads, and the examination as a table or an object."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.commands import main
from core.formats.groundinggpt import iter_rows, row_to_example
from core.schema import Box
from core.workflows.truths import read_truths


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(argument) for argument in arguments])
    return code, *capsys.readouterr()


def test_rendered_rows_are_truths_about_the_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(
        capsys, "scenes", "render", "--count", 5, "--seed", 3, "--out", tmp_path / "s", "--side", 320, "--json"
    )
    assert (code, err) == (0, "")
    facts = json.loads(out)
    assert facts["pictures"] == 5
    truths = read_truths([tmp_path / "s" / "rows.json"])
    assert truths.skipped == []
    assert len(truths.pairs) == facts["questions"] >= 20
    assert {source.item.path for source, _ in truths.pairs} == {f"scene-{n:05d}.png" for n in range(1, 6)}
    present = [truth for _, truth in truths.pairs if truth.present]
    assert present and len(present) < len(truths.pairs), "absence is asked too"
    for source, truth in truths.pairs:
        for box in truth.regions:
            assert isinstance(box, Box)
            assert 0 <= box.x1 < box.x2 <= source.item.width and 0 <= box.y1 < box.y2 <= source.item.height


def test_pictures_are_content_without_padding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "scenes", "render", "--count", 8, "--seed", 1, "--out", tmp_path, "--side", 320)
    sizes = set()
    for path in sorted(tmp_path.glob("*.png")):
        rgb = np.array(Image.open(path))
        sizes.add(rgb.shape)
        for edge in (rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]):
            assert not (edge == (122, 116, 104)).all(), f"{path.name} has an edge of padding"
    assert all(max(size) == 320 for size in sizes)
    assert len(sizes) > 1, "several proportions"


def test_a_seed_writes_the_same_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        run(capsys, "scenes", "render", "--count", 2, "--seed", seed, "--out", tmp_path / name, "--side", 64)
    a, b, c = ((tmp_path / name / "rows.json").read_text() for name in "abc")
    assert a == b != c
    assert (tmp_path / "a" / "scene-00001.png").read_bytes() == (tmp_path / "b" / "scene-00001.png").read_bytes()


def test_every_row_asks_one_question(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "scenes", "render", "--count", 6, "--out", tmp_path, "--side", 64)
    rows = list(iter_rows(tmp_path / "rows.json"))
    examples = [row_to_example(row) for row in rows]
    assert len({(example.media_path, example.expression) for example in examples}) == len(rows)
    assert len({row["id"] for row in rows}) == len(rows)


def test_the_examination_for_people_and_for_programs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = run(capsys, "scenes", "examine", "--count", 2, "--device", "cpu", "--json")
    assert (code, err) == (0, "")
    figures = json.loads(out)
    assert figures["model"] == "mini" and figures["device"] == "cpu" and figures["scenes"] == 2
    assert figures["queries"] == sum(kind["n"] for kind in figures["by_type"].values())
    # The same figures in words; asking everything once more would give them again.
    monkeypatch.setattr("core.training.scenes.examining.examine_checkpoint", lambda *_, **__: figures)
    code, out, err = run(capsys, "scenes", "examine", "--count", 2, "--device", "cpu")
    assert (code, err) == (0, "")
    assert out.startswith(f"mini on 2 scenes: {figures['queries']} questions\n")
    assert f"acc50 {figures['single']['acc50']:.3f}" in out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("examine", "--model", "nobody"), 1),
        (("render", "--count", 0, "--out", "x"), 2),
        (("render", "--count", 1, "--out", "x", "--side", 100), 2),
        (("render", "--count", 1), 2),
        ((), 2),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: tuple[object, ...], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    found, out, err = run(capsys, "scenes", *arguments)
    assert found == code
    assert out == "" and err
    assert code == 2 or err.count("\n") == 1


def test_a_folder_that_is_a_file_is_a_users_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_text("mine")
    code, out, err = run(capsys, "scenes", "render", "--count", 1, "--out", tmp_path / "taken", "--side", 64)
    assert (code, out) == (1, "")
    assert err.startswith("GroundLabel: ") and err.count("\n") == 1
    assert (tmp_path / "taken").read_text() == "mine"
