"""The bundled sample: media as drawn and played, truth inside them, a project that anybody can open."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image, ImageChops

from core.errors import UserError
from core.media import probe, read_image
from core.media.audio import read_audio
from core.media.video import open_video
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
    before = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = before  # the script finds its own helpers
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


def test_clips_ask_of_what_happens_and_of_what_does_not() -> None:
    sample = load_sample()
    assert [clip.kind for clip in sample.clips] == ["video", "audio"]
    for clip in sample.clips:
        found = probe(sample.folder / clip.file)
        assert found.kind == clip.kind
        assert found.duration_s == pytest.approx(clip.duration_s, abs=0.05)
        assert {len(spans) for spans in clip.spans_s.values()} == {0, 1}
        assert all(0 <= start < end <= clip.duration_s for spans in clip.spans_s.values() for start, end in spans)


def test_each_shape_of_the_video_is_there_in_its_span_only() -> None:
    """Measured on the stored file: pixels of a colour, a tenth of a second inside and outside of each span."""
    sample = load_sample()
    clip = next(clip for clip in sample.clips if clip.kind == "video")
    colours = {"the red circle": (214, 39, 40), "the blue square": (31, 90, 200), "the yellow star": (250, 220, 30)}
    with open_video(sample.folder / clip.file) as video:
        for text, colour in colours.items():
            ((start, end),) = clip.spans_s[text]
            for time_s in (start - 0.1, start + 0.1, (start + end) / 2, end - 0.1, end + 0.1):
                if 0 <= time_s < clip.duration_s:
                    rgb = video.frame_at(time_s).astype(int)
                    share = (np.abs(rgb - np.array(colour)).max(axis=2) < 40).mean()
                    assert (share > 0.015) == (start <= time_s < end), (text, time_s, share)


def test_the_circle_of_the_video_goes_when_it_is_said_to() -> None:
    sample = load_sample()
    clip = next(clip for clip in sample.clips if clip.kind == "video")
    ((start, end),) = clip.spans_s["the red circle moves"]
    heights = []
    with open_video(sample.folder / clip.file) as video:
        for time_s in (start - 1, start - 0.1, (start + end) / 2, end + 0.1, end + 1):
            rgb = video.frame_at(time_s).astype(int)
            heights.append(np.argwhere(np.abs(rgb - (214, 39, 40)).max(axis=2) < 40)[:, 0].mean())
    assert heights[0] == pytest.approx(heights[1], abs=1) and heights[3] == pytest.approx(heights[4], abs=1)
    assert heights[1] + 40 < heights[2] < heights[3] - 40


def test_each_sound_is_heard_in_its_span_only() -> None:
    sample = load_sample()
    clip = next(clip for clip in sample.clips if clip.kind == "audio")
    samples = read_audio(sample.folder / clip.file)[0]
    heard = np.zeros(len(samples), dtype=bool)
    for spans in clip.spans_s.values():
        for start, end in spans:
            first, last = round(start * 16_000), round(end * 16_000)
            heard[first:last] = True
            for part in np.array_split(samples[first:last], 4):
                assert np.sqrt(np.mean(part**2)) > 0.01
    assert 0 < np.abs(samples[~heard]).max() < 0.005, "a quiet hiss"


def test_sample_is_small() -> None:
    assert sum(file.stat().st_size for file in load_sample().folder.iterdir() if file.is_file()) < LIMIT_BYTES


def test_the_script_draws_what_is_committed(render: ModuleType) -> None:
    for scene in render.SCENES:
        picture, _ = render.draw_scene(scene)
        if scene.file.endswith(".png"):
            with Image.open(ROOT / "resources" / "sample" / scene.file) as stored:
                assert ImageChops.difference(stored.convert("RGB"), picture).getbbox() is None, scene.file


def test_the_script_moves_and_plays_what_is_committed(render: ModuleType) -> None:
    folder = load_sample().folder
    drawn = list(render.VIDEO.frames())
    with open_video(folder / render.VIDEO.file) as video:
        shown = list(video.frames_at(range(len(video.index))))
    assert len(shown) == len(drawn)
    losses = [np.abs(a.astype(int) - b.astype(int)).mean() for a, b in zip(shown, drawn, strict=True)]
    assert max(losses) < 3, "no more than H.264 loses"
    samples = read_audio(folder / render.SOUND.file)[0] * 32768
    assert np.abs(samples - render.SOUND.samples()).max() <= 2


def test_a_fresh_project_holds_everything(tmp_path: Path) -> None:
    path = open_sample(tmp_path / "数据" / "é ü")
    with Project.open(path, author="ann") as project:
        found = {item.path: (item.width, item.height) for item in project.media()}
        kinds = {item.path: item.kind for item in project.media()}
        places = [project.places.resolve(item) for item in project.media()]
    assert path.name == PROJECT_NAME
    sample = load_sample()
    assert list(found) == list(sample.files)
    assert found | {picture.file: picture.size_wh for picture in sample.pictures} == found
    assert kinds == dict.fromkeys(sample.files, "image") | {clip.file: clip.kind for clip in sample.clips}
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
