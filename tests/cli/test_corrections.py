"""`correct` and `names`: what is written, said and refused. The archive is a stand-in: that it follows is tested with the real one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from search.analysis import words
from search.archive import Archive
from search.article import Person
from search.corrections import FILE_NAME, load
from search.errors import ArchiveBusy, UsageError
from tests.cli.conftest import Run


@dataclass(frozen=True)
class Named:
    """A person as an archive lists them."""

    key: str
    name: str
    articles: int
    forms: tuple[tuple[str, int], ...]
    hidden: bool = False


@dataclass
class StandIn:
    """What the commands ask of an archive, from lists."""

    folders: dict[str, Path]
    people: list[Named] = field(default_factory=list)
    changed: int = 0
    busy: bool = False
    brought_up_to_date: int = 0
    notes: tuple[str, ...] = ()
    in_articles: tuple[Person, ...] = ()

    def __enter__(self) -> StandIn:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def sources(self) -> tuple[SimpleNamespace, ...]:
        return tuple(SimpleNamespace(name=name, path=path) for name, path in self.folders.items())

    def locate(self, target: str, record: str | None = None) -> tuple[str, Path, str, str]:
        if target == "0123456789abcdef":
            return "desk", self.folders["desk"], "wire.jsonl", "77"
        for name, folder in self.folders.items():
            if Path(target).is_relative_to(folder):
                return name, folder, Path(target).relative_to(folder).as_posix(), record or ""
        raise UsageError(f"{target} is no file of this archive.")

    def names(self, text: str | None, limit: int) -> list[Named]:
        asked = set(words(text or ""))
        return [p for p in self.people if any(asked <= set(words(form)) for form in (p.name, *(form for form, _ in p.forms)))][:limit]

    def apply_corrections(self, progress: object = None) -> SimpleNamespace:
        if self.busy:
            raise ArchiveBusy("Another process is writing.")
        self.brought_up_to_date += 1
        return SimpleNamespace(changed=self.changed, updated=0, notes=self.notes)

    def search(self, _: str, *, person: str, limit: int) -> SimpleNamespace:
        hits = [SimpleNamespace(participants=(one,), mentioned=()) for one in self.in_articles if person in (one.name, *one.aliases)]
        return SimpleNamespace(hits=hits[:limit])


BORISOV = Named("@yuri-borisov", "Yuri Borisov", 34, (("Yuri Borisov", 30), ("Yury Borisov", 4)))
HASSAN = Named("@ali-hassan", "Ali Hassan", 1, (("Ali Hassan", 1),))


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """An archive of one source, “desk”, with two people."""
    (tmp_path / "desk").mkdir()
    found = StandIn({"desk": tmp_path / "desk"}, [BORISOV, HASSAN])
    monkeypatch.setattr(Archive, "open", lambda _folder: found)
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The corrections of the source “desk”."""
    return tmp_path / "desk" / FILE_NAME


def test_an_article_is_put_right_by_its_file(run: Run, archive: StandIn, file: Path) -> None:
    archive.changed = 1
    result = run(
        "correct", file.parent / "a.txt", "--date", "2022-11-10", "--agency", "Associated Press", "--agency", "Desk", "--title", "T", "--note", "why"
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"a.txt: date 10 November 2022, agency AP and Desk, title “T”\nWritten to {file}; 1 article of the archive updated\n"
    (entry,) = load(file.parent).articles
    assert (entry.path, entry.date, entry.agencies, entry.title, entry.note) == ("a.txt", "2022-11-10", ("AP", "Desk"), "T", "why")
    assert archive.brought_up_to_date == 1


def test_an_article_is_put_right_by_its_id_or_its_record(run: Run, archive: StandIn, file: Path) -> None:
    run("correct", "0123456789abcdef", "--date", "none")
    run("correct", file.parent / "wire.jsonl", "--record", "78", "--agency", "none")
    assert [(entry.path, entry.record, entry.date, entry.agencies) for entry in load(file.parent).articles] == [
        ("wire.jsonl", "77", "none", None),
        ("wire.jsonl", "78", None, ()),
    ]


def test_what_is_right_already_is_said_and_the_archive_follows_all_the_same(run: Run, archive: StandIn, file: Path) -> None:
    run("correct", file.parent / "a.txt", "--date", "2022")
    result = run("correct", file.parent / "a.txt", "--date", "2022")
    assert result.stdout.splitlines() == [
        "a.txt: date 2022 (corrections.toml said so before)",
        f"Nothing to write to {file}; nothing had to be updated in the archive",
    ]
    assert archive.brought_up_to_date == 2


def test_corrections_of_an_article_are_taken_back(run: Run, archive: StandIn, file: Path) -> None:
    run("correct", file.parent / "a.txt", "--date", "2022")
    result = run("correct", file.parent / "a.txt", "--undo")
    assert result.stdout.startswith("a.txt: as it is read, nothing is put right by hand\nWritten to ")
    assert load(file.parent).articles == ()


def test_lines_are_said_to_be_boilerplate_or_not(run: Run, archive: StandIn, file: Path) -> None:
    result = run("correct", "--boilerplate", "Follow us", "--not-boilerplate", "No more was known.")
    assert result.stdout.splitlines()[:2] == ["“Follow us” is boilerplate", "“No more was known.” is not boilerplate"]
    assert [(line.text, line.boilerplate) for line in load(file.parent).lines] == [("Follow us", True), ("No more was known.", False)]
    turned = run("correct", "--not-boilerplate", "Follow us")
    assert "  The opposite had been said of this line; that is taken back.\n" in turned.stdout
    assert run("correct", "--undo", "--boilerplate", "Follow us").exit_code == 0
    assert [line.text for line in load(file.parent).lines] == ["No more was known."]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["correct"], "There is nothing to put right"),
        (["correct", "--undo"], "There is nothing to put right"),
        (["correct", "--date", "2022"], "Name the article"),
        (["correct", "--record", "7", "--boilerplate", "x"], "Name the article"),
        (["correct", "0123456789abcdef", "--undo", "--date", "2022"], "give it no values"),
        (["correct", "0123456789abcdef", "--date", "yesterday"], "“yesterday” is no date. Write 2022-06-15"),
        (["correct", "elsewhere.txt", "--date", "2022"], "is no file of this archive"),
        (["correct", "--boilerplate", "x", "--source", "wire"], "The archive has no source “wire”. It has desk."),
        (["names", "merge", "Yuri Borisov"], "Name at least two"),
        (["names", "merge", "Yuri Borisov", "yuri borisov"], "are one name"),
        (["names", "merge", "Yuri Borisov", "Ali Hasan"], "Nobody in the archive has the name “Ali Hasan”. Is one of these meant: Ali Hassan?"),
        (["names", "hide", "Xyzzy"], "“dateline names list” shows the names that it has"),
        (["names", "rename", "Yuri Borisov"], "Give the person's name and the one to show"),
        (["names", "rename", "Yuri Borisov", "X", "--undo"], "--undo takes only the person's name"),
        (["names", "rename", "Yuri Borisov", "Ali Hassan"], "“Ali Hassan” is another person of this archive (1 article)"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence_and_nothing_is_written(run: Run, archive: StandIn, file: Path, arguments: list[str], says: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert not file.exists()


def test_where_several_sources_could_be_meant_one_must_be_named(run: Run, archive: StandIn, tmp_path: Path, file: Path) -> None:
    archive.folders["wire"] = tmp_path / "wire"
    (tmp_path / "wire").mkdir()
    asked = run("names", "hide", "Ali Hassan")
    assert asked.exit_code == 2
    assert "The archive has several sources: desk and wire. Say with --source" in asked.stderr
    assert run("names", "hide", "Ali Hassan", "--source", "wire").exit_code == 0
    assert [entry.names for entry in load(tmp_path / "wire").names] == [("Ali Hassan",)]
    assert not file.exists()


def test_sources_must_not_contradict_each_other(run: Run, archive: StandIn, tmp_path: Path, file: Path) -> None:
    archive.folders["wire"] = tmp_path / "wire"
    (tmp_path / "wire").mkdir()
    run("names", "merge", "Ali Hassan", "Yuri Borisov", "--source", "wire")
    refused = run("names", "split", "Ali Hassan", "Yuri Borisov", "--source", "desk")
    assert refused.exit_code == 2
    assert f"one person by {tmp_path / 'wire' / FILE_NAME}, line 4" in refused.stderr
    assert not file.exists()


def test_names_are_merged_and_split_again(run: Run, archive: StandIn, file: Path) -> None:
    merged = run("names", "merge", "Yury Borisov", "Ali Hassan", "--as", "Yuri Borisov")
    assert merged.stdout.splitlines()[0] == "2 names are one person now: Yuri Borisov (34 articles)"
    (entry,) = load(file.parent).names
    assert (entry.kind, entry.names, entry.shown) == ("merge", ("Yury Borisov", "Ali Hassan"), "Yuri Borisov")
    split = run("names", "split", "Yury Borisov", "Ali Hassan")
    assert split.stdout.splitlines()[:2] == [
        "Yury Borisov (34 articles) and Ali Hassan (1 article) are different persons now",
        "  It had been said that Ali Hassan is the same person; that is taken back.",
    ]
    undone = run("names", "split", "Yury Borisov", "Ali Hassan", "--undo")
    assert undone.stdout.startswith("Yury Borisov and Ali Hassan: whether they are one person is up to the archive\n")
    assert [entry.kind for entry in load(file.parent).names] == ["merge"]
    run("names", "merge", "Yury Borisov", "Yuri Borisov", "--undo")
    assert load(file.parent).names == ()


def test_a_person_is_renamed_and_shown_as_before_again(run: Run, archive: StandIn, file: Path) -> None:
    renamed = run("names", "rename", "Yury Borisov", "Y. I. Borisov")
    assert renamed.stdout.splitlines()[0] == "Yury Borisov is shown as Y. I. Borisov now (34 articles)"
    assert run("names", "rename", "Yury Borisov", "--undo").exit_code == 0
    assert load(file.parent).names == ()


def test_a_hidden_name_is_known_although_the_archive_no_longer_lists_it(run: Run, archive: StandIn, file: Path) -> None:
    assert run("names", "hide", "Ali Hassan").stdout.splitlines()[0] == "Ali Hassan (1 article): hidden, among the people no more"
    archive.people.remove(HASSAN)
    again = run("names", "hide", "ali hassan")
    assert again.exit_code == 0
    assert "(corrections.toml said so before)" in again.stdout
    assert run("names", "hide", "Ali Hassan", "--undo").exit_code == 0
    assert load(file.parent).names == ()


def test_an_archive_that_is_busy_has_the_correction_later(run: Run, archive: StandIn, file: Path) -> None:
    archive.busy = True
    result = run("names", "hide", "Ali Hassan")
    assert result.exit_code == 2
    assert f"The correction stands in {file}; the archive does not have it yet" in result.stderr
    assert len(load(file.parent).names) == 1


def test_people_are_listed_with_the_forms_of_their_names(run: Run, archive: StandIn) -> None:
    assert run("names", "list").stdout == "34  Yuri Borisov (also Yury Borisov 4)\n 1  Ali Hassan\n"
    assert run("names", "list", "ali").stdout == "1  Ali Hassan\n"
    first = run("names", "list", "--limit", "1")
    assert (first.exit_code, first.stdout.count("\n")) == (0, 1)
    assert "--limit shows more" in first.stderr
    nobody = run("names", "list", "Xyzzy")
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    assert "no person with the name “Xyzzy”" in nobody.stderr


def test_people_are_listed_as_json(run: Run, archive: StandIn) -> None:
    listed = json.loads(run("names", "list", "--limit", "1", "--json").stdout)
    assert listed == {
        "names": [
            {"key": "@yuri-borisov", "name": "Yuri Borisov", "articles": 34, "forms": [["Yuri Borisov", 30], ["Yury Borisov", 4]], "hidden": False}
        ],
        "more": True,
    }


def test_a_correction_of_an_article_of_several_needs_its_record(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "wire.jsonl").write_text(
        "".join(json.dumps({"id": id, "title": f"Talks {id}", "body": f"The talks number {id} were held on Tuesday."}) + "\n" for id in "abcdefg")
    )
    (folder / "one.jsonl").write_text(json.dumps({"id": "only", "title": "Rain", "body": "It rained all the day in the north."}) + "\n")
    (folder / "plain.txt").write_text("Snow\n\nIt snowed all the day in the south.")
    with Archive.create(tmp_path / "index") as archive:
        archive.index([folder])

    def correct(name: str, *arguments: str) -> str:
        result = run("correct", folder / name, "--index", tmp_path / "index", "--date", "2022-11-10", *arguments)
        return result.stderr if result.exit_code else ""

    assert "wire.jsonl holds several articles. Say with --record which is meant. It has “a”, “b”, “c”, “d”, “e” and 2 more." in correct("wire.jsonl")
    assert "has no article with the record “x”. It has “a”, “b”" in correct("wire.jsonl", "--record", "x")
    assert "plain.txt is one article and has no record “x”" in correct("plain.txt", "--record", "x")
    assert not (folder / FILE_NAME).exists()
    assert [correct("wire.jsonl", "--record", "g"), correct("one.jsonl"), correct("plain.txt")] == [""] * 3
    with Archive.open(tmp_path / "index") as archive:
        assert sorted((hit.path, archive.locate(hit.id)[3]) for hit in archive.search("", date="2022-11-10").hits) == [
            ("one.jsonl", "only"),
            ("plain.txt", ""),
            ("wire.jsonl", "g"),
        ]
    line = run("correct", folder / "wire.jsonl", "--index", tmp_path / "index", "--boilerplate", "Follow us")
    assert (line.exit_code, [one.text for one in load(folder).lines]) == (0, ["Follow us"]), "a line is put right without a record"


def test_what_the_run_notes_of_this_correction_is_told(run: Run, archive: StandIn, file: Path) -> None:
    archive.notes = (f"{file}, line 4: there is no article in a.txt.", f"{file}, line 9: there is no article in b.txt.", "desk/a.txt: twice.")
    result = run("correct", file.parent / "a.txt", "--date", "2022")
    assert result.stderr == f"dateline: {file}, line 4: there is no article in a.txt.\n"


def test_a_form_that_articles_give_beside_a_name_can_be_spoken_of(run: Run, archive: StandIn, file: Path) -> None:
    archive.in_articles = (Person("Oleg Petrov", "@oleg-petrov", None, ("Aleg Petrow", "Petrow")),)
    assert run("names", "merge", "Aleg Petrow", "Yuri Borisov").exit_code == 0
    assert load(file.parent).names[0].names == ("Aleg Petrow", "Yuri Borisov")
    assert "Nobody in the archive has the name “Petrow”" in run("names", "hide", "Petrow").stderr, "part of a name is nobody's"
