"""Attacks on the score from inside: wrong answers that try to count as right ones.

Where nothing else is said, `double` is wrong and attacked; the others are right.
"""

from __future__ import annotations

from typing import Any

from tests.attacks.attack import ALL, Attack, but, code, only
from tests.attacks.course import RIGHT

__all__ = ["TAMPERING"]


def _returns(name: str, expression: str, *, opening: str = "") -> Attack:
    """`double` gives back something that is not twice its argument."""
    body = f"def double(x):\n    return {expression}"
    return Attack(name, but("double"), {"double": body}, opening)


def _wrong(name: str, opening: str, **more: Any) -> Attack:
    """`double` is wrong, and an own cell tries to hide that."""
    wrong = {"double": "def double(x):\n    return x"}
    return Attack(name, but("double"), wrong, code(opening), **more)


#: Finds the agent and its socket, as student code can: it runs in the same process.
AGENT = code(
    """
    import gc, os, socket, struct, sys, threading, time
    from autograder import wire
    from autograder.execution import agent as agent_module

    def find_agent():
        return next(o for o in gc.get_objects() if type(o) is agent_module.Agent)

    def tell(message):
        wire.send(find_agent()._channel, message, deadline=time.monotonic() + 5)
    """
)

PATCHES = (
    _wrong(
        "A01-patched-comparisons",
        """
        import numpy as np
        np.testing.assert_allclose = lambda *a, **k: None
        np.allclose = np.array_equal = lambda *a, **k: True
        np.isclose = lambda a, *r, **k: np.ones(np.shape(a), bool)
        """,
    ),
    _wrong(
        "A02-patched-builtins",
        """
        import builtins
        builtins.all = builtins.any = lambda *a: True
        builtins.abs = builtins.sum = lambda *a: 0
        """,
        may_lose=ALL,
    ),
    _wrong(
        "A02-patched-isinstance",
        "import builtins; builtins.isinstance = lambda *a: True",
        may_lose=ALL,
    ),
    _wrong(
        "A02-patched-wire",
        """
        from autograder import wire
        send = wire.send
        def lie(sock, message, **options):
            if message.get("op") == "reply":
                message = {**message, "ok": True, "passed": True, "score": 1.0}
            return send(sock, message, **options)
        wire.send = lie
        """,
        may_lose=only("total"),  # its ValueError is not told any more
    ),
    _wrong(
        "A02-patched-encoder",
        """
        from autograder import wire
        from autograder.wire import writer, stream
        stream.encode = lambda value, **k: b"AGW1" + bytes(12)
        """,
        may_lose=ALL,
    ),
    _wrong(
        "A02-patched-describe",
        """
        from autograder.execution import agent
        agent._describe = lambda error: {"kind": "passed", "types": [], "text": "ok"}
        """,
        may_lose=only("total"),  # its ValueError is not told any more
    ),
    _wrong(
        "A47-patched-generators",
        """
        import random
        import numpy as np
        random.seed = np.random.seed = lambda *a: None
        np.random.default_rng = lambda *a: np.random.Generator(np.random.PCG64(0))
        """,
    ),
    _wrong(
        "A13-traced",
        """
        import sys
        def trace(frame, event, argument):
            if event == "return" and frame.f_code.co_name == "double":
                frame.f_locals["x"][...] *= 2
            return trace
        sys.settrace(trace)
        sys.setprofile(trace)
        """,
        may_lose=ALL,
    ),
    _wrong(
        "A19-thread-rewrites-globals",
        """
        import threading, time
        def rewrite():
            while True:
                globals()["double"] = lambda x: x * 1.0
                time.sleep(0.01)
        threading.Thread(target=rewrite, daemon=True).start()
        """,
    ),
    _wrong(
        "A50-patched-clocks",
        """
        import time
        time.time = time.monotonic = time.perf_counter = lambda: 0.0
        """,
        may_lose=ALL,
    ),
    _wrong(
        "A34-exit-handlers",
        """
        import atexit, os, signal, weakref
        class Bomb:
            def __del__(self):
                os._exit(0)
        keep = [Bomb()]
        atexit.register(os._exit, 0)
        signal.signal(signal.SIGINT, lambda *a: None)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        """,
    ),
    _wrong(
        "A37-pytest-files-in-the-box",
        """
        from pathlib import Path
        for name in ("conftest.py", "sitecustomize.py", "numpy.py", "pytest.py"):
            Path(name).write_text("raise SystemExit(0)")
        Path("pytest.ini").write_text("[pytest]\\naddopts = --exitfirst")
        """,
    ),
    _wrong(
        "C13-startup-files",
        """
        from pathlib import Path
        home = Path.home()
        startup = home / ".ipython/profile_default/startup"
        startup.mkdir(parents=True, exist_ok=True)
        (startup / "00.py").write_text("double = lambda x: 2 * x")
        (home / "usercustomize.py").write_text("import os; os._exit(0)")
        import os
        os._exit(0)  # the next kernel would run it
        """,
    ),
    _wrong(
        "A26-history",
        """
        hidden = [cell for cell in In if "agrees" in cell or "oracle" in cell]
        import IPython
        hidden += list(get_ipython().history_manager.search("*oracle*"))
        if hidden:
            double_is_known = True
        """,
    ),
)

RESULTS = (
    _returns(
        "A04-evil-number",
        "Evil(1)",
        opening=code(
            """
            import numpy as np
            class Evil(np.float64):
                __abs__ = __rsub__ = __sub__ = lambda self, *other: self
                __lt__ = __le__ = __eq__ = lambda self, other: True
                __hash__ = np.float64.__hash__
            """
        ),
    ),
    _returns(
        "A05-evil-array",
        "np.zeros_like(x).view(Evil)",
        opening=code(
            """
            import numpy as np
            class Evil(np.ndarray):
                __array_priority__ = 1e9
                __eq__ = lambda self, other: True
                def __array_function__(self, *a, **k):
                    return True
                def __array_ufunc__(self, *a, **k):
                    return np.zeros(())
            """
        ),
    ),
    _returns("A05-all-masked", "np.ma.masked_all(x.shape)"),
    _returns(
        "A05-answers-differently",
        "Twice()",
        opening=code(
            """
            import numpy as np
            class Twice:
                def __array__(self, *a, **k):
                    return np.zeros(3)
                def __getattr__(self, name):
                    return self
                def __call__(self, *a, **k):
                    return self
            """
        ),
    ),
    _returns("A07-empty", "np.empty(0)"),
    _returns("A07-empty-rows", "np.empty((0, 3))"),
    _returns("A07-one-element", "np.zeros(1)"),
    _returns("A07-wrong-shape", "(2 * x)[None]"),
    _returns("A07-flat", "np.append(2 * x, 0.0)"),
    _returns("A08-nan", "np.full(x.shape, np.nan)"),
    _returns("A08-inf", "np.full(x.shape, np.inf)"),
    _returns("A10-true", "True"),
    _returns("A10-complex", "2 * x + 0j"),
    _returns("A10-object-dtype", "(2 * x).astype(object)"),
    _returns("A10-text", "str(2 * x)"),
    _returns("A10-arabic-digits", "'\\u0661\\u0662'"),
    _returns("A10-text-dtype", "(2 * x).astype(str)"),
    _returns("A10-half-precision", "(2 * x).astype(np.float16)"),
    _returns("A10-long-double", "np.zeros(x.shape, np.longdouble)"),
    _returns("A10-record", "np.zeros(x.shape, [('a', float)])"),
    _returns("A10-dates", "np.zeros(x.shape, 'M8[s]')"),
    _returns("A10-none", "None"),
    _returns("A10-ellipsis", "..."),
    _returns("A11-bytes-wrap", "(2 * x).astype(np.uint8)"),
    _returns("A16-guessed-seed", "np.random.default_rng(0).normal(size=x.shape)"),
    Attack(
        "A13-changes-its-input",
        but("double"),
        {"double": "def double(x):\n    x *= 2\n    return x"},
        told={"double": "argument 1 was changed"},
    ),
    Attack(
        "A14-changes-its-result-later",
        but("double"),
        {
            "double": code(
                """
                import threading, time
                def double(x):
                    result = np.zeros_like(x)
                    def later():
                        time.sleep(0.5)
                        result[...] = 2 * x
                    threading.Thread(target=later).start()
                    return result
                """
            )
        },
    ),
    Attack(
        # Right for a shape that is new; one check asks again with other numbers.
        "A17-cached-by-shape",
        but("double"),
        {
            "double": code(
                """
                seen = {}
                def double(x):
                    return seen.setdefault(x.shape, 2 * x)
                """
            )
        },
        parts={"double": 0.75},
    ),
    Attack(
        # Identity would be right if the trusted side sent one buffer again and again.
        "A17-cached-by-identity",
        ALL,
        {
            "double": code(
                """
                seen = {}
                def double(x):
                    key = x.__array_interface__["data"][0], x.tobytes()
                    return seen.setdefault(key, 2 * x)
                """
            )
        },
    ),
    _returns("A35-generator", "(2 * value for value in x)"),
    _returns("A35-endless", "__import__('itertools').count()"),
    _returns("B16-huge-int", "10 ** 100_000"),
    _returns("B16-text-of-100-mb", "'x' * 10**8"),
    _returns("B16-array-of-200-mb", "np.zeros((25_000, 1000))"),
    _returns("B16-a-million-items", "[0.0] * 10**6"),
    _returns("B16-strided-terabyte", "np.broadcast_to(x.ravel()[0], (10**6, 10**6))"),
    _returns(
        "B16-endless-nesting",
        "nested",
        opening="nested = []\nfor _ in range(100_000):\n    nested = [nested]",
    ),
    _returns("B16-contains-itself", "loop", opening="loop = []\nloop.append(loop)"),
    _returns(
        "B16-endless-mapping",
        "Endless()",
        opening=code(
            """
            class Endless(dict):
                def items(self):
                    while True:
                        yield "a", 1
                __iter__ = keys = values = items
                def __len__(self):
                    return 2**62
            """
        ),
    ),
    _returns(
        "A35-hostile-object",
        "Hostile()",
        opening=code(
            """
            class Hostile:
                def __getattribute__(self, name):
                    raise SystemExit(0)
                def __len__(self):
                    return -1
            """
        ),
    ),
)


def _raises(name: str, what: str, *, opening: str = "", **more: Any) -> Attack:
    body = f"def double(x):\n    raise {what}"
    return Attack(name, but("double"), {"double": body}, code(opening), **more)


RAISES = (
    _raises("A34-system-exit", "SystemExit(0)", outcomes={"double": "raised"}),
    _raises("A34-keyboard-interrupt", "KeyboardInterrupt"),
    _raises("A34-generator-exit", "GeneratorExit"),
    _raises("A34-stop-iteration", "StopIteration"),
    _raises("A34-memory-error", "MemoryError", outcomes={"double": "exhausted"}),
    _raises(
        "A35-hostile-text",
        "Hostile()",
        opening="""
            class Hostile(Exception):
                def __str__(self):
                    raise SystemExit(0)
                __repr__ = __reduce__ = __str__
        """,
    ),
    _raises(
        "A35-endless-text",
        "Long()",
        opening="""
            class Long(Exception):
                def __str__(self):
                    return "x" * 3 * 10**8
        """,
    ),
    _raises(
        "A35-not-even-text",
        "Odd()",
        opening="""
            class Odd(Exception):
                def __str__(self):
                    return 5
        """,
    ),
    _raises("A35-lone-surrogate", "ValueError('\\ud800\\udfff')"),
    _raises("C19-forged-lines", "ValueError('\\n  ok        test\\n\\x1b[2J\\r100')"),
    _raises(
        # "Our fault" would keep an older score and never count as wrong.
        "A28-claims-our-fault",
        "DeviceMissingError('no GPU here')",
        opening="from autograder.execution.agent import DeviceMissingError",
        outcomes={"double": "raised"},
    ),
    _raises(
        "A28-claims-to-be-unwritten",
        "NotImplementedError",
        outcomes={"double": "not_run"},
    ),
    Attack(
        # An exception of the grader's own name is an exception like others.
        "A28-exception-named-passed",
        but("double"),
        {
            "double": "class CheckPassed(Exception): pass\ndef double(x):\n"
            "    raise CheckPassed"
        },
        outcomes={"double": "raised"},
    ),
)


def _forges(name: str, frame: str, **more: Any) -> Attack:
    """While `double` runs it sends a frame of its own over the agent's socket."""
    body = f"def double(x):\n    {frame}\n    return x"
    return Attack(name, but("double"), {"double": body}, AGENT, **more)


CHANNEL = (
    _forges(
        "A32-reply-without-a-value",
        "tell({'op': 'reply', 'id': find_agent()._request, 'ok': True})",
    ),
    _forges(
        "A32-says-that-it-passed",
        "tell({'op': 'reply', 'id': find_agent()._request, 'ok': True,"
        " 'outcome': 'passed', 'value': True, 'after': []})",
    ),
    _forges("A32-reply-to-the-next", "tell({'op': 'reply', 'id': 99, 'ok': True})"),
    _forges(
        "A32-ok-is-no-flag",
        "tell({'op': 'reply', 'id': find_agent()._request, 'ok': 'yes'})",
    ),
    _forges("A32-no-mapping", "tell([1, 2, 3])"),
    _forges(
        "A32-error-of-a-megabyte",
        "tell({'op': 'reply', 'id': find_agent()._request, 'ok': False, 'error':"
        " {'kind': 'raised', 'types': ['x' * 10**6], 'text': 'y' * 10**6,"
        " 'line': 'z' * 10**6}})",
    ),
    _forges(
        "A32-error-of-many-texts",
        "tell({'op': 'reply', 'id': find_agent()._request, 'ok': False, 'error':"
        " {'kind': 'unsendable', 'types': [], 'text': ['y' * 10**6] * 40}})",
    ),
    _forges(
        "A32-claims-a-missing-device",
        "tell({'op': 'reply', 'id': find_agent()._request, 'ok': False, 'error':"
        " {'kind': 'no_device', 'types': [], 'text': 'no GPU'}})",
        outcomes={"double": "raised"},
    ),
    _forges(
        "A32-calls-what-it-was-not-given",
        "tell({'op': 'callback', 'id': find_agent()._request, 'handle': 7,"
        " 'args': (), 'kwargs': {}})",
    ),
    _forges(
        "A32-negative-handle",
        "tell({'op': 'callback', 'id': find_agent()._request, 'handle': -1,"
        " 'args': (), 'kwargs': {}})",
    ),
    _forges("B19-garbage", "find_agent()._channel.sendall(bytes(range(256)) * 100)"),
    _forges(
        "B19-half-a-frame",
        "find_agent()._channel.sendall(struct.pack('<4sIQ', b'AGW1', 100, 100));"
        " time.sleep(60)",
    ),
    _forges(
        "B19-slow-loris",
        "[(find_agent()._channel.send(b'A'), time.sleep(0.2)) for _ in range(300)]",
    ),
    _forges(
        "B16-frame-of-a-terabyte",
        "find_agent()._channel.sendall(struct.pack('<4sIQ', b'AGW1', 9, 1 << 40))",
    ),
    _forges(
        "B16-array-of-a-terabyte",
        "header = b'a' + bytes([9, 1]) + struct.pack('<Q', 1 << 40);"
        " find_agent()._channel.sendall("
        "struct.pack('<4sIQ', b'AGW1', len(header), 0) + header)",
    ),
    _forges("A31-closes-its-channel", "find_agent()._channel.close()"),
    _forges(
        "A31-writes-to-every-descriptor",
        "[os.write(fd, b'PASSED 100/100') for fd in range(3, 64)"
        " if os.path.exists(f'/proc/self/fd/{fd}')]",
        may_lose=ALL,
    ),
    _forges(
        "A31-swaps-its-channel",
        "left, right = socket.socketpair(); os.dup2(left.fileno(),"
        " find_agent()._channel.fileno())",
    ),
    Attack(
        "A32-answers-before-it-is-asked",
        but("double"),
        {"double": "def double(x):\n    return x"},
        AGENT
        + "\n"
        + code(
            """
            def chatter():
                for number in range(1000):
                    tell({"op": "reply", "id": number, "ok": True, "value": 0.0,
                          "after": []})
                    time.sleep(0.001)
            threading.Thread(target=chatter, daemon=True).start()
            """
        ),
        may_lose=ALL,
    ),
    Attack(
        "A32-agent-replaced",
        but("double"),
        {"double": "def double(x):\n    return x"},
        AGENT
        + "\n"
        + code(
            """
            agent_module.Agent._perform = lambda self, request: {
                "value": request["args"][0] if request["args"] else 0.0,
                "after": list(request["args"]),
            }
            """
        ),
        may_lose=ALL,
    ),
    Attack(
        # What our function is called with runs on the trusted side.
        "A32-hostile-callback",
        but("slope"),
        {
            "slope": code(
                """
                def slope(f, x, h):
                    for bad in ("x", b"x", None, [1, [2]], {"a": 1}, 10**2000, (),
                                np.array(["x", "y"][:0] or [True]), np.zeros((0, 3)),
                                np.zeros(3, np.complex64), slope, 1e308, float("nan")):
                        try:
                            f(bad)
                        except ValueError:
                            pass
                    try:
                        f(1, 2, out=x)
                    except ValueError:
                        pass
                    return x
                """
            )
        },
        outcomes={"slope": "failed"},
    ),
    Attack(
        "A32-callback-answered-in-text",
        but("slope"),
        {"slope": "def slope(f, x, h):\n    return f('a')"},
    ),
    Attack(
        "A32-callback-of-the-callback",
        but("slope"),
        {"slope": "def slope(f, x, h):\n    return f(f)"},
    ),
    Attack(
        "B01-endless-callbacks",
        but("slope"),
        {"slope": "def slope(f, x, h):\n    while True:\n        f(x)"},
        outcomes={"slope": "timed_out"},
    ),
)

#: Publishes a message of the student's own making, as the kernel would.
PUBLISH = code(
    """
    import json
    from ipykernel.kernelapp import IPKernelApp

    def publish(kind, content):
        kernel = IPKernelApp.instance().kernel
        session, socket = kernel.session, kernel.iopub_socket
        header = json.dumps(session.msg_header(kind), default=str).encode()
        parent = json.dumps(kernel.get_parent()["header"], default=str).encode()
        parts = [header, parent, b"{}", content.encode()]
        socket.send_multipart(
            [b"topic", b"<IDS|MSG>", session.sign(parts), *parts], copy=True
        )
    """
)


def _publishes(name: str, kind: str, content: str, **more: Any) -> Attack:
    """The cell of `double` publishes something, then defines a wrong `double`."""
    cell = f"publish({kind!r}, {content})\ndef double(x):\n    return x"
    return Attack(name, but("double"), {"double": cell}, PUBLISH, **more)


_OUTPUT = '{"metadata": {}, "data": {"application/json": %s}}'

MESSAGES = (
    _publishes(
        "A28-deep-json", "display_data", f"{_OUTPUT!r} % ('[' * 400 + ']' * 400)"
    ),
    _publishes(
        "A28-endless-json", "display_data", f"{_OUTPUT!r} % ('[' * 90000 + ']' * 90000)"
    ),
    _publishes("C21-nan", "display_data", f"{_OUTPUT!r} % '[NaN, Infinity, 1e999]'"),
    _publishes("C21-surrogate", "stream", 'r\'{"name": "stdout", "text": "\\ud800"}\''),
    _publishes("A28-no-output", "display_data", '\'{"data": 5, "metadata": []}\''),
    _publishes("A28-odd-stream", "stream", '\'{"name": [], "text": {"a": 1}}\''),
    _publishes(
        "A28-odd-count",
        "execute_result",
        '\'{"execution_count": {"a": []}, "data": {}, "metadata": {}}\'',
    ),
    _publishes("A28-no-json", "stream", "'{{{'"),
    _publishes("A28-no-mapping", "stream", "'[]'"),
    _publishes("A28-unknown-kind", "hello", "'{\"a\": 1}'"),
    _publishes("A28-odd-error", "error", '\'{"ename": 5, "traceback": "x"}\''),
    _publishes(
        "A28-odd-display-id",
        "display_data",
        '\'{"data": {}, "metadata": {}, "transient": {"display_id": []}}\'',
    ),
    _publishes("A28-odd-comm", "comm_open", '\'{"target_name": "jupyter.widget"}\''),
    _publishes(
        "A28-widget",
        "comm_open",
        '\'{"comm_id": "a", "target_name": "jupyter.widget", "data": {"state":'
        ' {"_model_module": "@jupyter-widgets/output", "_model_name":'
        ' "OutputModel"}, "buffer_paths": []}}\'',
    ),
    _publishes("A28-clears-outputs", "clear_output", "'{\"wait\": 5}'"),
    _publishes("A28-huge-int", "stream", "'{\"name\": ' + '9' * 5000 + '}'"),
    _publishes("A28-says-idle", "status", '\'{"execution_state": "idle"}\''),
    _publishes(
        "C15-script",
        "display_data",
        '\'{"metadata": {}, "data": {"text/html": "<script>alert(1)</script>"}}\'',
    ),
    Attack(
        "A28-drops-errors",
        but("double"),
        {"double": "raise RuntimeError('nothing to see')"},
        code(
            """
            kernel = get_ipython().kernel
            send = kernel.session.send
            def quiet(stream, kind, content=None, *rest, **options):
                name = kind if isinstance(kind, str) else kind["header"]["msg_type"]
                if name == "error":
                    return None
                if name == "execute_reply":
                    content = {"status": "ok", "execution_count": 1,
                               "user_expressions": {}, "payload": []}
                return send(stream, kind, content, *rest, **options)
            kernel.session.send = quiet
            """
        ),
        may_lose=ALL,
    ),
    Attack(
        "A28-execute-replaced",
        but("double"),
        {"double": "def double(x):\n    return x"},
        code(
            """
            import IPython
            def run_cell(self, source, *a, **k):
                result = IPython.core.interactiveshell.ExecutionResult(None)
                return result
            IPython.core.interactiveshell.InteractiveShell.run_cell = run_cell
            """
        ),
        may_lose=ALL,
    ),
    Attack(
        "A29-prints-that-it-passed",
        but("double"),
        {
            "double": code(
                """
                print("PASSED 100/100")
                print('<testsuite tests="4" failures="0"/>')
                print('{"score": 1.0, "max_score": 1.0, "outcome": "passed"}')
                from IPython.display import display
                display(1.0)
                def double(x):
                    print("1 passed in 0.01s")
                    return x
                1.0
                """
            )
        },
    ),
    Attack(
        "A35-odd-error-in-a-cell",
        but("double"),
        {
            "double": code(
                """
                class Odd(Exception):
                    def __str__(self):
                        return "\\ud800 \\x1b[2J" + "x" * 200_000
                Odd.__name__ = "passed\\n" * 1000
                raise Odd
                """
            )
        },
        outcomes={"double": "raised"},
    ),
    Attack(
        "A29-display-repr-raises",
        ALL,
        {
            "double": RIGHT["double"]
            + code(
                """

                class Odd:
                    def __repr__(self):
                        raise SystemExit(0)
                    _repr_html_ = _repr_png_ = _repr_mimebundle_ = __repr__
                Odd()
                """
            ).join(("\n", ""))
        },
        may_lose=only("double"),
    ),
)

#: Looks like grading in every way that other graders give themselves away by.
A20 = Attack(
    "A20-detects-grading",
    but("double"),
    {
        "double": code(
            """
            import getpass, os, socket, sys
            words = "pytest nbgrader papermill autograd grader gradescope".split()
            def is_graded():
                places = [*os.environ, *os.environ.values(), *sys.argv]
                places += [os.getcwd(), getpass.getuser(), socket.gethostname()]
                modules = {"pytest", "nbgrader", "papermill"} & set(sys.modules)
                inside = [p for p in places for w in words if w in p.lower()]
                return modules or [p for p in inside if "bin" not in p]
            def double(x):
                return 2 * x if is_graded() else x
            """
        )
    },
)

TAMPERING = (*PATCHES, *RESULTS, *RAISES, *CHANNEL, *MESSAGES, A20)
