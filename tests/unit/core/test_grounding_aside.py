"""Jobs in a child process: results, errors, crashes and cancelling."""

from __future__ import annotations

import multiprocessing
import threading

import pytest

from core.errors import Bug, Cancelled, ModelError
from core.grounding.aside import run_aside
from core.jobs import JobContext, Progress


def test_a_result_comes_back_and_progress_before_it() -> None:
    told: list[Progress] = []
    assert run_aside("tests.fakes_jobs:add_up", 1, 2, 3, context=JobContext(report=told.append)) == 6
    assert told == [Progress(1, 2, "adding")]


def test_errors_come_back_as_themselves() -> None:
    with pytest.raises(ModelError, match="It is a test") as caught:
        run_aside("tests.fakes_jobs:refuse", "no", context=JobContext())
    assert caught.value.what == "no"
    with pytest.raises(Bug, match="ZeroDivisionError"):
        run_aside("tests.fakes_jobs:stumble", context=JobContext())


def test_a_process_that_dies_is_an_error_of_the_model() -> None:
    with pytest.raises(ModelError, match="Exit code 7"):
        run_aside("tests.fakes_jobs:die", context=JobContext())


def test_cancelling_ends_the_process() -> None:
    token = threading.Event()
    context = JobContext(token, lambda _: token.set())
    with pytest.raises(Cancelled):
        run_aside("tests.fakes_jobs:read_for_ever", context=context)
    assert multiprocessing.active_children() == []
