"""`propose`: many media, one JSON line each, nothing asked twice, nothing unreadable passed over in silence."""

from pathlib import Path

import pytest
from PIL import Image

from core.commands import propose
from core.errors import ModelCrashedError
from core.jobs import JobContext
from core.project import Project
from core.project.measures import ModelChoice
from core.schema import MediaSource, Query
from tests.fakes_commands import CommandLine, LoadedFake, make_command_line
from tests.fakes_media import Recipe, beep, tones, write_sound, write_video


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return make_command_line(monkeypatch, capsys, propose)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "照片"
    place.mkdir()
    for name in ("a.png", "b.jpg", "ü c.png"):
        Image.new("RGB", (40, 20), "grey").save(place / name)
    return place


class StopsAfter(LoadedFake):
    """A model that raises once it has answered a number of questions: a run that was killed."""

    def __init__(self, answers: int, error: BaseException) -> None:
        super().__init__()
        self.left = answers
        self.error = error

    def ground(self, queries: list[Query], media: MediaSource, context: JobContext):
        for answer in super().ground(queries, media, context):
            if self.left == 0:
                raise self.error
            self.left -= 1
            yield answer


def events(line: CommandLine, *arguments: object) -> list[tuple[str, str]]:
    line.run("propose", *arguments, "--json")
    return [(event["event"], Path(event["media"]).name) for event in line.lines[:-1]]


def test_one_kind_of_media_is_asked_about_and_the_others_left_out(line: CommandLine, folder: Path) -> None:
    write_sound(folder / "beep.wav", tones(1.0, 8000), 8000, "pcm_s16le")
    assert events(line, folder, "cup", "--kind", "picture") == [
        ("answered", "a.png"), ("answered", "b.jpg"), ("answered", "ü c.png"),
    ]  # fmt: skip
    assert [name for _, name in events(line, folder, "cup", "--kind", "audio")] == ["beep.wav"]
    work = folder.parent / "work.groundlabel"
    events(line, folder, "cup", "--into", work)
    assert [name for _, name in events(line, work, "cup", "--kind", "audio")] == ["beep.wav"]
    for place in (folder, work):
        assert line.run("propose", place, "cup", "--kind", "video") == 1
        assert line.err.startswith(
            f"GroundLabel: {place if place.is_dir() else place.name} holds no media of this kind."
        )
    assert line.run("propose", folder, "cup", "--kind", "film") == 2


def test_a_folder_from_memory_leaves_nothing_behind(line: CommandLine, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    assert line.run("propose", folder, "2 cups", "no cat", "--json") == 0
    assert line.err == ""
    *media, done = line.lines
    assert [Path(event["media"]).name for event in media] == ["a.png", "b.jpg", "ü c.png"]
    assert media[0]["results"][0]["proposals"][1]["box_xyxy"] == [20.0, 5.0, 40.0, 15.0]
    assert media[0]["results"][1]["present"] is False
    assert done == {"event": "done", "answered": 3, "already": 0, "skipped": 0, "errors": 0}
    assert sorted(folder.rglob("*")) == before


def test_answers_are_recorded_and_not_asked_again(line: CommandLine, folder: Path, tmp_path: Path) -> None:
    into = tmp_path / "p.groundlabel"
    assert line.run("propose", folder, "2 cups", "no cat", "--into", into, "--json") == 0
    with Project.open(into, author="somebody") as project:
        items = project.media()
        assert [item.path for item in items] == ["照片/a.png", "照片/b.jpg", "照片/ü c.png"]
        kept = project.answers(items[0].id)
        assert [(answer.query.expression, len(answer.proposals)) for answer in kept] == [("2 cups", 2), ("no cat", 0)]
        assert kept[0].query.author
        assert project.history() == []  # answers are facts, nobody's acts

    line.grounder.asked.clear()
    assert line.run("propose", folder, "2 cups", "no cat", "--into", into, "--json") == 0
    assert line.grounder.asked == []
    assert line.lines[-1] == {"event": "done", "answered": 0, "already": 3, "skipped": 0, "errors": 0}

    assert line.run("propose", into, "2 cups", "3 dogs", "--json") == 0
    assert line.grounder.asked == ["3 dogs"] * 3
    assert line.lines[0]["already"] == ["2 cups"]


def test_another_model_is_asked_anew(line: CommandLine, folder: Path, tmp_path: Path) -> None:
    into = tmp_path / "p.groundlabel"
    line.run("propose", folder, "cup", "--into", into)
    line.grounder = LoadedFake("other")
    line.run("propose", into, "cup", "--json")
    assert line.lines[-1]["answered"] == 3


def test_a_stopped_run_goes_on_where_it_stopped(line: CommandLine, folder: Path, tmp_path: Path) -> None:
    into = tmp_path / "p.groundlabel"
    line.grounder = StopsAfter(3, KeyboardInterrupt())
    assert line.run("propose", folder, "cup", "2 dogs", "--into", into) == 130
    line.grounder = LoadedFake()
    assert line.run("propose", folder, "cup", "2 dogs", "--into", into, "--json") == 0
    assert line.grounder.asked == [
        "cup",
        "2 dogs",
        "cup",
        "2 dogs",
    ]  # what is not complete about a medium is asked anew
    with Project.open(into, author="somebody") as project:
        assert all(len(project.answers(item.id)) == 2 for item in project.media())
        assert project.media_count() == 3


def test_what_cannot_be_read_is_reported_and_the_rest_is_done(line: CommandLine, folder: Path, tmp_path: Path) -> None:
    (folder / "b.jpg").write_text("notes")
    into = tmp_path / "p.groundlabel"
    assert line.run("propose", folder, "cup", "--into", into, "--json") == 3
    assert line.err == ""
    assert [event["event"] for event in line.lines] == ["answered", "skipped", "answered", "done"]
    assert "It holds text" in line.lines[1]["why"]
    with Project.open(into, author="somebody") as project:
        assert project.media_count() == 2


def test_a_medium_that_is_gone_from_its_project_is_reported(line: CommandLine, folder: Path, tmp_path: Path) -> None:
    into = tmp_path / "p.groundlabel"
    line.run("propose", folder, "cup", "--into", into)
    (folder / "b.jpg").unlink()
    assert events(line, into, "dog") == [("answered", "a.png"), ("skipped", "b.jpg"), ("answered", "ü c.png")]


def test_an_answer_that_cannot_be_read_counts_as_skipped_and_is_asked_again(
    line: CommandLine, folder: Path, tmp_path: Path
) -> None:
    into = tmp_path / "p.groundlabel"
    for _ in range(2):
        assert line.run("propose", folder, "garbled", "--into", into, "--json") == 3
        assert line.lines[-1]["errors"] == 3


def test_one_crash_is_that_pictures_trouble_many_are_the_models(line: CommandLine, folder: Path) -> None:
    class CrashesOn(LoadedFake):
        def ground(self, queries: list[Query], media: MediaSource, context: JobContext):
            if Path(media.path).name in bad:
                raise ModelCrashedError("The model stopped working")
            return super().ground(queries, media, context)

    line.grounder = CrashesOn()
    bad = {"b.jpg"}
    assert line.run("propose", folder, "cup", "--json") == 3
    assert [event["event"] for event in line.lines] == ["answered", "skipped", "answered", "done"]
    bad = {"a.png", "b.jpg", "ü c.png"}
    assert line.run("propose", folder, "cup", "--json") == 1
    assert line.err.count("\n") == 1


def test_user_errors_are_one_line(line: CommandLine, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for arguments, complaint in [
        ([tmp_path / "absent.groundlabel", "cup"], "absent.groundlabel"),
        ([tmp_path / "empty", "cup"], "holds no media"),
        ([tmp_path / "empty", "cup", "--into", tmp_path / "p.groundlabel"], "holds no media"),
        ([folder, "  "], "An expression is empty"),
        ([folder / "a.png", "cup", "--into", tmp_path / "p.groundlabel"], "--into is for folders"),
        ([folder, "cup", "--model", "nonsense", "--into", tmp_path / "p.groundlabel"], "There is no model"),
    ]:
        assert line.run("propose", *arguments) == 1
        assert line.err.count("\n") == 1
        assert complaint in line.err
    assert not (tmp_path / "p.groundlabel").exists()


def test_lines_for_people(line: CommandLine, folder: Path) -> None:
    assert line.run("propose", folder, "2 cups", "no cat", "garbled") == 3
    assert "2 cups: 2 (0.90 0.80), no cat: 0, garbled: error" in line.out
    assert line.out.splitlines()[-1] == "3 media asked about, 3 answers not understood"


def test_through_a_real_process(line: CommandLine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(propose, "open_grounder", line.open_process)
    assert line.run("propose", folder, "noise", "--json") == 0
    assert line.err == ""
    assert len(line.lines) == 4


def test_videos_and_sounds_of_a_folder_are_asked_about(line: CommandLine, folder: Path) -> None:
    write_video(folder / "clip.mp4", Recipe(frames=30))
    write_sound(folder / "beep.wav", beep(2.0, 16000, 1.0), 16000, "pcm_s16le")
    line.grounder.kinds = frozenset({"image", "video"})
    assert line.run("propose", folder, "2 cups", "--json") == 3
    found = {Path(event["media"]).name: event for event in line.lines[:-1]}
    assert found["clip.mp4"]["results"][0]["proposals"][1]["segment_s"] == [2.5, 3.5]
    assert found["beep.wav"]["event"] == "skipped"
    assert "It is a sound" in found["beep.wav"]["why"]
    assert found["a.png"]["results"][0]["proposals"][0]["segment_s"] is None


def test_a_project_is_asked_with_the_model_that_it_chose(line: CommandLine, folder: Path) -> None:
    work = folder.parent / "work.groundlabel"
    assert line.run("propose", folder, "cup", "--into", work) == 0
    with Project.open(work, author="mara", role="command") as project:
        project.measures.choose_model(ModelChoice("of-pictures", "of-pictures@1", frozenset({"image"})))
    assert line.run("propose", work, "dog") == 1
    assert "no model 'of-pictures'" in line.err
    assert line.run("propose", work, "dog", "--model", "fake") == 0
    with Project.open(work, author="mara", role="command") as project:
        project.measures.choose_model(ModelChoice("fake", "fake-0123"))
    assert line.run("propose", work, "cat") == 0
