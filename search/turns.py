"""When may a writer change an archive? In its turn.

An archive in a folder has one writer at a time, whose turn is as long as its run. To one on a cluster several may write, on different machines: they
read files and extract articles side by side, and take turns at putting what they have found into the engine and the ledger. In a turn nobody else
changes anything, and each batch of it is all or nothing; so what comes of several runs side by side is what would come of their turns one after the
other.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Turns(Protocol):
    """The turns of one writer, who holds one engine and one ledger over all of them."""

    @property
    def shared(self) -> bool:
        """Whether other writers may change the archive between two turns."""

    def turn(self) -> AbstractContextManager[bool]:
        """Wait for a turn. It says whether others have changed the archive since this writer's last one; engine and ledger are as they left it.

        At its normal end everything that engine and ledger have committed in it since the last `agree` becomes the archive's at once; at an
        exception, nothing of that does.
        Inside, the engine tells of what it has committed in this turn (`get`, `ids`, `count`, `generation`) as if it were the archive's already.
        """

    def agree(self) -> None:
        """Engine and ledger agree, in the middle of a turn: what they have committed may become the archive's already, and need not pile up."""


class _Alone:
    shared = False

    def agree(self) -> None:
        pass

    def turn(self) -> AbstractContextManager[bool]:
        return nullcontext(False)


ALONE: Turns = _Alone()
"""The turns of an archive's only writer: what is committed is the archive's at once."""
