"""No name of a person, folder or file is left in a diagnostic report, whatever it is and wherever it stands."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from core.logs import log_path
from core.media import probe_item
from core.project import Project
from core.redaction import SHORT, Redactor
from core.workflows.checks import Check
from core.workflows.diagnostics import collect

names = st.text(st.characters(categories=("L", "N"), include_characters=" -_.()&'<>[]"), min_size=SHORT, max_size=24)
names = names.map(str.strip).filter(lambda name: len(name) >= SHORT)
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(st.lists(names, min_size=1, max_size=6, unique_by=str.lower), st.lists(texts, min_size=2, max_size=8), st.data())
@example(["person", "name", "home"], ["a person at home", "<name>"], None)
def test_no_name_is_left(secrets: list[str], prose: list[str], data: st.DataObject | None) -> None:
    redactor = Redactor({f"/home/{secrets[0]}": "home"}, dict.fromkeys(secrets, "person"))
    order = secrets if data is None else [data.draw(st.sampled_from(secrets)) for _ in prose]
    text = "".join(part + secret for part, secret in zip(prose, order, strict=False)) + f"\n/home/{secrets[0]}/x.jpg"
    cleaned = redactor.clean(text)
    assert not [secret for secret in secrets if secret.lower() in cleaned.lower()]


@given(texts)
def test_a_text_without_names_and_paths_stays_as_it_is(text: str) -> None:
    prose = text.replace("/", "").replace("\\", "").replace("anna", "")
    assert Redactor({}, {"annabelle": "person"}).clean(prose) == prose


def test_paths_that_nobody_named_are_taken_out_and_the_program_s_own_stay() -> None:
    cleaned = Redactor({"/opt/app": "GroundLabel"}).clean(
        'File "/opt/app/core/x.py", line 3: /data/anna/scan.png, C:\\b\\c.wav'
    )
    assert cleaned == 'File "<GroundLabel>/core/x.py", line 3: <path>.png, <path>.wav'


def test_a_short_name_goes_where_it_stands_by_itself() -> None:
    assert Redactor({}, {"al": "person"}).clean("Al also always, al.") == "<person> also always, <person>."


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=names.filter(lambda name: name[0] not in ".-" and name[-1] not in "." and len(name) > 5))
def test_a_report_names_no_file_of_a_project_and_not_its_person(
    name: str, tmp_path_factory: pytest.TempPathFactory, groundlabel_home: Path
) -> None:
    folder = tmp_path_factory.mktemp("p") / f"{name} project"
    folder.mkdir()
    picture = folder / f"{name}.png"
    Image.new("RGB", (8, 8)).save(picture)
    with Project.create(folder / f"{name}.groundlabel", author=name, role="command") as project:
        project.add_media([probe_item(picture, root="project", relative=picture.name)])
    log_path().parent.mkdir(parents=True, exist_ok=True)
    log_path().write_text(
        f"WARNING {picture} of {name}.groundlabel; {Path.home()}/x; {picture.name.upper()}\n", "utf-8"
    )
    bundle = collect([folder / f"{name}.groundlabel"], [Check("models", "mini", "ok", f"{folder}/ckpt")])
    told = bundle.as_text().lower()
    for secret in (str(Path.home()), picture.name, str(folder), f"{name}.groundlabel", str(groundlabel_home)):
        assert secret.lower() not in told, PurePosixPath(secret)
