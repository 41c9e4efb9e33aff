"""The production server: gunicorn with threads, one application built in each process after the fork."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

from gunicorn.app.base import BaseApplication

GRACE_SECONDS = 20  # to finish requests when stopped
REQUEST_SECONDS = 60  # then the process is taken for stuck and replaced
IN_MEMORY = Path("/dev/shm")  # for the sign of life: a slow disk must not look like a stuck process


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, set up in code. build: makes the WSGI application, called once in each process."""

    def __init__(
        self, build: Callable[[], Any], host: str, port: int, workers: int, threads: int
    ) -> None:
        self.build = build
        self.options = {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "timeout": REQUEST_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": 5,
            "backlog": 512,
            "limit_request_line": 8190,
            "limit_request_fields": 60,
            "limit_request_field_size": 8190,
            "forwarded_allow_ips": "",  # the application alone decides which proxies it believes
            "proxy_protocol": "off",
            "loglevel": "warning",
            "control_socket_disable": True,
        }
        if os.access(IN_MEMORY, os.W_OK):
            self.options["worker_tmp_dir"] = str(IN_MEMORY)
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        return self.build()


class OnlyOne:
    """Whether this process, of all on the machine, is the one that keeps watch; another takes over when it ends.

    The file holds the number of that process, for whoever looks after the machine.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def mine(self) -> bool:
        if self._handle is not None:
            return True
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        self._handle = handle
        return True

    def leave(self) -> None:
        """Leave the watch to another."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def in_background(work: Callable[[Event], None]) -> Event:
    """Run `work` in a thread of its own until the event it is given is set, or the process ends."""
    stop = Event()
    Thread(target=work, args=(stop,), name="watch", daemon=True).start()
    return stop
