"""How long do readers wait when several ask at once? Threads, in as many processes as there are cores.

python -m benchmarks.cluster.readers ADDRESS THREADS WARM SECONDS     one of the processes: says when it is ready, waits for a line, says its times
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import IO, Any

from benchmarks.cluster.asking import REQUESTS, Forgetful, opened
from benchmarks.cluster.figures import Read
from benchmarks.cluster.machine import cores
from search.archive import Archive

_ROOT = Path(__file__).resolve().parents[2]

Times = dict[str, list[float]]


def read(address: str, readers: int, warm: int, seconds: float) -> Read:
    """Let so many readers ask every search `warm` times, or as often as they can in so many seconds, but once at least."""
    processes = min(cores(), readers)
    shares = [readers // processes + (place < readers % processes) for place in range(processes)]
    with ExitStack() as stack:
        started = [stack.enter_context(_process(address, threads, warm, seconds)) for threads in shares]
        for process in started:
            _said(process)
        for process in started:
            _pipe(process.stdin).write("go\n")
            _pipe(process.stdin).flush()
        said = [_said(process) for process in started]
    answers: Times = {}
    for one in said:
        for label, times in one["answers"].items():
            answers.setdefault(label, []).extend(times)
    # One clock for all processes of a machine.
    return Read(readers, processes, max(one["ended"] for one in said) - min(one["began"] for one in said), answers)


def asked(forgetful: Forgetful, threads: int, warm: int, seconds: float) -> dict[str, Any]:
    """The times of so many threads, each of which begins at another search."""
    began = time.monotonic()

    def reader(place: int) -> list[tuple[str, float]]:
        times = []
        first = place * len(REQUESTS) // threads
        for number, (label, request) in enumerate(islice(cycle(REQUESTS.items()), first, first + warm * len(REQUESTS))):
            if number >= len(REQUESTS) and time.monotonic() - began > seconds:
                break
            forgetful.forget()
            start = time.perf_counter()
            forgetful.archive.run(request, partial=False)
            times.append((label, time.perf_counter() - start))
        return times

    answers: Times = {}
    with ThreadPoolExecutor(threads) as pool:
        for some in pool.map(reader, range(threads)):
            for label, spent in some:
                answers.setdefault(label, []).append(spent)
    return {"began": began, "ended": time.monotonic(), "answers": answers}


@contextmanager
def _process(address: str, threads: int, warm: int, seconds: float) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "benchmarks.cluster.readers", address, str(threads), str(warm), str(seconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as process:  # noqa: S603 - our own
        yield process


def _said(process: subprocess.Popen[str]) -> dict[str, Any]:
    line = _pipe(process.stdout).readline()
    if not line:
        raise RuntimeError("A process of readers ended; what it said stands above.")
    return dict(json.loads(line))


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("a process without pipes")
    return pipe


def main(address: str, threads: str, warm: str, seconds: str) -> None:
    with opened(Archive.open(address)) as forgetful:
        _say({"ready": True})
        sys.stdin.readline()
        _say(asked(forgetful, int(threads), int(warm), float(seconds)))


def _say(values: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
