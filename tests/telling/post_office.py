"""A real mail server on loopback, in a thread of its own, that keeps what it is given."""

import asyncio
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread
from typing import Any

from aiosmtpd.smtp import SMTP

PATIENCE = 20


class PostOffice:
    """letters: what was taken. refuses: addresses that it will not take, with the answer it gives.

    closed: takes no letter at all just now. on_recipient, on_letter: called in the middle of a delivery; where
    `on_letter` is called the letter is already kept, and its sender does not know yet.
    """

    def __init__(self, **options: Any) -> None:
        self.letters: list[EmailMessage] = []
        self.refuses: dict[str, str] = {}
        self.closed = False
        self.on_recipient: Callable[[], None] = lambda: None
        self.on_letter: Callable[[], None] = lambda: None
        self._options = options
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="post office")
        self._thread.start()
        self._server = self._run(self._open())
        self.port: int = self._server.sockets[0].getsockname()[1]

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    async def _open(self) -> Any:
        def speak() -> SMTP:
            return SMTP(self, hostname="post.example", loop=self._loop, **self._options)

        return await self._loop.create_server(speak, "127.0.0.1", 0)

    def close(self) -> None:
        async def shut() -> None:
            self._server.close()
            for task in asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}:
                task.cancel()
            await asyncio.sleep(0)

        self._run(shut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    # --- what the server asks ---------------------------------------------------------------------
    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        self.on_recipient()
        if self.closed:
            return "451 not now"
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        assert envelope.rcpt_tos == [letter["To"]], "one person is written to at a time"
        self.letters.append(letter)
        self.on_letter()
        return "250 OK"

    # --- what was taken ---------------------------------------------------------------------------
    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]

    def text(self, address: str) -> str:
        """Of the last letter to somebody."""
        return words(self.to(address)[-1])


def words(letter: EmailMessage) -> str:
    """Its text, with the ends of lines as they are here and not as they travel."""
    return str(letter.get_content()).replace("\r\n", "\n")
