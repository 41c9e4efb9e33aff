"""Clients that cost little: plain sockets, kept open as browsers keep them, each client in a process of its own."""

import multiprocessing
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

FRESH_AFTER = 25  # requests on one connection: a server shares out connections, not requests
TIMEOUT = 60.0


@dataclass(frozen=True)
class Answer:
    status: int
    headers: bytes
    body: bytes


class Connection:
    """HTTP/1.1 to one address, with a cookie. Reconnects by itself."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._port = port
        self._head = (
            f"Host: 127.0.0.1:{port}\r\nAccept: text/html\r\nAccept-Language: en-GB,en;q=0.9\r\n"
        )
        if cookie:
            self._head += f"Cookie: {cookie}\r\n"
        self._socket: socket.socket | None = None
        self._left = 0

    def get(self, path: str) -> Answer:
        return self._ask(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode())

    def post(self, path: str, body: bytes) -> Answer:
        head = (
            f"POST {path} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        return self._ask(head.encode() + body)

    @property
    def own_port(self) -> int:
        """Our end of the connection; 0 where there is none now."""
        return int(self._socket.getsockname()[1]) if self._socket else 0

    def close(self) -> None:
        if self._socket:
            self._socket.close()
        self._socket = None

    def _ask(self, request: bytes) -> Answer:
        if self._left <= 0:
            self.close()
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), TIMEOUT)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._left = FRESH_AFTER
        self._left -= 1
        self._socket.sendall(request)
        return self._read(self._socket)

    def _read(self, source: socket.socket) -> Answer:
        data = bytearray()
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += _some(source)
        head, lower = bytes(data[:end]), bytes(data[:end]).lower()
        place = lower.find(b"content-length:")
        if place < 0:
            raise OSError(f"an answer without a length: {head!r}")
        length = int(lower[place + 15 :].split(b"\r\n", 1)[0])
        while len(data) < end + 4 + length:
            data += _some(source)
        if b"connection: close" in lower:
            self._left = 0
        return Answer(int(head[9:12]), head, bytes(data[end + 4 :]))


def _some(source: socket.socket) -> bytes:
    got = source.recv(1 << 18)
    if not got:
        raise OSError("the server closed the connection")
    return got


@dataclass(frozen=True)
class Timing:
    """times: seconds of each request, rising. rate: answers a second while all clients were at it."""

    times: Sequence[float]
    rate: float

    def ms(self, share: float) -> float:
        """The time within which this share of the answers came (0.5: the median), in milliseconds."""
        return self.times[max(0, ceil(len(self.times) * share) - 1)] * 1000


def measure(
    port: int, cookie: str, paths: Sequence[str], *, clients: int, seconds: float
) -> Timing:
    """Ask for the paths in turn, each client from its own place on. Raises OSError for any answer but 200."""
    context = multiprocessing.get_context("spawn")
    begin = context.Barrier(clients)
    results: Any = context.SimpleQueue()
    jobs = [
        context.Process(
            target=_client,
            args=(port, cookie, paths, len(paths) * n // clients, seconds, begin, results),
        )
        for n in range(clients)
    ]
    for job in jobs:
        job.start()
    found = [results.get() for _ in jobs]
    for job in jobs:
        job.join()
    wrong = [f for f in found if isinstance(f, str)]
    if wrong:
        raise OSError(wrong[0])
    return Timing(sorted(t for times in found for t in times), sum(len(t) for t in found) / seconds)


def _client(
    port: int,
    cookie: str,
    paths: Sequence[str],
    place: int,
    seconds: float,
    begin: Any,
    results: Any,
) -> None:
    times: list[float] = []
    try:
        connection = Connection(port, cookie)
        begin.wait(TIMEOUT)
        until = time.perf_counter() + seconds
        while (started := time.perf_counter()) < until:
            path = paths[place % len(paths)]
            answer = connection.get(path)
            times.append(time.perf_counter() - started)
            if answer.status != 200:
                raise OSError(f"{path} answered {answer.status}")
            place += 1
    except Exception as error:
        results.put(f"{type(error).__name__}: {error}")
        return
    results.put(times)
