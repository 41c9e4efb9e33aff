"""Mail over SMTP: plain text, one person at a time, TLS checked where the setting asks for TLS."""

import logging
import smtplib
import socket
import ssl
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from lessons.ports import AddressRefused, Letter, MailFailed, MayHaveGone, NoMailServer

log = logging.getLogger(__name__)
PATIENCE = 10.0  # seconds for each answer of the server
AT_THE_END = 30.0  # for its last, once it has the letter: it may look through it first
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
TAKEN, FORWARDED = 250, 251
REFUSALS = range(400, 600)
FOR_GOOD = 500  # codes from here on are no "try again later"


class SmtpPostman:
    """`Postman` by SMTP. url: smtp://host, smtp+starttls://user:password@host or smtps://…, with or without a port.

    sender: the address that mail comes from, with a name before it or without.
    """

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._scheme, self._host = parts.scheme, parts.hostname or ""
        self._port = parts.port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender
        self._address = parseaddr(sender)[1]

    def send(self, letter: Letter, on_the_point: Callable[[], None] = lambda: None) -> None:
        message = self._message(letter).as_bytes()
        server = self._connected()
        try:
            self._address_it(server, letter.to)
            on_the_point()
            _give(server, message)
        finally:
            _leave(server)

    def _address_it(self, server: smtplib.SMTP, to: str) -> None:
        """All that the server may refuse before it has the letter. Raises MailFailed, AddressRefused."""
        try:
            server.ehlo_or_helo_if_needed()
            code, _words = server.mail(self._address)
            if code != TAKEN:
                raise MailFailed()
            code, _words = server.rcpt(to)
        except (smtplib.SMTPException, OSError) as error:
            raise MailFailed() from error
        if code not in (TAKEN, FORWARDED):
            raise (AddressRefused if code >= FOR_GOOD else MailFailed)()

    def _connected(self) -> smtplib.SMTP:
        """Raises NoMailServer."""
        try:
            server = self._open()
        except (smtplib.SMTPException, OSError) as error:
            log.warning("no mail server at %s:%s: %s", self._host, self._port, type(error).__name__)
            raise NoMailServer() from error
        try:
            if self._scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            if self._user:
                server.login(self._user, self._password)
        except (smtplib.SMTPException, OSError) as error:
            _leave(server)
            log.warning("the mail server lets nobody in: %s", type(error).__name__)
            raise NoMailServer() from error
        return server

    def _open(self) -> smtplib.SMTP:
        name = socket.gethostname()
        if self._scheme == "smtps":
            return smtplib.SMTP_SSL(
                self._host, self._port, name, timeout=PATIENCE, context=ssl.create_default_context()
            )
        return smtplib.SMTP(self._host, self._port, name, timeout=PATIENCE)

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=policy.SMTP)
        message["From"] = self._sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(letter.at)
        message["Message-ID"] = f"<{letter.key}@{self._address.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text, cte="quoted-printable")
        # After the content, which takes such headers away.
        message["Content-Language"] = letter.language
        return message


def _give(server: smtplib.SMTP, message: bytes) -> None:
    """Raises MailFailed where the server says that it did not take it, MayHaveGone where it says nothing."""
    try:
        if server.sock is not None:
            server.sock.settimeout(AT_THE_END)
        code, _words = server.data(message)
    except smtplib.SMTPDataError as error:  # it would not hear of any letter
        raise MailFailed() from error
    except (smtplib.SMTPException, OSError) as error:
        raise MayHaveGone() from error
    if code in REFUSALS:
        raise MailFailed()
    if code != TAKEN:
        raise MayHaveGone()


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()
