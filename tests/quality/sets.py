"""What do the sets of articles say? Our own is scored here, the published ones with the scorers that lie beside them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from search.article import Article
from search.engines import ENGINES as ALL_ENGINES
from search.engines import require
from search.errors import EngineMissing, UnreadableFile
from search.extraction import extract
from search.origin import documents
from search.sources import RawDocument
from tests.quality import scoring
from tests.quality.figures import Figure
from tests.quality.likeness import same_topic
from tests.quality.ranking import COLLECTIONS, run_queries, stored

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
GOLD = SHARED / "data" / "gold"
LABELLED = {
    "gold/dev": (GOLD / "dev_labels.json", GOLD / "dev_articles.json", GOLD / "dev"),
    "seeds": (GOLD / "seeds_labels.json", GOLD / "seeds_articles.json", ROOT / "seeds"),
}
"""Sets with labels made by reading: the labels, the articles as they were labelled, and the folder of raw files."""

NEWSWIRE = SHARED / "data" / "reuters21578.jsonl.gz"

CORPORA = {
    "readouts": "readouts_dev.jsonl.gz",
    "conll": "conll2003_testa.jsonl.gz",
    "agencies": "current_events_dev.jsonl.gz",
    "datelines": "reuters21578.jsonl.gz",
    "html": "html_articles",
}
"""Larger sets, each with one definition in the scorer, and the data that its raw files are made from."""

ENGINES = [name for name, entry in ALL_ENGINES.items() if entry.local]
"""Those that need no cluster."""

RANKING = {f"{name}/{engine}": (folder, engine) for name, folder in (("time", "time_ir"), ("cranfield", "cranfield")) for engine in ENGINES}
"""Collections with relevance judgements, each searched on every engine: the folder and the engine."""

SIMILAR = {f"similar/{engine}": engine for engine in ENGINES}
"""Newswire articles with topics, of which similar ones are asked for on every engine."""

_LINE = re.compile(r"(?P<what>\S.*?) +(?P<value>\d+\.\d+)  (?P<note>.*)")
_WRONG = re.compile(r"(\d+) wrong values?")


def why_not(name: str) -> str | None:
    """Why a set cannot be scored here, as a sentence; None where it can."""
    if name == "own":
        return None
    if name in RANKING or name in SIMILAR:
        folder, engine = RANKING.get(name) or ("", SIMILAR.get(name, ""))
        try:
            require(engine)
        except EngineMissing as error:
            return str(error).rstrip(".")
        collection = COLLECTIONS / folder if folder else NEWSWIRE
        return None if collection.exists() else f"{collection} is not there: this set is no part of the repository"
    needed = LABELLED[name] if name in LABELLED else (SHARED / "data" / CORPORA[name],)
    scorer = SHARED / "tools" / ("score_extraction.py" if name in LABELLED else "score_corpora.py")
    missing = next((path for path in (scorer, *needed) if not path.exists()), None)
    return f"{missing} is not there: this set is no part of the repository" if missing else None


@cache
def figures(name: str) -> tuple[Figure, ...]:
    """The figures of a set that can be scored here. Raises RuntimeError where its scorer fails."""
    if name == "own":
        return tuple(scoring.score(scoring.labels(), scoring.articles()))
    if name in SIMILAR:
        share, chance = same_topic(NEWSWIRE, SIMILAR[name])
        return (Figure(name, "same topic", share, f"chance gives {chance:.3f}"),)
    with TemporaryDirectory() as folder:
        if name in RANKING:
            run = Path(folder) / "run.tsv"
            with stored(*RANKING[name]) as (collection, engine, names):
                run_queries(collection, engine.view(), names, run)
            return scored_run(name, run)
        extracted = Path(folder) / "extracted.jsonl"
        if name in LABELLED:
            labels, articles, raw = LABELLED[name]
            _extract(raw, extracted)
            printed = _score("score_extraction.py", str(labels), str(articles), str(extracted))
        else:
            raw = Path(folder) / "raw"
            _score("score_corpora.py", "prepare", name, str(raw))
            _extract(raw, extracted)
            printed = _score("score_corpora.py", "score", name, str(extracted))
    return tuple(_read(name, printed))


def scored_run(name: str, run: Path) -> tuple[Figure, ...]:
    """The figures of a collection's ranking, from a file in the scorer's form."""
    return tuple(_read(name, _score("score_ranking.py", str(COLLECTIONS / RANKING[name][0]), str(run))))


def _extract(folder: Path, into: Path) -> None:
    """What `dateline extract` prints of a folder."""
    with into.open("w", encoding="utf-8") as lines:
        for found in documents([folder]):
            if isinstance(found, RawDocument):
                try:
                    lines.writelines(json.dumps(a.to_dict()) + "\n" for a in extract(found) if isinstance(a, Article))
                except UnreadableFile:
                    continue  # the scorers count what is missing


def _score(scorer: str, *arguments: str) -> str:
    command = [sys.executable, str(SHARED / "tools" / scorer), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(f"{scorer} {' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def _read(name: str, printed: str) -> Iterator[Figure]:
    """The figures that a scorer printed; the number of wrong values, which stands in a note, is a figure too."""
    for line in printed.splitlines():
        match = _LINE.fullmatch(line)
        if match:
            yield Figure(name, match["what"], float(match["value"]), match["note"])
            wrong = _WRONG.search(match["note"])
            if wrong:
                yield Figure(name, f"{match['what'].removesuffix(' right')}: wrong values", float(wrong[1]), match["note"])
