"""How good are the reading and the ranking of articles, in one table? Exit status 0 where every floor is reached, else 1.

python -m tests.quality [SET...]
"""

from __future__ import annotations

import sys
import time

import click

from tests.quality.figures import Figure, Floor, floors
from tests.quality.sets import figures, why_not


@click.command()
@click.argument("names", nargs=-1, metavar="[SET]...", type=click.Choice(list(dict.fromkeys(floor.set for floor in floors()))))
def main(names: tuple[str, ...]) -> None:
    """Score the sets named, or all of them, and print one table."""
    held = floors()
    missed: list[str] = []
    skipped: list[str] = []
    known: list[str] = []
    click.echo(f"{'set':17} {'what':22} {'figure':>7} {'floor':>7} {'aim':>7}  {'':8} counts")
    for name in names or dict.fromkeys(floor.set for floor in held):
        reason = why_not(name)
        if reason:
            skipped.append(f"{name}: skipped. {reason}.")
            continue
        began = time.perf_counter()
        found = {figure.what: figure for figure in figures(name)}
        for floor in (floor for floor in held if floor.set == name):
            figure = found.get(floor.what)
            click.echo(_line(floor, figure))
            if figure is None or not floor.lowest.holds(figure.value):
                missed.append(f"{name}: {floor.what}")
            elif not floor.holds(figure.value):
                known.append(f"{name}: {floor.what}, held at {floor.held} ({floor.because})")
        click.echo(f"{name:17} {'(seconds)':22} {time.perf_counter() - began:7.1f}")
    outcome = f"Short of what is held: {'; '.join(missed)}." if missed else "Everything that could be measured is held."
    click.echo("\n".join([*skipped, *(f"Short of the floor: {line}." for line in known), outcome]))
    sys.exit(1 if missed else 0)


def _line(floor: Floor, figure: Figure | None) -> str:
    verdict, value, note = "missing", "", ""
    if figure is not None:
        verdict = "short" if not floor.holds(figure.value) else "ok, aim" if floor.reached(figure.value) else "ok"
        value, note = f"{figure.value:.3f}", figure.note
    lowest, wanted = (f"≤ {number:.0f}" if floor.most else f"{number:.3f}" for number in (floor.floor, floor.aim))
    return f"{floor.set:17} {floor.what:22} {value:>7} {lowest:>7} {wanted:>7}  {verdict:8} {note}"


if __name__ == "__main__":
    main()
