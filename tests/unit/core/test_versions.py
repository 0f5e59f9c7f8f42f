"""Every version is listed with what it was made of, and a project goes back to any of them."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save_file

from core import commands
from core.commands import evaluate as evaluate_command
from core.errors import ModelError
from core.media import probe_item
from core.project import Project, acts
from core.settings import Settings
from core.workflows.versions import current_model, record_evaluation, use, versions
from tests.fakes_commands import make_command_line


def make_model(folder: Path, weight: float, **training: object) -> Path:
    """A folder that counts as a checkpoint: nobody loads it here."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"model_type": "groundlabel_groundinggpt"}))
    save_file({"w": np.array([weight], dtype=np.float32)}, folder / "model.safetensors")
    if training:
        (folder / "training.json").write_text(json.dumps(training))
    return folder


def digest_of(name: str) -> str:
    found = {one.name: one for one in versions(None, Settings.load())}
    return found[name].model_id.split("@")[1]


@pytest.fixture
def models(groundlabel_home: Path) -> Path:
    """`cells`, and `a-better`, which was taught from it."""
    folder = groundlabel_home / "models"
    make_model(folder / "cells", 1.0, base="mini", base_sha256="0" * 64, pictures=25, samples=75, losses=[1, 2])
    make_model(folder / "a-better", 2.0, base="cells", base_sha256=digest_of("cells") + "0" * 52, pictures=100)
    return folder


def result(acc50: float = 0.9) -> dict[str, Any]:
    figures = {"n": 1, "acc50": acc50}
    return {
        **{"model": "cells@1", "data": ["p"], "n_queries": 1, "boxes": figures, "sets": {}, "spans": {}},
        **{"presence": {}, "seconds_per_query": 0.1, "calibration": {"ece": 0.2, "bins": []}, "by_expression": {}},
    }


def test_media_are_asked_of_what_was_set_for_their_kind_and_is_able_to(groundlabel_home: Path) -> None:
    folder = make_model(groundlabel_home / "models" / "cells", 1.0)
    (folder / "config.json").write_text(json.dumps({"model_type": "groundlabel_groundinggpt", "vision": {}}))
    settings = Settings.load()
    settings.set("model.default", "cells")
    assert [current_model(None, settings, kind) for kind in ("image", "video", "audio")] == [
        "cells",
        *2 * ["mini-time"],
    ]
    settings.set("model.time", "ears")
    assert [current_model(None, settings, kind) for kind in ("image", "video", "audio")] == ["cells", "ears", "ears"]


def test_versions_say_what_they_were_made_of(models: Path) -> None:
    found = versions(None, Settings.load())
    names = [one.name for one in found]
    assert {"mini", "cells", "a-better"} <= set(names)
    assert names.index("cells") < names.index("a-better")  # the parent first, whatever its name
    cells, mini = found[names.index("cells")], found[names.index("mini")]
    assert (cells.parent, cells.made_of) == ("mini", {"pictures": 25, "samples": 75})
    assert (mini.parent, mini.asked_about, cells.asked_about) == (None, ("image",), ())


def test_figures_stand_beside_the_weights(models: Path) -> None:
    record_evaluation(models / "cells", result(0.8))
    compared = result(0.9) | {"against": {"model": "mini@1"}}
    compared["comparison"] = {"overall": {"difference": 0.1}, "by_expression": {"cup": {}}, "adoption": None}
    record_evaluation(models / "cells", compared)
    (cells,) = [one for one in versions(None, Settings.load()) if one.name == "cells"]
    first, second = cells.figures
    assert (first["boxes"]["acc50"], first["ece"], second["against"]) == (0.8, 0.2, "mini@1")
    assert second["comparison"] == {"overall": {"difference": 0.1}, "adoption": None}
    (models / "cells" / "evaluation.json").write_text("{ not json")
    assert all(one.figures == () for one in versions(None, Settings.load()))


def test_a_project_chooses_and_goes_back(models: Path, tmp_path: Path) -> None:
    settings = Settings.load()
    elsewhere = make_model(tmp_path / "far away", 3.0)
    with Project.create(tmp_path / "p.groundlabel", author="mara", role="command") as project:
        assert current_model(project, settings) == "mini"
        for model in ("cells", str(models / "a-better"), str(elsewhere), "cells"):
            use(project, model, settings, why="to see")
        choices = project.measures.model_choices()
        assert [one.model for one in choices] == ["cells", "a-better", str(elsewhere), "cells"]
        assert choices[0].model_id == f"cells@{digest_of('cells')}"
        assert current_model(project, settings) == "cells"
        listed = {one.name: one.asked_about for one in versions(project, settings)}
        assert (listed["cells"], listed["mini"]) == (("image", "video", "audio"), ())
        assert "far away" in listed
        with pytest.raises(ModelError):
            use(project, "nonsense", settings)
        assert len(project.measures.model_choices()) == 4
    assert current_model(None, settings) == "mini"


def test_each_kind_of_medium_may_have_a_model_of_its_own(models: Path, tmp_path: Path) -> None:
    settings = Settings.load()
    with Project.create(tmp_path / "p.groundlabel", author="mara", role="command") as project:
        use(project, "cells", settings, kinds=frozenset({"image", "audio"}))
        use(project, "a-better", settings, kinds=frozenset({"audio"}))
        assert current_model(project, settings) == "cells"
        assert current_model(project, settings, "audio") == "a-better"
        assert current_model(project, settings, "video") == "mini-time"
        use(project, "cells", settings)
        asked = lambda: [current_model(project, settings, kind) for kind in ("image", "video", "audio")]  # noqa: E731
        assert asked() == ["cells"] * 3  # nothing is known of what it lacks
        use(project, "mini", settings)
        assert asked() == ["mini", "cells", "cells"]  # it knows pictures only


def test_without_a_project_it_is_the_persons_setting(models: Path) -> None:
    use(None, "cells", Settings.load())
    assert current_model(None, Settings.load()) == "cells"


def test_the_command(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.logs.log_to_file", lambda: None)
    path = tmp_path / "p.groundlabel"
    Project.create(path, author="mara").close()
    record_evaluation(models / "cells", result())
    assert commands.main(["versions", str(path), "--use", "cells", "--why", "better", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in found["versions"] if one["asked_about"]] == ["cells"]
    assert [(one["name"], one["why"]) for one in found["choices"]] == [("cells", "better")]
    assert commands.main(["versions", str(path)]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("pictures")]
    assert "cells@" in line and "boxes 0.900" in line and "25" in line
    assert commands.main(["versions", "--use", "nonsense"]) == 1
    assert commands.main(["versions"]) == 0


def test_an_evaluation_is_recorded_when_asked(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:

    line = make_command_line(monkeypatch, capsys, evaluate_command)
    line.grounder.name = "cells"
    monkeypatch.setattr(evaluate_command, "open_grounder", lambda args: nullcontext(line.grounder))
    path = tmp_path / "p.groundlabel"
    with Project.create(path, author="somebody") as project:
        Image.new("RGB", (40, 20)).save(tmp_path / "a.png")
        (item,) = project.add_media([probe_item(tmp_path / "a.png", root="project", relative="a.png")])
        project.apply(acts.not_present(project, item.id, "no cat"))
    assert line.run("evaluate", path, "--model", "cells", "--record", "--json") == 0
    (cells,) = [one for one in versions(None, Settings.load()) if one.name == "cells"]
    assert cells.figures[0]["presence"] == {"n": 1, "accuracy": 1.0}
