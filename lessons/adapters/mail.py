"""Mail over SMTP: plain text, one person at a time, TLS checked where the setting asks for TLS."""

import logging
import smtplib
import socket
import ssl
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from lessons.ports import AddressRefused, Letter, MailFailed, NoMailServer

log = logging.getLogger(__name__)
PATIENCE = 10.0  # seconds for each answer of the server
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
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

    def send(self, letter: Letter) -> None:
        message = self._message(letter)
        server = self._connected()
        try:
            server.send_message(message, self._address, [letter.to])
        except smtplib.SMTPRecipientsRefused as error:
            code, _words = next(iter(error.recipients.values()))
            raise (AddressRefused if code >= FOR_GOOD else MailFailed)() from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailFailed() from error
        finally:
            _leave(server)

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


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()
