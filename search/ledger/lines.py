"""Which lines do the articles of an archive repeat? What is known of each article's lines, and what was learned of it, kept beside the ledger.

What is learned depends on the articles alone (`search.repeated` has the rule), yet a run looks only at the lines that it may have changed: those
at the edges of articles that came or went, and in a group that asks for more articles than before, or for fewer, those that were learned, or not.

A line or decision that has changed is `dirty` until `confirm`, whatever becomes of it in between, and all articles that have the line are
concerned. So a run that was killed after the index took up some of its articles leaves lines that stay dirty, and the next run writes their
articles again. All of it happens in the transaction of the database; it has to be committed after `settle` and before the index is written.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping

from search.article import Article
from search.ledger.database import Database, marks, portions
from search.repeated import (
    FIRST,
    LAST,
    SAMPLE,
    STORIES,
    LearnedLine,
    LineDecision,
    Removal,
    State,
    Story,
    Trace,
    articles_needed,
    decided,
    enough_stories,
    group_of,
    line_hash,
    line_of,
    removal,
    trace,
)

SCHEMA: tuple[str, ...] = (
    # `settled` is the size at the last settle.
    "CREATE TABLE line_groups (id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, size INTEGER NOT NULL, settled INTEGER NOT NULL)",
    # `hashes`: 6 bytes for the standfirst (or zeros) and for each paragraph.
    """CREATE TABLE line_articles (
        id INTEGER PRIMARY KEY, grp INTEGER NOT NULL, title INTEGER, sketch BLOB NOT NULL, hashes BLOB NOT NULL)""",
    # The lines at the edges of articles, which may be learned. `place`: 0 speaks of its story, 1 first, 2 last.
    """CREATE TABLE line_places (
        grp INTEGER NOT NULL, line INTEGER NOT NULL, article INTEGER NOT NULL, place INTEGER NOT NULL,
        PRIMARY KEY (grp, line, article)) WITHOUT ROWID""",
    # Every line that is apart in at least STORIES articles of a group, whether learned or not. All other lines are known by their hash only.
    """CREATE TABLE lines (
        grp INTEGER NOT NULL, line INTEGER NOT NULL, text BLOB NOT NULL,
        learned INTEGER NOT NULL, touched INTEGER NOT NULL, dirty INTEGER NOT NULL,
        PRIMARY KEY (grp, line)) WITHOUT ROWID""",
    "CREATE INDEX lines_touched ON lines (grp, line) WHERE touched = 1",
    "CREATE INDEX lines_dirty ON lines (grp, line) WHERE dirty = 1",
    # What a person has said of a line: 1 it is boilerplate, 0 it is not, null nothing. `publisher` is empty where it was said for all.
    """CREATE TABLE line_marks (
        line BLOB NOT NULL, publisher BLOB NOT NULL, said INTEGER, dirty INTEGER NOT NULL,
        PRIMARY KEY (line, publisher)) WITHOUT ROWID""",
)
"""The tables and indexes of this module, for the database that they are made in."""

_HASH_BYTES = 6
_PLACES = {"first": 1, "last": 2}
_STORIES_OF = f"""SELECT a.title, a.sketch FROM line_places p JOIN line_articles a ON a.id = p.article
    WHERE p.grp = ? AND p.line = ? AND p.place > 0 ORDER BY p.article LIMIT {SAMPLE}"""  # noqa: S608
_APART = "SELECT count(*) FROM (SELECT 1 FROM line_places WHERE grp = ? AND line = ? AND place > 0 LIMIT ?)"
_CONCERNED = "SELECT p.article FROM lines l CROSS JOIN line_places p ON p.grp = l.grp AND p.line = l.line WHERE l.dirty = 1"
_HAVING = "SELECT a.id, g.name FROM line_articles a JOIN line_groups g ON g.id = a.grp WHERE instr(a.hashes, ?) > 0"


class Lines:
    """The lines of the articles in an index. For one thread; methods raise as `Database` does, and change what its transaction holds."""

    def __init__(self, database: Database) -> None:
        """Use a database that has the tables of SCHEMA."""
        self._database = database
        self._concerned = array("q")

    def put(self, *articles: Article) -> None:
        """These articles enter the index, or do so again: this is how they were read, before any line was taken out. Many at once are quicker."""
        self.drop(article.id for article in articles)
        by_group: dict[str, list[tuple[int, Trace]]] = {}
        for article in articles:
            known = trace(article)
            by_group.setdefault(known.group, []).append((_number(article.id), known))
        for name, traces in by_group.items():
            group = self._grown(name, len(traces))
            self._database.change_many(
                "INSERT INTO line_articles VALUES (?, ?, ?, ?, ?)",
                ((number, group, t.story.title, t.story.sketch, b"".join(map(_bytes, t.lines))) for number, t in traces),
            )
            self._database.change_many(
                "INSERT INTO line_places VALUES (?, ?, ?, ?)",
                ((group, line, number, _PLACES[c.place] if c.apart else 0) for number, t in traces for line, c in t.candidates.items()),
            )
            self._touch(group, {line: candidate.text for _, t in traces for line, candidate in t.candidates.items() if candidate.apart})

    def drop(self, ids: Iterable[str]) -> None:
        """These articles leave the index. Ids that are not in it are passed over."""
        for some in portions([_number(id) for id in ids]):
            known = self._database.all(f"SELECT id, grp, hashes FROM line_articles WHERE id IN ({marks(some)})", some)  # noqa: S608
            for article, group, hashes in known:
                edges = _edges(hashes)
                self._database.change(f"DELETE FROM line_places WHERE {_one_of(edges)} AND article = ?", (group, *edges, article))  # noqa: S608
                self._database.change(f"UPDATE lines SET touched = 1 WHERE {_one_of(edges)}", (group, *edges))  # noqa: S608
                self._database.change("DELETE FROM line_articles WHERE id = ?", (article,))
                self._database.change("UPDATE line_groups SET size = size - 1 WHERE id = ?", (group,))

    def settle(self, decisions: Iterable[LineDecision] = ()) -> None:
        """Decide which lines are learned now, and what a person has said of lines; then `concerned` knows which articles have to change."""
        self._touch_by_size()
        for group, line, text, learned in self._database.all("SELECT grp, line, text, learned FROM lines WHERE touched = 1"):
            now = self._is_learned(group, line, _decoded(text))
            self._database.change(
                "UPDATE lines SET learned = ?, touched = 0, dirty = max(dirty, ?) WHERE grp = ? AND line = ?", (now, now != learned, group, line)
            )
            self._forget_rare(group, line)
        self._mark(decisions)
        numbers = {id for (id,) in self._database.all(_CONCERNED)}
        for line, publisher in self._database.all("SELECT line, publisher FROM line_marks WHERE dirty = 1"):
            numbers |= {id for id, group in self._having(line) if publisher in (b"", group)}
        self._concerned = array("q", sorted(numbers))

    def concerned(self, after: str, limit: int) -> list[str]:
        """Ids of articles in the index whose lines have to be taken out, or given back, since the last `settle`: ascending, after an id (or "")."""
        begin = bisect_right(self._concerned, _number(after)) if after else 0
        return [_id(number) for number in self._concerned[begin : begin + limit]]

    def lines_of(self, article: Article) -> Removal:
        """What an article is to be stripped of, since the last `settle`."""
        group = group_of(article)
        rows = self._database.all(
            "SELECT l.text FROM lines l JOIN line_groups g ON g.id = l.grp WHERE g.name = ? AND l.learned = 1", (_encoded(group),)
        )
        return removal((_decoded(text) for (text,) in rows), self._decisions(), group)

    def confirm(self) -> None:
        """The index has taken up all articles that were concerned."""
        self._concerned = array("q")
        changed = self._database.all("SELECT grp, line FROM lines WHERE dirty = 1")
        self._database.change("UPDATE lines SET dirty = 0 WHERE dirty = 1")
        for group, line in changed:
            self._forget_rare(group, line)
        self._database.change("DELETE FROM line_marks WHERE said IS NULL")
        self._database.change("UPDATE line_marks SET dirty = 0 WHERE dirty = 1")
        self._database.change("DELETE FROM line_groups WHERE size = 0 AND id NOT IN (SELECT grp FROM lines)")

    def listed(self) -> tuple[LearnedLine, ...]:
        """The lines that were learned, and those that a person has marked, by group; in a group the most frequent first."""
        decisions = self._decisions()
        found: list[LearnedLine] = []
        for name, group, line, text in self._database.all(
            "SELECT g.name, l.grp, l.line, l.text FROM lines l JOIN line_groups g ON g.id = l.grp WHERE l.learned = 1"
        ):
            said = decided(decisions, _decoded(text), _decoded(name))
            if not said:
                found.append(self._listed(_decoded(name), group, line, _decoded(text), "learned" if said is None else "kept"))
        for line in sorted({line for (line, _), said in decisions.items() if said}):
            found += self._listed_mark(line, decisions)
        return tuple(sorted(found, key=lambda entry: (entry.group or "", -entry.articles, entry.text)))

    def _grown(self, name: str, by: int) -> int:
        """The number of the group with that name, which has so many more articles."""
        if not self._database.change("UPDATE line_groups SET size = size + ? WHERE name = ?", (by, _encoded(name))):
            self._database.change("INSERT INTO line_groups (name, size, settled) VALUES (?, ?, 0)", (_encoded(name), by))
        ((group,),) = self._database.all("SELECT id FROM line_groups WHERE name = ?", (_encoded(name),))
        return int(group)

    def _touch(self, group: int, apart: Mapping[int, str]) -> None:
        """More articles have these lines apart; some may be known by their text from now on."""
        for some in portions(list(apart)):
            met = {line for (line,) in self._database.all(f"SELECT line FROM lines WHERE {_one_of(some)}", (group, *some))}  # noqa: S608
            if met:
                self._database.change(f"UPDATE lines SET touched = 1 WHERE {_one_of(met)}", (group, *met))  # noqa: S608
            new = [line for line in some if line not in met]
            if new:
                several = f"SELECT line FROM line_places WHERE {_one_of(new)} AND place > 0 GROUP BY line HAVING count(*) >= {STORIES}"  # noqa: S608
                rows = [(group, line, _encoded(apart[line])) for (line,) in self._database.all(several, (group, *new))]
                self._database.change_many("INSERT INTO lines VALUES (?, ?, ?, 0, 1, 0)", rows)

    def _touch_by_size(self) -> None:
        """A group that has grown may ask more of its lines, one that has shrunk less."""
        for group, size, settled in self._database.all("SELECT id, size, settled FROM line_groups WHERE size <> settled"):
            needed, before = articles_needed(size), articles_needed(settled)
            if needed != before:
                self._database.change("UPDATE lines SET touched = 1 WHERE grp = ? AND learned = ?", (group, needed > before))
            self._database.change("UPDATE line_groups SET settled = size WHERE id = ?", (group,))

    def _is_learned(self, group: int, line: int, text: str) -> bool:
        ((size,),) = self._database.all("SELECT size FROM line_groups WHERE id = ?", (group,))
        needed = articles_needed(size)
        ((articles,),) = self._database.all(_APART, (group, line, needed))
        return articles >= needed and enough_stories((Story(*row) for row in self._database.all(_STORIES_OF, (group, line))), text)

    def _forget_rare(self, group: int, line: int) -> None:
        """A line that is in few articles by now and of no consequence is known by its hash again."""
        ((articles,),) = self._database.all(_APART, (group, line, STORIES))
        if articles < STORIES:
            self._database.change("DELETE FROM lines WHERE grp = ? AND line = ? AND learned = 0 AND dirty = 0", (group, line))

    def _mark(self, decisions: Iterable[LineDecision]) -> None:
        """Keep what a person has said; of two contrary words on one line, the one that keeps it counts."""
        said: dict[tuple[bytes, bytes], int] = {}
        for decision in decisions:
            key = _encoded(line_of(decision.line)), _encoded(decision.publisher or "")
            said[key] = min(said.get(key, 1), int(decision.is_boilerplate))
        known = {(line, publisher): before for line, publisher, before in self._database.all("SELECT line, publisher, said FROM line_marks")}
        for key in said.keys() | known.keys():
            if key not in known:
                self._database.change("INSERT INTO line_marks VALUES (?, ?, ?, 1)", (*key, said[key]))
            elif said.get(key) != known[key]:
                self._database.change("UPDATE line_marks SET said = ?, dirty = 1 WHERE line = ? AND publisher = ?", (said.get(key), *key))

    def _decisions(self) -> dict[tuple[str, str], bool]:
        rows = self._database.all("SELECT line, publisher, said FROM line_marks WHERE said IS NOT NULL")
        return {(_decoded(line), _decoded(publisher)): bool(said) for line, publisher, said in rows}

    def _having(self, line: bytes) -> list[tuple[int, bytes]]:
        """The articles that have a line anywhere, as number of the id and name of the group, by id."""
        return [(id, name) for id, name in self._database.all(f"{_HAVING} ORDER BY a.id", (_bytes(line_hash(_decoded(line))),))]

    def _listed(self, name: str, group: int, line: int, text: str, state: State) -> LearnedLine:
        ((articles, first, last),) = self._database.all(
            "SELECT count(*), sum(place = 1), sum(place = 2) FROM line_places WHERE grp = ? AND line = ?", (group, line)
        )
        examples = self._database.all("SELECT article FROM line_places WHERE grp = ? AND line = ? ORDER BY article LIMIT 2", (group, line))
        return LearnedLine(text, name, "first" if first > last else "last", state, articles, tuple(_id(id) for (id,) in examples))

    def _listed_mark(self, line: str, decisions: Mapping[tuple[str, str], bool]) -> list[LearnedLine]:
        """A line that was marked, once for each group where that takes it out, and for what was said in vain."""
        groups: dict[str, list[int]] = {}
        for id, name in self._having(_encoded(line)):
            if decided(decisions, line, _decoded(name)):
                groups.setdefault(_decoded(name), []).append(id)
        vain = [whose for (said_of, whose), said in decisions.items() if said and said_of == line and (whose not in groups if whose else not groups)]
        return [
            *(LearnedLine(line, group, "anywhere", "marked", len(ids), tuple(map(_id, ids[:2]))) for group, ids in groups.items()),
            *(LearnedLine(line, whose or None, "anywhere", "marked", 0) for whose in vain),
        ]


def _number(id: str) -> int:
    """An id of 16 hex digits as a signed number of the same order."""
    return int(id, 16) - (1 << 63)


def _id(number: int) -> str:
    return f"{number + (1 << 63):016x}"


def _bytes(line: int) -> bytes:
    return line.to_bytes(_HASH_BYTES, "big")


def _edges(hashes: bytes) -> set[int]:
    """The hashes of an article's lines that may be candidates: its standfirst, its first and its last paragraphs."""
    end = len(hashes)
    starts = {*range(0, min(end, (1 + FIRST) * _HASH_BYTES), _HASH_BYTES), *range(max(0, end - LAST * _HASH_BYTES), end, _HASH_BYTES)}
    return {int.from_bytes(hashes[at : at + _HASH_BYTES], "big") for at in starts}


def _encoded(text: str) -> bytes:
    """Text as SQLite keeps it whatever it is: lone surrogates are no Unicode, and it would refuse them as text."""
    return text.encode("utf-8", "surrogatepass")


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def _one_of(lines: Collection[int]) -> str:
    return f"grp = ? AND line IN ({marks(lines)})"
