"""One window for each project: the one that has it open can be found by others of the same person, and brought forward.

A window listens under an address that is made of the project's place, in a folder that only its person can enter.
Whoever wants to open the project knocks there first. What a crash leaves behind answers nobody, and is replaced.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QUrl, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

CONNECT_MS, ANSWER_MS = 500, 4000  # a window that is still being built answers late
LONGEST_ADDRESS = 100  # bytes; some systems take no longer name of a socket
_HERE = b"here\n"
_TOKEN = "XDG_ACTIVATION_TOKEN"  # with it Wayland lets a window come forward that another program asks to
Wish = Literal["raise", "ask"]


def local_path(argument: str) -> Path:
    """The file that an argument means: a path, or the `file:` URL that desktops hand over."""
    url = QUrl(argument)
    return Path(url.toLocalFile() if url.isLocalFile() else argument).absolute()


def knock(project: Path, wish: Wish) -> bool:
    """Whether another window of this person has the project open; with "raise" it is asked to come forward."""
    address = _address(project)
    if address is None or not (sys.platform == "win32" or Path(address).exists()):
        return False
    from PySide6.QtNetwork import QLocalSocket  # only now: most starts need no network

    socket = QLocalSocket()
    socket.connectToServer(address)
    if not socket.waitForConnected(CONNECT_MS):
        return False
    socket.write(f"{wish} {os.environ.get(_TOKEN, '')}\n".encode())
    answered = socket.waitForReadyRead(ANSWER_MS) and bytes(socket.readAll().data()) == _HERE
    socket.abort()
    return answered


class OtherWindows(QObject):
    """This window's end: listens for as long as a project is open, and says when it should come forward."""

    raise_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server: QLocalServer | None = None

    def serve(self, project: Path) -> None:
        """Listen for those who want this project, unless another window does. Where it cannot, nobody is the worse."""
        self.stop()
        address = _address(project)
        if address is None or knock(project, "ask"):
            return
        from PySide6.QtNetwork import QLocalServer

        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(address)  # of a window that crashed: nobody answered just now
        if server.listen(address):
            server.newConnection.connect(self._welcome)
            self._server = server
        else:
            server.deleteLater()

    def stop(self) -> None:
        """The project is closed."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            server.deleteLater()

    def _welcome(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(lambda one=socket: self._answer(one))
            if socket.canReadLine():
                self._answer(socket)

    def _answer(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            return
        wish, _, token = bytes(socket.readLine().data()).decode("utf-8", "replace").strip().partition(" ")
        socket.write(_HERE)
        socket.flush()
        if wish == "raise":
            if token:
                os.environ[_TOKEN] = token
            self.raise_wanted.emit()


def _address(project: Path) -> str | None:
    """Where the window listens that has a project open; None where no place for that is safe."""
    try:
        place = os.path.normcase(project.resolve())
    except OSError:  # a loop of links: the opening says so
        return None
    key = hashlib.sha256(os.fsencode(place)).hexdigest()[:24]
    if sys.platform == "win32":
        return f"groundlabel-{getpass.getuser()}-{key}"
    folder = _private_folder()
    address = None if folder is None else str(folder / key)
    return address if address is not None and len(os.fsencode(address)) <= LONGEST_ADDRESS else None


def _private_folder() -> Path | None:
    """A folder that nobody else can enter: another one could answer in our name there."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    folder = Path(runtime) / "groundlabel" if _is_private(Path(runtime)) else None
    if folder is None:
        folder = Path(tempfile.gettempdir()) / f"groundlabel-{os.getuid()}"
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder if _is_private(folder) else None


def _is_private(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    is_ours = found.st_uid == os.getuid() and not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return folder.is_absolute() and stat.S_ISDIR(found.st_mode) and is_ours
