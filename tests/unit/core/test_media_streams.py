"""Videos and sounds are recognised and measured; asking about them is the model's affair."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from core.errors import MediaError
from core.media import probe, read_image, thumbnail


def make_video(path: Path, frames: int = 10, rate: int = 5) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.width, stream.height, stream.time_base = 64, 48, Fraction(1, rate)
        for number in range(frames):
            picture = np.full((48, 64, 3), number * 20, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


def make_sound(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), dtype=np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def test_a_video_is_measured(tmp_path: Path) -> None:
    found = probe(make_video(tmp_path / "é ü.mp4"))
    assert (found.kind, found.width, found.height, found.fps) == ("video", 64, 48, 5.0)
    assert found.duration_s == pytest.approx(2.0)


def test_a_sound_is_measured(tmp_path: Path) -> None:
    found = probe(make_sound(tmp_path / "a.wav"))
    assert (found.kind, found.width, found.fps) == ("audio", None, None)
    assert found.duration_s == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["a.mp4", "a.wav", "a.mkv"])
def test_text_in_disguise_and_empty_files(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("notes about the recording")
    with pytest.raises(MediaError, match="It holds text"):
        probe(tmp_path / name)
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(MediaError, match="is empty"):
        probe(tmp_path / name)


def test_a_video_is_no_picture(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4")
    with pytest.raises(MediaError, match=r"is not a picture\. It is a video"):
        read_image(path)
    with Image.open(thumbnail(path, 64, tmp_path / "cache")) as small:
        assert small.size == (64, 48)


def test_the_small_picture_of_a_video_is_a_frame_a_third_in(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", frames=12)
    with Image.open(thumbnail(path, 128, tmp_path / "cache")) as small:
        assert abs(float(np.asarray(small).mean()) - 4 * 20) < 20


def test_the_small_picture_of_a_sound_is_its_loudness(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "a.wav")
    with Image.open(thumbnail(path, 64, tmp_path / "cache")) as small:
        assert small.size == (64, 48)
        assert np.asarray(small)[24].max() > 90 > np.asarray(small)[2].max()


@pytest.mark.parametrize("name", ["a.mp4", "a.wav", "a.mkv"])
def test_what_is_no_medium_has_no_small_picture(tmp_path: Path, name: str) -> None:
    whole = make_video(tmp_path / "whole.mp4").read_bytes()
    for contents in (b"notes", whole[:400], whole[:200] + bytes(4000)):
        (tmp_path / name).write_bytes(contents)
        with pytest.raises(MediaError):
            thumbnail(tmp_path / name, 64, tmp_path / "cache")


def test_every_real_medium_can_be_probed(data_dir: Path) -> None:
    paths = [path for folder in ("videos", "bccd") for path in sorted((data_dir / folder).rglob("*.*"))[:400:40]]
    media = [path for path in paths if path.suffix in (".mp4", ".jpg", ".webm", ".mkv", ".avi")]
    assert media
    for path in media:
        found = probe(path)
        assert found.width
        assert found.height
