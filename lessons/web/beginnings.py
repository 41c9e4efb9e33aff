"""The words of a form that is too large to be taken: they come before its files, so its beginning holds them."""

from typing import Any

from flask import Request
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

MOST = 256 << 10  # bytes looked at
CHUNK = 16 << 10


class Remembering:
    """What a request sends, with its beginning kept."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.kept = b""

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._stream.read(size)
        if len(self.kept) < MOST:
            self.kept += data[: MOST - len(self.kept)]
        return data

    def readline(self, size: int = -1) -> bytes:
        data: bytes = self._stream.readline(size)
        if len(self.kept) < MOST:
            self.kept += data[: MOST - len(self.kept)]
        return data

    def beginning(self) -> bytes:
        """As far as it is kept, read on where less was."""
        while len(self.kept) < MOST and self.read(CHUNK):
            pass
        return self.kept


def words_of(request: Request) -> dict[str, list[str]]:
    """The boxes that were filled in before the first file, as typed. Nothing where it is no such form."""
    stream = request.environ.get("wsgi.input")
    boundary = request.mimetype_params.get("boundary", "")
    if (
        not isinstance(stream, Remembering)
        or request.mimetype != "multipart/form-data"
        or not boundary
    ):
        return {}
    found: dict[str, list[str]] = {}
    try:
        decoder = MultipartDecoder(boundary.encode("ascii"), MOST)
        decoder.receive_data(stream.beginning())
        _read(decoder, found)
    except (ValueError, OSError, HTTPException):
        pass  # what was read before it went wrong
    return found


def _read(decoder: MultipartDecoder, found: dict[str, list[str]]) -> None:
    name, said = "", b""
    while True:
        event = decoder.next_event()
        if isinstance(event, (NeedData, File, Epilogue)):
            return
        if isinstance(event, Field):
            name, said = event.name or "", b""
        elif isinstance(event, Data) and name:
            said += event.data
            if not event.more_data:
                found.setdefault(name, []).append(said.decode("utf-8", "replace"))
