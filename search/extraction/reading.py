"""Document ─▶ Article: what one article says, question by question.

A `Document` is text and what its file says about itself. Each fact is used so:

`title`        is the headline. With a place in the text, the block there is it; without one, the value alone. Null: the first line may be one.
`standfirst`   the block at its place is the standfirst; a fact without a place is not used. Null: it may be found above the story.
`dates`        days of publication as the file states them, strongest first, as text: whatever `days.find` reads. See `dates` for their weight.
`publisher`    who printed it. If that is a news agency and nothing else names one, the report is the agency's.
`agencies`     whose report it is, where the file has a field for that: stronger than what the text cites, weaker than how it is signed.
`authors`      names for `byline`; an agency among them ("By Reuters") is whose report it is.
`url`          is kept, and a day in it is weak evidence for the date.
`language`     counts only where the words do not tell.
`furniture`    is what the file's markup sets apart from the article: kept in `removed` under its rule.
"""

from __future__ import annotations

from dataclasses import replace

from search.article import Article, Evidence, Removed
from search.errors import UnreadableFile
from search.extraction import agencies, boilerplate, dates, headline, language, people, signatures
from search.extraction.boilerplate import Cut
from search.extraction.byline import is_about, is_bare_name
from search.extraction.datelines import Dateline
from search.extraction.datelines import read as read_dateline
from search.extraction.document import Block, Document
from search.extraction.identity import article_id, content_hash

_LAST_DATELINE = 8  # blocks in which a dateline is looked for
_FIRST_BLOCKS, _LAST_BLOCKS = 4, 2  # where a date of publication and the name of the source may stand
_LONGEST_LABEL = 60  # characters of such a line
_UNREAD = "\ufffd"  # what stands for bytes that are no character
_LONGEST_POINT = 120  # characters of a key point above the dateline


def article_of(document: Document, *, source: str, key: bytes, path: str, record: str = "") -> Article:
    """The article that a document is. `record` is its key inside a file that holds several, else "".

    Raises UnreadableFile if nothing is left of the text after furniture and notices.
    """
    blocks, cuts = boilerplate.strip(document.blocks)
    blocks, labels = _without_labels(blocks, plain=document.title is None)
    head = headline.find(document, blocks, cuts)
    cuts = (*cuts, *head.cuts, *labels)
    signed = any(cut.rule in ("wire sign-off", "reporting and editing credit") for cut in cuts)
    story, closing = _without_closing_sources(head.story, signed=signed)
    cuts = tuple(sorted((*cuts, *closing), key=lambda cut: cut.block.start))
    if not (story or head.title or head.standfirst):
        raise UnreadableFile("There is no article text in the file: nothing is left after page furniture and notices are taken out.")
    dateline = _dateline(story)
    credited = agencies.find(document, story, head.standfirst, cuts, dateline)
    dating = dates.find(document, story, cuts, dateline, "" if record else path)  # the name of an export dates none of its articles
    body = "\n\n".join(block.clean for block in story)
    title = head.title.clean if head.title else document.title.value if document.title else None
    standfirst = head.standfirst.clean if head.standfirst else None
    who = people.find(head.title, head.standfirst, story, cuts, dateline)
    byline = tuple(dict.fromkeys([*who.byline, *(name for name in document.authors if not signatures.byline(name))]))
    code, language_evidence = _language(document, body)
    evidence = (
        *_title_evidence(document, head),
        *_unread(document),
        *dating.evidence,
        *credited.evidence,
        *language_evidence,
        *who.evidence,
        *_authors(byline, who.byline),
    )
    return Article(
        id=article_id(source, key, record),
        source=source,
        path=path,
        record=record,
        url=document.url,
        title=title,
        standfirst=standfirst,
        body=body,
        date=dating.date,
        date_precision=dating.precision,
        dateline_day=dating.dateline_day,
        event_days=dating.event_days,
        agency=credited.agencies[0] if credited.agencies else None,
        agencies=credited.agencies,
        publisher=credited.publisher,
        place=credited.place,
        language=code,
        participants=who.participants,
        mentioned=who.mentioned,
        byline=byline,
        removed=_removed(document, cuts),
        evidence=_quoted(document, evidence),
        content_hash=content_hash(title, standfirst, body),
    )


def _without_labels(blocks: tuple[Block, ...], *, plain: bool) -> tuple[tuple[Block, ...], tuple[Cut, ...]]:
    """The blocks without lines near the edges that say nothing but a day, or nothing but whose report it is.

    `plain`: in plain text a name and an agency are the reporter's; on a page they may be a photographer's.
    """
    cuts: list[Cut] = []
    author = ""
    for at, block in enumerate(blocks):
        if author and at >= len(blocks) - _LAST_BLOCKS and is_about(block.text, author):
            cuts.append(Cut(block, "about the author", credit=True))
            continue
        if len(block.text) > _LONGEST_LABEL or _FIRST_BLOCKS <= at < len(blocks) - _LAST_BLOCKS:
            continue
        if dates.is_stamp(block.text) and _stands_alone(blocks, at):
            cuts.append(Cut(block, "line with a date"))
        elif at and signatures.line(block.text):
            cuts.append(Cut(block, agencies.SOURCE_LINE))
        elif at and plain and (signatures.is_byline(block.text) or (at == 1 < len(blocks) - 2 and is_bare_name(block.text))):
            cuts.append(Cut(block, "byline", credit=True))
            author = block.text
    labels = [cut.block for cut in cuts]
    return tuple(block for block in blocks if block not in labels) if labels else blocks, tuple(cuts)


def _stands_alone(blocks: tuple[Block, ...], at: int) -> bool:
    """Whether a line is no end of a sentence that was broken in two: it stands above the story, or below a finished sentence."""
    if at >= len(blocks) - _LAST_BLOCKS and blocks[at - 1].text.endswith((".", "!", "?", "”", '"', ")", "]")):
        return True
    return at < _FIRST_BLOCKS and not any(read_dateline(block.text) for block in blocks[:at])


def _dateline(story: tuple[Block, ...]) -> tuple[Block, Dateline] | None:
    """The dateline of the story: where its first or second paragraph begins, or, with a day or an agency, below a list of key points."""
    for at, block in enumerate(story[:_LAST_DATELINE]):
        found = read_dateline(block.text)
        if found is not None and (at < 2 or found.day or found.agencies):
            return block, found
        if at and len(block.text) > _LONGEST_POINT:
            return None
    return None


def _without_closing_sources(story: tuple[Block, ...], *, signed: bool) -> tuple[tuple[Block, ...], tuple[Cut, ...]]:
    """The story without the list of its sources in parentheses at the very end."""
    if not story:
        return story, ()
    last = story[-1]
    found = signatures.closing(last.text, signed=signed)
    if not found:
        return story, ()
    cuts = tuple(Cut(part, agencies.SOURCE_AT_END) for item in found if (part := last.part(item.start, item.end)) is not None)
    left = last.part(0, found[0].start)
    return (*story[:-1], left) if left is not None else story[:-1], cuts


def _quoted(document: Document, evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Evidence with the words just as they stand in the document text, line ends and all."""
    return tuple(e if e.start is None or e.text == (words := document.text[e.start : e.end]) else replace(e, text=words) for e in evidence)


def _title_evidence(document: Document, head: headline.Head) -> tuple[Evidence, ...]:
    if head.title is None and document.title is not None:
        return (Evidence("title", document.title.value, document.title.rule, document.title.text), *head.evidence)
    return head.evidence


def _unread(document: Document) -> tuple[Evidence, ...]:
    """That some characters of the file could not be read, and where the first of them stands."""
    first = document.text.find(_UNREAD)
    if first < 0:
        return ()
    number = document.text.count(_UNREAD)
    rule = "a character that could not be read" if number == 1 else f"the first of {number} characters that could not be read"
    return (Evidence("body", _UNREAD, rule, _UNREAD, first, first + 1),)


def _authors(byline: tuple[str, ...], credited: tuple[str, ...]) -> list[Evidence]:
    """Evidence for the names of the byline that only the file's own data give."""
    return [Evidence("byline", name, "author that the file names", name) for name in byline if name not in credited]


def _language(document: Document, body: str) -> tuple[str | None, tuple[Evidence, ...]]:
    found = language.detect(body)
    if found:
        return found, (Evidence("language", found, "letters and small words", ""),)
    if document.language:
        fact = document.language
        return fact.value, (Evidence("language", fact.value, fact.rule, fact.text),)
    return None, ()


def _removed(document: Document, cuts: tuple[Cut, ...]) -> tuple[Removed, ...]:
    cut = [Removed(document.text[c.block.start : c.block.end], c.rule, c.block.start, c.block.end) for c in cuts]
    cut += [Removed(document.text[f.block.start : f.block.end], f.rule, f.block.start, f.block.end) for f in document.furniture]
    return tuple(sorted(cut, key=lambda item: (item.start or 0, item.end or 0)))
