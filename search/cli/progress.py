"""How far is a long run? A bar with rate and time left on a terminal, a plain line now and then elsewhere; both on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from search.cli.output import console, say
from search.wording import count

if TYPE_CHECKING:
    from search.report import Progress

EVERY = 5.0
"""Seconds between two plain lines: a log file stays short, and whoever waits sees that it goes on."""

PHASES = {"finding": "Finding files", "reading": "Reading files", "copying": "Copying articles", "comparing": "Comparing articles"}
"""What a run is at, in words: the doing, and of what."""


@contextmanager
def progress() -> Iterator[Callable[[Progress], None]]:
    """A function that shows how far a run is, for as long as the context lasts."""
    if sys.stderr.isatty():
        with _bar() as show:
            yield show
    else:
        yield lines()


def lines(clock: Callable[[], float] = time.monotonic) -> Callable[[Progress], None]:
    """A function that says how far a run is, every few seconds. `clock` gives seconds."""
    started = said = clock()
    phase = "finding"

    def show(state: Progress) -> None:
        nonlocal started, said, phase
        now = clock()
        if state.phase != phase:
            phase, started = state.phase, now
        if now - said < EVERY:
            return
        said = now
        if state.total is None:
            say(f"{count(state.done, 'file')} found so far")
        elif now > started:
            rate = state.done / (now - started)
            left = f", {_duration((state.total - state.done) / rate)} left" if rate else ""
            doing, things = PHASES[state.phase].split()
            at = "" if state.phase == "reading" else f"{doing.lower()}: "
            say(f"{at}{state.done:,} of {count(state.total, things.removesuffix('s'))}, {rate:,.0f} a second{left}")

    return show


@contextmanager
def _bar() -> Iterator[Callable[[Progress], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    class Rate(ProgressColumn):
        """Files or articles a second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.finished_speed or task.speed or 0:,.0f} a second")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    with Bar(*columns, console=console(to_stderr=True), transient=True) as bar:
        tasks = {phase: bar.add_task(words, total=None, start=False, visible=False) for phase, words in PHASES.items()}

        def show(state: Progress) -> None:
            for phase, task in tasks.items():
                if phase != state.phase:
                    bar.update(task, visible=False)
            if not bar.tasks[tasks[state.phase]].started:
                bar.start_task(tasks[state.phase])
            bar.update(tasks[state.phase], completed=state.done, total=state.total, visible=True)

        yield show


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
