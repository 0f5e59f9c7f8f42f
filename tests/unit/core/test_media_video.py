"""Frames come by number, upright and exact after any jump, past damage, and never many at a time."""

import threading
from pathlib import Path

import numpy as np
import pytest

from core.errors import Cancelled, MediaError
from core.jobs import JobContext, Progress
from core.media.packet_index import uniform_indices
from core.media.video import open_video
from tests.fakes_media import H264, SIZE_WH, Recipe, is_upright, number_in, write_sound, write_video
from tests.unit.core.test_media_packet_index import KINDS, UNEVEN, made

# Back and forth, in one group of pictures and across many, the same twice, the first and the last.
JUMPS = (0, 39, 5, 6, 7, 30, 8, 8, 21, 20, 19, 38, 0, 11, 10, 9, 39)


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("videos")


@pytest.mark.parametrize("fast", [False, True], ids=["pyav", "decord-where-it-can"])
@pytest.mark.parametrize("name", KINDS)
def test_a_jump_lands_on_the_frame_asked_for(videos: Path, name: str, fast: bool) -> None:
    with open_video(made(videos, name), fast=fast) as video:
        wanted = [number for number in JUMPS if number < len(video.index)]
        frames = list(video.frames_at(wanted))
        assert [number_in(frame) for frame in frames] == wanted
        assert all(frame.shape == (SIZE_WH[1], SIZE_WH[0], 3) and frame.dtype == np.uint8 for frame in frames)
        assert all(is_upright(frame) for frame in frames)
        assert video.warnings == ()


@pytest.mark.parametrize("name", KINDS)
def test_forward_reading_equals_jumping(videos: Path, name: str) -> None:
    with open_video(made(videos, name)) as one, open_video(made(videos, name)) as other:
        everything = list(one.frames_at(range(len(one.index))))
        for number in reversed(range(0, len(one.index), 3)):
            assert np.array_equal(other.frame(number), everything[number])


@pytest.mark.parametrize("size_wh", [None, (56, 56), (48, 40)], ids=str)
@pytest.mark.parametrize("name", KINDS)
def test_decord_and_pyav_give_the_same_pixels(videos: Path, name: str, size_wh: tuple[int, int] | None) -> None:
    pytest.importorskip("decord")
    with open_video(made(videos, name)) as slow, open_video(made(videos, name), fast=True) as fast:
        numbers = [number for number in JUMPS if number < len(slow.index)]
        for a, b in zip(
            slow.frames_at(numbers, size_wh=size_wh), fast.frames_at(numbers, size_wh=size_wh), strict=True
        ):
            assert a.shape == b.shape
            assert np.abs(a.astype(int) - b).mean() <= 2
        assert slow.reader == "pyav"
        if name in ("h264.mp4", "h264.mkv") and size_wh != (48, 40):  # decord gives four channels at this width
            assert fast.reader == "decord"
        if name in ("h264.ts", "h264-open.mp4", "av1.mp4"):  # there it shows other frames, or none
            assert fast.reader == "pyav"


def test_real_videos_in_both_readers(data_dir: Path) -> None:
    pytest.importorskip("decord")
    for path in sorted((data_dir / "videos").iterdir())[:6]:
        with open_video(path) as slow, open_video(path, fast=True) as fast:
            numbers = [*slow.uniform(5), 3, len(slow.index) - 1]
            for a, b in zip(slow.frames_at(numbers), fast.frames_at(numbers), strict=True):
                assert np.abs(a.astype(int) - b).mean() <= 2


@pytest.mark.parametrize("size_wh", [None, (48, 40)], ids=["own size", "scaled"])
@pytest.mark.parametrize("hflip", [False, True], ids=["", "mirrored"])
@pytest.mark.parametrize("rotation", [0, 90, -90, 180])
def test_turned_videos_are_shown_as_meant(
    tmp_path: Path, rotation: int, hflip: bool, size_wh: tuple[int, int] | None
) -> None:
    """What the matrix of the file does to a stored frame is done, whether it is scaled by FFmpeg or not at all."""
    path = write_video(tmp_path / "phone.mp4", Recipe(options=H264, frames=3, rotation=rotation, hflip=hflip))
    plain = write_video(tmp_path / "plain.mp4", Recipe(options=H264, frames=3))
    with open_video(path, fast=True) as video, open_video(plain) as other:
        shown, stored = video.frame(2, size_wh=size_wh), other.frame(2)
        assert shown.shape[1::-1] == (size_wh or video.index.size_wh)
        expected = np.rot90(stored, {0: 0, 90: 1, 180: 2, -90: 3}[rotation])
        expected = expected[:, ::-1] if hflip else expected
        height, width = shown.shape[:2]
        rows = (np.arange(height) + 0.5) * expected.shape[0] / height
        columns = (np.arange(width) + 0.5) * expected.shape[1] / width
        nearest = expected[rows.astype(int)][:, columns.astype(int)]
        assert np.abs(shown.astype(int) - nearest).mean() < (1 if size_wh is None else 16)


def test_a_time_shows_the_frame_on_the_screen(videos: Path) -> None:
    with open_video(made(videos, "uneven.mp4")) as video:
        times = {0.0: 0, 0.039: 0, 0.04: 1, 0.2: 4, 0.205: 4, 0.6: 6, 1.499: 10, 1.5: 11, 99.0: 11, -1.0: 0}
        assert {time: number_in(video.frame_at(time)) for time in times} == times
        assert [round(video.index.time_of(number) * 1000) for number in range(12)] == UNEVEN


def test_windows_are_sampled_as_the_model_samples(videos: Path) -> None:
    with open_video(made(videos, "h264.mp4")) as video:
        assert video.uniform(8) == [0, 5, 10, 15, 20, 25, 30, 35]
        assert video.uniform(64) == list(range(40))
        second = video.uniform(4, (0.5, 1.0))
        assert second[0] == video.index.index_at(0.5) and len(second) == 4
        assert max(second) < video.index.index_at(1.0)
        assert video.uniform(4, (7.0, 8.0)) == [39]


@pytest.mark.parametrize("count", [0, 1, 7, 64, 65, 1189, 4001])
def test_uniform_indices_are_those_of_the_original(count: int) -> None:
    expected = [int(index) for index in np.arange(0, count, count / min(64, count))] if count else []
    assert uniform_indices(count, 64) == expected[:64]
    assert uniform_indices(count, 64, first=10) == [index + 10 for index in expected[:64]]


def test_damage_inside_is_passed_over(videos: Path, tmp_path: Path) -> None:
    content = bytearray(made(videos, "h264.mp4").read_bytes())
    start = content.index(b"mdat") + len(content) // 3
    content[start : start + 300] = bytes(300)
    path = tmp_path / "hurt.mp4"
    path.write_bytes(content)
    with open_video(path, fast=True) as video:
        frames = list(video.frames_at(range(len(video.index))))
        assert {frame.shape for frame in frames} == {(64, 128, 3)}
        assert number_in(frames[0]) == 0 and number_in(frames[-1]) == 39
        assert "damaged" in video.warnings[0]


def test_frames_behind_a_cut_are_stood_for_by_their_neighbour(videos: Path, tmp_path: Path) -> None:
    """An index of the whole file, read from one that was cut since: the last frame that is left, and a warning."""
    whole = made(videos, "h264.mkv")
    with open_video(whole) as video:
        index = video.index
    content = whole.read_bytes()
    path = tmp_path / "cut.mkv"
    path.write_bytes(content[: len(content) // 2])
    with open_video(path, index=index) as video:
        assert number_in(video.frame(3)) == 3
        assert number_in(video.frame(39)) < 39
        assert "the neighbour stands for 1 frame(s) (39)" in video.warnings[-1]
        assert number_in(video.frame(4)) == 4


def test_streams_without_a_clock_are_counted(tmp_path: Path) -> None:
    path = write_video(tmp_path / "raw.h264", Recipe(options=H264))
    with open_video(path) as video:
        assert video.index.method == "counted"
        assert "frames are counted" in video.warnings[0]
        assert video.index.time_of(30) == pytest.approx(30 * 1001 / 30000)
        numbers = [12, 39, 3, 4, 0]
        assert [number_in(frame) for frame in video.frames_at(numbers)] == numbers


def test_reading_can_be_stopped_and_tells_how_far_it_is(videos: Path) -> None:
    stop = threading.Event()
    said: list[Progress] = []
    with open_video(made(videos, "h264.mp4")) as video:
        frames = video.frames_at(range(10), context=JobContext(token=stop, report=said.append))
        next(frames)
        next(frames)
        stop.set()
        with pytest.raises(Cancelled):
            next(frames)
    assert said == [Progress(1, 10), Progress(2, 10)]


def test_a_closed_video_says_so(videos: Path) -> None:
    video = open_video(made(videos, "h264.mp4"))
    video.frame(1)
    video.close()
    video.close()
    with pytest.raises(ValueError, match="was closed"):
        video.frame(1)


def test_numbers_that_there_are_not(videos: Path) -> None:
    with open_video(made(videos, "h264.mp4")) as video:
        for number in (-1, 40):
            with pytest.raises(IndexError):
                video.frame(number)


def test_a_sound_has_no_frames(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", np.zeros((1, 8000), np.float32), 8000, "pcm_s16le")
    with pytest.raises(MediaError, match=r"holds no pictures\. It is a sound"):
        open_video(path)
