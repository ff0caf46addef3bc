"""How often does Python look for objects that refer to each other in a circle? Seldom, while articles are read and written by the thousand.

Nearly all that is made then is kept to the end of a batch, and has no circles in it: going through it again and again, as Python does after every
700 new objects, took a twentieth of the time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = (200_000, 50, 100)


def collect_seldom() -> None:
    """From now on, in this process."""
    gc.set_threshold(*_SELDOM)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Meanwhile only."""
    before = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
