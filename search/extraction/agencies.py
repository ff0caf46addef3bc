"""Whose report is it? The agency that the text credits, apart from who printed it and from agencies that are only cited; and the dateline's place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from search.article import Considered, Evidence
from search.extraction import outlets, signatures
from search.extraction.boilerplate import Cut
from search.extraction.datelines import Dateline
from search.extraction.document import Block, Document
from search.extraction.knowledge import load

_NAME = r"[A-Za-zÀ-ž][\w&'’.\-À-ž]{1,24}(?:\s[A-Z][\w&'’.-]{1,24})?(?:\s[A-Z][\w&'’.-]{1,24})?(?:\sof\s[A-Z][\w&'’.-]{1,24})?"
_LEAD_IN = r"(?:the |The )?(?P<lead>[\w’'-]{2,20} )?(?:state-run |state |official )?(?:news agency |newspaper |daily |website )?"
_ATTRIBUTIONS = (
    re.compile(rf"\b[Aa]ccording to {_LEAD_IN}(?P<name>{_NAME})(?: news agency| newspaper| website| agency)?(?=[.,;!]|$)"),
    re.compile(rf"[,”\"]\s?{_LEAD_IN}(?P<name>{_NAME})(?: news agency| newspaper| agency)? (?:reports|reported|has reported)(?=[.,;!]|\son\s|$)"),
    re.compile(rf"[,”\"]\s?(?:as )?(?:reported|reports)(?: by)? {_LEAD_IN}(?P<name>{_NAME})(?: news agency| newspaper| agency)?(?=[.,;!]|$)"),
)
_CITING = ("told", "quoted by", "interview with", "according to", "reported by")
_CITED = re.compile(rf"\b(?:{'|'.join(_CITING)}) (?:the )?(?P<name>{_NAME})")
_EDITED_BY = re.compile(
    r"\b(?:edited|published|translated|prepared) (?:in |on )?(?:by )?(?P<name>(?:[Tt]he )?[A-Z][^.;:()]{2,50}?)(?: on | and |[.;]|$)"
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|[Cc]opyright)[\s©]{0,3}(?:\d{4}[\s,–-]{0,3}){0,2}(?:by )?(?P<name>[A-Za-z][^.;:()|©]{1,50}?)"
    r"(?: Inc| Interactive| Limited| or its| LLC| Ltd|\.|,|;|$)"
)
_ISSUED_BY = re.compile(r"Issued (?:by|on behalf of):? (?P<name>(?:[Tt]he )?[A-Z][^.;:()\d]{2,60}?)(?:[.,;]|$)")
_CONTRIBUTED = re.compile(r"(?P<name>[A-Z][\w&. ]{1,30}?)(?:['’]s?| News['’])\s[A-Z]")
_NOTICES = (
    ("notice about editing and translation", _EDITED_BY),
    ("legal notice", _COPYRIGHT),
    ("who issued a statement, and whom to ask", _ISSUED_BY),
    ("contributors", _CONTRIBUTED),
)
"""Rules of cuts that say who printed a report, surest first."""
_HOUSE_STYLE = re.compile(r"\((?i:additional |other )?(?i:reporting|writing|editing|compiled)\b")
_AROUND = " ()[].-–—"
_TITLE_SUFFIX = re.compile(r"\s[–—|-]\s(?P<name>[^–—|]{2,40})$")
SOURCE_AT_END = "source at the end"
SOURCE_LINE = "source on a line of its own"


@dataclass(frozen=True, slots=True)
class Credits:
    """Who reported, who printed, and where the dateline says that it was written."""

    agencies: tuple[str, ...] = ()
    publisher: str | None = None
    place: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Claim:
    name: str
    rule: str
    text: str
    start: int | None = None
    end: int | None = None


def title_suffix(title: str) -> tuple[int, str] | None:
    """Where " – ABC News" begins at the end of a headline, and the name of the outlet; None where no outlet stands there."""
    match = _TITLE_SUFFIX.search(title)
    if not match:
        return None
    name = match["name"].strip()
    # A dash before two capitalised words is common in headlines; a bar or a long dash before a site's name is what pages print.
    if outlets.known(name) or outlets.looks_like_outlet(name):
        return match.start(), name
    return None


def find(
    document: Document, story: tuple[Block, ...], standfirst: Block | None, cuts: tuple[Cut, ...], dateline: tuple[Block, Dateline] | None
) -> Credits:
    """Agency, publisher and place of an article whose furniture has been cut."""
    publisher = _publisher(document, cuts)
    claims = [
        *_dateline_claims(dateline),
        *_closing_claims(cuts),
        *_byline_claims(cuts),
        *_stated_by_file(document),
        *_attributed(story, standfirst),
        *_house_style(cuts),
        *_copyright_claims(cuts),
        *_publisher_claim(publisher, document),
    ]
    evidence: list[Evidence] = []
    agencies: tuple[str, ...] = ()
    if claims:
        # Claims of one kind name several agencies that share a report; a weaker kind only adds what was also considered.
        rule = claims[0].rule
        agencies = tuple(dict.fromkeys(claim.name for claim in claims if claim.rule == rule))
        others = [claim for claim in claims if claim.name not in agencies]
        cited = _cited(story, agencies)
        first = claims[0]
        considered = tuple(
            dict.fromkeys([*(Considered(c.name, c.rule) for c in others), *(Considered(name, "cited in the story") for name in cited)])
        )
        evidence.append(Evidence("agency", agencies[0], first.rule, first.text, first.start, first.end, considered))
        evidence += [Evidence("agencies", c.name, c.rule, c.text, c.start, c.end) for c in claims[1:] if c.rule == rule and c.name != first.name]
    if publisher:
        evidence.append(publisher)
    place = None
    if dateline and dateline[1].place:
        block, line = dateline[0], dateline[1].place
        place = line.value
        evidence.append(Evidence("place", place, "dateline", block.text[line.start : line.end], block.start + line.start, block.start + line.end))
    return Credits(agencies, publisher.value if publisher else None, place, tuple(evidence))


def _dateline_claims(dateline: tuple[Block, Dateline] | None) -> list[_Claim]:
    if dateline is None:
        return []
    block, line = dateline
    return [_Claim(p.value, "dateline", block.text[p.start : p.end], block.start + p.start, block.start + p.end) for p in line.agencies]


def _closing_claims(cuts: tuple[Cut, ...]) -> list[_Claim]:
    """Sources named after the story: the last line "Reuter", or "(AP) (AFP)"."""
    found = []
    for cut in cuts:
        block = cut.block
        if cut.rule == SOURCE_AT_END:
            names = signatures.named(block.text.strip(_AROUND))[0]
        elif cut.rule in (SOURCE_LINE, "teaser in brackets"):
            line = signatures.line(block.text)
            names = line.names if line else ()
        else:
            names = ("Reuters",) if cut.rule == "wire sign-off" else ()
        rule = SOURCE_LINE if cut.rule == "teaser in brackets" else cut.rule
        found += [_Claim(name, rule, block.text, block.start, block.end) for name in names]
    return found


def _byline_claims(cuts: tuple[Cut, ...]) -> list[_Claim]:
    """ "By Jane Doe | AP April 1": an agency beside the reporter's name."""
    found = []
    for cut in cuts:
        named = signatures.byline(cut.block.text) if cut.rule == "byline" else None
        outlet = outlets.known(named.names[0]) if named else None
        if named and outlet and outlet.kind == "agency":
            words = cut.block.text[named.start : named.end]
            found.append(_Claim(outlet.name, cut.rule, words, cut.block.start + named.start, cut.block.start + named.end))
    return found


def _stated_by_file(document: Document) -> list[_Claim]:
    """The agency that the file itself names: in a field of its own, as author, or as who published it."""
    found = [_Claim(signatures.named(fact.value)[0][0], fact.rule, fact.text, fact.start, fact.end) for fact in document.agencies]
    for author in document.authors:
        named = signatures.byline(author)
        outlet = outlets.known(named.names[0]) if named else None
        if outlet and outlet.kind == "agency":
            found.append(_Claim(outlet.name, "author that the file names", author))
    return found


def _publisher_claim(publisher: Evidence | None, document: Document) -> list[_Claim]:
    """A news agency that prints a report prints its own, if nobody else is credited."""
    outlet = outlets.known(publisher.value) if publisher and document.publisher else None
    if publisher is None or outlet is None or outlet.kind != "agency":
        return []
    return [_Claim(outlet.name, "published by the agency", publisher.text, publisher.start, publisher.end)]


def _copyright_claims(cuts: tuple[Cut, ...]) -> list[_Claim]:
    """ "© 2021 AFP": the report is the agency's who claims it."""
    found = []
    for cut in cuts:
        match = _COPYRIGHT.search(cut.block.text) if cut.rule == "legal notice" else None
        outlet = outlets.known(match["name"].strip(" ,’'")) if match else None
        if match and outlet and outlet.kind == "agency":
            start = cut.block.start + match.start("name")
            found.append(_Claim(outlet.name, "copyright of an agency", match["name"], start, start + len(match["name"])))
    return found


def _attributed(story: tuple[Block, ...], standfirst: Block | None) -> list[_Claim]:
    """ "…, according to SANA.", "SANA reports", "reported TASS": in the standfirst, or in the first paragraph where there is none."""
    where = [standfirst] if standfirst else list(story[:1])
    found = []
    for block in where:
        if "ccording to" not in block.text and "report" not in block.text:
            continue  # each pattern has one of them
        for pattern in _ATTRIBUTIONS:
            for match in pattern.finditer(block.text):
                outlet = outlets.known(match["name"]) or outlets.known((match["lead"] or "") + match["name"])
                if outlet is None and standfirst is not None and outlets.looks_like_outlet(match["name"]):
                    outlet = outlets.Outlet(match["name"], "outlet")
                if outlet:
                    start = block.start + match.start("name")
                    found.append(
                        _Claim(
                            outlet.name,
                            "attribution in the standfirst" if standfirst else "attribution in the first paragraph",
                            match["name"],
                            start,
                            start + len(match["name"]),
                        )
                    )
    return sorted(found, key=lambda claim: claim.start or 0)


def _house_style(cuts: tuple[Cut, ...]) -> list[_Claim]:
    implied = next(iter(load("agencies")["house_style"].values()))
    return [
        _Claim(implied, "house style of the closing credit", cut.block.text, cut.block.start, cut.block.end)
        for cut in cuts
        if cut.rule == "reporting and editing credit" and _HOUSE_STYLE.match(cut.block.text)
    ][-1:]


def _publisher(document: Document, cuts: tuple[Cut, ...]) -> Evidence | None:
    for cut in cuts:
        if cut.rule == "site name in the headline":
            name = cut.block.text.strip(" –—|-")
            return Evidence("publisher", name, cut.rule, cut.block.text, cut.block.start, cut.block.end)
    sources = [cut.block for cut in cuts if cut.rule == SOURCE_AT_END]
    printer = signatures.named(sources[0].text.strip(_AROUND))[1] if len(sources) == 1 else None
    if printer:
        return Evidence("publisher", printer, "named behind the source, with via", sources[0].text, sources[0].start, sources[0].end)
    if document.publisher:
        fact = document.publisher
        return Evidence("publisher", fact.value, fact.rule, fact.text, fact.start, fact.end)
    for cut in cuts:
        named = signatures.byline(cut.block.text) if cut.rule == "byline" else None
        outlet = outlets.known(named.names[0]) if named else None
        if named and outlet and outlet.kind == "outlet":
            start, end = cut.block.start + named.start, cut.block.start + named.end
            return Evidence("publisher", outlet.name, "outlet beside the reporter's name", cut.block.text[named.start : named.end], start, end)
    for cut in cuts:
        span = signatures.printed_by(cut.block.text) if cut.rule == "byline" else None
        if span is not None:
            said = cut.block.text[span[0] : span[1]]
            return Evidence("publisher", said, "outlet beside the reporter's name", said, cut.block.start + span[0], cut.block.start + span[1])
    for rule, pattern in _NOTICES:
        for cut in cuts:
            match = pattern.search(cut.block.text) if cut.rule == rule else None
            if match:
                name = match["name"].strip(" ,’'")
                listed = outlets.known(name)
                if listed and listed.kind == "agency" and rule != "notice about editing and translation":
                    continue  # an agency's copyright or writer does not make it the paper that printed the report
                if listed is None and rule == "contributors" and not outlets.looks_like_outlet(name):
                    continue
                start = cut.block.start + match.start("name")
                return Evidence("publisher", listed.name if listed else name, cut.rule, match["name"], start, start + len(match["name"]))
    return None


def _cited(story: tuple[Block, ...], agencies: tuple[str, ...]) -> list[str]:
    found = []
    for block in story:
        if not any(words in block.text for words in _CITING):
            continue
        for match in _CITED.finditer(block.text):
            outlet = outlets.known(match["name"]) or outlets.known(match["name"].split()[0])
            if outlet and outlet.name not in agencies:
                found.append(outlet.name)
    return list(dict.fromkeys(found))
