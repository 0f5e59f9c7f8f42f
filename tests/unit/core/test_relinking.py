"""Moved media are found by name and content; whole roots, folders and single files keep their new places."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from core.errors import MediaError
from core.jobs import JobContext
from core.media import probe_item
from core.project import Project
from core.workflows.relinking import look_in, new_places, relink, survey


def picture(path: Path, shade: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (8, 8), (shade, shade, shade)).save(path)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    home, far = tmp_path / "home", tmp_path / "far"
    home.mkdir()
    made = Project.create(home / "p.groundlabel", author="mara", role="command")
    made.places.set_root("far", far)
    for number, name in enumerate(("a/1.png", "a/2.png", "b/1.png", "top.png")):
        made.add_media([probe_item(picture(home / name, number), root="project", relative=name)])
    for number, name in enumerate(("x/1.png", "y/2.png")):
        made.add_media([probe_item(picture(far / name, 100 + number), root="far", relative=name)])
    return made


def test_a_root_that_moved_as_a_whole_and_a_folder_that_moved_alone(tmp_path: Path, project: Project) -> None:
    (tmp_path / "far").rename(tmp_path / "further")
    (tmp_path / "home" / "a").rename(tmp_path / "further" / "pictures")
    found = survey(project, JobContext())
    assert [item.path for item in found.missing] == ["a/1.png", "a/2.png", "x/1.png", "y/2.png"]
    plan = look_in(tmp_path / "further", found, JobContext())
    assert all(match.by_content for match in plan.matches) and len(plan.matches) == 4
    assert new_places(plan, project.places.roots()) == {
        "far": str(tmp_path / "further"),
        "project/a": str(tmp_path / "further" / "pictures"),
    }
    assert relink(project, plan) == 4
    assert survey(project, JobContext()).missing == ()
    assert project.places.media_from_path(tmp_path / "further" / "pictures" / "2.png") == ("project", "a/2.png")
    project.close()


def test_what_stays_is_not_taken_along_and_other_contents_are_not_taken(tmp_path: Path, project: Project) -> None:
    new = tmp_path / "new"
    new.mkdir()
    (tmp_path / "home" / "a" / "1.png").rename(new / "1.png")
    (tmp_path / "home" / "top.png").unlink()
    picture(new / "top.png", 77)
    plan = look_in(new, survey(project, JobContext()), JobContext())
    assert new_places(plan, project.places.roots()) == {"project/a/1.png": str(new / "1.png")}
    assert [item.path for item in plan.other_contents] == ["top.png"]
    relink(project, plan)
    assert [item.path for item in survey(project, JobContext()).missing] == ["top.png"]
    with pytest.raises(MediaError, match="There is no folder"):
        look_in(tmp_path / "nowhere", plan.survey, JobContext())
    project.close()
