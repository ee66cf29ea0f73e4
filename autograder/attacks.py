"""Live but harmless attacks on this machine's wall, made by `autograder doctor`.

Owns: what is tried, and whether it got through. May not: stay without its box; each
attack runs as a student's code would, in a kernel behind the full wall.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import tempfile
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.config import Limits
from autograder.execution.launchers import launcher_for
from autograder.execution.novalue import NoValue
from autograder.execution.remote import Call, Target
from autograder.execution.session import Session
from autograder.sandbox import Box, temporary_folder

__all__ = ["ATTACKS", "Attack", "try_wall"]

#: What the attacks may use; small, so that what goes beyond is soon there.
_LIMITS = Limits(
    cell_timeout_s=20, call_timeout_s=5, memory_mib=512, disk_mib=32, processes=64
)

_OPENING = """\
import ctypes, glob, os, signal, socket, stat, time
libc = ctypes.CDLL(None, use_errno=True)
def tried(*attempts):
    for attempt in attempts:
        try:
            if attempt():
                return True
        except OSError:
            pass
    return False
"""


@dataclass(frozen=True)
class Attack:
    """One attack.

    Attributes:
        name: What it tries, as the doctor's table says it.
        code: A function's body; it returns whether the attack got through. `$file`
            and so on stand for decoys that belong to the grader.
    """

    name: str
    code: str


ATTACKS = (
    Attack(
        "reads the grader's files",
        "return tried(lambda: open('$file').read(), lambda: os.listdir('$folder'))",
    ),
    Attack(
        "writes to the grader's files",
        """
        return tried(lambda: open('$file', 'a').write('x'),
                     lambda: open('$folder/new', 'w').write('x'))
        """,
    ),
    Attack(
        "writes to the libraries",
        """
        import numpy
        place = os.path.dirname(numpy.__file__)
        return tried(lambda: open(f'{place}/new.py', 'w').close() or True,
                     lambda: os.chmod(numpy.__file__, 0o666) or True)
        """,
    ),
    Attack("reads the grader's variables", "return '$variable' in os.environ"),
    Attack(
        "finds the grader's process",
        """
        return tried(lambda: os.kill($pid, 0) or True, lambda: os.listdir('/proc/$pid'),
                     lambda: len([n for n in os.listdir('/proc') if n.isdigit()]) > 9)
        """,
    ),
    Attack(
        "reads another process's memory",
        """
        return tried(lambda: open('/proc/$pid/mem', 'rb').read(1) or True,
                     lambda: libc.ptrace(16, $pid, None, None) == 0)
        """,
    ),
    Attack(
        "connects to this machine",
        """
        def connects(family, address):
            with socket.socket(family) as sock:
                sock.settimeout(0.5)
                sock.connect(address)
                return True
        return tried(lambda: connects(socket.AF_INET, ('127.0.0.1', $port)),
                     lambda: connects(socket.AF_UNIX, '\\0$abstract'),
                     lambda: connects(socket.AF_UNIX, '$folder/socket'))
        """,
    ),
    Attack(
        "finds a way to the network",
        "return tried(lambda: [n for _, n in socket.if_nameindex() if n != 'lo'])",
    ),
    Attack(
        "finds an open file of the grader's",
        """
        for number in range(1024):
            try:
                kind = os.fstat(number).st_mode
            except OSError:
                continue
            if stat.S_ISREG(kind) or stat.S_ISDIR(kind):
                place = os.readlink(f'/proc/self/fd/{number}')
                if not place.startswith(os.path.expanduser('~')):
                    return True
        """,
    ),
    Attack(
        "becomes root",
        """
        return tried(lambda: os.setuid(0) or True, lambda: os.setgroups([0]) or True,
                     lambda: libc.mount(b'none', b'/', None, 32 | 4096, None) == 0)
        """,
    ),
    Attack(
        "makes namespaces of its own",
        "return any(libc.unshare(flag) == 0 for flag in (0x10000000, 0x20000))",
    ),
    Attack(
        "makes more processes than it may",
        """
        children = []
        try:
            for _ in range(200):
                child = os.fork()
                if child == 0:
                    time.sleep(60)
                    os._exit(0)
                children.append(child)
        except OSError:
            pass
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        return len(children) == 200
        """,
    ),
    Attack(
        "fills the disk",
        """
        with open('full', 'wb') as file:
            try:
                for _ in range(100):
                    file.write(bytes(1 << 20))
                    file.flush()
            except OSError:
                pass
        size = os.path.getsize('full')
        os.remove('full')
        return size >= 100 << 20
        """,
    ),
    Attack(
        "takes more memory than it may",
        """
        kept = []
        for _ in range(100):
            kept.append(bytearray(b'x') * (16 << 20))
            time.sleep(0.01)
        return True
        """,
    ),
    Attack(
        "does not let itself be stopped",
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            try:
                time.sleep(60)
            except BaseException:
                pass
        return True
        """,
    ),
)


def try_wall() -> Iterator[tuple[Attack, bool]]:
    """Make every attack once, at the full wall; whether it got through.

    Raises:
        WallError: This machine can't provide the wall.
        KernelError: No kernel starts.
    """
    launcher = launcher_for("full", _LIMITS)
    try:
        with _laid_out() as places, Box() as box:
            notebook = nbformat.v4.new_notebook(cells=_cells(places))
            with Session(notebook, box, limits=_LIMITS, launcher=launcher) as session:
                session.advance(len(notebook.cells))
                for number, attack in enumerate(ATTACKS):
                    yield attack, _gets_through(session, f"attack_{number}")
    finally:
        launcher.close()


def _gets_through(session: Session, name: str) -> bool:
    """What an attack says of itself; one that is ended has not got through."""
    try:
        call = Call(Target(name))
        reply = session.remote.call(call, timeout_s=_LIMITS.call_timeout_s)
    except NoValue:
        return False
    return bool(reply.value)


def _cells(places: Mapping[str, object]) -> list[nbformat.NotebookNode]:
    """A cell for each attack, with the laid out things filled in."""
    sources = [_OPENING]
    for number, attack in enumerate(ATTACKS):
        body = textwrap.indent(textwrap.dedent(attack.code).strip(), "    ")
        for name, value in places.items():
            body = body.replace(f"${name}", str(value))
        sources.append(f"def attack_{number}():\n{body}")
    return [nbformat.v4.new_code_cell(source) for source in sources]


@contextlib.contextmanager
def _laid_out() -> Iterator[dict[str, object]]:
    """Things of the grader's that a submission must not get at."""
    name = f"AUTOGRADER_ATTACK_{secrets.token_hex(4)}"
    with contextlib.ExitStack() as stack:
        place = temporary_folder()  # its path is short enough for a socket
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=place)))
        folder.chmod(0o777)
        (folder / "file").write_text("readable by all")
        (folder / "file").chmod(0o666)
        os.environ[name] = "set"
        stack.callback(os.environ.pop, name)
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        unix = stack.enter_context(socket.socket(socket.AF_UNIX))
        unix.bind(str(folder / "socket"))
        (folder / "socket").chmod(0o777)
        abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
        abstract.bind(f"\0{name}")
        for listening in (unix, abstract):
            listening.listen()
        yield {
            "file": folder / "file",
            "folder": folder,
            "variable": name,
            "pid": os.getpid(),
            "port": tcp.getsockname()[1],
            "abstract": name,
        }
