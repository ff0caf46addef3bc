"""Which options do the commands share? The archive, the filters, and a query that may begin with a minus sign."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from search.homes.address import Address

Command = TypeVar("Command", bound=Callable[..., Any])

Where: TypeAlias = "Path | Address"
"""Where an archive is: its folder, or its address on a cluster."""

FILTERS = {
    "agency": ("NAME", "Whose report it is"),
    "publisher": ("NAME", "Who printed it"),
    "participant": ("NAME", "Who takes part in what is reported"),
    "person": ("NAME", "Who takes part or is mentioned"),
    "place": ("NAME", "The place of the dateline"),
    "language": ("CODE", "The language, such as en"),
    "date": ("DATE", "2022, 2022-06, 2022-06-15, 2021..2022-06 or “last month”"),
}
"""The filters by their option's name: what stands for a value, and what they mean."""

PEOPLE = ("participant", "person")
"""The filters of which an article usually has several values: all that are given must be in it."""


class Words(click.ParamType[str]):
    """Text from the command line; bytes that are not UTF-8 become the sign for an unreadable character."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text as valid Unicode."""
        return str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class Name(Words):
    """The value of a filter; an empty one (an unset variable, usually) must not pass for no filter at all."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The value as valid Unicode."""
        text = super().convert(value, param, ctx)
        if not text.strip():
            self.fail("it is empty. Leave the option out, or give a value.", param, ctx)
        return text


class Archived(click.ParamType["Where"]):
    """Where an archive is: an address begins with http:// or https://, everything else is a folder."""

    name = "archive"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Where:
        """The folder or the address."""
        if not isinstance(value, str) or not re.match(r"https?:/", value, re.IGNORECASE):
            return click.Path(path_type=Path, readable=False).convert(value, param, ctx)
        from search.errors import UsageError
        from search.homes.address import parse

        try:
            return parse(value)
        except UsageError as error:
            self.fail(str(error), param, ctx)


class FieldName(Words):
    """“PART=NAME”: which field of structured files holds which part of an article."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The part and the name of the field."""
        from search.errors import UsageError
        from search.extraction.fields import check

        if isinstance(value, tuple):
            return value
        part, equals, name = super().convert(value, param, ctx).partition("=")
        part, name = part.strip().lower(), name.strip()
        if not equals:
            self.fail(f"“{value}” is not of the form PART=NAME, such as body=Text.", param, ctx)
        try:
            check({part: name})
        except UsageError as error:
            self.fail(str(error), param, ctx)
        return part, name


class QueryCommand(click.Command):
    """A command whose arguments are a query: “-camp” leaves articles out, it is no option. Options begin with two dashes."""

    ignore_unknown_options = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take unknown words with one dash into the query, and refuse those with two unless a bare “--” stood before them."""
        given = args[: args.index("--")] if "--" in args else list(args)
        rest = super().parse_args(ctx, args)
        for word in ctx.params.get("query", ()):
            if word.startswith("--") and word in given:
                known = [name for parameter in self.params for name in parameter.opts]
                raise click.NoSuchOption(
                    word.partition("=")[0], f"No such option “{word}”. To search for it, put “--” before the query.", possibilities=known, ctx=ctx
                )
        return rest


def index_option(command: Command) -> Command:
    """`--index ARCHIVE`: which archive; `--ca FILE` beside it. The command gets a folder or an address as `at`."""
    option = click.option(
        "--index",
        "at",
        type=Archived(),
        default=Path("index"),
        envvar="DATELINE_INDEX",
        metavar="ARCHIVE",
        help="The archive's folder, or its address on a cluster, https://HOST:9200/NAME (also: DATELINE_INDEX). Default: index",
    )
    return option(ca_option(command))


def ca_option(command: Command) -> Command:
    """`--ca FILE`, whose certificates every address has that the command gets."""

    @functools.wraps(command)
    def trusting(*, ca: Path | None, **given: Any) -> Any:
        if ca is None:
            return command(**given)
        from search.homes.address import Address

        addresses = {name: replace(value, ca=ca) for name, value in given.items() if isinstance(value, Address)}
        if not addresses and click.get_current_context().get_parameter_source("ca") is ParameterSource.COMMANDLINE:
            raise click.UsageError("--ca is for archives on a cluster, and none is named here.")
        return command(**{**given, **addresses})

    option = click.option(
        "--ca",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        envvar="DATELINE_CA",
        metavar="FILE",
        help="Certificates by which to know a cluster, in place of the system's (also: DATELINE_CA).",
    )
    return cast(Command, option(trusting))


def cluster_options(command: Command) -> Command:
    """`--url URL` and `--archive NAME`: the same as `--index URL/NAME`, put together for the command as `at`. To stand above `index_option`."""

    @functools.wraps(command)
    def joined(*, url: str | None, archive: str | None, **given: Any) -> Any:
        if url is not None or archive is not None:
            given["at"] = _joined(url, archive)
        return command(**given)

    options = [
        click.option(
            "--url", type=Name(), metavar="URL", help="The cluster of an archive: https://HOST:9200, or more of its nodes with commas between."
        ),
        click.option("--archive", type=Name(), metavar="NAME", help="The archive's name on that cluster. --index URL/NAME says both."),
    ]
    wrapped: Callable[..., Any] = joined
    for option in reversed(options):
        wrapped = option(wrapped)
    return cast(Command, wrapped)


def _joined(url: str | None, archive: str | None) -> Address:
    """The address of an archive of that name on the cluster at that URL. Raises UsageError."""
    from search.homes.address import Address, check_name, parse_nodes

    if url is None:
        raise click.UsageError(f"--archive {archive} is a name on a cluster: name the cluster too, with --url https://HOST:9200")
    nodes = parse_nodes(url)
    if archive is None:
        raise click.UsageError("--url names a cluster: name the archive there too, with --archive NAME.")
    if click.get_current_context().get_parameter_source("at") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--index names an archive, and --url with --archive another: leave one of them out.")
    check_name(archive)
    return Address(nodes, archive)


def json_option(command: Command) -> Command:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def partial_option(command: Command) -> Command:
    """`--partial`: what there is will do."""
    return click.option("--partial", is_flag=True, help="Where parts of the archive do not answer, take what the others have.")(command)


def map_option(command: Command) -> Command:
    """`--map PART=NAME`, repeatable: the command gets a dict `fields` from parts of an article to names of fields."""
    return click.option(
        "--map",
        "fields",
        type=FieldName(),
        multiple=True,
        callback=_one_each,
        metavar="PART=NAME",
        help="In JSON, CSV and front matter, the field NAME (or a path a.b) holds the body, title, date, … May be given again.",
    )(command)


def _one_each(ctx: click.Context, param: click.Parameter, pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The pairs as a dict; a part with two different fields is a mistake, of which the last must not win unseen."""
    fields: dict[str, str] = {}
    for part, name in pairs:
        if fields.setdefault(part, name) != name:
            raise click.BadParameter(f"{part} cannot be read from both “{fields[part]}” and “{name}”: choose one.", ctx, param)
    return fields


def query_argument(command: Command) -> Command:
    """The words of a query, which may be none."""
    return click.argument("query", nargs=-1, type=Words(), metavar="[QUERY]...")(command)


def filter_options(command: Command) -> Command:
    """The filters, each also as `--not-…` and but for dates as `--…-mode`, and `--after` and `--before`: all as keyword arguments of the command."""
    options = [
        click.option(f"--{name}", name, multiple=True, type=Name(), metavar=value, help=f"{meaning}.") for name, (value, meaning) in FILTERS.items()
    ]
    options += [
        click.option("--after", "after", multiple=True, type=Name(), metavar="DATE", help="Published after this day, month or year."),
        click.option("--before", "before", multiple=True, type=Name(), metavar="DATE", help="Published before this day, month or year."),
    ]
    options += [
        click.option(f"--not-{name}", f"not_{name}", multiple=True, type=Name(), metavar=value, help="Without these.")
        for name, (value, _) in FILTERS.items()
    ]
    options += [
        click.option(
            f"--{name}-mode",
            f"{name}_mode",
            multiple=True,
            type=click.Choice(["any", "all"]),
            help=f"With several --{name}: articles with any or with all of them. Default: {'all' if name in PEOPLE else 'any'}",
        )
        for name in FILTERS
        if name != "date"
    ]
    for option in reversed(options):
        command = option(command)
    return command


def described(filters: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Filters in words: ["agency SANA", "not place Moscow"]."""
    return [f"{name.replace('_', ' ')} {value}" for name, values in filters.items() for value in values]


def flags(filters: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Filters as they are typed: ["--agency", "SANA"]."""
    return [word for name, values in filters.items() for value in values for word in (f"--{name.replace('_', '-')}", value)]
