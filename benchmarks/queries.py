"""How long does it take to understand a query: an ordinary one, the worst of many hostile ones, and those made to be slow?

python -m benchmarks.queries [ordinary|random|worst]...

Prints Markdown. Times are milliseconds of one core. Understanding is parsing; finding out what to search for (plan), writing the canonical text and
making ready to mark matches follow for every search. What is promised is 50 ms for parsing any text at all.
"""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable, Iterator
from random import Random

import click

from search.matching import Matcher
from search.plan import plan
from search.query.parser import MAX_CLAUSES, MAX_LENGTH, parse
from search.query.printer import canonical

RUNS, TEXTS = 5, 5_000
TODAY = dt.date(2022, 6, 15)

ORDINARY = {
    "one word": "refugees",
    "three words": "refugees return Damascus",
    "a phrase": '"return of refugees"',
    "a group": "(refugees OR displaced) Damascus -camp",
    "proximity": "Assad NEAR/5 Putin",
    "fields": 'title:talks agency:"al-Watan" participant:Putin',
    "a range of dates": "talks date:2021..2022-06",
    "a date in words": 'talks after:"15 June 2021"',
    "all of them": 'title:"oil gas"~3 (Assad NEAR/5 Putin OR agency:"al-Watan") -refuge* date:2021..2022-06 participant:Putin Lavrentyev~ =returned',
}

_FULL = 2 * MAX_LENGTH
HOSTILE: dict[str, str] = {
    "closed parentheses": ")" * _FULL,
    "open parentheses": "(" * _FULL,
    "empty parentheses": "()" * (_FULL // 2),
    "deep groups": ("(" * 20 + "a" + ")" * 20) * (_FULL // 41),
    "quotation marks": '"' * _FULL,
    "quotation marks and spaces": '" ' * (_FULL // 2),
    "bars": "|" * _FULL,
    "hyphens": "-" * _FULL,
    "hyphens and spaces": "- " * (_FULL // 2),
    "NOT": "NOT " * (_FULL // 4),
    "NEAR": "a NEAR/50 " * MAX_CLAUSES,
    "stray operators": "AND OR NEAR/3 " * (_FULL // 14),
    "names of fields": "title:" * (_FULL // 6),
    "names of fields and spaces": "title : " * (_FULL // 8),
    "unknown fields": " ".join(f"pparticipantt{chr(97 + n % 26)}:a" for n in range(MAX_CLAUSES)),
    "many clauses": "a* " * MAX_CLAUSES,
    "thousands of clauses": "a " * (_FULL // 2),
    "stars": "*a" * (MAX_LENGTH // 2),
    "question marks": "a" + "?" * (MAX_LENGTH - 1),
    "tildes": "a" + "~" * (MAX_LENGTH - 1),
    "one long word": "a" * MAX_LENGTH,
    "one long fuzzy word": "a" * (MAX_LENGTH - 1) + "~2",
    "one long phrase": '"' + "a " * (MAX_LENGTH // 2 - 1) + '"~50',
    "hyphenated words": "a-" * (MAX_LENGTH // 2),
    "apostrophes": "a'" * (MAX_LENGTH // 2),
    "accents": "e" + "\u0301" * (MAX_LENGTH - 1),
    "ligatures of four words": "\ufdfa" * MAX_LENGTH,
    "wrong dates": " ".join(f'date:"1 2 3 jan {2000 + n} of"' for n in range(MAX_CLAUSES)),
    "ranges of dates in words": 'date:"15 jun 2021 of th..15 jun 2022 of th" ' * MAX_CLAUSES,
    "dates without quotation marks": "date:last 15 jan 2022 jan 2 jan " * MAX_CLAUSES,
    "invisible characters": "\u202e" * _FULL,
}
"""What nested or overlapping repetition, deep recursion or much composing of messages would take long for, as long as it is read at all."""

PIECES = [*'()|-~*?=:"“ ', "a", "b ", "NOT ", "OR ", "AND ", "NEAR/5 ", "title:", "agency:", "date:", "date:last 30 days ", "foo:", "a* ", "a~2 "]
"""What random texts are put together from."""

HEAD = ("| query | characters | parsed: ms | plan: ms | canonical: ms | ready to mark: ms |", "|---|--:|--:|--:|--:|--:|")


def timed(text: str) -> tuple[float, float, float, float]:
    """Seconds of this core for parsing, planning, writing the canonical text, and making ready to mark: the least of several runs."""
    best = [float("inf")] * 4
    for _ in range(RUNS):
        clock = [time.process_time()]
        tree = parse(text, TODAY).query
        clock.append(time.process_time())
        planned = plan(tree).query
        clock.append(time.process_time())
        canonical(tree)
        clock.append(time.process_time())
        Matcher(planned)
        clock.append(time.process_time())
        best = [min(least, after - before) for least, before, after in zip(best, clock, clock[1:], strict=False)]
    return best[0], best[1], best[2], best[3]


def ordinary() -> Iterator[str]:
    """What people type; the last row is the median."""
    yield from HEAD
    rows = [(name, text, timed(text)) for name, text in ORDINARY.items()]
    yield from (_row(name, len(text), times) for name, text, times in rows)
    medians = [statistics.median(times[part] for _, _, times in rows) for part in range(4)]
    yield _row("**median**", int(statistics.median(len(text) for _, text, _ in rows)), medians)


def random(number: int = TEXTS) -> Iterator[str]:
    """Random texts of up to the longest that is read, put together from what has a meaning; the longest times of all of them."""
    chance = Random(1)  # noqa: S311 - the same texts every time is what is wanted
    texts = ["".join(chance.choices(PIECES, k=int(3000 ** chance.random())))[:_FULL] for _ in range(number)]
    times = []
    for text in texts:
        began = time.process_time()
        parse(text, TODAY)
        times.append(time.process_time() - began)
    yield "| texts | median characters | parsed, median: ms | 99 of 100 below: ms | longest: ms |"
    yield "|--:|--:|--:|--:|--:|"
    shown = (statistics.median(times), sorted(times)[number * 99 // 100], max(times))
    yield f"| {number:,} | {int(statistics.median(map(len, texts))):,} | {' | '.join(f'{seconds * 1e3:.2f}' for seconds in shown)} |"


def worst() -> Iterator[str]:
    """Texts made to be slow, the slowest to parse first."""
    yield from HEAD
    rows = [(name, text, timed(text)) for name, text in HOSTILE.items()]
    yield from (_row(name, len(text), times) for name, text, times in sorted(rows, key=lambda row: -row[2][0]))
    yield _row("**longest**", max(len(text) for _, text, _ in rows), [max(times[part] for _, _, times in rows) for part in range(4)])


def _row(name: str, length: int, times: list[float] | tuple[float, ...]) -> str:
    return f"| {name} | {length:,} | {' | '.join(f'{seconds * 1e3:.2f}' for seconds in times)} |"


SECTIONS: dict[str, Callable[[], Iterator[str]]] = {"ordinary": ordinary, "random": random, "worst": worst}


@click.command()
@click.argument("names", nargs=-1, metavar="[SECTION]...", type=click.Choice(list(SECTIONS)))
def main(names: tuple[str, ...]) -> None:
    """Measure, and print a table for each section named, or for all."""
    for name in names or SECTIONS:
        click.echo(f"## {name}\n\n{(SECTIONS[name].__doc__ or '').strip()}\n")
        for line in SECTIONS[name]():
            click.echo(line)
        click.echo()


if __name__ == "__main__":
    main()
