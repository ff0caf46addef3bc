"""What must be told besides the results of a search? What was not understood, who was meant, what was searched instead; and the exit status."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from search.cli.options import described, flags
from search.cli.output import say
from search.wording import INCOMPLETE, UPDATING, bearers, corrections, count, most_words, searched

if TYPE_CHECKING:
    from search.results import NamedPeople, Results

FOUND, NOTHING, ERROR = 0, 1, 2

_NAMED = 10
"""Persons of one name that are listed; `dateline facets` lists them all."""

Filters = Mapping[str, tuple[str, ...]]
"""The filters as they were given, by parameter name."""


def asked(results: Results, filters: Filters) -> list[str]:
    """What was searched, in words: the query as it was understood, then the filters as they were given."""
    return ([] if results.canonical == "*" else [searched(results)]) + described(filters)


def comment(results: Results, filters: Filters) -> None:
    """Say on stderr what a reader of the results must know, with the command that goes on from there."""
    if not results.complete:
        say(INCOMPLETE)
    if results.updating:
        say(UPDATING)
    text = results.request.text
    for problem in results.problems:
        part = text[problem.start : problem.end]
        where = f" (at character {problem.start + 1}: “{part}”)" if part and part not in problem.message else ""
        say(problem.message + where)
    for named in results.people:
        _ambiguous(named)
    if results.most_words:
        say(most_words(results))
    if results.suggestions:
        _did_you_mean(results, filters)
    if results.left_out:
        say(f"{count(results.left_out, 'more article')} may match: undated, or dated too vaguely to say.")


def exit_status(results: Results) -> int:
    """Whether anything was found, and whether the query could be run."""
    if results.total is None or any(problem.severity == "error" for problem in results.problems):
        return ERROR
    return FOUND if results.total else NOTHING


def _ambiguous(named: NamedPeople) -> None:
    option = "participant" if named.field == "participants" else "person"
    who = ", ".join(f"{person.label} ({person.value}, {person.count:,})" for person in named.persons[:_NAMED])
    rest = bearers(named) - len(named.persons[:_NAMED])
    further = f" and {rest:,} more" if rest else ""
    say(f"“{named.name}” stands for {bearers(named):,} persons: {who}{further}. To choose one: --{option} {named.persons[0].value}")
    if rest:
        say(f"All of them: {_command('facets', ['--field', named.field, '--find', named.name])}")


def _did_you_mean(results: Results, filters: Filters) -> None:
    for one in results.suggestions:
        offered = [f"“{word}”" for word in one.instead]
        words = " or ".join([", ".join(offered[:-1]), offered[-1]] if len(offered) > 1 else offered)
        say(f"No article has “{results.request.text[one.start : one.end]}”. Did you mean {words}?")
    best = "".join(piece for piece, _ in corrections(results)[0])
    say(f"To search for that: {_command('search', flags(filters), best)}")


def _command(name: str, options: list[str], query: str = "") -> str:
    """A command on the same archive, as a shell takes it."""
    context = click.get_current_context()
    if context.get_parameter_source("at") is ParameterSource.COMMANDLINE:
        options = [*options, "--index", str(context.params["at"])]
    return shlex.join(["dateline", name, *options, *(["--"] if query.startswith("-") else []), *([query] if query else [])])
