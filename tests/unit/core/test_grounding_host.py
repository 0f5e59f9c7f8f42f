"""The model in its child process: real processes, a fake model inside, every way of ending badly."""

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import Bug, Cancelled, MediaError, ModelCrashedError, ModelError
from core.grounding.host import HostedGrounder
from core.grounding.protocol import Asked
from core.jobs import JobContext, Progress
from core.schema import Box, MediaItem, MediaSource, Query
from tests.fakes_grounder import LOADER

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the fake model uses POSIX signals")


@pytest.fixture
def media(tmp_path: Path) -> MediaSource:
    (tmp_path / "数据 ü.jpg").write_bytes(b"x")
    item = MediaItem("m1", "image", "数据 ü.jpg", width=200, height=100)
    return MediaSource(item, str(tmp_path / "数据 ü.jpg"))


@pytest.fixture
def grounder() -> Iterator[HostedGrounder]:
    with HostedGrounder("fake", loader=LOADER) as hosted:
        yield hosted


def ask(grounder: HostedGrounder, media: MediaSource, *expressions: str, context: JobContext | None = None) -> list:
    queries = [Query(f"q{k}", media.item.id, text) for k, text in enumerate(expressions)]
    return list(grounder.ground(queries, media, context or JobContext()))


def test_answers_come_back_as_objects_from_another_process(grounder: HostedGrounder, media: MediaSource) -> None:
    assert grounder.loaded is None
    answers = ask(grounder, media, "2 cups", "no cat", "garbled")
    assert [(answer.present, len(answer.proposals)) for answer in answers] == [(True, 2), (False, 0), (None, 0)]
    assert answers[0].proposals[1].region == Box(100.0, 25.0, 200.0, 75.0)
    info = grounder.describe()
    assert info == grounder.loaded
    assert info.memory_bytes != os.getpid()


def test_a_model_that_gave_way_says_so_after_its_answer(media: MediaSource) -> None:
    with HostedGrounder("tiring", loader=LOADER) as hosted:
        assert hosted.load(JobContext()).dtype == "16-bit"
        ask(hosted, media, "2 cups")
        assert (info := hosted.loaded) is not None and (info.dtype, info.notes) == ("8-bit", ("rung 1",))
        assert hosted.load(JobContext()) == info, "what it is now, without loading anew"


def test_nothing_starts_before_it_is_needed_and_closing_twice_is_fine() -> None:
    hosted = HostedGrounder("fake", loader=LOADER)
    assert hosted.loaded is None
    hosted.close()
    hosted.close()
    with pytest.raises(Cancelled):
        hosted.describe()


def test_unknown_model_is_refused_without_a_process() -> None:
    with pytest.raises(ModelError, match="There is no model 'nonsense'"):
        HostedGrounder("nonsense")


def test_progress_of_loading_and_preparing_reaches_the_caller(grounder: HostedGrounder, media: MediaSource) -> None:
    heard: list[Progress] = []
    grounder.prepare(media, JobContext(report=heard.append))
    assert [progress.note for progress in heard] == ["Loading fake", "prepared 数据 ü.jpg"]


def test_the_same_process_serves_many_requests(grounder: HostedGrounder, media: MediaSource) -> None:
    first = grounder.describe()
    for _ in range(20):
        assert len(ask(grounder, media, "3 cups")[0].proposals) == 3
    assert grounder.describe() == first


@pytest.mark.parametrize(
    ("mischief", "kind", "text"),
    [
        ("media error", MediaError, "x.jpg is damaged. It was cut short. Copy it again."),
        ("memory", ModelError, "annot take 40 GB"),
        ("bug", Bug, "Unpicklable"),
    ],
)
def test_errors_cross_as_objects_and_the_model_lives_on(
    grounder: HostedGrounder, media: MediaSource, mischief: str, kind: type[Exception], text: str
) -> None:
    process = grounder.describe().memory_bytes
    with pytest.raises(kind) as caught:
        ask(grounder, media, mischief)
    assert type(caught.value) is kind
    assert text in str(caught.value)
    assert ask(grounder, media, "cup")[0].present
    assert grounder.describe().memory_bytes == process


def test_answers_before_an_error_are_kept(grounder: HostedGrounder, media: MediaSource) -> None:
    queries = [Query("a", "m1", "cup"), Query("b", "m1", "media error")]
    stream = grounder.ground(queries, media, JobContext())
    assert next(stream).query.id == "a"
    with pytest.raises(MediaError):
        next(stream)


def test_a_model_that_cannot_be_loaded_says_why_every_time(media: MediaSource) -> None:
    with HostedGrounder("broken", loader=LOADER) as hosted:
        for _ in range(2):
            with pytest.raises(ModelError, match=r"model\.safetensors is missing"):
                ask(hosted, media, "cup")


@pytest.mark.parametrize(
    ("mischief", "ending"), [("exit", "ended with code 7"), ("killed", "SIGKILL"), ("segfault", "SIGSEGV")]
)
def test_a_crash_is_an_error_and_the_next_question_restarts(
    grounder: HostedGrounder, media: MediaSource, mischief: str, ending: str
) -> None:
    before = grounder.describe().memory_bytes
    with pytest.raises(ModelCrashedError, match=ending):
        ask(grounder, media, mischief)
    assert grounder.loaded is None
    assert ask(grounder, media, "cup")[0].present
    assert grounder.describe().memory_bytes != before


def test_a_model_killed_while_idle_is_restarted(grounder: HostedGrounder, media: MediaSource) -> None:
    pid = grounder.describe().memory_bytes
    gone = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    select.select([gone], [], [])
    os.close(gone)
    assert ask(grounder, media, "cup")[0].present


def test_cancel_in_the_middle_of_an_answer(grounder: HostedGrounder, media: MediaSource) -> None:
    process = grounder.describe().memory_bytes
    stop = threading.Event()
    context = JobContext(stop, lambda progress: stop.set() if progress.note == "thinking" else None)
    with pytest.raises(Cancelled):
        ask(grounder, media, "think", context=context)
    assert ask(grounder, media, "cup")[0].present
    assert grounder.describe().memory_bytes == process


def test_cancel_from_another_thread(grounder: HostedGrounder, media: MediaSource) -> None:
    thinking, stop = threading.Event(), threading.Event()
    ended: list[type[BaseException]] = []

    def work() -> None:
        try:
            ask(grounder, media, "think", context=JobContext(stop, lambda _: thinking.set()))
        except Cancelled as error:
            ended.append(type(error))

    worker = threading.Thread(target=work)
    worker.start()
    assert thinking.wait(60)
    stop.set()
    worker.join(60)
    assert ended == [Cancelled]


def test_cancelled_before_it_began_starts_nothing(grounder: HostedGrounder, media: MediaSource) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        ask(grounder, media, "cup", context=JobContext(stop))
    assert grounder.loaded is None


def test_cancel_while_loading_does_not_wait_for_the_model(media: MediaSource) -> None:
    stop = threading.Event()
    with HostedGrounder("endless", loader=LOADER) as hosted, pytest.raises(Cancelled):
        ask(hosted, media, "cup", context=JobContext(stop, lambda _: stop.set()))


def test_a_model_that_does_not_listen_is_ended(media: MediaSource) -> None:
    stop = threading.Event()
    with HostedGrounder("fake", loader=LOADER, patience_s=0.05) as hosted:
        context = JobContext(stop, lambda progress: stop.set() if progress.note == "deaf" else None)
        with pytest.raises(Cancelled):
            ask(hosted, media, "deaf", context=context)
        assert ask(hosted, media, "cup")[0].present


def test_questions_about_many_media_are_one_request(grounder: HostedGrounder, media: MediaSource) -> None:
    gone = MediaSource(media.item, f"{media.path}.gone")
    words = ((media, "2 things"), (gone, "1 thing"), (media, "no thing"))
    asked = [Asked(source, (Query(text, media.item.id, text),)) for source, text in words]
    told: list[int] = []
    context = JobContext(report=lambda progress: told.append(progress.done) if progress.total == 3 else None)
    replied = list(grounder.ground_many(asked, context))
    assert [len(answer.proposals) for one in replied for answer in one.answers] == [2, 0]
    assert isinstance(replied[1].error, MediaError)
    assert [one.index for one in replied] == [0, 1, 2] == [done - 1 for done in told]


def test_giving_up_an_iterator_leaves_no_stale_answers(grounder: HostedGrounder, media: MediaSource) -> None:
    queries = [Query("a", "m1", "cup"), Query("b", "m1", "think")]
    stream = grounder.ground(queries, media, JobContext())
    assert next(stream).query.id == "a"
    stream.close()
    assert [answer.query.id for answer in ask(grounder, media, "2 cups", "no cup")] == ["q0", "q1"]


def test_close_from_another_thread_ends_a_running_question(grounder: HostedGrounder, media: MediaSource) -> None:
    pid = grounder.describe().memory_bytes
    thinking = threading.Event()
    ended: list[type[BaseException]] = []

    def work() -> None:
        try:
            ask(grounder, media, "think", context=JobContext(report=lambda _: thinking.set()))
        except Cancelled as error:
            ended.append(type(error))

    worker = threading.Thread(target=work)
    worker.start()
    assert thinking.wait(60)
    grounder.close()
    worker.join(60)
    assert ended == [Cancelled]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_noise_of_the_model_goes_to_the_log_file(
    grounder: HostedGrounder, media: MediaSource, groundlabel_home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    ask(grounder, media, "noise")
    grounder.close()
    assert capfd.readouterr() == ("", "")
    log = (groundlabel_home / "logs" / "model.log").read_text(encoding="utf-8")
    for words in ("on stdout", "on stderr", "from below", "in the log", "as a warning"):
        assert f"noise {words}" in log


_PARENT = """
import sys
from core.grounding.host import HostedGrounder
from core.jobs import JobContext
from core.schema import MediaItem, MediaSource, Query

def report(progress):
    if progress.note == sys.argv[2]:
        print(hosted.describe().memory_bytes, flush=True)

if __name__ == "__main__":
    from core.errors import Cancelled
    hosted = HostedGrounder("fake", loader="tests.fakes_grounder:load")
    media = MediaSource(MediaItem("m", "image", "x"), sys.argv[1])
    try:
        list(hosted.ground([Query("q", "m", sys.argv[3])], media, JobContext(report=report)))
    except KeyboardInterrupt:
        hosted.close()
        print("interrupted", flush=True)
"""


@pytest.fixture
def parent(tmp_path: Path, media: MediaSource) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A program in a process group of its own whose model is in the middle of an answer, and the model's pid fd."""
    script = tmp_path / "parent.py"
    script.write_text(_PARENT, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, str(script), media.path, "thinking", "think"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.stderr.read() if process.stderr else ""
    child = os.pidfd_open(int(line))
    yield process, child
    os.close(child)
    process.kill()
    process.communicate()


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux's pidfd_open")
def test_no_orphan_is_left_by_a_parent_that_dies(parent: tuple[subprocess.Popen[str], int]) -> None:
    process, child = parent
    process.kill()
    assert select.select([child], [], [], 60)[0] == [child]


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux's pidfd_open")
def test_ctrl_c_is_the_parents_to_handle(parent: tuple[subprocess.Popen[str], int]) -> None:
    process, child = parent
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert out.splitlines()[-1] == "interrupted"
    assert err == ""
    assert select.select([child], [], [], 60)[0] == [child]
