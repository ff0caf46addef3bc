"""Which requests does the server refuse before they are any? Those that two servers in a row could take for different ones, or that come in heaps.

Waitress itself refuses nearly all that are none; this is what it leaves.
"""

from __future__ import annotations

import re

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Waitress's parser, stricter with lengths and more lenient with letters."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers. Raises waitress's ParsingError, which is answered with status 400 and ends the connection.

        A request with two lengths, or with chunks in a version that has none, is how one request is smuggled behind another (RFC 9112, 6.1 and 6.3).
        """
        first, newline, rest = header_plus.partition(b"\r\n")
        # Browsers send %C3%A9; whoever types an é behind curl means the same.
        first = re.sub(rb"[\x80-\xff]", lambda letter: b"%%%02X" % letter[0][0], first)
        try:
            super().parse_header(first + newline + rest)
        except ValueError as error:  # an address such as http://[::1/
            raise ParsingError("Bad URI") from error
        if "CONTENT_LENGTH" in self.headers if self.chunked else "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("The length of the body is not clear")


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests are read by our parser, and one of which is answered at a time."""

    parser_class = Parser

    def service(self) -> None:
        """Answer the first request that has come, and close after it where others came along.

        A thread that has answered waits until the answer is taken before it turns to the next of several. No browser and no proxy sends them so; who
        does has to come again, and cannot make all threads wait by taking nothing.
        """
        with self.requests_lock:  # whoever holds it is still reading what has come
            if len(self.requests) > 1:
                self.requests[0].headers["CONNECTION"] = "close"
        super().service()
