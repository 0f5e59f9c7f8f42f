"""`chat`: lines in, answers out; commands, errors that end nothing, and what a program reads."""

import argparse
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from core.commands import chat
from core.jobs import JobContext
from core.schema import ModelInfo
from tests.fakes_chat import FakeTalker
from tests.fakes_commands import CommandLine, LoadedFake, make_command_line
from tests.fakes_media import Recipe, tones, write_sound, write_video


class LoadedTalker(FakeTalker):
    """A `FakeTalker` with the extra word of a hosted one."""

    def load(self, context: JobContext) -> ModelInfo:
        context.progress(0, 0, "Loading fake")
        return self.describe()


Said = Callable[..., int]


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return make_command_line(monkeypatch, capsys, chat)


@pytest.fixture
def talker(line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> LoadedTalker:
    fake = LoadedTalker()

    @contextmanager
    def opened(_: argparse.Namespace) -> Iterator[LoadedTalker]:
        yield fake

    monkeypatch.setattr(chat, "open_grounder", opened)
    return fake


@pytest.fixture
def say(line: CommandLine, talker: LoadedTalker, monkeypatch: pytest.MonkeyPatch) -> Said:
    """Run `chat` with these arguments and lines through a pipe; the exit code."""

    def run(*arguments: object, lines: str = "") -> int:
        stdin = io.TextIOWrapper(io.BytesIO(lines.encode()), encoding="utf-8")
        monkeypatch.setattr("sys.stdin", stdin)
        return line.run("chat", *arguments)

    return run


@pytest.fixture
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (200, 100), "grey").save("a.png")
    Image.new("RGB", (80, 60), "grey").save("b and c.png")
    write_video(tmp_path / "clip.mp4", Recipe(frames=30, with_sound=True))
    write_video(tmp_path / "silent.mp4", Recipe(frames=10))
    write_sound(tmp_path / "sound.wav", tones(2.0, 16000), 16000, "pcm_s16le")
    return tmp_path


def test_one_question_a_line_and_no_prompt_in_a_pipe(say: Said, line: CommandLine, media: Path) -> None:
    assert say("a.png", lines="2 cups\n\n  \nhello there\n") == 0
    assert line.err == ""
    assert line.out == (
        "2 cups (0 before, 1 media, seed 0)\n"
        "medium  score  x1     y1    x2     y2\n"
        "a.png   0.90   0.0    25.0  100.0  75.0\n"
        "a.png   0.80   100.0  25.0  200.0  75.0\n"
        "hello there (1 before, 1 media, seed 0)\n"
    )


def test_the_end_of_the_input_is_the_end_of_the_chat(say: Said, line: CommandLine, talker: LoadedTalker) -> None:
    assert say() == 0
    assert (line.out, line.err, talker.questions) == ("", "", [])
    assert say(lines="/quit\nnever asked\n") == 0
    assert talker.questions == []


def test_several_media_and_what_answers_are_about(say: Said, line: CommandLine, media: Path) -> None:
    assert say("a.png", "clip.mp4", "sound.wav", lines="1 cup\nwhen\n") == 0
    assert "1 a.png  0.90   0.0  25.0  200.0  75.0" in line.out
    assert "3 sound.wav  0.80   0.25 s to 1.50 s" in line.out


def test_the_model_is_given_what_it_wrote_not_what_people_saw(say: Said, talker: LoadedTalker, media: Path) -> None:
    assert say("a.png", lines="one\ntwo\n") == 0
    (turn,) = talker.questions[1].history
    assert turn.raw_text == "ONE (0 BEFORE, 1 MEDIA, SEED 0)"
    assert [medium.source.item.kind for medium in turn.media] == ["image"]
    assert talker.questions[1].media == ()


def test_other_media_begin_anew_and_more_media_do_not(
    say: Said, line: CommandLine, talker: LoadedTalker, media: Path
) -> None:
    commands = "one\n/add 'b and c.png'\ntwo\n/media b and c.png\nthree\n/history\n"
    assert say("a.png", lines=commands) == 0
    one, two, three = talker.questions
    assert [len(q.history) for q in (one, two, three)] == [0, 1, 0]
    assert [len(q.media) for q in (one, two, three)] == [1, 1, 1]
    assert [len(q.all_media) for q in (one, two, three)] == [1, 2, 1]
    history = line.out[line.out.index("-- a.png") :]
    assert history == (
        "-- a.png 200 x 100 (the model does not know this any more)\n"
        "> one\none (0 before, 1 media, seed 0)\n"
        "-- a.png 200 x 100, b and c.png 80 x 60 (the model does not know this any more)\n"
        "> two\ntwo (1 before, 2 media, seed 0)\n"
        "-- b and c.png 80 x 60\n"
        "> three\nthree (0 before, 1 media, seed 0)\n"
    )


def test_again_takes_the_place_of_the_answer_before(say: Said, line: CommandLine, talker: LoadedTalker) -> None:
    assert say("--seed", 5, lines="zero\none\n/regenerate\n/regenerate 1.5\ntwo\n/history\n") == 0
    asked = [(q.text, len(q.history), q.temperature, q.seed) for q in talker.questions]
    assert asked == [
        ("zero", 0, 0.0, 5), ("one", 1, 0.0, 5), ("one", 1, 0.2, 6), ("one", 1, 1.5, 7), ("two", 2, 0.0, 5),
    ]  # fmt: skip
    assert talker.questions[-1].history[-1].raw_text == "ONE (1 BEFORE, 0 MEDIA, SEED 7)"
    assert line.out.count("> one\n") == 1


def test_clear_forgets_and_the_media_stay(say: Said, line: CommandLine, talker: LoadedTalker, media: Path) -> None:
    assert say("a.png", lines="one\n/clear\n/history\ntwo\n/media\n") == 0
    assert "Nothing was said yet." in line.out
    assert (len(talker.questions[1].history), len(talker.questions[1].media)) == (0, 1)
    assert line.out.endswith("1  a.png  200 x 100\n")


def test_frames_stretches_and_sounds_of_videos(say: Said, line: CommandLine, talker: LoadedTalker, media: Path) -> None:
    commands = "1 cup\n/media clip.mp4@0.2-0.8\nwhen\n/hear clip.mp4\n/media\nwhat\n"
    assert say("clip.mp4@0.5", lines=commands) == 0
    frame, stretch, both = (question.all_media for question in talker.questions)
    assert (frame[0].at_s, stretch[0].window_s) == (0.5, (0.2, 0.8))
    assert [medium.sense for medium in both] == ["see", "hear"]
    assert "1  clip.mp4  0.20 s to 0.80 s\n2  clip.mp4  its sound\n" in line.out


def test_who_is_meant_is_passed_on(say: Said, talker: LoadedTalker, media: Path) -> None:
    assert say("a.png", "b and c.png", lines="@2 1 cup\n@ home\n") == 0
    assert [(q.text, q.about) for q in talker.questions] == [("1 cup", 1), ("@ home", None)]


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("/nonsense", "There is no /nonsense"),
        ("/media gone.png", "There is no file gone.png"),
        ("/media a.png 'b", "The paths cannot be told apart"),
        ("/add", "/add wants the path of a medium"),
        ("/media a.png@3", "a.png has no time"),
        ("/media sound.wav@3", "sound.wav has no frame at 3 s"),
        ("/media .", ""),
        ("/hear silent.mp4", "silent.mp4 holds no sound"),
        ("/hear a.png", "a.png holds no sound"),
        ("@7 what", "There is no medium 7"),
        ("/regenerate", "There is no answer to give again"),
        ("/regenerate hot", "'hot' is no temperature"),
        ("run into a mistake", "the model failed"),
    ],
)
def test_errors_are_one_line_and_the_chat_goes_on(
    say: Said, line: CommandLine, media: Path, typed: str, complaint: str
) -> None:
    assert say("a.png", lines=f"{typed}\nstill here\n") == 3
    assert line.err.count("\n") == 1
    assert line.err.startswith("GroundLabel: ") and complaint in line.err
    assert line.out == "still here (0 before, 1 media, seed 0)\n"


def test_a_medium_that_goes_away_is_one_line(say: Said, line: CommandLine, media: Path, talker: LoadedTalker) -> None:
    talker.before_answering = lambda: Path("sound.wav").unlink(missing_ok=True)
    assert say("sound.wav", lines="one\n/media a.png\ntwo\n") == 3
    assert line.err.startswith("GroundLabel: There is no file sound.wav") and line.err.count("\n") == 1
    assert line.out.endswith("two (0 before, 1 media, seed 0)\n")


def test_an_answer_that_is_none_is_shown_and_not_remembered(
    say: Said, line: CommandLine, talker: LoadedTalker, media: Path
) -> None:
    assert say("a.png", lines="nothing warn drop\nmore\n") == 3
    assert "error: the model wrote nothing\n" in line.out
    assert "dropped: [0.1, oops]\nwarning: it is a fake\n" in line.out
    assert talker.questions[1].history == ()
    assert len(talker.questions[1].media) == 1, "the picture is shown with the next question"


def test_json_is_one_object_a_line(say: Said, line: CommandLine, media: Path) -> None:
    commands = "2 cups\n/regenerate\n/help\n/media gone.png\n/media clip.mp4@0.5\n/history\n"
    assert say("a.png", "--json", lines=commands) == 3
    assert line.err == ""
    first, again, error, shown, history = line.lines
    assert [each["event"] for each in line.lines] == ["answer", "answer", "error", "media", "history"]
    assert list(first) == [
        "event", "question", "again", "media", "model", "text", "raw_text", "error", "answers", "dropped", "warnings",
        "left_out", "seconds",
    ]  # fmt: skip
    assert (first["question"], first["media"], first["again"], again["again"]) == ("2 cups", ["a.png"], 0, 1)
    (answer,) = first["answers"]
    assert (answer["media"], answer["kind"], answer["width"], answer["height"]) == ("a.png", "image", 200, 100)
    (result,) = answer["results"]
    assert result["proposals"][0]["box_xyxy"] == [0.0, 25.0, 100.0, 75.0]
    assert error["line"] == "/media gone.png" and "no file" in error["error"]
    assert shown["media"][0]["time_s"] == 0.5
    assert [each["again"] for each in history["exchanges"]] == [1]
    assert history["remembered"] == 0


@pytest.mark.parametrize("argument", ["gone.png", "text.jpg"])
def test_a_wrong_medium_on_the_command_line_is_1(say: Said, line: CommandLine, media: Path, argument: str) -> None:
    (media / "text.jpg").write_text("words")
    assert say(argument, lines="what\n") == 1
    assert (line.out, line.err.count("\n")) == ("", 1)


def test_a_model_without_a_branch_or_a_chat_is_1(
    line: CommandLine, monkeypatch: pytest.MonkeyPatch, media: Path
) -> None:
    class OnlyPictures(LoadedTalker):
        def describe(self) -> ModelInfo:
            return replace(super().describe(), kinds=frozenset({"image"}))

    for fake, complaint in (
        (LoadedFake(), "The model fake cannot chat"),
        (OnlyPictures(), "clip.mp4 cannot be talked about. The model fake knows pictures, and no videos"),
    ):

        @contextmanager
        def opened(_: argparse.Namespace, fake: LoadedFake = fake) -> Iterator[LoadedFake]:
            yield fake

        monkeypatch.setattr(chat, "open_grounder", opened)
        monkeypatch.setattr("sys.stdin", io.StringIO("what\n"))
        assert line.run("chat", "clip.mp4") == 1
        assert complaint in line.err and line.err.count("\n") == 1
        assert line.out == ""


def test_bytes_that_are_no_text_are_a_question_like_any(
    line: CommandLine, talker: LoadedTalker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbfcaf\xe9\r\n"), encoding="utf-8"))
    assert line.run("chat", "--json") == 0
    assert json.loads(line.out)["question"] == "caf\ufffd"


def test_a_model_cannot_steer_the_terminal(say: Said, line: CommandLine) -> None:
    assert say(lines="red \x1b[31m and \u200b back\n/history\n") == 0
    assert "\x1b" not in line.out.replace("> red \x1b[31m", "")
    assert line.out.startswith("red \ufffd[31m and ")
