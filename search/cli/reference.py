"""Which commands are there, in full? The reference `docs/commands.md`, written from the commands' own help.

python -m search.cli.reference > docs/commands.md
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from search.cli import main

_INTRODUCTION = """# Commands

Data goes to stdout, messages go to stderr. Colour is used on a terminal only, and never where `NO_COLOR` is set. Every command that needs
an archive takes `--index ARCHIVE`, or the environment variable `DATELINE_INDEX`, or the folder `index`. With `DATELINE_DEBUG=1` an error also
shows where in the program it happened.

This page is written from the commands' own help: `python -m search.cli.reference > docs/commands.md`.
"""


def reference() -> str:
    """The page, as Markdown."""
    return "\n".join([_INTRODUCTION, *_commands("", main)])


def _commands(above: str, group: click.Group) -> Iterator[str]:
    """The sections of a group's commands, those of a group in it after its own."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield f"## {above}{name}\n\n    dateline {above}{name} COMMAND\n\n{_prose(command.help)}\n"
            yield from _commands(f"{above}{name} ", command)
        else:
            yield _command(above + name, command)


def _command(name: str, command: click.Command) -> str:
    arguments = " ".join(p.metavar or p.name or "" for p in command.params if isinstance(p, click.Argument))
    usage = " ".join(part for part in ("dateline", name, "[OPTIONS]", arguments) if part)
    table = "\n".join(_options(command))
    return f"## {name}\n\n    {usage}\n\n{_prose(command.help)}\n\n| option | meaning |\n|---|---|\n{table}\n\n{_prose(command.epilog)}\n"


def _options(command: click.Command) -> Iterator[str]:
    for option in command.params:
        if isinstance(option, click.Option):
            value = "" if option.is_flag else f" {option.metavar or _choices(option)}"
            meaning = (option.help or "").replace("|", "\\|")
            # A second --after or --agency-mode is read only to be refused with a sentence.
            once = option.name in ("after", "before") or (option.name or "").endswith("_mode")
            repeated = " May be repeated." if option.multiple and not once else ""
            yield f"| `{', '.join(option.opts)}{value}` | {meaning}{repeated} |"


def _choices(option: click.Option) -> str:
    return "\\|".join(map(str, option.type.choices)) if isinstance(option.type, click.Choice) else option.type.name.upper()


def _prose(text: str | None) -> str:
    """Help text as Markdown: paragraphs as they are, those that keep their lines (marked \\b) with examples as code."""
    paragraphs = []
    for paragraph in inspect.cleandoc(text or "").split("\n\n"):
        lines = paragraph.splitlines()
        if lines and lines[0] == "\b":
            first, *rest = lines[1:]
            paragraphs.append(first + "\n\n" + "\n".join(f"    {line.strip()}" for line in rest))
        else:
            paragraphs.append(" ".join(lines))
    return "\n\n".join(paragraphs)


if __name__ == "__main__":
    click.echo(reference(), nl=False)
