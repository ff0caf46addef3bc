"""`explain`: the raw text with what was removed and read, on a terminal, as a page and as JSON."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from search import archive, rereading
from search.archive import Archive
from search.article import Article, Considered, Evidence, Removed
from search.cli.explain import MOST
from search.cli.reasons import show_reasons
from search.cli.reasons_page import page
from search.explain import explain
from search.ledger import Ledger
from tests.cli.conftest import SEEDS, Run

SUMMIT = SEEDS / "003_10d979d26903145c.txt"
OBSERVER = SEEDS / "001_58f1064d4f9f987d.txt"


def test_removed_lines_stand_after_a_dash_with_their_rule(run: Run) -> None:
    result = run("explain", OBSERVER)
    assert result.exit_code == 0
    assert "\n– label of the page: “Logo Wide”\n" in result.stdout
    assert "by «The Syrian Observer»[4].”" in result.stdout


def test_words_are_marked_with_the_number_of_the_value_they_were_read_for(run: Run) -> None:
    result = run("explain", OBSERVER)
    assert "title [1]: Syrian-Russian Talks About Cooperation" in result.stdout
    number = re.search(r"\[(\d+)\] Yury Borisov, Russian Deputy Prime Minister", result.stdout)
    assert number
    assert f"«Yury Borisov»[{number[1]}] to discuss" in result.stdout


def test_each_value_comes_with_its_rule_and_the_words_in_their_context(run: Run) -> None:
    assert "attribution in the first paragraph: “…" in " ".join(run("explain", SUMMIT).stdout.split())


def test_what_is_not_known_is_said_to_be_unknown(run: Run) -> None:
    values = run("explain", SUMMIT).stdout.split("How do we know?")[1]
    assert re.search(r"\n  date +undated\n", values)
    assert re.search(r"\n  place +none given\n", values)


def test_what_else_was_considered_is_shown_with_why_it_lost() -> None:
    read = Article("0" * 16, "desk", "a.html", "", "", date="2021-05-04", evidence=(
        Evidence("date", "2021-05-04", "meta date", "2021-05-04", considered=(Considered("2021-05-03", "address of the page: weaker evidence"),)),
    ))  # fmt: skip
    to = Console(file=io.StringIO(), width=90)
    show_reasons(to, explain(read, "A text."))
    assert isinstance(to.file, io.StringIO)
    shown = to.file.getvalue()
    assert "meta date: “2021-05-04”, not in the text" in shown
    assert "not 2021-05-03: address of the page: weaker evidence" in shown


def test_colour_needs_a_terminal_that_has_it() -> None:
    def on(**terminal: object) -> str:
        to = Console(file=io.StringIO(), width=90, force_terminal=True, markup=False, highlight=False, **terminal)  # type: ignore[arg-type]
        show_reasons(to, explain(READ, TEXT))
        assert isinstance(to.file, io.StringIO)
        return to.file.getvalue()

    assert "\x1b[2;9m" in on(color_system="standard")
    assert "«Amman»" not in on(color_system="standard")
    assert "\x1b" not in on(color_system=None)
    assert "«Amman»[1]" in on(color_system=None)


TEXT = "Amman <b>is</b> here\n\nAd & more\x1b[31m"
READ = Article(
    "0" * 16, "desk", "a.txt", "", "", title="<script>alert(1)</script>", place="Amman",
    evidence=(Evidence("place", "Amman", "dateline", "Amman", 0, 5), Evidence("title", "<script>alert(1)</script>", "meta", "<img>")),
    removed=(Removed("Ad & more\x1b[31m", "<rule>", 22, 36),),
)  # fmt: skip


def test_control_characters_of_a_text_never_reach_the_terminal() -> None:
    to = Console(file=io.StringIO(), width=90)
    show_reasons(to, explain(READ, TEXT))
    assert isinstance(to.file, io.StringIO)
    assert "\x1b" not in to.file.getvalue()
    assert "Ad & more\ufffd[31m" in to.file.getvalue()


class _Page(HTMLParser):
    """The elements of a page: which tags, which ids, where links lead, and the tags that are open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        self.ids += [values["id"]] if values.get("id") else []  # type: ignore[list-item]
        self.links += [values["href"]] if values.get("href") else []  # type: ignore[list-item]
        self.sources += [name for name in values if name in ("src", "srcset", "style") or name.startswith("on")]
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_the_page_needs_nothing_else_and_every_link_leads_somewhere_in_it(run: Run) -> None:
    result = run("explain", SEEDS, "--html")
    assert result.exit_code == 0
    parsed = _Page(result.stdout)
    assert parsed.tags.count("article") == 5
    assert {"script", "link", "img", "iframe"} & set(parsed.tags) == set()
    assert (parsed.sources, parsed.wrong, parsed.open) == ([], [], [])
    assert len(set(parsed.ids)) == len(parsed.ids)
    assert len(parsed.links) > 50
    assert [link for link in parsed.links if link[:1] != "#" or link[1:] not in parsed.ids] == []
    assert "url(" not in result.stdout
    assert "@import" not in result.stdout


def test_words_of_two_values_that_overlap_are_led_back_to_once_each() -> None:
    text = "Mayor Omar Haddad spoke"
    read = Article("0" * 16, "desk", "a.txt", "", "", evidence=(
        Evidence("place", "Omar", "a rule", "Mayor Omar", 0, 10), Evidence("byline", "Omar Haddad", "a rule", "Omar Haddad", 6, 17),
    ))  # fmt: skip
    parsed = _Page("".join(page([explain(read, text)])))
    assert sorted(id for id in parsed.ids if "-t" in id) == ["a1-t1", "a1-t2", "a1-text"]


def test_on_the_page_everything_of_an_article_is_text() -> None:
    shown = "".join(page([explain(READ, TEXT)]))
    parsed = _Page(shown)
    assert (parsed.tags.count("script"), parsed.tags.count("img"), parsed.tags.count("rule")) == (0, 0, 0)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "Ad &amp; more\ufffd[31m" in shown
    assert "&lt;rule&gt;" in shown
    assert "</mark>" in shown
    assert " &lt;b&gt;is&lt;/b&gt; here" in shown


def test_a_page_keeps_its_letters_whatever_the_encoding_of_the_terminal(run: Run) -> None:
    result = run("explain", OBSERVER, "--html", charset="latin-1")
    assert "countries&#8217; bilateral" in result.stdout


def test_json_is_one_object_an_article(run: Run) -> None:
    result = run("explain", SEEDS, "--json")
    shapes = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(shapes) == 5
    assert {tuple(shape) for shape in shapes} == {("id", "source", "path", "record", "text", "pieces", "values", "missing", "moved")}
    assert run("explain", OBSERVER, "--json", "--html").exit_code == 2


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "desk" / "export.jsonl"
    file.parent.mkdir()
    lines = [json.dumps({"id": f"n{number}", "title": f"Harbour {number}", "text": f"The harbour {number} opened."}) for number in range(MOST + 3)]
    file.write_text("\n".join([*lines[:2], "{broken", *lines[2:]]))
    return file


def test_one_article_of_many_is_shown_by_its_key(run: Run, export: Path) -> None:
    result = run("explain", export, "--record", "n22")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("desk/export.jsonl, record n22\n")
    unknown = run("explain", export, "--record", "n99")
    assert unknown.exit_code == 2
    assert "No article has the key “n99”" in unknown.stderr


def test_of_a_file_that_an_archive_has_only_the_article_asked_for_is_read(
    run: Run, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.create(tmp_path / "index") as made:
        made.index([export.parent])
    read = []

    def evidence_text(ledger: Ledger, article: Article) -> str:
        read.append(article.record)
        return rereading.evidence_text(ledger, article)

    monkeypatch.setattr(archive, "evidence_text", evidence_text)
    result = run("explain", export, "--record", "n22", "--index", tmp_path / "index")
    assert (result.exit_code, result.stdout.startswith("desk/export.jsonl, record n22\n")) == (0, True)
    assert read == ["n22"]
    unknown = run("explain", export, "--record", "n99", "--index", tmp_path / "index")
    assert (unknown.exit_code, "No article has the key “n99”" in unknown.stderr) == (2, True)
    assert len(read) == 1


def test_of_many_articles_the_first_are_shown_and_what_is_left_out_is_said(run: Run, export: Path) -> None:
    result = run("explain", export, "--json")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == MOST
    assert "export.jsonl, line 3" in result.stderr
    assert f"the first {MOST} articles are shown" in result.stderr


def test_fields_of_other_names_are_mapped(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "desk" / "a.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"zzz": "The harbour opened on Monday to ships.", "title": "Harbour"}))
    result = run("explain", file, "--map", "body=zzz")
    assert result.exit_code == 0
    assert "The harbour opened on" in result.stdout


def test_what_cannot_be_read_is_named_with_its_reason(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "a.doc").write_text("x")
    (folder / "b.txt").write_bytes(b"")
    result = run("explain", folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "a.doc: Files that end in .doc are not supported" in result.stderr
    assert "b.txt: " in result.stderr
    (folder / "README.txt").write_text("x")
    passed = run("explain", folder / "README.txt")
    assert "README files" in passed.stderr
    assert run("explain", folder / "none.txt").exit_code == 2


def test_a_page_full_of_furniture_is_folded_unless_all_of_it_is_asked_for(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "desk" / "a.html"
    file.parent.mkdir()
    menu = "".join(f"<li><a href='/{number}'>Section {number}</a></li>" for number in range(40))
    story = "<p>The harbour opened on Monday to ships from three countries, the mayor said.</p>" * 3
    file.write_text(f"<html><body><nav><ul>{menu}</ul></nav><article><h1>Harbour opens</h1>{story}</article></body></html>")
    folded, whole = run("explain", file), run("explain", file, "--all")
    assert "40 lines (" in folded.stdout
    assert "--all shows them whole" in " ".join(folded.stdout.split())
    assert "Section 20" not in folded.stdout
    assert "“Section 20”" in whole.stdout
    shown = run("explain", file, "--html").stdout
    assert "<details" in shown
    assert "Section 20" in shown
    assert '<details class="removed" open>' in run("explain", file, "--html", "--all").stdout
