"""Attacks on time, memory, processes, disk and output.

Most come twice: in a call of `slope`, and in the cell that defines it. `double` comes
before and `total` after; both are right and keep their points (one bad exercise costs
itself). Bombs that the machine may take or refuse are allowed to cost `slope` only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from tests.attacks.attack import Attack, but, code, dumped
from tests.attacks.course import RIGHT
from tests.attacks.tampering import PUBLISH

__all__ = ["EXHAUSTION"]

_MODULES = "import ctypes, mmap, os, resource, signal, socket, sys, threading, time"

#: What does harm, by name; and what its exercise's outcome may be called.
BOMBS: dict[str, tuple[str, str]] = {
    "B01-loop": ("while True: pass", "timed_out"),
    "B01-sleep": ("time.sleep(3600)", "timed_out"),
    "B01-loop-in-c": ("sum(range(10**15))", "timed_out"),
    "B03-swallows-interrupts": (
        """
        while True:
            try:
                time.sleep(3600)
            except BaseException:
                pass
        """,
        "timed_out",
    ),
    "B03-ignores-signals": (
        """
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        while True:
            time.sleep(3600)
        """,
        "timed_out",
    ),
    "B06-exits": ("os._exit(0)", "raised"),
    "B06-exits-with-100": ("os._exit(100)", "raised"),
    "B06-segfault": ("ctypes.string_at(0)", "raised"),
    "B06-abort": ("os.abort()", "raised"),
    "B06-bad-code": (
        """
        def empty(): pass
        exec(empty.__code__.replace(co_code=b"\\xff" * 64, co_stacksize=0))
        """,
        "",
    ),
    "B06-endless-recursion": (
        """
        sys.setrecursionlimit(10**8)
        def deeper(n):
            return deeper(n + 1) + [n].__len__()
        repr(deeper(0))
        """,
        "",
    ),
    "B07-fork-bomb": (
        """
        while True:
            try:
                os.fork()
            except OSError:
                pass
        """,
        "",
    ),
    "B07-thread-bomb": (
        """
        while True:
            threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
        """,
        "",
    ),
    "B09-memory-in-steps": (
        """
        kept = []
        while True:
            kept.append(os.urandom(1 << 20) * 8)
        """,
        "exhausted or timed_out",
    ),
    "B09-memory-in-children": (
        """
        for _ in range(12):
            if os.fork() == 0:
                kept = bytearray(os.urandom(1 << 20) * 100)
                time.sleep(3600)
        time.sleep(3600)
        """,
        "exhausted or timed_out",
    ),
    "B09-memory-of-orphans": (
        """
        for _ in range(12):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    kept = bytearray(os.urandom(1 << 20) * 100)
                    time.sleep(3600)
                os._exit(0)
        time.sleep(3600)
        """,
        "exhausted or timed_out",
    ),
    "B09-a-terabyte": ("bytearray(1 << 40)", "exhausted"),
    "B10-shared-memory": (
        """
        shared = mmap.mmap(-1, 1 << 30)
        for at in range(0, 1 << 30, 4096):
            shared[at] = 1
        """,
        "",
    ),
    "B10-memory-in-sockets": (
        """
        kept = []
        def fill():
            while True:
                try:
                    pair = socket.socketpair()
                except OSError:
                    break
                kept.append(pair)
                for end in pair:
                    end.setblocking(False)
                    try:
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
                    except OSError:
                        pass
                    try:
                        while True:
                            end.send(bytes(1 << 16))
                    except OSError:
                        pass
            time.sleep(3600)
        for _ in range(24):
            if os.fork() == 0:
                fill()
        fill()
        """,
        "",
    ),
    "B12-floods": ("while True: print('x' * 10**6)", ""),
    "B12-tiny-prints": ("while True: print('.', flush=True)", ""),
    "B12-one-huge-line": ("print('x' * 10**8)", ""),
    "B12-writes-to-descriptors": ("while True: os.write(1, bytes(1 << 20))", ""),
    "B12-displays": (
        """
        from IPython.display import display
        for number in range(10**5):
            display(number)
        """,
        "",
    ),
    "B21-daemon-that-hangs": (
        """
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
                os.execv("/bin/sleep", ["sleep", "31415"])
            os._exit(0)
        time.sleep(3600)
        """,
        "timed_out",
    ),
}

#: What does harm and comes back, after which a right answer is given: the limit holds,
#: or the machine copes. Each may cost its own exercise, and nothing else.
SURVIVED = {
    "B04-stops-itself": "os.kill(os.getpid(), signal.SIGSTOP)",
    "B04-kills-all": "os.kill(-1, signal.SIGKILL)",
    "B04-kills-itself": "os.kill(os.getpid(), signal.SIGKILL)",
    "B10-fills-the-disk": """
        for place in ("/tmp", "/dev/shm", os.path.expanduser("~"), "/var/tmp", "/run"):
            try:
                with open(f"{place}/full", "wb") as file:
                    while True:
                        file.write(bytes(1 << 20))
            except OSError:
                pass
    """,
    "B10-sparse-file": """
        try:
            with open("/tmp/sparse", "wb") as file:
                os.posix_fallocate(file.fileno(), 0, 1 << 34)
        except OSError:
            pass
    """,
    "B10-memory-files": """
        libc = ctypes.CDLL(None)
        for name in (b"a", b"b"):
            descriptor = libc.memfd_create(name, 0)
            if descriptor >= 0:
                os.ftruncate(descriptor, 1 << 36)
    """,
    "B10-system-v-memory": """
        libc = ctypes.CDLL(None)
        for key in range(100):
            libc.shmget(key, 1 << 28, 0o1666)
    """,
    "B10-pinned-memory": """
        libc = ctypes.CDLL(None)
        libc.mlockall(7)
    """,
    "B22-all-inodes": """
        try:
            for number in range(10**6):
                open(f"/tmp/{number}", "w").close()
        except OSError:
            pass
    """,
    "B22-zombies": """
        try:
            for _ in range(10**4):
                if os.fork() == 0:
                    os._exit(0)
        except OSError:
            pass
    """,
    "B22-all-descriptors": """
        kept = []
        try:
            while True:
                kept.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            pass
        for descriptor in kept:
            os.close(descriptor)
    """,
    "B22-raises-its-limits": """
        for limit in (resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE):
            try:
                resource.setrlimit(limit, (resource.RLIM_INFINITY,) * 2)
            except (OSError, ValueError):
                pass
        try:
            open("/proc/self/oom_score_adj", "w").write("-1000")
        except OSError:
            pass
        kept = []
        try:
            while True:
                kept.append(bytearray(1 << 34))
        except MemoryError:
            pass
    """,
    "B22-real-time-priority": """
        try:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99))
        except OSError:
            pass
        try:
            os.nice(-20)
        except OSError:
            pass
    """,
    "B24-children-burn-the-processor": """
        for _ in range(16):
            if os.fork() == 0:
                while True:
                    pass
    """,
    "B12-huge-repr": """
        class Huge:
            def __repr__(self):
                return "x" * (1 << 30)
        from IPython.display import display
        display(Huge())
    """,
    "B21-leaves-a-daemon": """
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execv("/bin/sleep", ["sleep", "27182"])
            os._exit(0)
    """,
}

_RIGHT_LINE = "    return (f(x + h) - f(x - h)) / (2 * h)"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in code(text).splitlines())


def _in_call(harm: str, after: str = "") -> str:
    return f"{_MODULES}\ndef slope(f, x, h):\n{_indented(harm)}\n{after}"


def _bombs() -> Iterator[Attack]:
    for name, (harm, outcome) in BOMBS.items():
        outcomes = {"slope": outcome} if outcome else {}
        in_cell = f"{_MODULES}\n{code(harm)}\n{RIGHT['slope']}"
        for where, cell in (("call", _in_call(harm)), ("cell", in_cell)):
            yield Attack(
                f"{name}-in-a-{where}",
                but("slope"),
                {"slope": cell},
                outcomes=outcomes,
            )


def _survivors() -> Iterator[Attack]:
    for name, harm in SURVIVED.items():
        yield Attack(
            name,
            cells={"slope": _in_call(harm, _RIGHT_LINE)},
            may_lose=frozenset({"slope"}),
        )


def _with_cells(*sources: str, last: str = "") -> Callable[[NotebookNode], bytes]:
    """Writes a notebook with more cells of the student's own, before the others."""

    def write(notebook: NotebookNode) -> bytes:
        own = [new_code_cell(source) for source in sources]
        ending = [new_code_cell(last)] if last else []
        notebook.cells = [*own, *notebook.cells, *ending]
        return dumped(notebook)

    return write


#: What a notebook does as a whole; it costs no exercise but its own.
WHOLE = (
    Attack(
        # Each cell keeps within its limit; all of them together do not.
        "B12-many-cells-print",
        write=_with_cells(*["print('x' * 900_000)"] * 60),
    ),
    Attack(
        # A small update is shown by every place that has the display's id.
        "B12-update-shown-everywhere",
        opening=code(
            """
            from IPython.display import display, update_display
            for _ in range(400):
                display({"text/plain": "."}, raw=True, display_id="same")
            update_display({"text/plain": "x" * 500_000}, raw=True, display_id="same")
            """
        ),
    ),
    Attack(
        "B12-update-of-a-cleared-display",
        opening=PUBLISH
        + "\n"
        + code(
            """
            show = '{"data": {}, "metadata": {}, "transient": {"display_id": "a"}}'
            publish("display_data", show)
            publish("clear_output", '{"wait": false}')
            publish("update_display_data", show)
            publish("update_display_data", '{"data": 5, "metadata": 5, "transient": '
                    '{"display_id": "a"}}')
            """
        ),
    ),
    Attack(
        # Each costs whoever cleans or draws it minutes, memory or an exception.
        "B12-costly-and-odd-outputs",
        opening=code(
            """
            import base64, io, random
            from IPython.display import display
            def show(**data):
                data = {kind.replace("_", "/"): value for kind, value in data.items()}
                display(data, raw=True)
            show(text_html="<b>" * 20_000 + "<p>" * 60_000)
            show(text_markdown="[" * 100_000 + "*" * 100_000)
            for odd in (["x", 5], {"a": []}, 7, None, [[]] * 1000):
                show(text_markdown=odd)
                show(text_html=odd)
                show(image_png=odd)
            png = base64.b64decode(
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD"
                "hgGAWjR9awAAAABJRU5ErkJggg=="
            )
            empty = bytes(4) + b"iCCP" + bytes(4)
            show(image_png=base64.b64encode(png[:33] + empty + png[33:]).decode())
            huge = png[:16] + (60_000).to_bytes(4, "big") * 2 + png[24:]
            show(image_png=base64.b64encode(huge).decode())
            """
        ),
    ),
    Attack(
        # A message that never ends, through libzmq and beside it.
        "B12-parts-without-end",
        write=_with_cells(
            code(
                """
                import zmq
                socket = get_ipython().kernel.iopub_socket
                socket = getattr(socket, "io_thread", socket)
                socket = getattr(socket, "socket", socket)
                socket.setsockopt(zmq.SNDHWM, 0)
                for _ in range(110):
                    socket.send(bytes(8 << 20), zmq.SNDMORE)
                """
            ),
            code(
                """
                import os, socket
                frame = bytes([3]) + (1 << 20).to_bytes(8, "big") + bytes(1 << 20)
                for name in os.listdir("/proc/self/fd"):
                    try:
                        one = socket.socket(fileno=os.dup(int(name)))
                        one.getpeername()
                        one.setblocking(False)
                        for _ in range(2000):
                            one.send(frame)
                    except OSError:
                        pass
                """
            ),
        ),
    ),
    Attack(
        "B12-thread-floods-throughout",
        opening=code(
            """
            import threading
            def flood():
                while True:
                    print("x" * 100_000)
            threading.Thread(target=flood, daemon=True).start()
            """
        ),
        may_lose=frozenset({"double", "slope", "total"}),
    ),
    Attack(
        # Every cell ends the kernel: each costs a start and a replay.
        "B06-every-own-cell-exits",
        write=_with_cells(*["import os; os._exit(0)"] * 12),
    ),
    Attack(
        "B01-many-slow-cells",
        but("double", "slope", "total"),
        write=_with_cells(*["import time; time.sleep(1.9)"] * 40),
        outcomes={"double": "timed_out"},
        told={"double": "30 s"},
    ),
    Attack(
        "B01-compiles-for-ever",
        opening="compile('-' * 10**6 + '1', 'x', 'eval')",
    ),
    Attack(
        "B01-regex",
        but("slope"),
        {"slope": _in_call("import re; re.match('(a+)+$', 'a' * 64 + 'b')")},
        outcomes={"slope": "timed_out"},
    ),
    Attack(
        "B12-closes-standard-output",
        opening="import os, sys\nsys.stdout.close()\nos.close(1); os.close(2)",
        may_lose=frozenset({"double", "slope", "total"}),
    ),
    Attack(
        "B06-kernel-shut-down",
        opening="get_ipython().kernel.do_shutdown(False)\nexit()\nquit()",
    ),
)

EXHAUSTION = (*_bombs(), *_survivors(), *WHOLE)
