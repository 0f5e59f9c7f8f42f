"""Sound of any container comes at its place, to the sample, whole or in parts, and hours of it in windows."""

import threading
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from core.errors import Cancelled, MediaError
from core.jobs import JobContext
from core.media import probe
from core.media.audio import AudioFile, read_audio
from core.media.resampling import Resampler
from tests.fakes_media import H264, NTSC, Recipe, beep, tones, write_sound, write_video

LOSSLESS = {"a.wav": "pcm_s16le", "b.wav": "pcm_u8", "c.wav": "pcm_f32le", "d.wav": "pcm_s24le", "a.flac": "flac"}
LOSSY = {
    "a.mp3": "libmp3lame",
    "a.m4a": "aac",
    "a.aac": "aac",
    "a.ogg": "libopus",
    "a.opus": "libopus",
    "a.mka": "aac",
    "a.webm": "libopus",
    "a.ts": "aac",
}
# How far the clock of the file may round, in seconds; and how loud the difference of a lossy coder may be.
COARSE = {"a.mka": 0.0011, "a.webm": 0.0011}


def delay_s(reference: np.ndarray, heard: np.ndarray, rate: int) -> float:
    """By how much `heard` comes later than `reference`, from the peak of their correlation."""
    size = 1 << (len(reference) + len(heard)).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(reference, size)), size)
    peak = int(product.argmax())
    return (peak if peak < size // 2 else peak - size) / rate


@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_sound_comes_back(tmp_path: Path, name: str) -> None:
    wave = tones(1.5, 16000, channels=2)
    path = write_sound(tmp_path / name, wave, 16000, LOSSLESS[name])
    heard = read_audio(path, rate=None, channels="all")
    assert heard.dtype == np.float32 and heard.shape == wave.shape
    assert np.abs(heard - wave).max() <= (1 / 127 if name == "b.wav" else 1 / 32000)
    assert np.allclose(read_audio(path), heard.mean(axis=0, keepdims=True), atol=1e-6)


@pytest.mark.parametrize("name", LOSSY)
def test_lossy_sound_stands_at_its_place(tmp_path: Path, name: str) -> None:
    rate = 48000
    wave = tones(4, rate)
    path = write_sound(tmp_path / name, wave, rate, LOSSY[name])
    with AudioFile(path) as sound:
        assert (sound.native_rate, sound.channels) == (rate, 1)
        if name not in ("a.aac", "a.ts"):  # these two carry the coder's own delay, and do not say so
            assert abs(delay_s(wave[0], sound.read(rate=None)[0], rate)) <= 0.0005
        for start_s, end_s in ((0.0, 0.5), (1.0, 1.25), (2.345, 3.1)):
            whole = sound.read(0, 3.5)[0]
            part = sound.read(start_s, end_s)
            assert part.shape == (1, round((end_s - start_s) * 16000))
            there = whole[round(start_s * 16000) :][: part.shape[1]]
            assert abs(delay_s(there, part[0], 16000)) <= COARSE.get(name, 0)
            if name not in COARSE:
                assert np.abs(part[0] - there).max() < 0.02
        assert sound.end_s() == pytest.approx(4, abs=0.06)


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 44100, 48000])
def test_a_part_sounds_as_in_the_whole_at_any_rate(tmp_path: Path, rate: int) -> None:
    path = write_sound(tmp_path / "a.wav", tones(3, rate, channels=2), rate, "pcm_s16le")
    with AudioFile(path) as sound:
        whole = sound.read(channels="all")
        assert whole.shape == (2, 48000)
        for start_s, end_s in ((0.0, 0.1), (0.5, 2.0), (1.2345, 1.2346), (2.9, 3.0)):
            part = sound.read(start_s, end_s, channels="all")
            first = round(start_s * 16000)
            assert part.shape[1] == round((end_s - start_s) * 16000)
            assert np.allclose(part, whole[:, first : first + part.shape[1]], atol=1e-5)


@pytest.mark.parametrize(("rate", "wanted"), [(44100, 16000), (8000, 16000), (48000, 16000), (16000, 16000)])
def test_a_tone_keeps_its_pitch_and_loudness(rate: int, wanted: int) -> None:
    times = np.arange(rate) / rate
    resampler = Resampler(rate, wanted)
    assert resampler.length(rate) == wanted
    first, end = resampler.needed(0, wanted)
    padded = np.zeros((1, end - first), dtype=np.float32)
    padded[0, -first : -first + rate] = 0.5 * np.sin(2 * np.pi * 1000 * times)
    out = resampler.run(padded, 0, wanted)
    expected = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(wanted) / wanted)
    assert np.abs(out[0] - expected)[200:-200].max() < 2e-3


def test_before_and_after_the_sound(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", np.full((1, 16000), 0.25, np.float32), 16000, "pcm_s16le")
    with AudioFile(path) as sound:
        early = sound.read(-0.5, 0.5)
        assert early.shape == (1, 16000)
        assert not early[0, :7900].any() and early[0, 8000:].all()
        assert sound.read(0.75, 2.0).shape == (1, 4000)
        assert sound.read(5.0, 6.0).shape == (1, 0)
        assert sound.read(0.5, 0.5).shape == (1, 0)


def test_sound_shares_the_clock_of_the_pictures(tmp_path: Path) -> None:
    """The beep of a video is in its middle, by whatever clock the file has."""
    for name in ("a.mp4", "a.mkv", "a.ts"):
        path = write_video(tmp_path / name, Recipe(options=H264, with_sound=True, frames=60))
        with AudioFile(path) as sound:
            wave = sound.read(0.0)[0]
            loud = np.flatnonzero(np.abs(wave) > 0.3)
            coder_s = 1024 / 16000 if name == "a.ts" else 0.002  # a transport stream does not take back this delay
            assert loud[0] / 16000 - sound.start_s == pytest.approx(30 / float(NTSC), abs=coder_s + 0.03)


def test_windows_cover_everything_once_and_overlap(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.flac", tones(7.3, 22050), 22050, "flac")
    with AudioFile(path) as sound:
        whole = sound.read()
        windows = list(sound.windows(2.0, 0.5))
        assert [window.start_s for window in windows] == [0, 1.5, 3, 4.5, 6]
        assert [window.end_s for window in windows[:-1]] == [2, 3.5, 5, 6.5]
        assert windows[-1].end_s == pytest.approx(7.3, abs=1e-4)
        for window in windows:
            first = round(window.start_s * 16000)
            assert np.allclose(window.samples, whole[:, first : first + window.samples.shape[1]], atol=1e-5)
        assert [window.start_s for window in sound.windows(1.0, start_s=2.25, end_s=4.5)] == [2.25, 3.25, 4.25]
        exact = list(sound.windows(1.0, 0.5, start_s=1.0, end_s=3.0))
        assert [(window.start_s, window.end_s) for window in exact] == [(1, 2), (1.5, 2.5), (2, 3)]
        assert len(list(sound.windows(60.0))) == 1


def test_sweeping_can_be_stopped(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", tones(3, 8000), 8000, "pcm_s16le")
    stop = threading.Event()
    with AudioFile(path) as sound:
        windows = sound.windows(0.5, context=JobContext(token=stop))
        next(windows)
        stop.set()
        with pytest.raises(Cancelled):
            next(windows)


def test_reading_on_after_another_reading_or_closing_is_refused(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", tones(9, 8000), 8000, "pcm_s16le")
    with AudioFile(path) as sound:
        windows = sound.windows(1.0)
        next(windows)
        sound.read(4, 5)
        with pytest.raises(ValueError, match="read from elsewhere"):
            list(windows)
        windows = sound.windows(1.0)
        next(windows)
    with pytest.raises(ValueError, match="was closed"):
        list(windows)
    with pytest.raises(ValueError, match="was closed"):
        sound.read(0, 1)
    sound.close()


def test_a_gap_in_the_clock_is_silence(tmp_path: Path) -> None:
    path = tmp_path / "gap.mka"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=8000, layout="mono")
        for start in (0, 1000, 2000, 8000, 9000):
            frame = av.AudioFrame.from_ndarray(np.full((1, 1000), 8000, np.int16), format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 8000, start, Fraction(1, 8000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    heard = read_audio(path, rate=None)[0]
    assert len(heard) == 10000
    assert heard[:3000].all() and not heard[3000:8000].any() and heard[8000:].all()


def test_damaged_sound_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = write_sound(tmp_path / "a.mp3", tones(5, 16000), 16000, "libmp3lame")
    content = bytearray(whole.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 400] = bytes(400)
    (tmp_path / "hurt.mp3").write_bytes(content)
    heard = read_audio(tmp_path / "hurt.mp3")
    assert heard.shape[1] > 4 * 16000
    (tmp_path / "cut.mp3").write_bytes(whole.read_bytes()[: len(content) // 2])
    assert 16000 < read_audio(tmp_path / "cut.mp3").shape[1] < 3 * 16000


@pytest.mark.parametrize("name", ["a.mka", "a.weba", "a.caf", "recording"])
def test_the_contents_decide_where_the_name_says_little(tmp_path: Path, name: str) -> None:
    whole = write_sound(tmp_path / "whole.flac", tones(1, 8000), 8000, "flac")
    path = whole.rename(tmp_path / name)
    assert probe(path).kind == "audio"
    assert read_audio(path).shape == (1, 16000)
    (tmp_path / "notes").write_text("no medium at all")
    with pytest.raises(MediaError, match="It holds text"):
        probe(tmp_path / "notes")


def test_what_has_no_sound_is_refused(tmp_path: Path) -> None:
    silent = write_video(tmp_path / "a.mp4", Recipe(options=H264, frames=3))
    with pytest.raises(MediaError, match=r"holds no sound\. It is a silent video"):
        read_audio(silent)
    (tmp_path / "b.wav").write_bytes(np.random.default_rng(2).bytes(9000))
    with pytest.raises(MediaError, match="is not a sound"):
        read_audio(tmp_path / "b.wav")
    (tmp_path / "c.wav").touch()
    with pytest.raises(MediaError, match="is empty"):
        read_audio(tmp_path / "c.wav")
    some = write_sound(tmp_path / "d.wav", np.zeros((1, 100), np.float32), 8000, "pcm_s16le")
    none = tmp_path / "e.wav"
    none.write_bytes(some.read_bytes()[:-200])
    with pytest.raises(MediaError, match="no sound that can be heard"):
        read_audio(none)


def test_a_beep_is_where_it_is(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.mp3", beep(6, 44100, 3.2), 44100, "libmp3lame")
    wave = read_audio(path)[0]
    loud = np.flatnonzero(np.abs(wave) > 0.3) / 16000
    assert (loud[0], loud[-1]) == (pytest.approx(3.2, abs=0.005), pytest.approx(3.3, abs=0.005))


def test_real_videos_have_their_sound_where_they_have_one(data_dir: Path) -> None:
    for path in sorted((data_dir / "videos").iterdir()):
        try:
            with AudioFile(path) as sound:
                assert sound.read(0.5, 1.0).shape == (1, 8000)
        except MediaError as error:
            assert "silent video" in str(error)
