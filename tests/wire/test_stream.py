"""autograder.wire over sockets: whole frames, absolute deadlines, closed ends."""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from autograder import wire
from autograder.errors import WireError
from autograder.wire import Limits, encode, receive, send
from autograder.wire.values import PREFIX

SOON_S = 5.0


def within(seconds: float) -> float:
    return time.monotonic() + seconds


@pytest.fixture(params=["blocking", "with a timeout", "non-blocking"])
def mode(request) -> float | None:
    return {"blocking": None, "with a timeout": 9.0, "non-blocking": 0.0}[request.param]


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    left, right = socket.socketpair()
    with left, right:
        yield left, right


@pytest.fixture
def beside() -> Iterator[Callable[..., threading.Thread]]:
    """Run a function in a thread that is joined at the end."""
    threads = []

    def start(function: Callable[..., object], *args: object) -> threading.Thread:
        threads.append(threading.Thread(target=function, args=args))
        threads[-1].start()
        return threads[-1]

    yield start
    for thread in threads:
        thread.join(SOON_S)
        assert not thread.is_alive()


def test_value_larger_than_any_buffer_crosses_in_every_mode(pair, beside, mode):
    ours, theirs = pair
    ours.settimeout(mode)
    theirs.settimeout(mode)
    value = {"x": np.arange(1_000_000.0), "name": "x" * 1000}
    beside(lambda: send(ours, value, deadline=within(SOON_S)))
    got = receive(theirs, deadline=within(SOON_S))
    assert np.array_equal(got["x"], value["x"])
    assert got["name"] == value["name"]
    assert (ours.gettimeout(), theirs.gettimeout()) == (mode, mode)


def test_frames_are_kept_apart(pair):
    ours, theirs = pair
    for value in (1, [2, "two"], None):
        send(ours, value, deadline=within(SOON_S))
    got = [receive(theirs, deadline=within(SOON_S)) for _ in range(3)]
    assert got == [1, [2, "two"], None]


def test_frame_in_single_bytes_is_one_frame(pair, beside):
    ours, theirs = pair

    def trickle() -> None:
        for byte in encode({"a": np.ones(3)}):
            ours.sendall(bytes([byte]))

    beside(trickle)
    got = receive(theirs, deadline=within(SOON_S))
    assert got["a"].tolist() == [1, 1, 1]


def test_wait_without_end_ends_when_something_comes(pair, beside):
    ours, theirs = pair
    beside(lambda: (time.sleep(0.1), send(ours, "late", deadline=math.inf)))
    assert receive(theirs, deadline=math.inf) == "late"


# --- deadlines ------------------------------------------------------------------------


def slow_loris(sock: socket.socket, data: bytes, pause_s: float) -> None:
    """Send a byte at a time, for as long as the other side listens."""
    try:
        for byte in data:
            sock.sendall(bytes([byte]))
            time.sleep(pause_s)
    except OSError:
        return


@pytest.mark.parametrize(
    "data",
    [encode(b"x" * 1000), b"AGW1", PREFIX.pack(b"AGW1", 10**6, 0) + b"l" * 1000],
    ids=["payload", "prefix", "header"],
)
def test_slow_loris_cannot_extend_the_deadline(pair, beside, data):
    ours, theirs = pair
    theirs.settimeout(9.0)  # longer than each pause: a timeout of its own never fires
    beside(slow_loris, ours, data, 0.02)
    start = time.monotonic()
    with pytest.raises(TimeoutError, match="the deadline passed before the frame was"):
        receive(theirs, deadline=start + 0.3)
    assert 0.3 <= time.monotonic() - start < 2.0
    theirs.close()


def test_silence_ends_at_the_deadline(pair):
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        receive(pair[1], deadline=start + 0.1)
    assert 0.1 <= time.monotonic() - start < 2.0


def test_reader_that_does_not_read_ends_the_sending(pair):
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        send(pair[0], np.zeros(4_000_000), deadline=start + 0.2)
    assert 0.2 <= time.monotonic() - start < 3.0


@pytest.mark.parametrize("deadline", [0.0, -1.0, math.nan, -math.inf])
def test_deadline_that_has_passed_is_never_waited_for(pair, deadline):
    ours, theirs = pair
    with pytest.raises(TimeoutError):
        send(ours, 1, deadline=deadline)
    send(ours, 1, deadline=math.inf)
    with pytest.raises(TimeoutError):
        receive(theirs, deadline=deadline)


# --- ends and nonsense ----------------------------------------------------------------


@pytest.mark.parametrize("sent", [b"", b"AGW", encode("text")[:-1]], ids=len)
def test_closed_other_side_is_a_connection_error(pair, sent):
    ours, theirs = pair
    ours.sendall(sent)
    ours.close()
    with pytest.raises(ConnectionError, match="the other side closed the connection"):
        receive(theirs, deadline=within(SOON_S))


def test_sending_to_a_closed_side_is_a_connection_error_and_no_signal(pair):
    ours, theirs = pair
    theirs.close()
    with pytest.raises(ConnectionError):
        send(ours, np.zeros(1_000_000), deadline=within(SOON_S))


def test_socket_closed_on_this_side_is_a_connection_error(pair):
    pair[0].close()
    with pytest.raises(ConnectionError, match="the connection is closed on this side"):
        receive(pair[0], deadline=within(SOON_S))
    with pytest.raises(ConnectionError, match="the connection is closed on this side"):
        send(pair[0], 1, deadline=within(SOON_S))


def test_nonsense_is_refused_at_its_first_bytes(pair):
    ours, theirs = pair
    ours.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    with pytest.raises(
        WireError, match="a frame begins with b'HTTP', expected b'AGW1'"
    ):
        receive(theirs, deadline=within(SOON_S))


def test_lying_size_is_refused_before_the_body_is_awaited(pair):
    ours, theirs = pair
    ours.sendall(PREFIX.pack(b"AGW1", 10, 2**40))
    start = time.monotonic()
    with pytest.raises(WireError, match="a frame takes 1099511627786 bytes, over the"):
        receive(theirs, deadline=start + SOON_S)
    assert time.monotonic() - start < 1.0


def test_limits_hold_on_both_sides_of_a_socket(pair):
    ours, theirs = pair
    few = Limits(max_items=3)
    with pytest.raises(WireError, match="more than 3 items"):
        send(ours, [1, 2, 3], deadline=within(SOON_S), limits=few)
    send(ours, [1, 2, 3], deadline=within(SOON_S))  # nothing of the first was sent
    with pytest.raises(WireError, match="more than 3 items"):
        receive(theirs, deadline=within(SOON_S), limits=few)


def test_value_that_cannot_be_sent_leaves_the_stream_whole(pair):
    ours, theirs = pair
    with pytest.raises(TypeError, match="can't send a set"):
        wire.send(ours, {"a": {1}}, deadline=within(SOON_S))
    wire.send(ours, "next", deadline=within(SOON_S))
    assert wire.receive(theirs, deadline=within(SOON_S)) == "next"
