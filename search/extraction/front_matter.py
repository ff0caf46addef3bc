"""What does a Markdown file say of itself? The front matter between its first lines: YAML between "---", TOML between "+++"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from search.errors import UnreadableFile
from search.extraction.records import Record, mapping, record_of

if TYPE_CHECKING:
    from yaml import BaseLoader, MappingNode, Node

_OPENING = re.compile(r"\s{0,10}(---|\+\+\+)[ \t]{0,20}\n")
_YAML_END = re.compile(r"^(?:---|\.\.\.)[ \t]{0,20}$", re.MULTILINE)
_TOML_END = re.compile(r"^\+\+\+[ \t]{0,20}$", re.MULTILINE)
_YAML_LINE = re.compile(r"[\w-]{1,40}:(?:\s|$)")
_TOML_LINE = re.compile(r"[\w.-]{1,40}\s{0,5}=|\[")
_TOO_DEEP = "The front matter's lists and values are nested too deeply. Mend it, or take it out."
_LONGEST = 100_000  # characters; what is longer is no front matter


@dataclass(frozen=True, slots=True)
class Parted:
    """A Markdown file in two: what its front matter says, as a record whose place is "", and the text below it."""

    record: Record
    text: str


def part(text: str) -> Parted:
    """Divide a decoded file. A first line of dashes with no front matter below it is a rule across the page.

    Raises UnreadableFile for front matter that is broken or never ends.
    """
    opening = _OPENING.match(text)
    if not opening:
        return Parted(Record("", {}), text)
    toml = opening[1] == "+++"
    closing = (_TOML_END if toml else _YAML_END).search(text, opening.end(), opening.end() + _LONGEST)
    begins_so = (_TOML_LINE if toml else _YAML_LINE).match(text, opening.end())
    if closing is None:
        if not begins_so:
            return Parted(Record("", {}), text)
        raise UnreadableFile(f"The front matter never ends. Put a line “{opening[1]}” between it and the text.")
    inside = text[opening.end() : closing.start()]
    record = _toml(inside) if toml else _yaml(inside)
    if record is None:
        return Parted(Record("", {}), text)
    return Parted(record, text[closing.end() :])


def _toml(text: str) -> Record:
    import tomllib

    try:
        values = {name: _as_text(value) for name, value in tomllib.loads(text, parse_float=str).items()}
    except RecursionError as error:
        raise UnreadableFile(_TOO_DEEP) from error
    except ValueError as error:  # of which TOMLDecodeError is one
        raise UnreadableFile(f"The front matter is not valid TOML: {error}. Mend it, or take it out.") from error
    return Record("", values)


def _as_text(value: Any) -> Any:
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return {name: _as_text(item) for name, item in value.items()} if isinstance(value, dict) else value


def _yaml(text: str) -> Record | None:
    """The record, or None where the text is not a mapping. Every scalar stays text, so that "No" and "2022-06" are what was written."""
    import yaml

    try:
        values = yaml.load(text, _loader())  # noqa: S506 - the loader makes nothing but texts, lists and mappings
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" in line {mark.line + 2}" if mark else ""
        if not _YAML_LINE.match(text):
            return None
        raise UnreadableFile(f"The front matter is not valid YAML{where}: {error.problem or error.context}. Mend it, or take it out.") from error
    except RecursionError as error:
        raise UnreadableFile(_TOO_DEEP) from error
    except (yaml.YAMLError, ValueError) as error:
        raise UnreadableFile(f"The front matter is not valid YAML: {str(error).splitlines()[0]}. Mend it, or take it out.") from error
    if values is None:
        return Record("", {})
    return record_of("", values) if isinstance(values, dict) else None


@cache
def _loader() -> type[BaseLoader]:
    """A loader of texts, lists and mappings that refuses aliases, by which a few lines can stand for gigabytes."""
    import yaml

    class Loader(yaml.BaseLoader):
        def compose_node(self, parent: Node | None, index: int) -> Node | None:
            if self.check_event(yaml.AliasEvent):
                raise yaml.MarkedYAMLError(problem="it uses an alias (*name), which is not read")
            return super().compose_node(parent, index)

        def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001 - as the loader is
            pairs: list[tuple[Hashable, Any]] = []
            for key, value in node.value:
                name = self.construct_object(key, deep=True)
                if not isinstance(name, str):
                    raise yaml.MarkedYAMLError(problem="a name is not a text", problem_mark=key.start_mark)
                pairs.append((name, self.construct_object(value, deep=True)))
            return mapping(pairs)

    return Loader
