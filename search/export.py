"""How is everything that was found written down? As a table with one article a row, safe to open in a spreadsheet, or as lines of JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator

from search.article import Article
from search.wording import names

COLUMNS = ("id", "title", "date", "date_precision", "agency", "publisher", "place", "participants", "mentioned", "url", "source", "path")

_SIGN = re.compile(r"(^|[;\t\r\n])(?=(?:[^\S\t\r\n]|[\0\ufeff])*[=+\-@＝＋－＠])")
_BLANK = ("\t", "\r", "\n", "\0")


def in_utf8(text: str) -> str:
    """Text that UTF-8 can write: half of a surrogate pair, which a raw file of JSON may hold, is spelled out (“\\ud800”)."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def cell(value: str | None, encodable: Callable[[str], str] = in_utf8) -> str:
    """A value as a cell. A spreadsheet would run one that begins like a formula: an apostrophe before the sign makes it text.

    So it is done behind a semicolon, tab or line break inside the value: a spreadsheet that is set to another separator begins a cell there. The rule
    is OWASP's, https://owasp.org/www-community/attacks/CSV_Injection, with the signs of ASVS 1.2.10. `encodable` gives the text as it will be
    encoded, for a sign must not come about by that either.
    """
    text = _SIGN.sub(r"\1'", encodable(value or ""))
    return f"'{text}" if text.startswith(_BLANK) else text


def row(article: Article, encodable: Callable[[str], str] = in_utf8) -> list[str]:
    """The cells of an article, one for each of `COLUMNS`; several names in a cell are set apart by semicolons."""
    people = {"participants": article.participants, "mentioned": article.mentioned}
    agencies = "; ".join(article.agencies) or article.agency
    values = [
        "; ".join(names([p]) for p in people[column]) if column in people else agencies if column == "agency" else getattr(article, column)
        for column in COLUMNS
    ]
    return [cell(value, encodable) for value in values]


def csv_lines(articles: Iterable[Article], encodable: Callable[[str], str] = in_utf8, end: str = "\r\n") -> Iterator[str]:
    """The lines of the table as the articles come, the names of the columns first. Lines end as RFC 4180 says unless told otherwise."""
    line = io.StringIO(newline="")
    # csv quotes the line breaks of its own line end only: a lone carriage return in a title would begin a row.
    table = csv.writer(line, lineterminator="\r\n")
    yield ",".join(COLUMNS) + end
    for article in articles:
        line.seek(0)
        line.truncate()
        table.writerow(row(article, encodable))
        yield line.getvalue().removesuffix("\r\n") + end


def json_lines(articles: Iterable[Article]) -> Iterator[str]:
    """The articles as they come, each a JSON object on a line; `Article.from_dict` reads one back."""
    for article in articles:
        # In JSON a surrogate that is spelled out means the surrogate, so that nothing is lost.
        yield in_utf8(json.dumps(article.to_dict(), ensure_ascii=False)) + "\n"
