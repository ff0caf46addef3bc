"""RawDocument ─▶ Article: what a raw file says, and how we know.

    >>> from search.extraction import extract
    >>> from search.sources import RawDocument
    >>> raw = RawDocument("desk", "a.txt", b"a.txt", "text/plain", b"MOSCOW (Reuters) - President Vladimir Putin met ministers on Monday.")
    >>> article, = extract(raw)
    >>> article.agency, article.place, [person.name for person in article.participants]
    ('Reuters', 'Moscow', ['Vladimir Putin'])

One module answers one question; the knowledge is TOML in `data/`, for everybody to read and extend.
"""

from __future__ import annotations

from dataclasses import replace

from search.article import Article, Evidence, Removed
from search.errors import UnreadableFile
from search.extraction import agencies, boilerplate, dates, headline, language, people, plain
from search.extraction.boilerplate import Cut
from search.extraction.datelines import Dateline
from search.extraction.datelines import read as read_dateline
from search.extraction.decode import decode
from search.extraction.document import Block, Document
from search.extraction.identity import article_id, content_hash, rules_version
from search.sources import RawDocument

__all__ = ["VERSION", "article_id", "document_text", "extract"]

VERSION: str = rules_version()
_LAST_DATELINE = 8  # blocks in which a dateline is looked for
_LONGEST_POINT = 120  # characters of a key point above the dateline


def document_text(raw: RawDocument) -> str:
    """The text in which offsets of evidence and removals count: `document_text(raw)[e.start:e.end] == e.text`.

    Line ends are line feeds, a byte order mark is gone. Raises UnreadableFile as `extract` does.
    """
    return _document(raw).text


def extract(raw: RawDocument) -> tuple[Article, ...]:
    """The articles of a raw file, one or more. Raises UnreadableFile with the reason why there is none."""
    document = _document(raw)
    blocks, cuts = boilerplate.strip(document.blocks)
    stamps = tuple(block for block in _edges(blocks) if dates.is_stamp(block.text))
    head = headline.find(document, tuple(block for block in blocks if block not in stamps), cuts)
    cuts = (*cuts, *head.cuts, *(Cut(block, "line with a date") for block in stamps))
    signed = any(cut.rule in ("wire sign-off", "reporting and editing credit") for cut in cuts)
    story, closing = _without_closing_sources(head.story, signed=signed)
    cuts = tuple(sorted((*cuts, *closing), key=lambda cut: cut.block.start))
    if not (story or head.title or head.standfirst):
        raise UnreadableFile("There is no article text in the file: nothing is left after page furniture and notices are taken out.")
    dateline = _dateline(story)
    credited = agencies.find(document, story, head.standfirst, cuts, dateline)
    dating = dates.find(document, story, cuts, dateline, raw.path)
    body = "\n\n".join(block.clean for block in story)
    title = head.title.clean if head.title else document.title.value if document.title else None
    standfirst = head.standfirst.clean if head.standfirst else None
    who = people.find(head.title, head.standfirst, story, cuts, dateline)
    code, language_evidence = _language(document, body)
    return (
        Article(
            id=article_id(raw.source, raw.key),
            source=raw.source,
            path=raw.path,
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
            byline=who.byline,
            removed=_removed(document, cuts),
            evidence=_quoted(document, (*_title_evidence(document, head), *dating.evidence, *credited.evidence, *language_evidence, *who.evidence)),
            content_hash=content_hash(title, standfirst, body),
        ),
    )


def _document(raw: RawDocument) -> Document:
    if raw.media_type == "text/html":
        from search.extraction import html

        return html.read(decode(raw.data, html=True))
    return plain.read(decode(raw.data))


def _edges(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The lines where a date of publication stands: the first four and the last two."""
    return blocks[:4] + blocks[max(4, len(blocks) - 2) :]


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
    found = agencies.closing_sources(last.text, signed=signed)
    if not found:
        return story, ()
    cuts = tuple(Cut(part, "source at the end") for start, end, _ in found if (part := last.part(start, end)) is not None)
    left = last.part(0, found[0][0])
    return (*story[:-1], left) if left is not None else story[:-1], cuts


def _quoted(document: Document, evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Evidence with the words just as they stand in the document text, line ends and all."""
    return tuple(e if e.start is None else replace(e, text=document.text[e.start : e.end]) for e in evidence)


def _title_evidence(document: Document, head: headline.Head) -> tuple[Evidence, ...]:
    if head.title is None and document.title is not None:
        return (Evidence("title", document.title.value, document.title.rule, document.title.text), *head.evidence)
    return head.evidence


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
