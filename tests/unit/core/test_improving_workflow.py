"""What there is to learn from, which commands teach it, and what a command tells behind the window."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.commands.behind import read_told, run_behind
from core.errors import Cancelled
from core.jobs import JobContext
from core.project import Project, acts
from core.project.measures import ModelChoice
from core.schema import Box, MediaItem, Segment
from core.settings import Settings
from core.workflows.holdout import freeze
from core.workflows.improving import Wishes, check_words, lessons, material, measure_words, root_of, teach_words
from tests.fakes_model import corrected_project


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return corrected_project(tmp_path, pictures=5)


def test_material_counts_what_people_decided_by_medium_and_expression(path: Path) -> None:
    with Project.open(path, author="ada", role="command") as project:
        found = material(project)
        assert not found.frozen and found.kinds == ("image",) and found.media == {"image": 5}
        counts = {row.expression: {name: n for name, n in row.counts.items() if n} for row in found.rows}
        assert counts == {
            "all blue squares": {"accepted": 5, "rejected": 5},
            "the red square": {"drawn": 5},
            "a green circle": {"not_present": 5},
        }
        freeze(project)
        assert material(project).frozen


def test_boxes_on_frames_teach_the_model_of_pictures_and_spans_that_of_time(tmp_path: Path) -> None:
    with Project.create(tmp_path / "clips.groundlabel", author="ada") as project:
        for number in range(6):
            clip = MediaItem(f"v{number}", "video", f"{number}.mp4", width=64, height=48, duration_s=4.0)
            project.add_media([clip])
            project.apply(acts.draw(project, clip.id, Box(1, 1, 9, 9, at_s=1.0), "the cup"))
        found = material(project)
        assert found.kinds == ("image",) and found.media == {"image": 6}
        assert [lesson.kinds for lesson in lessons(project, Settings.load(), found.kinds, {})] == [("image",)]
        for number in range(2):
            project.apply(acts.draw(project, f"v{number}", Segment(1.0, 2.0), "it falls"))
        project.apply(acts.set_split(project, ["v0", "v1"], "val"))
        found = material(project)
        assert found.media == {"image": 6, "video": 2}
        assert found.kinds == ("image",)  # both clips with a span are held out: there is nothing to learn of time
        project.apply(acts.set_split(project, ["v1"], "train"))
        assert material(project).kinds == ("image", "video")


def test_a_chosen_model_that_is_gone_stands_in_no_ones_way(path: Path, tmp_path: Path) -> None:
    with Project.open(path, author="ada", role="command") as project:
        project.measures.choose_model(ModelChoice(str(tmp_path / "gone"), "gone@1", frozenset(), ""))
        (lesson,) = lessons(project, Settings.load(), ("image",), {})
        assert (lesson.base, lesson.against) == ("mini", "mini")


def test_the_commands_keep_to_the_hold_out_and_go_on_with_what_was_begun(path: Path) -> None:
    with Project.open(path, author="ada", role="command") as project:
        (lesson,) = lessons(project, Settings.load(), ("image",), {})
        found = material(project)
    words = teach_words(path, lesson, Wishes(method="lora", epochs=3, rate=1e-4, replay=0.0))
    assert words[:2] == ["finetune", str(path)] and "--resume" not in words
    wanted = {"--split": "train", "--holdout": "0.2", "--method": "lora", "--replay": "0", "--kind": "picture"}
    for name, value in wanted.items():
        assert words[words.index(name) + 1] == value
    ahead = check_words(path, lesson, Wishes(), found=found)
    assert "--check" in ahead  # nothing is frozen: it looks at as many as will be learnt
    assert ahead[ahead.index("--take") + 1] == str(5 - found.held["image"])
    (lesson.folder / "state").mkdir(parents=True)
    assert teach_words(path, lesson, Wishes())[-1] == "--resume"
    measured = measure_words(path, lesson)
    assert measured[measured.index("--split") + 1] == "val" and "--adopt" in measured
    assert measured[measured.index("--against") + 1] == "mini"


def test_a_version_goes_back_to_the_model_that_it_was_first_taught_from(tmp_path: Path) -> None:
    bundled = json.dumps({"model_type": "groundlabel_groundinggpt"})
    for name, base in (("one", "mini"), ("two", str(tmp_path / "one"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(bundled)
        (tmp_path / name / "training.json").write_text(json.dumps({"base": base}))
    assert root_of(str(tmp_path / "two")) == "mini"
    assert root_of("mini") == "mini"
    assert root_of(str(tmp_path / "nowhere")) == str(tmp_path / "nowhere")


def test_what_was_told_is_read_line_by_line_and_a_cut_line_is_left(tmp_path: Path) -> None:
    told = tmp_path / "told.jsonl"
    assert read_told(told) == ([], 0)
    told.write_bytes(b'{"event": "step", "step": 1}\n{"event": "st\nnot json\n{"half": ')
    events, place = read_told(told)
    assert events == [{"event": "step", "step": 1}]
    with told.open("ab") as file:
        file.write(b"1}\n")
    assert read_told(told, place)[0] == [{"half": 1}]


def test_a_command_behind_the_window_tells_its_errors_and_its_end(tmp_path: Path) -> None:
    told = tmp_path / "told.jsonl"
    events = list(run_behind(["versions", str(tmp_path / "no.groundlabel")], told, JobContext()))
    assert events[-1]["event"] == "ended" and events[-1]["code"] == 1 and events[-1]["what"]
    assert list(run_behind(["versions", "--json"], told, JobContext()))[-1] == {"event": "ended", "code": 0}


def test_a_command_behind_the_window_ends_when_nobody_wants_it_any_more(tmp_path: Path) -> None:
    class Wanted:
        def is_set(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        list(run_behind(["versions", "--json"], tmp_path / "told.jsonl", JobContext(Wanted())))
