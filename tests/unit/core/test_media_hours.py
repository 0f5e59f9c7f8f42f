"""Three hours of video and sound are numbered, shown, swept and asked about in little memory."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from core.grounding.groundinggpt.configuration import AnswerGrammar
from tests.fakes_media import H264, Recipe, write_video
from tests.fakes_time import timed_checkpoint

HOURS_S = 3 * 3600
BEEP_S = 9321.5
MOST_MIB = 120  # beyond what a short file takes: seconds of sound and some frames, not hours of either

WORK = """
import json, resource, sys
from pathlib import Path
import numpy as np
from core.media.audio import AudioFile
from core.media.video import open_video

def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)

short, long = map(Path, sys.argv[1:])
with open_video(short) as video, AudioFile(short) as sound:
    list(video.frames_at(video.uniform(64), size_wh=(224, 224)))
    list(sound.windows(30.0, 5.0))
before = peak_mib()
with open_video(long) as video, AudioFile(long) as sound:
    seen = [int(frame.mean()) for frame in video.frames_at(video.uniform(64, (9000.0, 9060.0)), size_wh=(224, 224))]
    last = video.frame(len(video.index) - 1).shape
    loudest = max((float(np.abs(window.samples).max()), window.start_s) for window in sound.windows(30.0, 5.0))
    part = sound.read(9321.0, 9322.0)[0]
    first = int(np.flatnonzero(np.abs(part) > 0.1)[0]) / 16000
    said = {"frames": len(video.index), "end_s": video.index.end_s, "seen": seen, "last": last, "loudest": loudest,
            "first_s": 9321 + first, "sound_end_s": sound.end_s()}
print(json.dumps({**said, "mib": peak_mib() - before}))
"""

ASK = """
import json, resource, sys, threading
from pathlib import Path
from core.errors import Cancelled
from core.grounding.groundinggpt.loading import load_grounder
from core.jobs import JobContext
from core.schema import Query
from core.workflows.ask import medium_at

def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)

class After:
    windows = 0
    def is_set(self):
        return self.windows >= 6
    def watch(self, progress):
        self.windows = progress.done

def ask(source, context, **options):
    return list(grounder.ground([Query("q", source.item.id, "the beep", **options)], source, context))

grounder = load_grounder(Path(sys.argv[1]), "cpu")
short, long = (medium_at(Path(path)) for path in sys.argv[2:])
ask(short, JobContext())
before = peak_mib()
ask(long, JobContext(), window_s=(9300.0, 9340.0), sense="both")
stopped = []
for sense in ("see", "hear"):
    after = After()
    try:
        ask(long, JobContext(after, after.watch), sense=sense)
    except Cancelled:
        stopped.append(after.windows)
print(json.dumps({"stopped": stopped, "mib": peak_mib() - before}))
"""


@pytest.fixture(scope="module")
def long_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three hours of one small frame a second, ever brighter and dark again, and silence with one beep."""
    path = tmp_path_factory.mktemp("hours") / "hours.mkv"
    silence = np.zeros((1, 80_000), dtype=np.int16)
    frames = [
        av.VideoFrame.from_ndarray(np.full((32, 32, 3), grey, np.uint8), format="rgb24").reformat(format="yuv420p")
        for grey in range(200)
    ]
    with av.open(str(path), "w") as out:
        video = out.add_stream("mpeg4", rate=1, options={"g": "12"})
        video.width, video.height, video.pix_fmt, video.codec_context.thread_count = 32, 32, "yuv420p", 1
        sound = out.add_stream("alac", rate=8000, layout="mono")
        for second in range(HOURS_S):
            frame = frames[second % 200]
            frame.pts, frame.time_base = second, Fraction(1)
            out.mux(video.encode(frame))
            if second % 10 == 0:
                samples = silence
                if second <= BEEP_S < second + 10:
                    at = round((BEEP_S - second) * 8000)
                    samples = silence.copy()
                    samples[:, at : at + 800] = 12_000
                piece = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
                piece.sample_rate, piece.pts, piece.time_base = 8000, second * 8000, Fraction(1, 8000)
                out.mux(sound.encode(piece))
        out.mux(video.encode())
        out.mux(sound.encode())
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="the peak of a process's memory is asked of Unix")
def test_three_hours_take_little_memory(long_video: Path, tmp_path: Path) -> None:
    short = write_video(tmp_path / "short.mp4", Recipe(options=H264, with_sound=True))
    command = [sys.executable, "-W", "error", "-c", WORK, str(short), str(long_video)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["frames"] == HOURS_S
    assert said["end_s"] == pytest.approx(HOURS_S, abs=0.01)
    assert said["sound_end_s"] == pytest.approx(HOURS_S, abs=0.05)
    assert said["seen"] == pytest.approx([second % 200 for second in range(9000, 9060)], abs=4)
    assert said["last"] == [32, 32, 3]
    assert said["loudest"][1] <= BEEP_S <= said["loudest"][1] + 30
    assert said["first_s"] == pytest.approx(BEEP_S, abs=0.002)
    assert said["mib"] < MOST_MIB


@pytest.mark.skipif(sys.platform == "win32", reason="the peak of a process's memory is asked of Unix")
def test_three_hours_are_asked_about_in_little_memory(long_video: Path, tmp_path: Path) -> None:
    """A window far inside, and a sweep from the beginning until somebody stops it."""
    short = write_video(tmp_path / "short.mp4", Recipe(options=H264, with_sound=True))
    model = timed_checkpoint(tmp_path / "model", grammar=AnswerGrammar(max_regions=1, spans=("video", "audio")))
    command = [sys.executable, "-W", "error", "-c", ASK, str(model), str(short), str(long_video)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["stopped"] == [6, 6]
    assert said["mib"] < MOST_MIB
