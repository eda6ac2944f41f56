"""A mail server that speaks just enough SMTP to take a mail, or to refuse it as it is told."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class MailServer(socketserver.ThreadingTCPServer):
    """Answers each command with `answers[command]`, by default with consent."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, answers: dict[str, str]) -> None:
        self.answers = {"EHLO": "250 here", "DATA": "354 go on", "QUIT": "221 bye", **answers}
        self.taken: list[str] = []
        super().__init__(("127.0.0.1", 0), _Conversation)


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 mail.example.vn")
        while line := self.rfile.readline().decode():
            command = line[:4].upper().strip()
            answer = self.server.answers.get(command, "250 well")
            self._say(answer)
            if command == "DATA" and answer.startswith("354"):
                self.server.taken.append(self._text())
                self._say("250 taken")
            if command == "QUIT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _text(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode()) not in (".\r\n", ""):
            lines.append(line)
        return "".join(lines)


@contextmanager
def serving(**answers: str) -> Iterator[MailServer]:
    """A server that listens inside the block."""
    with MailServer(answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
