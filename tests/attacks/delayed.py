"""Attacks that come later: what ends, fills or spoils a kernel after it has answered.

Whoever is asked next must not pay. Each comes in a cell of the student's own before all
others, or in the calls of `slope`, whose answers are right; nothing is lost by any.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.attacks.attack import Attack, code

__all__ = ["DELAYED"]

_MODULES = "import asyncio, ctypes, os, signal, subprocess, sys, threading, time, uuid"

#: A moment after its cell or call has answered, each ends the kernel or tries to.
ENDS = {
    "exit": "exit()",
    "quit-and-shutdown": "get_ipython().kernel.do_shutdown(False)\nquit()",
    "timer": "threading.Timer(0.15, os._exit, (0,)).start()",
    "crash-in-a-thread": "threading.Timer(0.15, ctypes.string_at, (0,)).start()",
    "event-loop": "asyncio.get_event_loop().call_later(0.15, os._exit, 0)",
    "loop-stops": """
        loop = asyncio.get_event_loop()
        for later in (0.05, 0.1, 0.2):
            loop.call_later(later, loop.stop)
            loop.call_later(later, sys.exit)
    """,
    "alarm": """
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        signal.setitimer(signal.ITIMER_REAL, 0.15)
    """,
    "child-signals": """
        subprocess.Popen(["sh", "-c", "sleep 0.1; kill -STOP 1; kill -KILL 1"])
    """,
    "profile-hook": """
        seen = []
        def hook(*_):
            seen.append(1)
            if len(seen) > 2000:
                os._exit(0)
        sys.setprofile(hook)
    """,
}

#: What calls leave behind that the next exercise would feel.
LEAVES = {
    "threads": """
        for _ in range(24):
            threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    """,
    "busy-threads": """
        def burn():
            while True:
                pass
        for _ in range(4):
            threading.Thread(target=burn, daemon=True).start()
    """,
    "memory": "globals().setdefault('kept', []).append(bytearray(b'x') * (200 << 20))",
    "disk": "open(f'/tmp/{uuid.uuid4()}', 'wb').write(b'x' * (25 << 20))",
    "descriptors": """
        kept = globals().setdefault('kept', [])
        kept += [os.open('/dev/null', 0) for _ in range(230)]
    """,
    "children": """
        for _ in range(20):
            subprocess.Popen(["sleep", "600"])
    """,
}


def _in_slope(harm: str) -> dict[str, str]:
    lines = "\n".join(f"    {line}" for line in code(harm).splitlines())
    answer = "    return (f(x + h) - f(x - h)) / (2 * h)"
    return {"slope": f"{_MODULES}\ndef slope(f, x, h):\n{lines}\n{answer}"}


def _delayed() -> Iterator[Attack]:
    for name, harm in ENDS.items():
        yield Attack(f"B06-later-{name}", opening=f"{_MODULES}\n{code(harm)}")
    for name in ("exit", "loop-stops"):
        yield Attack(f"B06-later-{name}-in-a-call", cells=_in_slope(ENDS[name]))
    for name, harm in LEAVES.items():
        yield Attack(f"B22-leaves-{name}", cells=_in_slope(harm))


DELAYED = tuple(_delayed())
