"""Shared by all tests: an isolated home for every test, tracebacks on native crashes, no thread left running."""

from __future__ import annotations

import faulthandler
import itertools
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection

from core.project import migrations

faulthandler.enable()
# How long an example takes says how busy the machine is, not whether the property holds.
settings.register_profile("groundlabel", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("groundlabel")
# Before anybody imports Qt: tests need no display. A test of real clicks brings its own and sets its own.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Tests read English, whatever the machine speaks; those of another language choose it.
os.environ.update(LC_ALL="C.UTF-8", LANGUAGE="en")
# Two workers on two cores: let each library use one thread, and let idle threads sleep.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# A run in the background ignores Ctrl+C, and so would the programs that tests start, until it is taken up again.
if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# Tests start a hundred processes; each would compile the whole app for itself where nothing compiled may be kept.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# What is saved is waited for until it is on the disk, thousands of times; in memory that takes no time. Only where
# there is room for a whole run, programs may be started from, and nobody has chosen a place.
MEMORY, ROOM_BYTES = Path("/dev/shm"), 6 << 30
if (
    "TMPDIR" not in os.environ
    and sys.platform == "linux"
    and os.access(MEMORY, os.W_OK)
    and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
):
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
# Nothing in the tests may reach for a model hub.
os.environ.setdefault("HF_HUB_OFFLINE", "1")

THREAD_GRACE_S = 5.0
# Threads that libraries keep for good, by the beginning of their name.
LASTING_THREADS = ("execnet", "QueueFeederThread", "tqdm", "pytest", "Dummy", "QtThread")


@pytest.fixture(scope="session")
def new_homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders by number; pytest's own would look through all that there are for each new one."""
    place = tmp_path_factory.mktemp("groundlabel-homes")
    return (place / f"home-{number}" for number in itertools.count())


@pytest.fixture(autouse=True)
def groundlabel_home(new_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh user's folder for every test: no settings, cache, log or model of the person at the keyboard."""
    home = next(new_homes)
    home.mkdir()
    monkeypatch.setenv("GROUNDLABEL_HOME", str(home))
    return home


@pytest.fixture(scope="session", autouse=True)
def schema_made_once() -> Iterator[None]:
    """The first new project of a worker is made by the migrations, the others by the statements that these came to.

    Same tables, a third of the time; older files are brought to the present by the migrations always.
    """
    real, all_revisions = migrations.upgrade, migrations.REVISIONS
    statements: list[str] = []
    newest = 0

    def upgrade(connection: Connection, present: int, revisions: Sequence[migrations.Revision] = all_revisions) -> int:
        nonlocal newest
        if present or revisions is not all_revisions:
            return real(connection, present, revisions)
        if not statements:
            newest = real(connection, 0)
            made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
            statements.extend(made.scalars())
        else:
            for statement in statements:
                connection.exec_driver_sql(statement)
        return newest

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "upgrade", upgrade)
        yield


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """A test that leaves a thread of its own running fails."""
    before = set(threading.enumerate())
    yield
    left = [
        thread
        for thread in threading.enumerate()
        if thread not in before and not thread.name.startswith(LASTING_THREADS) and thread.is_alive()
    ]
    for thread in left:
        thread.join(THREAD_GRACE_S)
    still_there = [thread.name for thread in left if thread.is_alive()]
    assert not still_there, f"threads left running: {still_there}"


def _real_material(variable: str) -> Path:
    folder = os.environ.get(variable, "")
    if not folder or not Path(folder).is_dir():
        pytest.skip(f"{variable} names no folder with real material")
    return Path(folder)


@pytest.fixture
def data_dir() -> Path:
    """Real pictures and annotations, where there are any (`GROUNDLABEL_DATA`)."""
    return _real_material("GROUNDLABEL_DATA")


@pytest.fixture
def parity_dir() -> Path:
    """Reference tensors, where there are any (`GROUNDLABEL_PARITY`)."""
    return _real_material("GROUNDLABEL_PARITY")
