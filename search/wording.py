"""How is a value said in words? Dates with their precision, agency and publisher, facets, numbers of things."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.article import Article, Person
    from search.results import Hit, NamedPeople, OrMore, Results, StandsFor

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


FACET_NAMES = {
    "date": "Date",
    "agency": "Agency",
    "participants": "Participants",
    "people": "People named",
    "publisher": "Publisher",
    "place": "Place",
    "language": "Language",
}
"""What a facet is called."""

UNDATED = "undated"
NOT_GIVEN = "none given"
"""What a facet calls the articles that have no value: by date, and otherwise."""


def date_in_words(value: str | None) -> str:
    """A value of the date facet, or an article's date, with no more precision than it has: "15 June 2022", "June 2022", "2021 to June 2022"."""
    if not value:
        return UNDATED
    if ".." in value:
        first, last = whole_periods(*value.split("..", 1))
        if first and last:
            return date_in_words(first) if first == last else f"{date_in_words(first)} to {date_in_words(last)}"
        return f"from {date_in_words(first)}" if first else f"until {date_in_words(last)}"
    if value.endswith("-none"):
        known = value.removesuffix("-none")
        return f"{date_in_words(known)}, no {'day' if '-' in known else 'month'} given"
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", value)
    if not match or not 0 < int(match[2] or 1) <= 12:
        return value
    year, month, day = match.groups()
    return " ".join([*([str(int(day))] if day else []), *([MONTHS[int(month) - 1]] if month else []), year])


def whole_periods(first: str, last: str) -> tuple[str, str]:
    """The ends of a range of days as the years or months that they begin and end, where both do: "2021-01-01", "2022-12-31" are 2021 and 2022."""
    if re.fullmatch(r"(\d{4}-01-01)?", first) and re.fullmatch(r"(\d{4}-12-31)?", last):
        return first[:4], last[:4]
    if (not first or first.endswith("-01")) and (not last or _ends_a_month(last)):
        return first[:7], last[:7]
    return first, last


def _ends_a_month(day: str) -> bool:
    try:
        return (dt.date.fromisoformat(day) + dt.timedelta(days=1)).day == 1
    except (ValueError, OverflowError):
        return False


def searched(results: Results) -> str:
    """What was searched for: the query as it was understood, or the words for one of which nothing was left."""
    return "nothing: no part of the query could be looked for" if results.canonical == "NOT *" else results.canonical


def most_words(results: Results) -> str:
    """That articles with some of the words were searched, where none matches the whole query; "" where one does."""
    if results.most_words is None:
        return ""
    some = f"{results.most_words.least:,} of its {results.most_words.of:,} words"
    end = f"these have {some}" if results.total else f"those with {some} were searched instead"
    return f"No article matches the whole query; {end}."


def corrections(results: Results) -> list[list[tuple[str, bool]]]:
    """The queries that may have been meant, likeliest first, each in pieces: (text, whether it replaces what was typed).

    The first has the likeliest word in every place, each further one another word in one of them.
    """
    text, places = results.request.text, results.suggestions
    if not places:
        return []
    likeliest = [place.instead[0] for place in places]
    choices = [likeliest]
    for number, place in enumerate(places):
        choices += [[*likeliest[:number], other, *likeliest[number + 1 :]] for other in place.instead[1:]]
    found = []
    for words in choices:
        pieces, at = [], 0
        for place, word in zip(places, words, strict=True):
            pieces += [(text[at : place.start], False), (word, True)]
            at = place.end
        found.append([(piece, new) for piece, new in (*pieces, (text[at:], False)) if piece])
    return found


KINDS = {
    "forms": "in any form",
    "exact": "as it stands",
    "prefix": "with any ending",
    "wildcard": "whatever fits",
    "fuzzy": "spelled like it",
}
"""How a part of a query was looked for, by `StandsFor.kind`."""

MOST_LISTED = 30
"""Words, persons and forms of a name that a reader is shown; the number of the others is said."""


def listed(items: Iterable[str], more: int = 0) -> str:
    """Things in a line, with the number of those that are not in it; "nothing in this archive" where there are none."""
    found = list(items)
    more += max(0, len(found) - MOST_LISTED)
    shown = ", ".join(found[:MOST_LISTED])
    return f"{shown} and {more:,} more" if more else shown or "nothing in this archive"


def _stands_for(words: list[StandsFor]) -> list[str]:
    """How the words of one part of a query were looked for, and what was found for them: ["in any form: return, returned"]."""
    if any(word.kind != "exact" for word in words):
        return [f"{KINDS[word.kind]}: {listed(word.words, word.more)}" for word in words]
    missing = sum(not word.words for word in words)
    if missing == len(words):
        return [f"{KINDS['exact']}: {listed(())}"]
    return [KINDS["exact"] + (f"; {missing:,} of its {len(words):,} words in no article" if missing else "")]


def explained(results: Results) -> list[tuple[str, list[str]]]:
    """What was searched: each part of the query or name beside what it stands for, in lines. Empty where no explanation was asked for.

    Parts are as they were typed; a filter's name is "participant Assad".
    """
    if results.explanation is None:
        return []
    parts: dict[str, list[StandsFor]] = {}
    for word in results.explanation.words:
        parts.setdefault(word.part, []).append(word)
    rows = {part: _stands_for(words) for part, words in parts.items()}
    for named in results.explanation.people:
        lines = rows.setdefault(f"{'participant' if named.field == 'participants' else 'person'} {named.name}", [])
        known = next((one for one in results.people if (one.field, one.name) == (named.field, named.name)), None)
        order = {person.value: place for place, person in enumerate(known.persons)} if known else {}
        for person in sorted(named.persons, key=lambda person: order.get(person.person, len(order)))[:MOST_LISTED]:
            others = [form for form in person.forms if form != person.label]
            lines.append(f"{person.label}, also as {listed(others)}" if others else person.label)
        more = (bearers(known) if known else len(named.persons)) - len(lines)
        if not isinstance(more, int) or more > 0:
            lines.append(f"and {more:,} more")
        if not lines:
            lines.append(listed(()))
    return list(rows.items())


def bearers(named: NamedPeople) -> int | OrMore:
    """How many persons have a name."""
    return len(named.persons) + named.more


def score(hit: Hit) -> str:
    """A hit's score as the sum of its parts: "5.21 = refugees 3.10 + return 2.11"; "" where it has no parts."""
    if not hit.scores:
        return ""
    return f"{hit.score:.2f} = " + " + ".join(f"{part.part} {part.value:.2f}" for part in hit.scores)


def origin(of: Article | Hit) -> str:
    """Whose report it is and who printed it: "SANA via The Syrian Observer"."""
    agencies = ", ".join(of.agencies or ([of.agency] if of.agency else []))
    if agencies and of.publisher and of.publisher != agencies:
        return f"{agencies} via {of.publisher}"
    return agencies or of.publisher or ""


def about(of: Article | Hit) -> str:
    """When, whose and where, in a line; what is not known is left out, but for the date."""
    return " · ".join(part for part in (date_in_words(of.date), origin(of), of.place) if part)


def names(people: Iterable[Person]) -> str:
    """The names in a line."""
    return ", ".join(person.name for person in people)


def count(number: int | OrMore, one: str, many: str | None = None) -> str:
    """A number of things: "1 article", "1,204 articles", "at least 12 articles"."""
    single = (number if isinstance(number, int) else number.at_least) == 1
    return f"{number:,} {one if single else many or one + 's'}"


def short(number: int | OrMore) -> str:
    """A number where there is little room: "1,204"; "12+" is 12 or more."""
    return f"{number:,}" if isinstance(number, int) else f"{number.at_least:,}+"


def begun(text: str) -> str:
    """A text that begins a sentence."""
    return text[:1].upper() + text[1:]


INCOMPLETE = "Parts of the archive did not answer: there may be more, and 12+ stands for 12 articles or more."
UPDATING = "The archive is being updated: a part of what changes is in it, and others follow."


def size(number: float) -> str:
    """A number of bytes: "3.1 MB"."""
    units = ["bytes", "kB", "MB", "GB", "TB"]
    while number >= 1000 and len(units) > 1:
        number /= 1000
        del units[0]
    return f"{number:.0f} bytes" if units[0] == "bytes" else f"{number:.1f} {units[0]}"
