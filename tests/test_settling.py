"""What the articles of an archive, and the corrections beside them, make of one another: persons that meet, lines that leave, what was put right."""

from __future__ import annotations

import itertools
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from search import indexer
from search.archive import Archive
from search.article import Article
from search.cli import main
from search.errors import CorrectionsError
from search.ledger import Ledger

BORISOV = {
    "a.txt": "MOSCOW (TASS) - Deputy Prime Minister Yury Borisov met ministers in Damascus on Monday, the ministry said.\n",
    "b.txt": "DAMASCUS (SANA) - Russian Deputy Prime Minister Yuri Borisov arrived in Syria on Tuesday for talks on trade.\n",
    "c.txt": "PARIS (AFP) - Former tennis player Igor Borisov opened a school in Lyon, he said in a statement on Friday.\n",
}
LINE = "The evening page is put together by editor Harriet Goldsworthy and friends."
STORIES = (
    (
        "Cranes return to the harbour",
        "Two cranes were towed into the basin at dawn.",
        "Dockers had waited for them since spring, when a storm bent the old ones.",
    ),
    (
        "Free lunches for every pupil",
        "From September no child will pay for soup.",
        "Parents cheered in the gallery; the treasurer looked at his shoes.",
    ),
    ("Bus fares rise again", "A single ticket costs ninety cents more.", "Commuters on line seven said they would rather walk along the canal."),
    ("River leaves its bed", "Water stood knee-high in the lower market.", "Firemen carried out a piano and, in the evening, the pianist."),
    ("Wheat is dear this year", "Millers paid twice what they had paid in June.", "A drought in the hills and a strike on the railway met badly."),
    ("Night trains are back", "Sleeping cars roll north from platform three.", "The first passenger had brought her own pillow and a cat."),
    ("A park without fences", "Gardeners took down the iron rails.", "Swans moved in before the mayor could cut any ribbon."),
    ("The old bridge holds", "Engineers loaded it with forty lorries of gravel.", "It sank by the width of a thumb, which pleased everybody."),
)


def raw(folder: Path, texts: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def pages(number: int) -> dict[str, str]:
    """Different stories of one site, each with the site's line at its end."""
    return {f"{at}.txt": "\n\n".join((*story, LINE)) + "\n" for at, story in enumerate(STORIES[:number])}


def articles(archive: Archive) -> dict[str, Article]:
    return {hit.path: archive.get(hit.id) for hit in archive.search("*", limit=100).hits}


def participants(archive: Archive) -> dict[str, int]:
    return {value.label: value.count for value in archive.search("*").facet("participants").values}


def test_two_spellings_of_one_name_meet_in_one_person_and_another_of_that_family_does_not(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        archive.index([raw(tmp_path / "desk", BORISOV)])
        (found,) = [value for value in archive.search("*").facet("participants").values if value.label in ("Yuri Borisov", "Yury Borisov")]
        assert found.count == 2
        assert {hit.path for hit in archive.search("", participant="Yuri Borisov").hits} == {"a.txt", "b.txt"}
        for key in ("@yuri-borisov", "@yury-borisov"):
            assert archive.search("", participant=key).total == 2
        assert [hit.path for hit in archive.search("", participant="Igor Borisov").hits] == ["c.txt"]


def test_the_order_in_which_files_come_makes_no_difference(tmp_path: Path) -> None:
    outcomes = []
    for number, order in enumerate(itertools.permutations(BORISOV)):
        folder = tmp_path / f"{number}" / "desk"
        folder.parent.mkdir()
        with Archive.create(tmp_path / f"{number}" / "index") as archive:
            for name in order:
                archive.index([raw(folder, {name: BORISOV[name]})])
            outcomes.append(articles(archive))
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_the_number_of_processes_makes_no_difference(tmp_path: Path) -> None:
    texts = {**BORISOV, **pages(8), "export.jsonl": EXPORT, "empty.txt": "", "page.html": "<p></p>", "again.txt": BORISOV["c.txt"]}
    folder = raw(tmp_path / "desk", texts)
    outcomes = []
    for workers in (1, 3):
        with Archive.create(tmp_path / f"index {workers}") as archive:
            reports = [archive.index([folder], workers=workers) for _ in range(2)]
            outcomes.append((articles(archive), [{**report.to_dict(), "seconds": 0} for report in reports]))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][1][1]["nothing_changed"]


def test_when_the_one_who_gave_the_key_leaves_the_others_get_theirs(tmp_path: Path) -> None:
    folder = raw(tmp_path / "desk", BORISOV)
    with Archive.create(tmp_path / "index") as archive:
        archive.index([folder])
        (folder / "b.txt").unlink()
        archive.index([folder])
        assert [person.person for person in articles(archive)["a.txt"].participants] == ["@yury-borisov"]


def test_a_line_of_the_site_leaves_all_stories_with_its_persons_and_comes_back_when_it_no_longer_repeats(tmp_path: Path) -> None:
    folder = raw(tmp_path / "desk", pages(4))
    with Archive.create(tmp_path / "index") as archive:
        archive.index([folder])
        before = articles(archive)
        assert all("evening page" in article.body for article in before.values())
        raw(folder, pages(8))
        report = archive.index([folder])
        assert (report.indexed, report.updated) == (4, 4)
        stripped = articles(archive)
        assert not [path for path, article in stripped.items() if "evening page" in article.body or article.people]
        assert {article.removed[-1].rule for article in stripped.values()} == {"repeated line (last)"}
        (line,) = archive.boilerplate()
        assert (line.text, line.articles) == ("The evening page is put together by editor Harriet Goldsworthy and friends.", 8)
        for name in list(pages(8))[4:]:
            (folder / name).unlink()
        archive.index([folder], allow_removal=True)
        assert articles(archive) == before


CORRECTIONS = """\
# Checked against the printed paper.
[[article]]
path = "a.txt"
date = "2022-11-14"
agency = "SANA"
title = "Ministers meet"

[[names.merge]]
names = ["Igor Borisov", "Yury Borisov"]
as = "Y. I. Borisov"

[[names.hide]]
names = ["Nobody Known"]
"""


def test_what_was_put_right_wins_says_so_and_outlives_the_index(tmp_path: Path) -> None:
    folder = raw(tmp_path / "desk", BORISOV)
    with Archive.create(tmp_path / "index") as archive:
        archive.index([folder])
        (folder / "corrections.toml").write_text(CORRECTIONS, encoding="utf-8")
        assert [source.corrections_changed for source in archive.status().sources] == [True]
        report = archive.apply_corrections()
        assert (report.changed, report.updated) == (1, 2)
        corrected = articles(archive)
        assert not any(source.corrections_changed for source in archive.status().sources)
    article = corrected["a.txt"]
    assert (article.date, article.agency, article.agencies, article.title) == ("2022-11-14", "SANA", ("SANA",), "Ministers meet")
    (why,) = [piece for piece in article.evidence if piece.field == "agency"]
    assert why.rule == "correction"
    assert "TASS" in {other.value for other in why.considered}
    assert {person.name for a in corrected.values() for person in a.participants} == {"Y. I. Borisov"}
    assert any("Yury Borisov" in person.aliases for person in article.participants)

    shutil.rmtree(tmp_path / "index")
    with Archive.create(tmp_path / "index") as archive:
        archive.index([folder])
        assert articles(archive) == corrected
    assert articles_after_rebuild(tmp_path / "index") == corrected


def articles_after_rebuild(index: Path) -> dict[str, Article]:
    Archive.rebuild(index)
    with Archive.open(index) as archive:
        return articles(archive)


def test_taking_corrections_back_gives_what_was_read(tmp_path: Path) -> None:
    folder = raw(tmp_path / "desk", BORISOV)
    with Archive.create(tmp_path / "index") as archive:
        archive.index([folder])
        before = articles(archive)
        for text in (CORRECTIONS, '[[names.hide]]\nnames = ["Yury Borisov"]\n', '[[names.split]]\nnames = ["Yuri Borisov", "Yury Borisov"]\n'):
            (folder / "corrections.toml").write_text(text, encoding="utf-8")
            archive.index([folder])
            assert articles(archive) != before
            (folder / "corrections.toml").unlink()
            archive.apply_corrections()
            assert articles(archive) == before


def test_a_hidden_name_is_in_no_facet_and_its_evidence_says_why(tmp_path: Path) -> None:
    folder = raw(tmp_path / "desk", {**BORISOV, "corrections.toml": '[[names.hide]]\nnames = ["Igor Borisov"]\n'})
    with Archive.create(tmp_path / "index") as archive:
        archive.index([folder])
        assert list(participants(archive).values()) == [2]
        (why,) = [piece for piece in articles(archive)["c.txt"].evidence if piece.field == "participants"]
    assert (why.value, why.rule, why.considered[0].value) == ("", "correction", "Igor Borisov")


def test_names_that_somebody_has_kept_apart_do_not_meet(tmp_path: Path) -> None:
    split = '[[names.split]]\nnames = ["Yuri Borisov", "Yury Borisov"]\n'
    with Archive.create(tmp_path / "index") as archive:
        archive.index([raw(tmp_path / "desk", {**BORISOV, "corrections.toml": split})])
        assert participants(archive) == {"Igor Borisov": 1, "Yuri Borisov": 1, "Yury Borisov": 1}


def test_corrections_that_cannot_be_understood_stop_the_run_before_anything_is_changed(tmp_path: Path) -> None:
    folder = raw(tmp_path / "desk", BORISOV)
    with Archive.create(tmp_path / "index") as archive:
        archive.index([folder])
        before = articles(archive)
        raw(folder, {"d.txt": "LIMA (EFE) - Something else happened here on Monday.\n", "corrections.toml": "[[article]]\npath = \n"})
        with pytest.raises(CorrectionsError, match="line 2"):
            archive.index([folder])
        assert articles(archive) == before


def test_a_correction_of_a_file_that_is_not_there_is_noted(tmp_path: Path) -> None:
    folder = raw(tmp_path / "desk", {**BORISOV, "corrections.toml": '[[article]]\npath = "x.txt"\ntitle = "T"\n'})
    with Archive.create(tmp_path / "index") as archive:
        report = archive.index([folder])
    assert report.complete
    assert any("x.txt" in note for note in report.notes)


def test_the_corrections_of_a_source_whose_folder_is_away_still_hold(tmp_path: Path) -> None:
    folder = raw(tmp_path / "desk", {"a.txt": BORISOV["a.txt"], "corrections.toml": '[[names.rename]]\nname = "Yury Borisov"\nto = "Yuri"\n'})
    other = raw(tmp_path / "wire", {"b.txt": BORISOV["b.txt"]})
    with Archive.create(tmp_path / "index") as archive:
        archive.index([folder])
        folder.rename(tmp_path / "away")
        archive.index([other], source="wire")
        assert participants(archive) == {"Yuri": 2}


def test_what_was_put_right_and_taken_back_while_a_run_was_killed_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = raw(tmp_path / "desk", BORISOV)
    with Archive.create(tmp_path / "index") as archive:
        archive.index([folder])
        before = articles(archive)
        raw(folder, {"corrections.toml": '[[names.rename]]\nname = "Igor Borisov"\nto = "Somebody Else"\n'})
        with monkeypatch.context() as patch:
            patch.setattr(Ledger, "confirm", lambda *_: sys.exit("killed"))
            with pytest.raises(SystemExit):
                archive.apply_corrections()
        assert "Somebody Else" in participants(archive)
        (folder / "corrections.toml").unlink()
        archive.index([folder])
        assert articles(archive) == before


def test_an_article_that_does_not_tell_how_it_was_read_is_read_again(tmp_path: Path) -> None:
    folder = raw(tmp_path / "desk", {**pages(8), "corrections.toml": f'[[line]]\ntext = "{LINE}"\nboilerplate = true\n'})
    with Archive.create(tmp_path / "index") as archive:
        archive.index([folder])
        (ledger_file,) = (tmp_path / "index").glob("data-*/ledger.sqlite")
        with Ledger.open(ledger_file) as ledger:
            ledger.database.change("DELETE FROM untold")
            ledger.commit()
        raw(folder, {"corrections.toml": f'[[line]]\ntext = "{LINE}"\nboilerplate = false\n'})
        archive.apply_corrections()
        assert all(LINE in article.body for article in articles(archive).values())


def test_a_folder_that_is_empty_now_does_not_undo_its_corrections(tmp_path: Path) -> None:
    desk = raw(tmp_path / "desk", {"a.txt": BORISOV["a.txt"], "corrections.toml": '[[names.rename]]\nname = "Yury Borisov"\nto = "Yuri"\n'})
    wire = raw(tmp_path / "wire", {"b.txt": BORISOV["b.txt"]})
    with Archive.create(tmp_path / "index") as archive:
        archive.index([desk, wire])
        for file in list(desk.iterdir()):
            file.unlink()
        archive.apply_corrections()
        assert participants(archive) == {"Yuri": 2}


def test_batches_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corrections = '[[names.split]]\nnames = ["Yuri Borisov", "Yury Borisov"]\n[[names.hide]]\nnames = ["Igor Borisov"]\n'
    folder = raw(tmp_path / "desk", {**BORISOV, **pages(8)})
    outcomes = []
    for batch in (1, 2000):
        monkeypatch.setattr(indexer.index, "__kwdefaults__", {**indexer.index.__kwdefaults__, "batch": batch})
        (folder / "corrections.toml").unlink(missing_ok=True)
        with Archive.create(tmp_path / f"index {batch}") as archive:
            archive.index([folder])
            raw(folder, {"corrections.toml": corrections, "d.txt": BORISOV["a.txt"].replace("Monday", "Friday")})
            archive.index([folder])
            outcomes.append(articles(archive))
        (folder / "d.txt").unlink()
    assert outcomes[0] == outcomes[1]


def test_an_article_is_found_by_its_file_and_by_its_id(tmp_path: Path) -> None:
    folder = raw(tmp_path / "desk", BORISOV)
    with Archive.create(tmp_path / "index") as archive:
        archive.index([folder])
        (hit,) = archive.search("Lyon").hits
        assert archive.locate(hit.id) == archive.locate(str(folder / "c.txt")) == ("desk", folder, "c.txt", "")


EXPORT = """\
{"id": 7, "title": "Cranes return", "text": "MOSCOW (TASS) - Deputy Prime Minister Yury Borisov met ministers in Damascus on Monday, they said."}
{"id": 8, "title": "Talks go on", "text": "DAMASCUS (SANA) - Russian Deputy Prime Minister Yuri Borisov arrived in Syria on Tuesday for trade talks."}
"""


def test_what_an_archive_made_of_an_article_is_explained_with_the_words_of_its_record(tmp_path: Path) -> None:
    corrections = '[[article]]\npath = "export.jsonl"\nrecord = "8"\nagency = "TASS"\n'
    folder = raw(tmp_path / "desk", {"export.jsonl": EXPORT, "corrections.toml": corrections})
    with Archive.create(tmp_path / "index") as archive:
        archive.index([folder])
        explained = {article.record: (article, text) for article, text in archive.explained(str(folder / "export.jsonl"))}
        article, text = explained["8"]
        assert list(archive.explained(article.id)) == [(article, text)]
        assert archive.raw(article.id).text == text
        assert archive.locate(article.id) == ("desk", folder, "export.jsonl", "8")
    assert "Cranes" not in text
    assert article.agency == "TASS"
    assert {person.person for article, _ in explained.values() for person in article.participants} == {"@yuri-borisov"}
    (person,) = [piece for piece in article.evidence if piece.field == "participants"]
    assert text[person.start : person.end] == person.text == "Yuri Borisov"


def test_people_are_listed_with_their_forms(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        archive.index([raw(tmp_path / "desk", BORISOV)])
        first, second = archive.names("Borisov")
        assert (first.key, first.articles, dict(first.forms)) == ("@yuri-borisov", 2, {"Yuri Borisov": 1, "Yury Borisov": 1})
        assert second.name == "Igor Borisov"


def shown(archive: Archive) -> set[str]:
    return {person.name for person in archive.names("Borisov")}


@pytest.mark.parametrize("first", ["Yury Borisov", "Yuri Borisov"])
def test_a_chosen_name_can_be_changed_and_taken_back_under_any_of_the_names(tmp_path: Path, first: str) -> None:
    folder = raw(tmp_path / "desk", BORISOV)
    index = str(tmp_path / "index")
    with Archive.create(index) as archive:
        archive.index([folder])
        before = articles(archive)

        def run(*words: str) -> str:
            result = CliRunner().invoke(main, ["names", *words, "--index", index])
            assert result.exit_code == 0, result.output
            return result.output

        run("merge", "Yury Borisov", "Igor Borisov", "--as", "All Borisov")
        run("rename", first, "Minister Borisov")
        assert shown(archive) == {"Minister Borisov"}
        run("rename", "Minister Borisov", "Mister Borisov")
        assert shown(archive) == {"Mister Borisov"}
        run("rename", "Mister Borisov", "--undo")
        assert len(shown(archive)) == 1
        assert "Mister Borisov" not in shown(archive)
        run("merge", "Yury Borisov", "Igor Borisov", "--undo")
        assert "nothing to take back" in run("split", "Yury Borisov", "Igor Borisov", "--undo")
        assert articles(archive) == before
