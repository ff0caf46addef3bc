"""Whose report is it? The agency that the text credits, apart from who printed it and from agencies that are only cited; and the dateline's place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from search.article import Considered, Evidence
from search.extraction import outlets
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
_CITED = re.compile(rf"\b(?:told|quoted by|interview with|according to|reported by) (?:the )?(?P<name>{_NAME})")
_EDITED_BY = re.compile(
    r"\b(?:edited|published|translated|prepared) (?:in |on )?(?:by )?(?P<name>(?:[Tt]he )?[A-Z][^.;:()]{2,50}?)(?: on | and |[.;]|$)"
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|[Cc]opyright)[\s©]{0,3}(?:\d{4}[\s–-]{0,3}){0,2}(?:by )?(?P<name>[A-Za-z][^.;:()|©]{1,50}?)(?: Inc| Interactive| LLC| Ltd|\.|,|;|$)"
)
_CONTRIBUTED = re.compile(r"(?P<name>[A-Z][\w&. ]{1,30}?)(?:['’]s?| News['’])\s[A-Z]")
_BYLINE_AGENCY = re.compile(r"[|,–—]\s{0,2}(?P<name>[A-Z][A-Za-z]{1,20}(?: [A-Z][a-z]{2,12})?)(?=\s(?:[A-Z][a-z]{2,8}\s\d|\d)|\s?[|,–—]|\s{0,2}$)")
_HOUSE_STYLE = re.compile(r"\((?i:additional |other )?(?i:reporting|writing|editing|compiled)\b")
_TITLE_SUFFIX = re.compile(r"\s[–—|-]\s(?P<name>[^–—|]{2,40})$")
_CLOSING = re.compile(r"\(([^()]{2,70})\)\s?\.?$")
_SIGNATURE = re.compile(r"(?:^|[.!?”\"]\s{1,3})(?P<name>Reuters?|REUTERS?)\s?\.?$")
_VIA = re.compile(r",? via ")


@dataclass(frozen=True, slots=True)
class Credits:
    """Who reported and who printed. `closing` is where a list of sources in parentheses begins at the end of the last block, if there is one."""

    agencies: tuple[str, ...] = ()
    publisher: str | None = None
    place: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Claim:
    name: str
    rule: str
    text: str
    start: int
    end: int


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


def closing_sources(text: str, *, signed: bool = False) -> list[tuple[int, int, str]]:
    """The sources in parentheses at the end of an article, "(AP) (AFP)", as (start, end, name) in the order of the text.

    `signed`: the report carries an agency's signature, so that only listed outlets are sources.
    """
    found: list[tuple[int, int, str]] = []
    end = len(text)
    while match := _CLOSING.search(text, 0, end):
        name = match[1].strip()
        if (
            not _is_source(name)
            or (signed and outlets.known(name) is None)
            or (not found and match.start() > 0 and not _after_sentence(text, match.start(), name))
        ):
            break
        found.insert(0, (match.start(), match.end(), name))
        end = match.start()
        while end > 0 and text[end - 1] in " ,;":
            end -= 1
        if end == 0 or text[end - 1] != ")":
            break
    return found


def find(
    document: Document, story: tuple[Block, ...], standfirst: Block | None, cuts: tuple[Cut, ...], dateline: tuple[Block, Dateline] | None
) -> Credits:
    """Agency, publisher and place of an article whose furniture has been cut."""
    claims = [*_dateline_claims(dateline), *_closing_claims(cuts), *_byline_claims(cuts), *_attributed(story, standfirst), *_house_style(cuts)]
    publisher = _publisher(document, cuts)
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
        if cut.rule == "source at the end":
            name = cut.block.text.strip("() .")
            parts = [name]
            for part in parts:
                outlet = outlets.known(part) or outlets.known(_VIA.split(part)[0])
                shown = outlet.name if outlet and outlet.kind == "agency" and not _VIA.search(part) else outlet.name if outlet else part
                found.append(_Claim(shown if not _VIA.search(part) else part, "source at the end", cut.block.text, cut.block.start, cut.block.end))
        elif cut.rule == "wire sign-off":
            found.append(_Claim("Reuters", "wire sign-off", cut.block.text, cut.block.start, cut.block.end))
    return found


def _byline_claims(cuts: tuple[Cut, ...]) -> list[_Claim]:
    """ "By Jane Doe | AP April 1": an agency beside the reporter's name."""
    found = []
    for cut in cuts:
        if cut.rule == "byline":
            for match in _BYLINE_AGENCY.finditer(cut.block.text):
                name = match["name"] if outlets.known(match["name"]) else match["name"].split()[0]
                outlet = outlets.known(name)
                if outlet and outlet.kind == "agency":
                    start = cut.block.start + match.start("name")
                    found.append(_Claim(outlet.name, "byline", name, start, start + len(name)))
    return found


def _attributed(story: tuple[Block, ...], standfirst: Block | None) -> list[_Claim]:
    """ "…, according to SANA.", "SANA reports", "reported TASS": in the standfirst, or in the first paragraph where there is none."""
    where = [standfirst] if standfirst else list(story[:1])
    found = []
    for block in where:
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
    return sorted(found, key=lambda claim: claim.start)


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
    if document.publisher:
        fact = document.publisher
        return Evidence("publisher", fact.value, fact.rule, fact.text, fact.start, fact.end)
    for rule, pattern in (("notice about editing and translation", _EDITED_BY), ("legal notice", _COPYRIGHT), ("contributors", _CONTRIBUTED)):
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
        for match in _CITED.finditer(block.text):
            outlet = outlets.known(match["name"]) or outlets.known(match["name"].split()[0])
            if outlet and outlet.name not in agencies:
                found.append(outlet.name)
    return list(dict.fromkeys(found))


def _is_source(name: str) -> bool:
    if outlets.known(name) or outlets.known(_VIA.split(name)[0]):
        return True
    if name in load("agencies")["words"]["not_a_source"].split() or name.isdigit():
        return False
    words = name.split()
    if len(words) > 1 and (words[0].islower() or sum(w.islower() for w in _VIA.split(name)[0].split()) > 2) and not outlets.looks_like_outlet(name):
        return False  # "as seen from the bridge"
    return len(name.split()) <= 8 and not name.endswith((".", "!", "?")) and any(c.isalpha() for c in name)


def _after_sentence(text: str, start: int, name: str) -> bool:
    """A source stands behind a finished sentence, or is a listed one; "(left)" inside the last sentence is neither."""
    before = text[:start].rstrip(" ,;")
    return before.endswith((".", "!", "?", "”", '"', "’", ")", "…")) or outlets.known(name) is not None
