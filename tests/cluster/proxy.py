"""A port on loopback with a node behind it, where a test makes happen what happens to connections: they break, in the middle of a request or of its
answer, they hang, and what answers is something else.

    with Proxy(cluster.ports[0]) as proxy:
        fault = proxy.expect("POST /.*/_bulk", cut_request=1000)     # the first such request breaks after 1,000 bytes
        fault = proxy.expect("POST /.*/_bulk", cut_answer=0, skip=2) # the third is carried out, and nobody learns of it
        fault = proxy.expect("PUT /.*/_doc/state", hold=True)        # it does not come through until `fault.let_go()`
        fault.wait()                                                 # until it has happened
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import BinaryIO, Self

PATIENCE = 60
"""Seconds after which what was to happen has not happened."""


@dataclass
class Fault:
    """What shall happen to requests that look so: their method, path and body, of which `pattern` matches the beginning."""

    pattern: re.Pattern[str]
    cut_request: int | None = None
    """After so many bytes of the request the connection breaks."""
    cut_answer: int | None = None
    """The request is carried out, and after so many bytes of its answer the connection breaks."""
    hold: bool = False
    """The request waits before it is passed on."""
    hold_answer: bool = False
    """The request is carried out, and its answer waits."""
    answer: tuple[int, bytes] | None = None
    """Status and JSON that are answered in place of the node."""
    skip: int = 0
    """So many such requests pass before it happens."""
    times: int = 1
    """To so many it happens then."""
    meanwhile: Callable[[], object] | None = None
    """What is done while a request waits, which then goes on."""
    met: int = 0
    _happened: threading.Event = field(default_factory=threading.Event, repr=False)
    _let_go: threading.Event = field(default_factory=threading.Event, repr=False)

    def wait(self, seconds: float = PATIENCE) -> None:
        """Wait until it has happened; with `hold`, until the request waits."""
        assert self._happened.wait(seconds), f"nobody has asked {self.pattern.pattern!r}"

    @property
    def happened(self) -> bool:
        return self._happened.is_set()

    def let_go(self) -> None:
        """Let what waits go on, and all that would wait yet."""
        self._let_go.set()

    def concerns(self, request: str) -> bool:
        """Whether it happens to this request. Asked once of each."""
        if self.skip + self.times <= self.met or not self.pattern.match(request):
            return False
        self.met += 1
        return self.met > self.skip

    def come(self) -> None:
        self._happened.set()

    def stay(self) -> None:
        if self.meanwhile is None:
            self._let_go.wait()
        else:
            self.meanwhile()


class Proxy:
    """A port of its own that passes everything on to another, but for what a test expects to break."""

    def __init__(self, target: int, host: str = "127.0.0.1", *, blind: bool = False) -> None:
        """`target` is a port on loopback. What is `blind` passes on bytes that it does not understand, such as those of TLS."""
        self._host = host
        self._blind = blind
        self.requests: list[str] = []
        """Methods and paths of all requests so far."""
        self._target = target
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener: socket.socket | None = None
        self.port = 0
        self.up()

    @property
    def address(self) -> str:
        return f"http{'s' if self._blind else ''}://{self._host}:{self.port}"

    def expect(
        self,
        pattern: str,
        *,
        cut_request: int | None = None,
        cut_answer: int | None = None,
        hold: bool = False,
        hold_answer: bool = False,
        answer: tuple[int, bytes] | None = None,
        skip: int = 0,
        times: int = 1,
    ) -> Fault:
        """Let something happen to the next requests that look so."""
        fault = Fault(re.compile(pattern, re.DOTALL), cut_request, cut_answer, hold, hold_answer, answer, skip, times)
        with self._lock:
            self._faults.append(fault)
        return fault

    def forget(self) -> None:
        """Let everything pass from now on."""
        with self._lock:
            faults, self._faults = self._faults, []
        for fault in faults:
            fault.let_go()

    def up(self) -> None:
        """Listen, at the same port as before."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self._host, self.port))
        listener.listen(128)
        self.port = listener.getsockname()[1]
        self._listener = listener
        self._start(self._accept, listener)

    def down(self) -> None:
        """Listen no more, and break all connections."""
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.forget()
        self.down()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _start(self, work: object, *given: object) -> None:
        thread = threading.Thread(target=work, args=given, name="proxy", daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                self._start(self._serve, listener.accept()[0])

    @contextmanager
    def _known(self, connection: socket.socket) -> Iterator[socket.socket]:
        with self._lock:
            self._open.add(connection)
        try:
            with connection:
                yield connection
        finally:
            with self._lock:
                self._open.discard(connection)

    def _serve(self, connection: socket.socket) -> None:
        """One connection: a request, its answer, the next request."""
        with suppress(OSError), ExitStack() as stack:
            client = stack.enter_context(self._known(connection))
            node = stack.enter_context(self._known(socket.create_connection(("127.0.0.1", self._target))))
            if self._blind:
                self._start(_pump, node, client)
                _pump(client, node)
                return
            asked, answered = stack.enter_context(client.makefile("rb")), stack.enter_context(node.makefile("rb"))
            while request := _message(asked):
                line, _, body = request.partition(b"\r\n\r\n")
                said = " ".join(line.decode("latin-1").split(" ")[:2])
                self.requests.append(said)
                if not self._pass_on(f"{said} {body.decode('utf-8', 'replace')}", request, client, node, answered):
                    return

    def _pass_on(self, said: str, request: bytes, client: socket.socket, node: socket.socket, answered: BinaryIO) -> bool:
        """Carry out a request, or what is to happen instead. Whether the connection stays."""
        with self._lock:
            fault = next((fault for fault in self._faults if fault.concerns(said)), None)
        if fault is None:
            node.sendall(request)
            client.sendall(_message(answered))
            return True
        if fault.hold:
            fault.come()
            fault.stay()
        if fault.answer is not None:
            status, answer = fault.answer
            client.sendall(b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(answer)) + answer)
            fault.come()
            return True
        if fault.cut_request is not None:
            node.sendall(request[: fault.cut_request])
            fault.come()
            return False
        node.sendall(request)
        answer = _message(answered)
        if fault.hold_answer:
            fault.come()
            fault.stay()
        client.sendall(answer if fault.cut_answer is None else answer[: fault.cut_answer])
        fault.come()
        return fault.cut_answer is None


def _pump(one: socket.socket, other: socket.socket) -> None:
    """Pass on what comes from one until it ends."""
    with suppress(OSError):
        while some := one.recv(65_536):
            other.sendall(some)
    with suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)


def _message(file: BinaryIO) -> bytes:
    """A whole request or answer; nothing where the connection ends."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = file.readline()
        if not line:
            return b""
        head += line
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return head + (file.read(int(length[1])) if length else b"")
