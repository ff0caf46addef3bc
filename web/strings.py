"""What does the page say? Every word of the interface, in one place; templates know this module as `s`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

# Named again, so that templates find every word in this module.
from search.wording import FACET_NAMES as FACET_NAMES
from search.wording import INCOMPLETE as INCOMPLETE
from search.wording import MONTHS, begun, short
from search.wording import NOT_GIVEN as NOT_GIVEN
from search.wording import UNDATED as UNDATED
from search.wording import UPDATING as UPDATING
from search.wording import count as counted
from search.wording import date_in_words as date_in_words
from search.wording import most_words as most_words
from search.wording import score as score
from search.wording import searched as searched

if TYPE_CHECKING:
    from search.results import OrMore

number = short
"""A number as a reader wants it: 12,345; 12+ is 12 or more."""

PRODUCT = "Dateline"
SKIP_TO_RESULTS = "Skip to the results"
SKIP_TO_VALUES = "Skip to the values"
SKIP_TO_PAIRS = "Skip to the table of pairs"
SKIP_TO_TEXT = "Skip to the text"
SEARCH = "Search"
SEARCH_LABEL = "Words, names, “exact phrases”, agency:SANA, date:2022"
SEARCH_PLACEHOLDER = "Search the archive"
HELP = "How to search"
HELP_EXAMPLES = (
    ("refugees return", "all the words, in any form"),
    ('"return of refugees"', "exactly these words in this order"),
    ("refugees OR displaced", "either of them"),
    ("refugees -camp", "without a word"),
    ("refuge*", "every word that begins so"),
    ("Assad NEAR/5 Putin", "within five words of each other"),
    ("agency:SANA place:Moscow", "by agency, by place"),
    ("participant:Putin", "takes part; person:Putin also finds who is only mentioned"),
    ("date:2021..2022-06", "a year, a month, a day or a range"),
)
"""What can be typed, and what it finds."""

FILTERS = "Filters"

CHIPS = {
    "date": "date",
    "agency": "agency",
    "participants": "with",
    "people": "naming",
    "publisher": "publisher",
    "place": "place",
    "language": "language",
}
"""What stands before a chosen value."""

FACET_NOTES = {"people": "Everybody who takes part or is only mentioned."}
"""What the name of a facet leaves open."""

NOT = "not"
ANY, ALL = "any", "all"
OR, AND = "or", "and"
MATCH = "Articles with any or all of the chosen values"
MATCH_ANY = "Articles with any of the chosen values"
MATCH_ALL = "Articles with all of the chosen values"
TIMELINE = "Articles by date"
TIMELINE_TABLE = "Table and range"
TIMELINE_AS_TABLE = "Articles by date, as a table"
TIMELINE_KEYS = "Left and right choose, Shift with an arrow marks several, Enter narrows the search"
EARLIER, LATER = "Earlier", "Later"
DATES, COUNTS = "Date", "Articles"
AFTER, BEFORE, APPLY = "After", "Before", "Apply"
DATE_HINT = "A year, month or day (2021, 2021-06, 2021-06-15), itself not included: after 2021 means from January 2022 on."
ALL_YEARS = "All years"
CLEAR_ALL = "Clear all filters"
ACTIVE_FILTERS = "Active filters"

KEEP = "Keep and follow"
PEOPLE_PICTURE = "Who with whom"
EXPORT_CSV, EXPORT_CSV_TITLE = "CSV", "Everything found, as a table"
EXPORT_JSONL, EXPORT_JSONL_TITLE = "JSON Lines", "Everything found, each article whole"
FEED, FEED_TITLE = "Feed", "Follow this search with a feed reader: the newest articles"
PERMALINK, PERMALINK_TITLE = "Link", "This search exactly; says later whether the archive has changed since"
PLACE_GIVEN = "“cursor” already says from where on."
UNKNOWN_SOURCE = "unknown source"
PERMALINK_HERE = "The address of this page leads to exactly this search; later it will say whether the archive has changed."
SEARCHING = "Searching …"
CHANGED_SINCE = "The archive has changed since this link was made; this is what the search finds now."
SEARCHED_FOR = "Searched for"
SORT = "Sort"
SORTS = {"relevance": "Relevance", "newest": "Newest", "oldest": "Oldest"}
PAGES = "Pages"
FIRST, PREVIOUS, NEXT, LAST = "First", "Previous", "Next", "Last"
PER_PAGE = "per page"
VIA = "via"
WITH = "With"
CHANGED = "The archive has changed since you began to page through it; this goes on from the same place in what it holds now."
NOTICES = "Please note"
NOT_RUN = "The search could not be carried out"
DID_YOU_MEAN = "Did you mean"
EXPLAIN = "How was this searched?"
HIDE = "Hide"
SCORE = "Score"
FIND = "Find"
ALL_VALUES = "All of them"
NOTHING_FOUND = "Nothing found"
LOOSEN = "There would be articles"
LOOSEN_FILTER = "without the filter “{label}”"
LOOSEN_CLAUSE = "without searching for"
NOTHING_AT_ALL = "The archive is empty. Index a folder of articles with “dateline index FOLDER”, then reload this page."
NOTHING_ADVICE = "Try fewer words, another spelling, or part of a word with a star: refuge*."
SHOW_EVERYTHING = "Show every article"

BACK = "Back to the results"
PARTICIPANTS = "Participants"
MENTIONED = "Also mentioned"
BYLINE = "Credits"
ALSO_AS = "also as"
DATELINE_DAY = "dateline {day}, no year given"
EVENT_DAYS = "Speaks of"
SIMILAR = "Similar articles"
REMOVED = "What was removed"
REMOVED_NOTHING = "Nothing: the text stands as it came."
REMOVED_INTRO = "Lines of the raw file that are not the story, and the rule that took each."
EVIDENCE = "How do we know?"
EVIDENCE_NOTHING = "Nothing was read from the text."
EVIDENCE_INTRO = "The words each value was read from."
EVIDENCE_FIELD, EVIDENCE_VALUE, EVIDENCE_WORDS, EVIDENCE_RULE = "What", "Value", "Read from", "Rule"
CONSIDERED = "also considered"
NO_WORDS = "not read from the text"
NO_VALUE = "none"
MATCHES = "Matches in this article"
FIRST_MATCH = "First match"
PREVIOUS_MATCH, NEXT_MATCH = "Previous match", "Next match"
NO_MATCH = "No match in its text"
RAW = "Raw text"
ORIGINAL = "Original page"
FILE = "File"
ABOUT = "About this article"
RAW_CHANGED = "The raw file has changed since it was indexed: below is what it says now.\n\n"

KEYS = "By keyboard"
KEY_MAP = (
    (("/",), "to the search box"),
    (("j", "k"), "next and previous result"),
    (("Enter",), "open it"),
    (("Esc",), "back to the results"),
    (("n", "p"), "next and previous match in an article"),
    (("]", "["), "next and previous page"),
    (("t",), "to the picture of dates: arrows move, Shift with an arrow marks several, Enter narrows"),
    (("?",), "this help"),
)
"""Keys and what they do."""

KEYS_ON = "Single letters and signs work as keys"
CLOSE = "Close"

SEARCH_INSTEAD = "Search the archive"
NO_PAGE = "There is no such page"
NO_PAGE_TEXT = "Nothing lives at this address."
NO_ARTICLE = "This article is not in the archive"
NO_RAW = "The raw text cannot be shown"
WRONG_METHOD = "Only reading is possible here"
WRONG_METHOD_TEXT = "This address answers GET and HEAD requests only."
WRONG_HOST = "This name is not served here"
WRONG_HOST_TEXT = "Dateline answers to 127.0.0.1 and localhost. For another name, start it with --allow-host NAME."
NOT_UTF8 = "The parameters of this address are no UTF-8. Write what is not ASCII in them as %C3%A9."
WRONG_FORWARDING = "The proxy in front of Dateline sends an X-Forwarded-Proto or X-Forwarded-Prefix that is none."
TOKEN = "Token"  # noqa: S105 - what stands above the field
TOKEN_NEEDED = "This archive asks for a token"  # noqa: S105
TOKEN_NEEDED_TEXT = "Whoever started Dateline on this network can tell it to you."  # noqa: S105
TOKEN_NEEDED_API = "Send the token as “Authorization: Bearer TOKEN”, or as the password of HTTP Basic under any name."  # noqa: S105
WRONG_TOKEN = "That is not the token of this archive."  # noqa: S105
LOG_IN = "Open the archive"
FOREIGN_LOGIN = "The form was sent by a page of another site. Open the archive’s own page and enter the token there."
LOGIN_TYPE = "A token is sent as a form: application/x-www-form-urlencoded."
LOGIN_TOO_LONG = "That is more than a token and an address."
BUSY = "Too many exports at once"
BUSY_TEXT = "As many exports as the server carries are under way. Try again when one of them has ended."
WRONG_PARAMETER = "This cannot be searched"
TOO_LONG = "This address is too long"
TOO_LONG_TEXT = "A search may have at most {limit:,} characters in its address. Use fewer filters or a shorter query."
NOT_READY = "No search can be answered now. The log of the server says why."
NO_ARCHIVE = "The archive cannot be read"
NOT_WHOLE = "Parts of the archive did not answer"
NOTHING_THERE = "Nothing found in the parts that answered"
BROKEN = "Something went wrong"
BROKEN_TEXT = "This page could not be made. What happened is in the server’s log; the archive itself is untouched."
BAD_REQUEST = "This request was not understood"


def articles(count: int | OrMore) -> str:
    """So many articles."""
    return counted(count, "article")


def total(count: int | OrMore, *, everything: bool) -> str:
    """The heading of the results; `everything` where nothing was asked for."""
    if not isinstance(count, int):
        return begun(articles(count)) if everything else f"{begun(articles(count))} found"
    if everything:
        return f"All {articles(count)}" if count > 1 else articles(count)
    return f"{articles(count)} found"


def left_out(count: int | OrMore) -> str:
    """How many articles a range of dates could not decide on."""
    subject = "1 more article may match: its date is" if count == 1 else f"{begun(f'{count:,}')} more articles may match: their dates are"
    return f"{subject} not known, or not precisely enough."


PICTURE_OF = {"participants": "Who takes part", "people": "Everybody named"}
"""Which people are in the picture."""

PICTURE_NOTE = "A line joins two people who are in the same articles; the thicker, the more. Every name and every line leads to the articles."
PICTURE_NOBODY = "No two people appear together in these articles."
PAIRS = "Pairs"
ALONE = "In no pair"
PAIR_ONE, PAIR_OTHER, PAIR_COUNT = "Person", "Appears with", "Articles together"


def picture_of(shown: int, total: int | OrMore) -> str:
    """How many of the people are in the picture."""
    return f"The {shown:,} people of most articles, of {total:,}" if total != shown else f"{shown:,} people" if shown != 1 else "1 person"


def pair(one: str, other: str, count: int | OrMore) -> str:
    """What a line of the picture stands for."""
    return f"{one} and {other}: {articles(count)}"


def pairs_cut(shown: int, total: int) -> str:
    """That not all pairs are on the page, since the address of each would be so long."""
    return f"So many filters make every link long: only the {shown:,} strongest of {total:,} pairs are shown. /api/together has all."


def lines_drawn(drawn: int, total: int) -> str:
    """That the picture has the strongest pairs only; "" where it has all."""
    return f"The picture has the {drawn:,} strongest of {total:,} pairs, the table has all." if total > drawn else ""


def bar(name: str, count: int | OrMore) -> str:
    """What a bar of the picture of dates stands for."""
    return f"{name}: {articles(count)}"


def timeline_of(level: str) -> str:
    """What the picture of dates shows."""
    return {"year": "Articles by year", "month": "Articles by month", "day": "Articles by day"}[level]


def match_of(place: int, count: int) -> str:
    """Which match one is at."""
    return f"{place:,} of {count:,}"


def matches(count: int) -> str:
    """So many matches."""
    return "1 match" if count == 1 else f"{count:,} matches"


def page_of(page: int, pages: int | OrMore) -> str:
    """Where one is."""
    return f"Page {page:,} of {pages:,}"


def pages_in_all(pages: int) -> str:
    """How many pages there are, where one behind them was asked for."""
    return f"There are {pages:,} pages." if pages > 1 else "There is one page."


def more(count: int | OrMore) -> str:
    """How many values of a facet are not shown."""
    return f"+{count:,} more" if isinstance(count, int) else f"{count:,} more"


VALUES_OF = {
    "agency": ("agency", "agencies"),
    "participants": ("participant", "participants"),
    "people": ("person", "people"),
    "publisher": ("publisher", "publishers"),
    "place": ("place", "places"),
    "language": ("language", "languages"),
}
"""What one value of a facet is called, and several."""


def find_among(count: int | OrMore | None, facet: str) -> str:
    """What the box says in which values of a facet are looked for; None where their number stands elsewhere."""
    values = VALUES_OF[facet][1]
    return f"{FIND} among {values}" if count is None else f"{FIND} among {count:,} {values}"


def find_short(count: int | OrMore | None) -> str:
    """The same where there is little room."""
    return f"{FIND} a name" if count is None else f"{FIND} among {count:,}"


def found_values(total: int | OrMore, facet: str, find: str) -> str:
    """How many values a facet has, or how many with what was looked for."""
    one, several = VALUES_OF[facet]
    subject = begun(counted(total, one, several)) if total else f"No {several}"
    return f"{subject} with a word that begins with “{shortened(find)}”" if find else subject


def values_range(first: int, last: int, total: int | OrMore) -> str:
    """Which values are shown."""
    return f"{first:,} to {last:,} of {total:,}"


def values_title(facet: str, text: str, filters: list[str]) -> str:
    """The title of a page that lists the values of a facet."""
    return f"{facet} – {search_title(text, filters, 1)}"


def further_people(count: int | OrMore) -> str:
    """How many people of a name are not offered here."""
    return f"and {count:,} more"


def search_title(text: str, filters: list[str], page: int) -> str:
    """The title of a page of results, by which windows and the browser's history are told apart: "refugees, agency SANA – page 2 – Dateline"."""
    named = [shortened(name) for name in (text.strip(), *filters) if name]
    asked = ", ".join(named if len(named) <= 5 else [*named[:5], "…"])
    where = f"page {page:,}" if page > 1 else ""
    return " – ".join(part for part in (asked, where, PRODUCT) if part)


def fewer() -> str:
    """What shows the first values of a facet only."""
    return "Fewer"


def filters(count: int) -> str:
    """The button that shows the facets on a phone."""
    return f"{FILTERS} ({count})" if count else FILTERS


def all_with(name: str) -> str:
    """Where the name of a person beside an article leads."""
    return f"All articles with {name}"


def remove(label: str) -> str:
    """The name of what takes a filter away."""
    return f"Remove {label}"


def exclude(label: str) -> str:
    """The name of what excludes a value."""
    return f"Exclude {label}"


def excluded(count: int | OrMore) -> str:
    """How many articles an excluded value would bring back."""
    return f"excluded; would bring back {articles(count)}"


def stands_for(name: str, count: int | OrMore) -> str:
    """The name that was searched for is that of several people."""
    return f"“{name}” is the name of {count:,} people. Did you mean one of them?"


def ignored(parameter: str, value: str, why: str) -> str:
    """A parameter of the address that was passed over."""
    return f"“{shortened(parameter)}={shortened(value)}” was ignored: {why}"


def shortened(text: str, length: int = 60) -> str:
    """The beginning of a text that may be long."""
    return text if len(text) <= length else text[: length - 1] + "…"


def no_parameter(name: str) -> str:
    """An unknown parameter."""
    return f"There is no parameter “{shortened(name)}”."


def not_of_export(name: str) -> str:
    """A parameter that only a page of results can have."""
    return f"An export has everything that is found and no “{name}”: leave it out."


def not_a_number(name: str, value: str) -> str:
    """A parameter that must be a number is none."""
    return f"“{name}” must be a whole number, not “{shortened(value)}”."


def not_yes_or_no(name: str, value: str) -> str:
    """A parameter that must be 1 or 0 is neither."""
    return f"“{name}” must be 1 or 0, not “{shortened(value)}”."


def out_of_range(name: str, least: int, most: int) -> str:
    """A number is too small or too large."""
    return f"“{name}” must be {least:,} to {most:,}."


def given_twice(name: str) -> str:
    """A parameter with one value has several."""
    return f"“{name}” can be given once only."


NO_ID = "It is not the id of an article."


def not_one_of(name: str, values: Iterable[str]) -> str:
    """A parameter has none of the values that it can have."""
    return f"“{name}” is {' or '.join(f'“{value}”' for value in values)}."


def cut(name: str, limit: int) -> str:
    """A text is longer than anything that it could find."""
    return f"“{name}” has at most {limit:,} characters; the rest was not read."


def too_many(limit: int) -> str:
    """There are more parameters than anybody can mean."""
    return f"An address may have at most {limit} parameters; the others were not read."


def date_branch(value: str) -> str:
    """A value of the date facet as it stands below its parent: "June" below 2022, "15" below June."""
    if value.endswith("-none"):
        return NOT_GIVEN
    words = date_in_words(value).split()
    return words[0] if value.count("-") in (1, 2) and ".." not in value else " ".join(words)


def short_month(value: str) -> str:
    """A month below a bar: "Jun"."""
    return MONTHS[int(value[5:7]) - 1][:3]


def day_and_month(value: str) -> str:
    """The first day of a month below a bar: "1 Jun"."""
    return f"{int(value[8:])} {short_month(value)}"


def several_dates(count: int) -> str:
    """That several years, months or days are chosen."""
    return f"{count:,} dates"


def dateline_day(value: str) -> str:
    """The day of a dateline without a year, "--02-26", in words."""
    match = re.fullmatch(r"--(\d\d)-(\d\d)", value)
    known = f"{int(match[2])} {MONTHS[int(match[1]) - 1]}" if match and 0 < int(match[1]) <= 12 else value
    return DATELINE_DAY.format(day=known)


def field(name: str) -> str:
    """The name of a field of an article, for a reader."""
    return name.replace("_", " ")
