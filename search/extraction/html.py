"""Which blocks of text does an HTML page show, which of them are its article, and what does the page say about itself?

`markup` reads the page, `maintext` says which of its text is the article, `metadata` what the page states. Everything else that the page shows is
furniture: it is kept with the reason, and is not the story.
"""

from __future__ import annotations

from collections.abc import Sequence

from search.errors import UnreadableFile
from search.extraction import boilerplate, maintext, markup
from search.extraction.document import Block, Document, Furniture
from search.extraction.markup import Run
from search.extraction.metadata import Metadata

_LITTLE = 250  # characters of article on a page whose data hold more: it is drawn by a script
_ABOVE = 6  # runs above the story among which the headline's neighbours are
_STAMP_LINES = 4  # runs of the story behind the headline in which a date line may stand
_MOST_ABOVE = 0.3  # of the article's text; if more of it stands above the headline, that is not the headline


def read(text: str) -> Document:
    """The blocks of a decoded page, the article's and the others', and what the page states.

    Raises UnreadableFile for pages too long, too large or nested too deeply to be articles, and for pages without text.
    """
    soup = markup.parse(text)
    runs = markup.runs(soup)
    timed = [any(parent.name == "time" for piece in run.pieces for parent in (piece.parent,) if parent) for run in runs]
    said = Metadata(soup, text)
    stated = fragment(said.article_text())
    rules = list(maintext.find(soup, runs, stated.text))
    blocks = _blocks(runs)
    story = [index for index, rule in enumerate(rules) if not rule]
    extra: tuple[Block, ...] = ()
    if sum(len(blocks[index].text) for index in story) < min(_LITTLE, len(stated.text)):
        # The page is drawn by a script, but its data hold the story: it follows behind what the page shows.
        after = blocks[-1].end + 1 if blocks else 0
        extra = tuple(Block(b.text, b.start + after, b.end + after, b.kind) for b in stated.blocks)
        rules = [rule or "not in the article that the page's data give" for rule in rules]
        story = []
    if not any(c.isalnum() for block in (*(blocks[index] for index in story), *extra) for c in block.text):
        raise UnreadableFile("The page shows no article text: it may be drawn by a script. Save the article as text and index it again.")
    first = story[0] if story else len(blocks)
    title = said.title(_headings(runs, blocks), blocks[max(0, first - _ABOVE) : first + 1])
    at = next((index for index, block in enumerate(blocks) if title and block.start == title.start), None)
    if at is not None:
        rules[at] = ""
        above = [index for index in story if index < at]
        if sum(len(blocks[index].text) for index in above) < _MOST_ABOVE * sum(len(blocks[index].text) for index in story):
            for index in above:
                rules[index] = "above the headline"
    head = first if at is None else min(at, first)
    top = range(max(0, head - _ABOVE), min(len(blocks), max(first, head) + _STAMP_LINES))
    standfirst = said.standfirst([blocks[index] for index in top if index != at and not runs[index].heading])
    for index in top:
        if standfirst and blocks[index].start == standfirst.start:
            rules[index] = ""
    for index in range(head, next((index for index in story if index > head), head)):
        # Reporter and day are told by the written rules, which take such a line out again.
        if rules[index] and boilerplate.is_notice(blocks[index].text):
            rules[index] = ""
    elsewhere = [block for run, block in zip(runs, blocks, strict=True) if not (run.linked or run.inside("nav", "footer", "aside", "form"))]
    return Document(
        "\n".join(block.text for block in (*blocks, *extra)),
        tuple(block for block, rule in zip(blocks, rules, strict=True) if not rule) + extra,
        tuple(Furniture(block, rule) for block, rule in zip(blocks, rules, strict=True) if rule),
        title,
        standfirst,
        said.publisher(),
        said.language(),
        said.url(),
        said.dates([(blocks[index], timed[index]) for index in top], elsewhere),
        said.authors(),
    )


def fragment(text: str) -> Document:
    """The blocks of a piece of HTML, such as a field that holds an article's text: all of it is the article. Text without markup is one block a line.

    Raises UnreadableFile where the piece is too large or nested too deeply. A piece without text has no blocks.
    """
    lines = text if "<" in text else text.replace("\n", "<br>")
    blocks = _blocks(markup.runs(markup.parse(f"<body>{lines}</body>"))) if text.strip() else []
    return Document("\n".join(block.text for block in blocks), tuple(blocks))


def _blocks(runs: Sequence[Run]) -> list[Block]:
    """The runs as blocks of the text that they make, joined by line feeds."""
    blocks: list[Block] = []
    at = 0
    for run in runs:
        blocks.append(Block(run.words, at, at + len(run.words), "heading" if run.heading else "paragraph"))
        at += len(run.words) + 1
    return blocks


def _headings(runs: Sequence[Run], blocks: Sequence[Block]) -> list[Block]:
    """The headings that may be the article's: first those of the first level."""
    found = [(run.inside("h1"), block) for run, block in zip(runs, blocks, strict=True) if run.heading and not run.inside("nav", "footer", "aside")]
    return [block for top, block in found if top] + [block for top, block in found if not top]
