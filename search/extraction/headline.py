"""What are the article's title and standfirst? Null where the file has none: a first paragraph is never taken for a headline."""

from __future__ import annotations

import re
from dataclasses import dataclass

from search.article import Evidence
from search.extraction import agencies, datelines
from search.extraction.boilerplate import Cut
from search.extraction.document import Block, Document

_LONGEST_TITLE = 220
_LONGEST_STANDFIRST = 420
_SHORTEST_STANDFIRST = 40
_SIGNING = frozenset(("byline", "update stamp", "line with a date"))
_SENTENCES = re.compile(r"[.!?][\"”’']?\s+[A-Z“\"‘]")
_STORY_END = re.compile(r"[\w)\]][.][\"”’']?$|[.,;][\"”’']$")
_ABBREVIATED_END = re.compile(r"(?:\b[A-Z]\.|\b(?:Inc|Corp|Co|Ltd|Jr|Sr|Bros|Dr|Mr|Mrs|Ms|Sen|Rep|Gov|Gen|Lt|Col|Rev|St|Mt|Ft|No|vs)\.)$")
_ATTRIBUTED = re.compile(r"(?:,? according to [^.,;]{2,60}|, [^.,;]{2,60} (?:reports|reported)|,? reported (?:by )?[^.,;]{2,40})\.?$")


@dataclass(frozen=True, slots=True)
class Head:
    """Title and standfirst of an article, the story below them, and what was cut because it says the same again."""

    title: Block | None
    standfirst: Block | None
    story: tuple[Block, ...]
    cuts: tuple[Cut, ...]
    evidence: tuple[Evidence, ...]


def find(document: Document, blocks: tuple[Block, ...], cuts: tuple[Cut, ...]) -> Head:
    """Title and standfirst among the blocks that the written rules have left."""
    rest = list(blocks)
    evidence: list[Evidence] = []
    fresh: list[Cut] = []
    title, rule = _title(document, rest)
    if title is not None:
        rest.remove(title)
        suffix = agencies.title_suffix(title.text)
        if suffix:
            cut, kept = title.part(suffix[0], len(title.text)), title.part(0, suffix[0])
            if cut is not None and kept is not None:
                fresh.append(Cut(cut, "site name in the headline"))
                title = kept
        evidence.append(Evidence("title", title.clean, rule, document.text[title.start : title.end], title.start, title.end))
    standfirst, rule = _standfirst(document, rest, title, cuts)
    if standfirst is not None:
        rest.remove(standfirst)
        evidence.append(
            Evidence("standfirst", standfirst.clean, rule, document.text[standfirst.start : standfirst.end], standfirst.start, standfirst.end)
        )
    story: list[Block] = []
    said = {block.clean: what for block, what in ((standfirst, "standfirst again"), (title, "headline again")) if block is not None}
    for block in rest:
        again = said.get(block.clean)
        if again:
            fresh.append(Cut(block, again))
        else:
            story.append(block)
    return Head(title, standfirst, tuple(story), tuple(fresh), tuple(evidence))


def _title(document: Document, blocks: list[Block]) -> tuple[Block | None, str]:
    if document.title is not None and document.title.start is not None:
        stated = next((b for b in blocks if b.start == document.title.start), None)
        if stated is not None:
            return stated, document.title.rule
    if len(blocks) < 2 or document.title is not None:
        return None, ""
    first = blocks[0]
    stated_below = document.standfirst is not None and document.standfirst.start == first.start
    if stated_below or not _headline_like(first, blocks):
        return None, ""
    return first, "first line"


def _headline_like(first: Block, blocks: list[Block]) -> bool:
    """A headline is one short line that ends as no story's sentence does, has no dateline, and has a longer text below it."""
    text = first.text
    if len(text) > _LONGEST_TITLE or _several_sentences(text) or not any(c.isalpha() for c in text):
        return False
    shouted = text.endswith(".") and text.isupper() and not all(block.text.isupper() for block in blocks)
    if text.endswith((":", ",", ";")) or (not shouted and _STORY_END.search(text) and not _tokenised(text) and not _ABBREVIATED_END.search(text)):
        return False
    if not text[-1].isalnum() or any(map(str.isdigit, text)):  # else it cannot be all dateline
        line = datelines.read(text)
        if line is not None and line.end >= len(text):
            return False
    longest = max([len(block.text) for block in blocks[1:]])
    return longest > len(text) or _again(first, blocks[1:])


def _again(first: Block, later: list[Block]) -> bool:
    """Whether a block says the same as the first."""
    return first.clean in [block.clean for block in later]


def _several_sentences(text: str) -> bool:
    return any(not _ABBREVIATED_END.search(text, 0, match.start() + 1) for match in _SENTENCES.finditer(text))


def _tokenised(text: str) -> bool:
    """Whether punctuation stands apart, as in corpora: there a full stop says nothing."""
    return text.endswith(" .")


def _standfirst(document: Document, blocks: list[Block], title: Block | None, cuts: tuple[Cut, ...]) -> tuple[Block | None, str]:
    if document.standfirst is not None:
        fact = document.standfirst
        stated = next((b for b in blocks if b.start == fact.start), None)
        return (stated, fact.rule) if stated is not None and len(blocks) > 1 else (None, "")
    if len(blocks) < 2 or len(blocks[0].text) > _LONGEST_STANDFIRST:
        return None, ""
    first, second = blocks[0], blocks[1]
    if _several_sentences(first.text) or datelines.read(first.text) is not None:
        return None, ""
    if title is not None and second.clean == title.clean:
        return first, "between the headline and its repetition"
    if _again(first, blocks[1:]):
        return first, "stands again in the story"
    on_date_line = any(cut.rule == "date line" and cut.block.end <= first.start for cut in cuts)
    if on_date_line:
        return first, "on the date line"
    if title is not None and not first.text.endswith(".") and _signed_below(first, second, title, cuts):
        return first, "between the headline and who wrote the story"
    if _attributed_to_agency(first):
        return first, "one sentence credited to an agency above the story"
    return None, ""


def _signed_below(first: Block, second: Block, title: Block, cuts: tuple[Cut, ...]) -> bool:
    """Whether a line stands right below the headline, and the byline or the day of publication between it and the story."""
    if len(first.text) < _SHORTEST_STANDFIRST or not second.text.endswith((".", "”", '"', "!", "?")):
        return False
    between = [cut for cut in cuts if first.end <= cut.block.start < second.start]
    return any(cut.rule in _SIGNING for cut in between) and not any(title.end <= cut.block.start < first.start for cut in cuts)


def _attributed_to_agency(block: Block) -> bool:
    from search.extraction import outlets

    if "according to" not in block.text and "report" not in block.text:
        return False  # the pattern has one of them
    match = _ATTRIBUTED.search(block.text)
    if not match:
        return False
    said = match.group().strip(" ,.")
    for words in ("according to ", "reported by ", "reported ", "the "):
        said = said.removeprefix(words)
    for words in (" reports", " reported", " news agency"):
        said = said.removesuffix(words)
    return outlets.known(said) is not None
