"""A channel holds no more than it may, whatever the other end sends."""

from __future__ import annotations

import select
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
import zmq

from autograder.execution.channel import Channel

MOST = 1 << 20

#: What a libzmq socket says first, and that it is ready.
GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01" + b"NULL".ljust(20, b"\0") + bytes(32)
READY = b"\x04\x19\x05READY\x0bSocket-Type\x00\x00\x00\x03PUB"


#: A part that is too large.
BIG = b"\x03" + (2 << 20).to_bytes(8) + bytes(2 << 20)


def frame(data: bytes, *, more: bool = False) -> bytes:
    return bytes([2 | more]) + len(data).to_bytes(8) + data


def messages(channel: Channel, count: int) -> list[bytes]:
    """Joined parts of the next messages."""
    found: list[bytes] = []
    end = time.monotonic() + 30
    while len(found) < count and time.monotonic() < end and not channel.is_broken:
        parts = channel.next()
        if parts is None:
            select.select([channel], [], [], 0.05)
        else:
            found.append(b"|".join(parts))
    return found


@pytest.fixture
def address(tmp_path) -> str:
    return str(tmp_path / "socket")


Sends = Callable[[Callable[[socket.socket], None]], Channel]


@pytest.fixture
def peer(address) -> Iterator[Sends]:
    """Starts a kernel's end that does what a test says, on a thread."""
    ends: list[socket.socket] = []
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen(1)
    channel = Channel(address, "SUB", most_bytes=MOST)

    def start(does: Callable[[socket.socket], None]) -> Channel:
        assert channel.connect()
        end, _ = listening.accept()
        ends.append(end)

        def send() -> None:
            try:
                end.sendall(GREETING + READY)
                does(end)
            except OSError:
                return  # the test is over

        threading.Thread(target=send, daemon=True).start()
        return channel

    yield start
    channel.close()
    listening.close()
    for end in ends:
        end.close()


def test_messages_go_both_ways_to_a_socket_of_libzmq(address):
    with zmq.Context() as context, context.socket(zmq.ROUTER) as router:
        router.bind(f"ipc://{address}")
        channel = Channel(address, "DEALER", most_bytes=MOST)
        assert channel.connect()
        channel.send([b"one", b"", b"x" * 300_000])
        while not router.poll(50):
            channel.next()
        sender, *parts = router.recv_multipart()
        assert parts == [b"one", b"", b"x" * 300_000]
        router.send_multipart([sender, b"two", b"y" * 300])
        assert messages(channel, 1) == [b"two|" + b"y" * 300]
        channel.close()


def test_every_message_that_libzmq_publishes_is_read(address):
    with zmq.Context() as context, context.socket(zmq.XPUB) as publisher:
        publisher.bind(f"ipc://{address}")
        channel = Channel(address, "SUB", most_bytes=MOST)
        assert channel.connect()
        while not publisher.poll(50):
            channel.next()
        assert publisher.recv() == b"\x01"
        for number in range(500):
            publisher.send_multipart([b"topic", b"%d" % number])
        assert messages(channel, 500) == [b"topic|%d" % n for n in range(500)]
        channel.close()


def test_nobody_listens_yet(address):
    channel = Channel(address, "SUB", most_bytes=MOST)
    assert not channel.connect()
    channel.close()


@pytest.mark.parametrize(
    "flood",
    [
        pytest.param(
            lambda: (frame(bytes(8 << 20), more=True) for _ in range(40)),
            id="parts-without-end",
        ),
        pytest.param(
            lambda: (b"\x01\x00" * 10_000 for _ in range(5)), id="empty-parts"
        ),
        pytest.param(lambda: iter([frame(bytes(16 << 20), more=True)]), id="one-part"),
        pytest.param(
            lambda: iter([b"\x06" + (16 << 20).to_bytes(8) + bytes(16 << 20), BIG]),
            id="commands",
        ),
    ],
)
def test_a_flood_is_counted_not_kept_and_the_next_message_is_found(peer, flood):
    def send(end: socket.socket) -> None:
        for piece in flood():
            end.sendall(piece)
        end.sendall(frame(b"last part") + frame(b"next"))

    channel = peer(send)
    tracemalloc.start()
    try:
        found = messages(channel, 1)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == [b"next"]
    assert channel.dropped == 1
    assert channel.received > 100_000
    assert most < 80 << 20  # the peer's own bytes are in it


def test_what_is_not_read_is_held_up_to_a_bound(peer):
    def send(end: socket.socket) -> None:
        while True:
            end.sendall(frame(bytes(1 << 16)))

    channel = peer(send)
    assert messages(channel, 1) == [bytes(1 << 16)]
    time.sleep(0.2)
    for _ in range(50):
        channel._read()
    assert channel._held <= MOST + (2 << 20)
    dropped, end = 0, time.monotonic() + 30
    while dropped < 8 << 20 and time.monotonic() < end:
        dropped += channel.discard(8 << 20)  # what is there now; the peer sends on
        assert channel._held <= MOST + (2 << 20)
    assert dropped >= 8 << 20


@pytest.mark.parametrize(
    "junk",
    [
        pytest.param(b"\xf0" * 100, id="reserved-flags"),
        pytest.param(b"", id="closed"),
    ],
)
def test_what_is_no_message_breaks_the_channel(peer, junk):
    def send(end: socket.socket) -> None:
        end.sendall(junk)
        end.shutdown(socket.SHUT_RDWR)

    channel = peer(send)
    assert messages(channel, 1) == []
    assert channel.is_broken


def test_who_does_not_greet_is_not_read(address):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen(1)
        channel = Channel(address, "SUB", most_bytes=MOST)
        assert channel.connect()
        end, _ = listening.accept()
        with end:
            end.sendall(b"HTTP/1.1 200 OK" + bytes(100))
            assert messages(channel, 1) == []
        assert channel.is_broken
        channel.close()


def test_a_kernel_that_does_not_read_holds_up_nobody(peer):
    gone = threading.Event()
    channel = peer(lambda _end: gone.wait(30) and None)
    while not channel._is_ready:
        channel.next()
    channel.send([bytes(16 << 20)])
    assert channel.has_to_send
    gone.set()
