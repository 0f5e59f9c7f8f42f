"""The bundled sample: pictures as drawn, truth inside them, a project that anybody can open."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image, ImageChops

from core.errors import UserError
from core.media import read_image
from core.project import Project
from core.workflows.sample import PROJECT_NAME, load_sample, open_sample

ROOT = Path(__file__).resolve().parents[3]
LIMIT_BYTES = 600_000


@pytest.fixture(scope="module")
def render() -> ModuleType:
    """The script that draws the sample."""
    spec = importlib.util.spec_from_file_location("sample_render", ROOT / "resources" / "sample" / "render.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["sample_render"] = module
    spec.loader.exec_module(module)
    return module


def test_truth_lies_inside_the_pictures() -> None:
    sample = load_sample()
    assert len(sample.pictures) >= 6
    for picture in sample.pictures:
        width, height = picture.size_wh
        assert read_image(sample.folder / picture.file).rgb.shape == (height, width, 3)
        assert tuple(picture.boxes_xyxy) == sample.expressions
        for boxes in picture.boxes_xyxy.values():
            assert all(0 <= x1 < x2 <= width and 0 <= y1 < y2 <= height for x1, y1, x2, y2 in boxes)


def test_sample_shows_one_many_and_none() -> None:
    counts = {len(boxes) for picture in load_sample().pictures for boxes in picture.boxes_xyxy.values()}
    assert {0, 1} < counts
    assert max(counts) >= 5


def test_sample_is_small() -> None:
    assert sum(file.stat().st_size for file in load_sample().folder.iterdir() if file.is_file()) < LIMIT_BYTES


def test_the_script_draws_what_is_committed(render: ModuleType) -> None:
    for scene in render.SCENES:
        picture, _ = render.draw_scene(scene)
        if scene.file.endswith(".png"):
            with Image.open(ROOT / "resources" / "sample" / scene.file) as stored:
                assert ImageChops.difference(stored.convert("RGB"), picture).getbbox() is None, scene.file


def test_a_fresh_project_holds_every_picture(tmp_path: Path) -> None:
    path = open_sample(tmp_path / "数据" / "é ü")
    with Project.open(path, author="ann") as project:
        found = {item.path: (item.width, item.height) for item in project.media()}
        places = [project.resolve(item) for item in project.media()]
    assert path.name == PROJECT_NAME
    assert found == {picture.file: picture.size_wh for picture in load_sample().pictures}
    assert all(place.parent == path.parent and place.is_file() for place in places)


def test_work_in_a_sample_is_kept(tmp_path: Path) -> None:
    first = open_sample(tmp_path)
    before = first.read_bytes()
    assert open_sample(tmp_path) == first
    assert first.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_a_users_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be put into"):
        open_sample(tmp_path / "file" / "folder")
