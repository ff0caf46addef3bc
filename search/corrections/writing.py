"""How does a corrections.toml reach the disk? Whole or not at all, by one writer at a time, with the permissions that it had."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from search.corrections.records import FILE_NAME, at
from search.errors import CorrectionsError

WAIT_SECONDS = 10.0
"""How long to wait for another writer. One edit takes less than a second."""

_LOCK = ".corrections.lock"


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the right to change the corrections in a folder. Raises CorrectionsError where another process keeps it, or nothing can be written."""
    from filelock import FileLock, Timeout

    if not folder.is_dir():
        raise CorrectionsError(f"There is no folder {at(folder, None)}: the articles that are to be corrected are not there. Is their disk mounted?")
    file = folder / _LOCK
    lock = FileLock(file)
    try:
        lock.acquire(timeout=WAIT_SECONDS)
    except Timeout as error:
        where = at(folder / FILE_NAME, None)
        raise CorrectionsError(f"Another process is writing to {where}. Wait until it has finished, then run this again.") from error
    except OSError as error:
        raise _cannot_write(folder / FILE_NAME, error) from error
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink()  # a folder of articles is no place for what is ours; who waits for the lock sees that it is gone and makes a new one
        lock.release()


def replace(file: Path, data: bytes) -> None:
    """Put bytes in the place of a file at once, or of the file that it links to. Raises CorrectionsError."""
    try:
        target = file.resolve()
        # A name that nobody can foresee, and "x": what lies there already, such as a link to another file, is never written to.
        fresh = target.with_name(f".{target.name}.{secrets.token_hex(8)}.new")
        with fresh.open("xb") as stream:
            try:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
                with suppress(FileNotFoundError):
                    fresh.chmod(stat.S_IMODE(target.stat().st_mode))
            except BaseException:
                fresh.unlink(missing_ok=True)
                raise
        fresh.replace(target)
    except (OSError, RuntimeError) as error:
        raise _cannot_write(file, error) from error


def _cannot_write(file: Path, error: Exception) -> CorrectionsError:
    why = (getattr(error, "strerror", None) or str(error)).lower()
    return CorrectionsError(
        f"{at(file, None)} cannot be written: {why}. Corrections are kept beside the raw articles: make their folder writable, or index a copy of it."
    )
