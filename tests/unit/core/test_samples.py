"""What people corrected is what trains: the same samples from the project and from its exported rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import UserError
from core.project import Project
from core.training.samples import Sample, read_samples, take_media
from core.workflows.transfer import export
from tests.fakes_model import corrected_project


def _facts(samples: list[Sample]) -> list[tuple[object, ...]]:
    return [
        (s.source.path, e.kind, e.expression, e.present, e.regions, e.rejected, e.size_wh, e.split)
        for s in samples
        for e in [s.example]
    ]


def test_a_project_and_its_exported_rows_give_the_identical_list(tmp_path: Path) -> None:
    work = corrected_project(tmp_path)
    rows = tmp_path / "elsewhere" / "rows.json"
    rows.parent.mkdir()
    with Project.open(work, author="Ada", read_only=True) as project:
        export(project.snapshot(), "groundinggpt", rows)
    from_project = read_samples([work]).samples
    from_rows = read_samples([rows], media_root=tmp_path).samples
    assert _facts(from_rows) == _facts(from_project)
    said = {(s.example.expression, s.example.present, len(s.example.rejected)) for s in from_project}
    assert said == {("the red square", True, 0), ("a green circle", False, 0), ("all blue squares", True, 1)}


def test_a_missing_picture_is_named_and_the_others_train(tmp_path: Path) -> None:
    work = corrected_project(tmp_path)
    (tmp_path / "squares 2.png").unlink()
    found = read_samples([work])
    assert {Path(s.source.path).name for s in found.samples} == {f"squares {n}.png" for n in (0, 1, 3)}
    assert [Path(note.where).name for note in found.skipped] == ["squares 2.png"]


def test_only_the_first_media_are_taken_whole(tmp_path: Path) -> None:
    samples = take_media(read_samples([corrected_project(tmp_path)]).samples, 2)
    assert len(samples) == 6
    assert {Path(s.source.path).name for s in samples} == {"squares 0.png", "squares 1.png"}


def test_an_empty_project_is_a_clear_error(tmp_path: Path) -> None:
    with Project.create(tmp_path / "empty.groundlabel", author="Ada"):
        pass
    with pytest.raises(UserError, match="nothing to learn from"):
        read_samples([tmp_path / "empty.groundlabel"])
