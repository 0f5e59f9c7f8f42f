"""Every kind of video has one numbering: count, seconds and PTS as they were written, and as ffprobe sees them."""

import json
import shutil
import subprocess
import threading
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from core.errors import Cancelled, MediaError
from core.jobs import JobContext, Progress
from core.media import probe
from core.media.packet_index import PacketIndex, build_index
from tests.fakes_media import H264, NTSC, SIZE_WH, Recipe, tones, write_sound, write_video

UNEVEN = [0, 40, 80, 95, 200, 210, 340, 700, 733, 766, 800, 1500]  # milliseconds

KINDS: dict[str, Recipe] = {
    "h264.mp4": Recipe(options=H264),
    "h264.mkv": Recipe(options=H264),
    "h264.ts": Recipe(options=H264, ticks=range(60, 100)),
    "h264-sound.mp4": Recipe(options=H264, with_sound=True),
    "h264-fragments.mp4": Recipe(options=H264, container_options={"movflags": "frag_keyframe+empty_moov"}),
    "h264-open.mp4": Recipe(options={"g": "9", "x264-params": "open-gop=1:bframes=2:b-adapt=0:scenecut=0"}),
    "uneven.mp4": Recipe(options=H264, ticks=UNEVEN, clock=Fraction(1, 1000)),
    "hevc.mp4": Recipe(codec="libx265", options={"preset": "ultrafast", "x265-params": "log-level=none:pools=1"}),
    "vp9.webm": Recipe(codec="libvpx-vp9", options={"cpu-used": "8", "deadline": "realtime"}),
    "vp8.webm": Recipe(codec="libvpx", options={"cpu-used": "8", "deadline": "realtime"}),
    "av1.mp4": Recipe(codec="libsvtav1", frames=12, options={"preset": "12", "svtav1-params": "lp=1"}),
    "mpeg4.avi": Recipe(codec="mpeg4"),
    "mpeg2.mpg": Recipe(codec="mpeg2video", options={"bf": "2"}),
    "one.mp4": Recipe(options=H264, frames=1),
}


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("videos")


def made(folder: Path, name: str) -> Path:
    path = folder / name
    return path if path.exists() else write_video(path, KINDS[name])


def written_seconds(recipe: Recipe) -> np.ndarray:
    clock = recipe.clock or 1 / recipe.rate
    return np.array([float(tick * clock) for tick in recipe.ticks or range(recipe.frames)])


def seconds_of(index: PacketIndex) -> np.ndarray:
    return index.times_of(range(len(index)))


def by_ffprobe(path: Path) -> list[dict[str, str]]:
    program = shutil.which("ffprobe")
    if program is None:
        pytest.skip("no ffprobe to compare with")
    entries = "frame=pts,pts_time,best_effort_timestamp,best_effort_timestamp_time,key_frame"
    command = [program, "-v", "quiet", "-select_streams", "v:0", "-show_entries", entries, "-of", "json", str(path)]
    found = subprocess.run(command, capture_output=True, check=True, timeout=120).stdout
    return json.loads(found)["frames"]


@pytest.mark.parametrize("name", KINDS)
def test_frames_are_counted_and_timed_as_they_were_written(videos: Path, name: str) -> None:
    recipe = KINDS[name]
    index = build_index(made(videos, name))
    expected = written_seconds(recipe)
    clock_s = float(index.time_base)
    assert len(index) == len(expected)
    assert np.abs(seconds_of(index) - index.start_s - (expected - expected[0])).max() <= clock_s / 2 + 1e-9
    assert index.is_vfr == (name == "uneven.mp4")
    if name != "uneven.mp4":
        assert index.fps == pytest.approx(30000 / 1001)
    assert index.size_wh == SIZE_WH
    assert index.keyframes[0]
    assert index.end_s > index.time_of(len(index) - 1)
    assert index.has_audio == recipe.with_sound
    assert index.method == "packets" and index.warnings == ()


@pytest.mark.parametrize("name", KINDS)
def test_frames_are_numbered_as_ffprobe_does(videos: Path, name: str) -> None:
    path = made(videos, name)
    check_against_ffprobe(path)


def check_against_ffprobe(path: Path) -> None:
    index, frames = build_index(path), by_ffprobe(path)
    assert len(index) == len(frames)
    for number, frame in enumerate(frames):
        stamp = frame.get("pts", frame.get("best_effort_timestamp"))
        if stamp is None:  # ffprobe does not know either: some frames of AVI and of program streams
            continue
        assert int(index.pts[number]) == int(stamp)
        assert index.time_of(number) == pytest.approx(
            float(frame.get("pts_time", frame.get("best_effort_timestamp_time", "nan"))), abs=1e-6
        )
        assert bool(index.keyframes[number]) == bool(int(frame["key_frame"]))


def test_real_videos_are_numbered_as_ffprobe_does(data_dir: Path) -> None:
    for path in sorted((data_dir / "videos").iterdir()):
        check_against_ffprobe(path)


def test_the_clock_is_that_of_the_file(videos: Path) -> None:
    """A transport stream begins late; its frames keep that time, so that sound and pictures agree."""
    index = build_index(made(videos, "h264.ts"))
    assert index.start_s > 1
    assert index.duration_s == pytest.approx(40 / float(NTSC), abs=0.01)
    assert index.index_at(0) == 0
    assert index.index_at(index.start_s + 1.01 * 1001 / 30000) == 1


@pytest.mark.parametrize(("rotation", "clockwise"), [(90, 270), (-90, 90), (180, 180), (0, 0)])
def test_turned_videos_are_upright(tmp_path: Path, rotation: int, clockwise: int) -> None:
    path = write_video(tmp_path / "phone.mp4", Recipe(options=H264, frames=5, rotation=rotation))
    index, found = build_index(path), probe(path)
    lies = rotation in (90, -90)
    assert index.rotation_deg == clockwise
    assert index.size_wh == (SIZE_WH[::-1] if lies else SIZE_WH) == (found.width, found.height)
    assert (found.raw_width, found.raw_height) == SIZE_WH
    assert found.orientation == index.orientation == {0: 1, 90: 6, 180: 3, 270: 8}[clockwise]


def test_probe_knows_both_streams(videos: Path, tmp_path: Path) -> None:
    both = probe(made(videos, "h264-sound.mp4"))
    assert (both.kind, both.has_video, both.has_audio) == ("video", True, True)
    assert both.video_duration_s == pytest.approx(40 / float(NTSC), abs=0.01)
    assert both.audio_duration_s == pytest.approx(40 / float(NTSC), abs=0.1)
    silent = probe(made(videos, "h264.mkv"))
    assert (silent.has_video, silent.has_audio, silent.audio_duration_s) == (True, False, None)
    sound = probe(write_sound(tmp_path / "a.flac", tones(1, 8000), 8000, "flac"))
    assert (sound.kind, sound.has_video, sound.has_audio, sound.video_duration_s) == ("audio", False, True, None)


def cut(path: Path, to: Path, share: float) -> Path:
    content = path.read_bytes()
    to.write_bytes(content[: int(len(content) * share)])
    return to


def test_a_download_cut_short_keeps_the_frames_that_came(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "a.mp4", Recipe(options=H264, container_options={"movflags": "faststart"}))
    path = cut(whole, tmp_path / "cut.mp4", 0.75)
    index = build_index(path)
    assert 10 < len(index) < 40
    assert index.method == "decoded"
    assert "damaged or cut short" in index.warnings[0]
    assert set(index.pts) < set(build_index(whole).pts)
    check_against_ffprobe(path)


def test_matroska_cut_short(videos: Path, tmp_path: Path) -> None:
    index = build_index(cut(made(videos, "h264.mkv"), tmp_path / "cut.mkv", 0.6))
    assert 10 < len(index) < 40


def test_damage_inside_is_survived(videos: Path, tmp_path: Path) -> None:
    content = bytearray(made(videos, "h264.mp4").read_bytes())
    start = content.index(b"mdat") + (len(content) // 3)
    content[start : start + 200] = bytes(200)
    (tmp_path / "hurt.mp4").write_bytes(content)
    index = build_index(tmp_path / "hurt.mp4")
    assert 30 <= len(index) <= 40
    assert set(index.pts) <= set(build_index(made(videos, "h264.mp4")).pts)


def test_frames_before_an_edit_list_are_not_counted(tmp_path: Path) -> None:
    """A clip cut without encoding carries frames that nobody is shown."""
    path = tmp_path / "a.mp4"
    with (
        av.open(str(write_video(tmp_path / "whole.mp4", Recipe(options=H264)))) as source,
        av.open(str(path), "w") as out,
    ):
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.pts is not None and packet.dts is not None:
                shift = int(Fraction(5 * 1001, 30000) / packet.time_base)
                packet.pts, packet.dts, packet.stream = packet.pts - shift, packet.dts - shift, stream
                out.mux(packet)
    index = build_index(path)
    with av.open(str(path)) as source:
        assert len(index) == sum(1 for _ in source.decode(video=0)) == 35


def test_what_holds_no_pictures_is_refused(videos: Path, tmp_path: Path) -> None:
    sound = write_sound(tmp_path / "a.m4a", tones(1, 16000), 16000, "aac")
    with pytest.raises(MediaError, match=r"holds no pictures\. It is a sound"):
        build_index(sound)
    with pytest.raises(MediaError, match="is not a video"):
        build_index(cut(made(videos, "h264.mp4"), tmp_path / "no-moov.mp4", 0.5))
    (tmp_path / "noise.mp4").write_bytes(np.random.default_rng(1).bytes(20_000))
    with pytest.raises(MediaError, match="is not a video"):
        build_index(tmp_path / "noise.mp4")
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(MediaError, match="is empty"):
        build_index(tmp_path / "empty.mp4")
    with pytest.raises(MediaError, match="is a folder"):
        build_index(tmp_path)
    with pytest.raises(MediaError, match="There is no file"):
        build_index(tmp_path / "gone.mp4")


def test_a_coding_that_nobody_knows_is_named(videos: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(made(videos, "h264.mp4").read_bytes().replace(b"avc1", b"zzzz").replace(b"avcC", b"zzzC"))
    for reading in (probe, build_index):
        with pytest.raises(MediaError, match="coding that is not known"):
            reading(path)


def test_a_video_without_frames_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "none.avi"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        out.start_encoding()
    with pytest.raises(MediaError, match=r"holds no picture that can be shown|is not a video"):
        build_index(path)


def test_a_play_list_in_disguise_opens_nothing(videos: Path, tmp_path: Path) -> None:
    (tmp_path / "list.mp4").write_text(f"ffconcat version 1.0\nfile '{made(videos, 'h264.mp4')}'\n")
    with pytest.raises(MediaError, match=r"is not a video\. It holds text"):
        build_index(tmp_path / "list.mp4")


def test_the_cover_of_a_record_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    with av.open(str(path), "w") as out:
        sound = out.add_stream("libmp3lame", rate=16000, layout="mono")
        cover = out.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 64, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        out.mux(cover.encode(av.VideoFrame(64, 64, "yuvj420p")))
        out.mux(cover.encode())
        for start in range(0, 16000, 1024):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 16000, start
            out.mux(sound.encode(frame))
        out.mux(sound.encode())
    assert probe(path).kind == "audio"
    with pytest.raises(MediaError, match="holds no pictures"):
        build_index(path)


def test_indexing_tells_how_far_it_is_and_can_be_stopped(videos: Path) -> None:
    path = made(videos, "h264.mp4")
    said: list[Progress] = []
    build_index(path, JobContext(report=said.append))
    assert said[-1].done == said[-1].total == path.stat().st_size
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        build_index(path, JobContext(token=stop))
