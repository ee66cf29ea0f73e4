"""autograder.execution.session: cells, their limits, and what follows a death."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from autograder.errors import KernelError
from autograder.execution.launchers import PlainLauncher
from autograder.execution.livekernel import LiveKernel
from autograder.execution.novalue import CallTimedOut, KernelDied, OutOfTime
from autograder.execution.remote import Call, Target
from autograder.execution.session import CellFailure, Ending, Session
from autograder.model import Outcome
from autograder.sandbox import watch

#: Seconds for a cell that is to hang: short, since the test waits for it.
SHORT_S = 0.5


def run(session: Session) -> None:
    session.advance(len(session.notebook.cells))


def value_of(session: Session, expression: str) -> object:
    """What an expression is worth in the kernel, asked through a lambda of its own."""
    cell = session.notebook.cells[0]
    assert "def show(" in cell.source
    return session.remote.call(Call(Target("show"), (expression,)), timeout_s=60).value


SHOW = "def show(text):\n    return eval(text)\n"


def printed(session: Session, index: int) -> str:
    outputs = session.notebook.cells[index].outputs
    return "".join(each.text for each in outputs if each.output_type == "stream")


# --- outputs --------------------------------------------------------------------------


def test_outputs_of_each_kind_go_into_their_cell(make_session):
    session = make_session(
        "import sys\nprint('to out')\nprint('to err', file=sys.stderr)",
        "from IPython.display import HTML, display\ndisplay(HTML('<b>shown</b>'))\n3",
        "1 / 0",
        "4",
    )
    run(session)
    streams, shown, failed, last = (cell.outputs for cell in session.notebook.cells)
    assert {each.name: each.text for each in streams} == {
        "stdout": "to out\n",
        "stderr": "to err\n",
    }
    assert [each.output_type for each in shown] == ["display_data", "execute_result"]
    assert shown[0].data["text/html"] == "<b>shown</b>"
    assert shown[1].data["text/plain"] == "3"
    assert [each.ename for each in failed] == ["ZeroDivisionError"]
    assert last[0].data["text/plain"] == "4"
    counts = [cell.execution_count for cell in session.notebook.cells]
    assert counts == [1, 2, 3, 4]


def test_cleared_output_is_gone_and_the_next_cell_is_not_touched(make_session):
    session = make_session(
        "from IPython.display import clear_output\nprint('a')\nclear_output()",
        "print('b')\nclear_output(wait=True)",
        "print('c')",
    )
    run(session)
    assert [printed(session, index) for index in range(3)] == ["", "b\n", "c\n"]


def test_updated_display_replaces_the_earlier_one(make_session):
    session = make_session(
        "handle = display('old', display_id=True)", "handle.update('new')"
    )
    run(session)
    assert session.notebook.cells[0].outputs[0].data["text/plain"] == "'new'"


def test_output_of_a_call_does_not_reach_the_next_cell(make_session):
    session = make_session("def f():\n    print('during the call')", "print('after')")
    session.run_next()
    session.remote.call(Call(Target("f")), timeout_s=60)
    session.run_next()
    assert printed(session, 1) == "after\n"


def test_earlier_outputs_of_the_notebook_are_dropped(make_session):
    session = make_session("pass")
    cell = session.notebook.cells[0]
    cell.outputs = [{"output_type": "stream", "name": "stdout", "text": "forged"}]
    run(session)
    assert cell.outputs == []


# --- order ----------------------------------------------------------------------------


def test_position_counts_cells_that_were_run_or_skipped(make_session):
    session = make_session(SHOW, "a = 1", "b = a + 1", "c = b")
    session.advance(2)
    assert session.position == 2
    session.skip_next()
    assert session.position == 3
    failure = session.run_next()
    assert failure is not None
    assert failure.message == "NameError: name 'b' is not defined"
    assert session.position == 4


def test_advance_runs_no_cell_twice(make_session):
    session = make_session(SHOW + "n = 0", "n += 1")
    session.advance(2)
    session.advance(2)
    session.advance(1)
    assert value_of(session, "n") == 1


def test_cell_that_does_not_count_is_never_run(make_session):
    session = make_session(
        SHOW + "n = 0", "n += 1", "n += 10", is_run=lambda cell: "10" not in cell.source
    )
    run(session)
    assert value_of(session, "n") == 1
    session.remote.kill()
    assert value_of(session, "n") == 1, "nor in a replay"


def test_text_cells_are_passed_over(make_session):
    session = make_session(SHOW, "import os\nos._exit(1)")
    session.notebook.cells[1].cell_type = "markdown"
    run(session)
    assert session.failures == {}
    assert session.kernel_starts == 1


def test_no_kernel_is_started_before_one_is_needed(make_session):
    session = make_session()
    assert session.pid is None
    assert session.kernel_starts == 0
    session.close()  # and there is nothing to close


# --- cells that fail ------------------------------------------------------------------


def test_cell_that_raises_keeps_the_kernel_and_what_it_had_done(make_session):
    session = make_session(SHOW, "a = 1\nraise KeyError('k')\n", "b = 2")
    run(session)
    assert session.failures == {
        1: CellFailure(1, Ending.RAISED, "KeyError: 'k'", Outcome.RAISED)
    }
    assert value_of(session, "(a, b)") == (1, 2)
    assert session.kernel_starts == 1


def test_error_in_a_cell_does_not_abort_those_that_wait_behind_it(make_session):
    session = make_session("1 / 0", "print('next')")
    run(session)
    assert printed(session, 1) == "next\n"


LEFT = "the cell called exit() or quit(), which ends a kernel; it was kept here"
_LOOP = "import asyncio, sys\nloop = asyncio.get_event_loop()\n"
POLITE = {
    "exit()": LEFT,
    "quit": LEFT,
    "import sys\nsys.exit(3)": "SystemExit: 3",
    f"{_LOOP}loop.call_later(0.1, loop.stop)": "",
    f"{_LOOP}loop.call_later(0.1, sys.exit)": "",
    f"{_LOOP}loop.call_later(0.1, lambda: 1 / 0)": "",
}


@pytest.mark.parametrize(("source", "told"), POLITE.items(), ids=repr)
def test_cell_that_leaves_politely_ends_no_kernel(make_session, source, told):
    session = make_session(SHOW + "a = 1", source, "import time\ntime.sleep(0.3)")
    run(session)
    time.sleep(0.3)
    assert value_of(session, "a") == 1
    assert session.kernel_starts == 1
    messages = {index: each.message for index, each in session.failures.items()}
    assert messages == ({1: told} if told else {})


def test_memory_error_is_exhausted(make_session):
    session = make_session("raise MemoryError('no room')")
    run(session)
    expected = CellFailure(0, Ending.RAISED, "MemoryError: no room", Outcome.EXHAUSTED)
    assert session.failures == {0: expected}


def test_cell_over_its_time_is_interrupted_and_costs_only_itself(make_session):
    session = make_session(
        SHOW + "a = 1", "while True:\n    pass", "b = 2", cell_timeout_s=SHORT_S
    )
    run(session)
    told = "the cell was stopped after 0.5 s, its limit"
    assert session.failures == {
        1: CellFailure(1, Ending.TIMED_OUT, told, Outcome.TIMED_OUT)
    }
    assert value_of(session, "(a, b)") == (1, 2)
    assert session.kernel_starts == 1


STUBBORN = (
    "import time\n"
    "while True:\n"
    "    try:\n"
    "        time.sleep(100)\n"
    "    except KeyboardInterrupt:\n"
    "        pass"
)


def test_cell_that_swallows_the_interrupt_costs_the_kernel_not_the_rest(make_session):
    session = make_session(SHOW + "a = 1", STUBBORN, "b = 2", cell_timeout_s=SHORT_S)
    run(session)
    assert [each.ending for each in session.failures.values()] == [Ending.TIMED_OUT]
    assert value_of(session, "(a, b)") == (1, 2)
    assert session.kernel_starts == 2


def test_notebook_out_of_time_runs_no_further_cell(make_session):
    session = make_session(
        SHOW, "while True: pass", "b = 2", cell_timeout_s=60, notebook_timeout_s=1
    )
    run(session)
    assert [each.outcome for each in session.failures.values()] == [
        Outcome.TIMED_OUT,
        Outcome.TIMED_OUT,
    ]
    assert session.failures[2].message == "not run: the notebook used its 1 s"
    assert session.notebook.cells[2].outputs == []


def test_calls_and_restarts_are_on_the_same_budget_as_cells(make_session):
    session = make_session(
        "import os, time\ndef wait(s):\n    time.sleep(s)\ndef die():\n    os._exit(1)",
        "a = 1",
        notebook_timeout_s=2,
    )
    session.run_next()

    def ask(name: str, *args: object) -> object:
        return session.remote.call(Call(Target(name), args), timeout_s=9)

    for _ in range(2):
        ask("wait", 0.6)
    with pytest.raises(CallTimedOut) as caught:
        ask("wait", 5)
    told = "gave no answer in what was left of the notebook's 2 s"
    assert str(caught.value) == told
    with pytest.raises(OutOfTime) as refused:
        ask("die")
    assert str(refused.value) == "was not asked: the notebook used its 2 s"
    assert refused.value.outcome is Outcome.TIMED_OUT
    failure = session.run_next()
    assert failure is not None
    assert failure.message == "not run: the notebook used its 2 s"
    session.close_kernel()
    with pytest.raises(OutOfTime):
        ask("die")
    assert session.kernel_starts == 1, "no restart either"


def test_what_we_compute_in_a_call_back_is_not_on_the_budget(make_session):
    session = make_session("def ask(f):\n    return f()", notebook_timeout_s=1)
    session.run_next()
    reply = session.remote.call(
        Call(Target("ask"), (lambda: time.sleep(1.5),)), timeout_s=1
    )
    assert reply.value is None
    assert (
        session.remote.call(Call(Target("ask"), (lambda: 3,)), timeout_s=1).value == 3
    )


# --- deaths ---------------------------------------------------------------------------

LEAVE = "import os\nos._exit(7)"


def test_cell_that_ends_the_kernel_is_left_out_of_the_replay(make_session):
    session = make_session(SHOW + "a = 1", LEAVE, "b = a + 1")
    run(session)
    told = "the cell ended the kernel (exit code 7)"
    assert session.failures == {1: CellFailure(1, Ending.DIED, told, Outcome.RAISED)}
    assert value_of(session, "(a, b)") == (1, 2)
    assert session.kernel_starts == 2


def test_what_was_printed_before_the_death_is_kept(make_session):
    session = make_session(
        "import os, sys, time\nprint('last words')\nsys.stdout.flush()\n"
        "time.sleep(0.5)\nos._exit(1)"
    )
    run(session)
    assert printed(session, 0) == "last words\n"


def test_cell_that_raised_is_run_again_in_a_replay(make_session):
    session = make_session(SHOW, "a = 1\nraise ValueError", LEAVE)
    run(session)
    assert value_of(session, "a") == 1


def test_replay_leaves_the_outputs_as_they_were(make_session):
    session = make_session(SHOW + "import os\nprint(os.urandom(8).hex())", LEAVE)
    run(session)
    before = printed(session, 0)
    assert value_of(session, "1") == 1
    assert session.kernel_starts == 2
    assert printed(session, 0) == before


@pytest.mark.parametrize("last", [LEAVE, STUBBORN], ids=["ends", "hangs"])
def test_cell_that_is_lethal_only_in_a_replay_is_left_out_next_time(make_session, last):
    # It looks whether there was a kernel before, by what a plain box keeps.
    lethal = (
        "import pathlib\n"
        "mark = pathlib.Path('was_here')\n"
        "if mark.exists():\n"
        + "\n".join(f"    {line}" for line in last.splitlines())
        + "\nmark.touch()"
    )
    session = make_session(
        SHOW + "a = 1", lethal, "c = 3", on=PlainLauncher(), cell_timeout_s=1
    )
    run(session)
    assert session.failures == {}
    session.remote.kill()
    assert value_of(session, "(a, c)") == (1, 3)
    assert list(session.failures) == [1]
    assert session.failures[1].outcome in {Outcome.RAISED, Outcome.TIMED_OUT}
    assert session.kernel_starts == 3


def test_kernel_that_dies_between_cells_is_started_again(make_session):
    session = make_session(SHOW + "a = 1", "b = a + 1")
    session.run_next()
    session.remote.kill()
    assert session.run_next() is None
    assert value_of(session, "(a, b)") == (1, 2)


def test_death_in_a_call_is_replayed_from_the_same_position(make_session):
    source = SHOW + "def leave():\n    import os\n    os._exit(0)"
    session = make_session(source, "a = 2", "raise SystemError('not reached')")
    session.advance(2)
    with pytest.raises(KernelDied):
        session.remote.call(Call(Target("leave")), timeout_s=60)
    assert value_of(session, "a") == 2
    assert session.position == 2
    assert session.failures == {}


# --- floods ---------------------------------------------------------------------------


def test_cell_that_prints_too_much_is_stopped(make_session):
    session = make_session(
        SHOW + "a = 1",
        "while True:\n    print('x' * 1000)",
        "b = 2",
        output_max_kib=64,
    )
    run(session)
    told = "the cell was stopped: it printed more than 64 KiB, its limit"
    assert session.failures == {
        1: CellFailure(1, Ending.FLOODED, told, Outcome.EXHAUSTED)
    }
    assert value_of(session, "(a, b)") == (1, 2)
    assert len(printed(session, 1)) <= 64 * 1024


def test_cell_that_sends_too_many_messages_is_stopped(make_session):
    session = make_session(
        SHOW,
        "while True:\n    display(1)",
        output_messages=50,
    )
    run(session)
    told = "the cell was stopped: it printed more than 50 messages, its limit"
    assert session.failures[1].message == told
    assert len(session.notebook.cells[1].outputs) <= 50


@pytest.mark.parametrize(
    "source",
    [
        "display({'text/plain': 'x' * 10_000_000}, raw=True)",
        "print('x' * 10_000_000)",
        "raise ValueError('x' * 10_000_000)",
    ],
    ids=["display", "print", "raise"],
)
def test_one_huge_output_is_exhausted_and_costs_only_its_cell(make_session, source):
    session = make_session(
        SHOW + "a = 1", source, "b = 2", output_max_kib=256, cell_timeout_s=8
    )
    run(session)
    assert [each.outcome for each in session.failures.values()] == [Outcome.EXHAUSTED]
    assert list(session.failures) == [1]
    assert value_of(session, "(a, b)") == (1, 2)


def test_output_within_its_limits_is_whole(make_session):
    session = make_session("for k in range(40):\n    print('x' * 1000)")
    run(session)
    assert session.failures == {}
    assert printed(session, 0) == ("x" * 1000 + "\n") * 40


def test_thread_that_floods_between_cells_hinders_no_call(make_session):
    flood = (
        "import threading\n"
        "def flood(socket):\n"
        "    while True:\n"
        "        socket.send_multipart([b'stream', b'junk'])\n"
        "kernel = get_ipython().kernel\n"
        "address = kernel.iopub_socket\n"
        "threading.Thread(target=flood, args=(address,), daemon=True).start()\n"
    )
    session = make_session(SHOW, flood)
    run(session)
    assert value_of(session, "1 + 1") == 2


def test_a_quick_answer_after_a_call_is_not_missed(make_session, monkeypatch):
    discard = LiveKernel._discard_outputs

    def slowly(kernel):
        time.sleep(0.3)  # whatever the kernel has been asked, it has answered by now
        return discard(kernel)

    session = make_session(SHOW, "a = 1", "a + 1")
    session.advance(2)
    assert value_of(session, "a") == 1
    monkeypatch.setattr(LiveKernel, "_discard_outputs", slowly)
    assert session.run_next() is None
    assert session.kernel_starts == 1


# --- forged messages ------------------------------------------------------------------

FORGE = """
kernel = get_ipython().kernel
session, parent = kernel.session, kernel.get_parent("shell")

def publish(topic, *parts, sign=True):
    names = ("header", "parent_header", "metadata", "content")
    filled = dict(zip(names, parts))
    whole = [filled.get(name, b"{}") for name in names]
    signature = session.sign(whole) if sign else b"0" * 64
    kernel.iopub_socket.send_multipart(
        [topic, b"<IDS|MSG>", signature, *whole]
    )

def header(kind):
    return session.pack(session.msg_header(kind))

ours = session.pack(parent["header"])
"""


@pytest.mark.parametrize(
    "forgery",
    [
        "kernel.iopub_socket.send_multipart([b'junk'])",
        "publish(b'x', b'{}', sign=False)",
        "publish(b'x', b'[]', b'[]', b'[]', b'[]')",
        "publish(b'x', header('stream'), ours, b'{}', b'[]')",
        "publish(b'x', header('stream'), ours, b'{}', b'{}')",
        "publish(b'x', header('stream'), ours, b'{}', b'{\"name\": 3, \"text\": []}')",
        "publish(b'x', header('display_data'), ours, b'{}', b'{\"data\": 7}')",
        "publish(b'x', header('update_display_data'), ours, b'{}', b'{}')",
        "publish(b'x', header('comm_open'), ours, b'{}', b'{}')",
        "publish(b'x', header('comm_msg'), ours, b'{}', b'{\"comm_id\": []}')",
        "publish(b'x', header('error'), ours, b'{}', b'{}')",
        "publish(b'x', header('execute_input'), ours, b'{}', b'{}')",
        "publish(b'x', header('status'), ours, b'{}', b'{}')",
        "publish(b'x', header('nonsense'), ours, b'{}', b'{}')",
        "publish(b'x', header('stream'), ours, b'{}', b'[' * 100_000)",
        "[publish(b'x', header('stream'), ours, b'{}',"
        " b'{\"a\":' * n + b'1' + b'}' * n) for n in range(100, 1000, 20)]",
    ],
    ids=lambda forgery: forgery[:60],
)
def test_forged_message_is_no_evidence_and_no_crash(make_session, forgery):
    session = make_session(SHOW, FORGE + forgery + "\nprint('honest')", "b = 2")
    run(session)
    assert session.failures == {}
    assert "honest\n" in printed(session, 1)
    assert value_of(session, "b") == 2


def test_forged_end_of_outputs_loses_outputs_only(make_session):
    source = (
        "publish(b'x', header('status'), ours, b'{}', "
        "b'{\"execution_state\": \"idle\"}')\nprint('late')\n1 / 0"
    )
    session = make_session(SHOW, FORGE + source, "b = 2")
    run(session)
    assert session.failures[1].message.startswith("ZeroDivisionError")
    assert value_of(session, "b") == 2


# --- memory ---------------------------------------------------------------------------


def test_memory_beyond_the_limit_ends_the_kernel_and_names_the_limit(
    make_session, each_launcher
):
    session = make_session(
        SHOW + "a = 1",
        "kept = []\nwhile True:\n    kept.append(bytearray(1 << 23))",
        "b = 2",
        on=each_launcher,
        memory_mib=300,
    )
    run(session)
    told = "the cell ended the kernel (it used more than 300 MiB of memory)"
    assert session.failures == {1: CellFailure(1, Ending.DIED, told, Outcome.EXHAUSTED)}
    assert value_of(session, "(a, b)") == (1, 2)


def test_a_kernel_shot_while_the_machine_lacks_memory_is_our_fault(
    make_session, monkeypatch
):
    kills = iter([0])
    monkeypatch.setattr(watch, "oom_kills", lambda: next(kills, 1))
    session = make_session(SHOW + "import time", "time.sleep(60)")
    session.advance(1)
    shot = threading.Timer(0.5, os.kill, (session.pid, signal.SIGKILL))
    shot.start()
    with pytest.raises(KernelError) as caught:
        session.advance(2)
    assert str(caught.value) == (
        "this machine ran out of memory while a notebook was run: use fewer workers, "
        "or lower c.Autograder.memory_mib"
    )


def test_a_kernel_shot_while_there_is_memory_is_not(make_session):
    session = make_session(SHOW + "import time", "time.sleep(60)")
    session.advance(1)
    shot = threading.Timer(0.5, os.kill, (session.pid, signal.SIGKILL))
    shot.start()
    session.advance(2)
    assert session.failures[1].outcome is Outcome.EXHAUSTED


def test_memory_of_child_processes_counts(make_session):
    source = (
        "import os, time\n"
        "for _ in range(4):\n"
        "    if os.fork() == 0:\n"
        "        kept = bytearray(100 << 20)\n"
        "        time.sleep(30)\n"
        "time.sleep(30)"
    )
    session = make_session(SHOW, source, memory_mib=300, cell_timeout_s=25)
    run(session)
    assert session.failures[1].outcome is Outcome.EXHAUSTED
    assert "300 MiB" in session.failures[1].message


def test_memory_beyond_the_limit_in_a_call_is_told_too(make_session):
    source = (
        "import time\n"
        "def hold():\n"
        "    kept = bytearray(400 << 20)\n"
        "    time.sleep(60)\n"
    )
    session = make_session(SHOW + source, memory_mib=300)
    run(session)
    with pytest.raises(KernelDied) as caught:
        session.remote.call(Call(Target("hold")), timeout_s=60)
    told = "ended the kernel (it used more than 300 MiB of memory)"
    assert str(caught.value) == told
    assert caught.value.outcome is Outcome.EXHAUSTED
    assert value_of(session, "1") == 1


# --- floods on the kernel's own sockets -----------------------------------------------

TRUNCATED = "[output truncated: the notebook's output limit was reached]\n"

#: Sends what a test says over the socket that publishes outputs, through libzmq.
THROUGH_LIBZMQ = """
import zmq
socket = get_ipython().kernel.iopub_socket
socket = getattr(socket, "io_thread", socket)
socket = getattr(socket, "socket", socket)
socket.setsockopt(zmq.SNDHWM, 0)
"""

#: Writes to every connection of the kernel, beside libzmq.
THROUGH_DESCRIPTORS = """
import os, socket
def connections():
    for name in os.listdir("/proc/self/fd"):
        try:
            if os.readlink("/proc/self/fd/" + name).startswith("socket:"):
                one = socket.socket(fileno=os.dup(int(name)))
                one.getpeername()
                yield one
        except OSError:
            pass
def write(data):
    for one in list(connections()):
        one.setblocking(False)
        try:
            while True:
                data = data[one.send(data):] or whole
        except OSError:
            pass
"""

FLOODS = {
    "large-parts": THROUGH_LIBZMQ
    + "for _ in range(110):\n    socket.send(bytes(8 << 20), zmq.SNDMORE)\n",
    "tiny-parts": THROUGH_LIBZMQ
    + "for _ in range(10 ** 6):\n    socket.send(b'', zmq.SNDMORE)\n",
    "frames-without-end": THROUGH_DESCRIPTORS
    + "whole = (bytes([3]) + (1 << 20).to_bytes(8, 'big') + bytes(1 << 20)) * 8\n"
    + "import time\nend = time.monotonic() + 1.5\n"
    + "while time.monotonic() < end:\n    write(whole)\n",
    "junk": THROUGH_DESCRIPTORS + "whole = os.urandom(1 << 20)\nwrite(whole)\n",
}


def reset_peak() -> float:
    """Start to measure this process's peak of memory; what it has now, in MiB."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak_mib()


def peak_mib() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(x.split()[1]) / 1024 for x in lines if x.startswith("VmHWM"))


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_a_flood_of_frames_costs_its_cell_and_little_memory_of_ours(
    make_session, flood
):
    session = make_session(SHOW + "a = 1", flood, "b = 2", cell_timeout_s=5)
    session.advance(1)
    before = reset_peak()
    run(session)
    assert value_of(session, "(a, b)") == (1, 2)
    assert peak_mib() - before < 100
    assert set(session.failures) == {1}


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        pytest.param("{'text/plain': [[]] * 400_000}", 0, id="lists"),
        pytest.param("{'text/plain': '[]' * 400_000}", 1, id="text"),
    ],
)
def test_a_message_of_countless_lists_is_dropped_and_a_text_is_not(
    make_session, shown, kept
):
    session = make_session(f"display({shown}, raw=True)", "print('b')\n" + SHOW)
    run(session)
    assert len(session.notebook.cells[0].outputs) == 1
    assert (printed(session, 0) == TRUNCATED) is not bool(kept)
    assert printed(session, 1) == "b\n"
    assert session.failures == {}


def test_a_cell_stopped_for_its_outputs_says_that_they_are_truncated(make_session):
    session = make_session("print('x' * 200_000)", output_max_kib=64)
    run(session)
    assert session.failures[0].outcome is Outcome.EXHAUSTED
    assert printed(session, 0).endswith(TRUNCATED)


def test_a_widgets_state_is_not_kept(make_session):
    opened = """
from comm import create_comm
create_comm(target_name="jupyter.widget", data={"state": {"x": "y" * 1000}})
print("after")
"""
    session = make_session(opened)
    run(session)
    assert session.failures == {}
    assert printed(session, 0) == "after\n"
    assert session._kernel._outputs.widget_state == {}


def test_input_fails_at_once_as_it_does_under_nbgrader(make_session):
    session = make_session("input()")
    run(session)
    assert session.failures[0].message.startswith("StdinNotImplementedError: ")


# --- what a cell or a call leaves behind ----------------------------------------------

#: Ways in which a cell ends the kernel a moment after it has answered.
LATER = {
    "timer": "import threading\nthreading.Timer(0.2, os._exit, (3,)).start()",
    "thread": (
        "import threading, time\ndef end():\n    time.sleep(0.2)\n    os._exit(3)\n"
        "threading.Thread(target=end, daemon=True).start()"
    ),
    "crash": (
        "import ctypes, threading\nthreading.Timer(0.2, ctypes.string_at, (0,)).start()"
    ),
    "event loop": f"{_LOOP}loop.call_later(0.2, os._exit, 3)",
    "task": (
        "import asyncio\nasync def end():\n    await asyncio.sleep(0.2)\n"
        "    os._exit(3)\nending = asyncio.ensure_future(end())"
    ),
    "alarm": (
        "import signal\nsignal.signal(signal.SIGALRM, lambda *_: os._exit(3))\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.2)"
    ),
}


@pytest.mark.parametrize("source", LATER.values(), ids=LATER)
def test_cell_that_ends_the_kernel_later_is_the_only_one_charged(make_session, source):
    session = make_session(
        SHOW + "import os\na = 1",
        source,
        "import asyncio\nawait asyncio.sleep(0.6)\nb = a + 1",
    )
    run(session)
    assert value_of(session, "(a, b)") == (1, 2)
    told = {index: each.message for index, each in session.failures.items()}
    assert list(told) == [1]
    assert told[1].startswith("the cell ended the kernel after it had run (")


def test_cell_that_starts_something_harmless_is_kept(make_session):
    harmless = (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), "
    )
    session = make_session(SHOW + "a = 1", f"{harmless}daemon=True).start()", LEAVE)
    run(session)
    assert value_of(session, "a") == 1
    assert list(session.failures) == [2]


def test_hooks_of_a_cell_run_in_no_later_one(make_session):
    session = make_session(
        SHOW + "seen = []", "import sys\nsys.setprofile(lambda *_: seen.append(1))"
    )
    run(session)
    before = value_of(session, "len(seen)")
    assert value_of(session, "len(seen)") == before


FILL = {
    "threads": "Thread(target=time.sleep, args=(600,), daemon=True).start()",
    "descriptors": "kept.append(os.open('/dev/null', 0))",
    "memory": "kept.append(bytearray(b'x') * (2 << 20))",
}


@pytest.mark.parametrize("what", FILL.values(), ids=FILL)
def test_what_calls_have_filled_is_empty_for_the_next_cell(make_session, what):
    session = make_session(
        SHOW + "import os, time\nfrom threading import Thread\nkept = []\n"
        f"def fill():\n    for _ in range(100):\n        {what}",
        "a = len(kept)",
        memory_mib=512,
    )
    session.run_next()
    session.begin_exercise()
    session.remote.call(Call(Target("fill")), timeout_s=60)
    session.run_next()
    assert session.kernel_starts == 2
    assert value_of(session, "(a, len(kept))") == (0, 0)


def test_calls_that_leave_little_keep_their_kernel(make_session):
    session = make_session(SHOW + "kept = []", "a = len(kept)")
    session.run_next()
    session.begin_exercise()
    assert value_of(session, "kept.append(1)") is None
    session.run_next()
    session.begin_exercise()
    assert value_of(session, "a") == 1
    assert session.kernel_starts == 1


# --- the shell ------------------------------------------------------------------------


def test_shell_lines_run_or_say_why_not_and_the_cell_goes_on(make_session):
    session = make_session(
        "!echo out\na = 1",
        "%%bash\necho more",
        "b = !echo one two\nprint(b)",
        "!no-such-program\nprint(_exit_code, a)",
    )
    run(session)
    assert session.failures == {}
    told = [printed(session, index).replace("\r", "") for index in range(4)]
    assert told[:3] == ["out\n", "more\n", "['one two']\n"]
    assert "no-such-program" in told[3]
    assert told[3].endswith("127 1\n")
