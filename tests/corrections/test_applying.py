"""An article put right: the value, what follows from it, and evidence that keeps what had been read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from search.article import Article, Considered, Evidence, Removed
from search.corrections import apply, parse
from tests.make import article, person


def corrected(text: str, **values: Any) -> Article:
    """The article a.txt of these values, corrected."""
    whole = f'[[article]]\npath = "a.txt"\n{text}'
    return apply(parse(whole.encode(), Path("corrections.toml")), article("a", path="a.txt", **values))


def test_an_article_that_nothing_is_said_of_stays_as_it_is() -> None:
    corrections = parse(b'[[article]]\npath = "a.txt"\nrecord = "7"\ntitle = "T"', Path("corrections.toml"))
    plain, other = article("a", path="a.txt"), article("b", path="b.txt", record="7")
    assert apply(corrections, plain) is plain
    assert apply(corrections, other) is other
    assert apply(corrections, article("a", path="a.txt", record="7")).title == "T"


def test_a_date_is_put_right_and_what_was_read_stays_in_the_evidence() -> None:
    read = Evidence("date", "2022-06-15", "file name", "20220615", considered=(Considered("2022", "address of the page: weaker evidence"),))
    place = Evidence("place", "Moscow", "dateline", "MOSCOW", 0, 6)
    found = corrected('date = "2022-11-10"\nnote = "as printed"', date="2022-06-15", evidence=(read, place))
    assert (found.date, found.date_precision) == ("2022-11-10", "day")
    assert found.evidence == (
        Evidence(
            "date",
            "2022-11-10",
            "correction",
            'date = "2022-11-10", note = "as printed"',
            considered=(
                Considered("2022-06-15", "read by the rule “file name”, put right by hand"),
                Considered("2022", "address of the page: weaker evidence"),
            ),
        ),
        place,
    )


def test_a_date_can_be_vague_or_taken_away() -> None:
    year, month, none = (corrected(f'date = "{said}"', date="2021-01-01") for said in ("2022", "2022-06", "none"))
    assert [(a.date, a.date_precision) for a in (year, month, none)] == [("2022", "year"), ("2022-06", "month"), (None, "none")]


def test_days_counted_from_another_date_leave_and_say_so() -> None:
    counted = Evidence("event_days", "2022-06-14", "relative to 2022-06-15", "on Tuesday", 5, 15)
    values: dict[str, Any] = {"date": "2022-06-15", "event_days": ("2022-06-14",), "evidence": (counted,)}
    moved, confirmed = corrected("date = 2022-06-22", **values), corrected("date = 2022-06-15", **values)
    assert moved.event_days == ()
    assert moved.evidence[0].considered == (Considered("2022-06-14", "counted from 2022-06-15, which was put right by hand"),)
    assert (moved.evidence[0].field, moved.evidence[0].value, moved.evidence[0].rule) == ("event_days", "", "correction")
    assert (confirmed.event_days, confirmed.evidence[0]) == (("2022-06-14",), counted)


def test_a_value_that_is_right_already_is_confirmed() -> None:
    found = corrected('agency = "SANA"', agency="SANA", evidence=(Evidence("agency", "SANA", "dateline", "SANA", 8, 12),))
    assert found.evidence[0].considered == (Considered("SANA", "read by the rule “dateline”, confirmed by hand"),)


def test_agencies_are_put_right_together() -> None:
    read = (Evidence("agency", "AP", "byline", "AP", 3, 5), Evidence("agencies", "AFP", "byline", "AFP", 7, 10))
    found = corrected('agencies = ["SANA", "AP"]', agencies=("AP", "AFP"), evidence=read)
    assert (found.agency, found.agencies) == ("SANA", ("SANA", "AP"))
    assert [(e.field, e.value, e.rule, e.text) for e in found.evidence] == [
        ("agency", "SANA", "correction", 'agencies = ["SANA", "AP"]'),
        ("agencies", "AP", "correction", 'agencies = ["SANA", "AP"]'),
    ]
    assert [c.why.split(", ")[1] for c in found.evidence[0].considered] == ["confirmed by hand", "put right by hand"]
    none = corrected('agency = "none"', agencies=("AP", "AFP"), evidence=read)
    assert (none.agency, none.agencies, [e.value for e in none.evidence]) == (None, (), [""])


def test_a_title_is_taken_out_of_the_text_where_it_stands_again() -> None:
    found = corrected('title = "Talks in Damascus"', body="Talks  in Damascus\n\nThe talks began.", standfirst="Talks in Damascus")
    assert (found.title, found.standfirst, found.body) == ("Talks in Damascus", None, "The talks began.")
    assert [r.text for r in found.removed] == ["Talks in Damascus", "Talks  in Damascus"]
    assert {r.rule for r in found.removed} == {"correction: the title"}
    assert corrected('title = "Talks"', body="Talks").body == "Talks"


def test_a_title_that_was_read_wrongly_is_kept_among_what_was_removed() -> None:
    read = Evidence("title", "Logo Wide", "first line", "Logo Wide", 0, 9)
    found = corrected('title = "Talks"', title="Logo Wide", evidence=(read,), removed=(Removed("Share", "share line", 40, 45),))
    assert found.removed[0] == Removed("Logo Wide", "correction: the title as it was read", 0, 9)
    assert len(found.removed) == 2
    assert corrected('title = "none"', title="Logo Wide", evidence=(read,)).title is None
    assert corrected('title = "Logo Wide"', title="Logo Wide", evidence=(read,)).removed == ()


def test_a_copy_of_a_report_remains_a_copy() -> None:
    assert corrected('title = "T"\ndate = 2022', body="Text.").content_hash == article("a", "Text.").content_hash


def test_a_name_means_somebody_else_in_one_article() -> None:
    read = Evidence("mentioned", "Yuri Borisov", "name", "Yuri Borisov", 4, 16)
    found = corrected(
        'person = { "yuri borisov" = "Yuri Borisov (actor)" }', mentioned=(person("Yuri Borisov", "star", "Borisov"), "Ali Hasan"), evidence=(read,)
    )
    assert found.mentioned == (person("Yuri Borisov (actor)", "star", "Yuri Borisov", "Borisov"), person("Ali Hasan"))
    assert (found.evidence[0].value, found.evidence[0].rule) == ("Yuri Borisov (actor)", "correction")
    assert found.evidence[0].text == 'person = { "yuri borisov" = "Yuri Borisov (actor)" }'
    assert found.evidence[0].considered == (Considered("Yuri Borisov", "read by the rule “name”, put right by hand"),)


def test_two_names_that_mean_one_person_become_one_who_takes_part() -> None:
    found = corrected(
        'person = { "Y. Borisov" = "Yuri Borisov" }', participants=("Ali Hasan", "Yuri Borisov"), mentioned=(person("Y. Borisov", "minister"),)
    )
    assert found.participants == (person("Ali Hasan"), person("Yuri Borisov", "minister", "Y. Borisov"))
    assert found.mentioned == ()


def test_names_that_are_nobodys_leave_people_and_byline() -> None:
    read = Evidence("participants", "Press Secretary", "name", "Press Secretary", 0, 15)
    found = corrected(
        'hide = ["Press Secretary", "News Desk"]', participants=("Press Secretary", "Ali Hasan"), byline=("Jane Doe", "News Desk"), evidence=(read,)
    )
    assert (found.participants, found.byline) == ((person("Ali Hasan"),), ("Jane Doe",))
    assert [(e.field, e.value, e.text) for e in found.evidence] == [
        ("participants", "", 'hide = ["Press Secretary"]'),
        ("byline", "", 'hide = ["News Desk"]'),
    ]


def test_a_short_form_is_met_only_where_it_is_nobodys_full_name() -> None:
    alone = corrected('hide = ["Assad"]', participants=(person("Bashar al-Assad", "", "Assad"),))
    beside = corrected('hide = ["Assad"]', participants=(person("Bashar al-Assad", "", "Assad"), "Assad"))
    assert alone.participants == ()
    assert beside.participants == (person("Bashar al-Assad", "", "Assad"),)


def test_a_name_that_the_article_does_not_have_is_told_in_the_evidence() -> None:
    found = corrected('hide = ["Nobody Here"]', participants=("Ali Hasan",))
    assert found.participants == (person("Ali Hasan"),)
    assert found.evidence[-1].considered == (Considered("Nobody Here", "no one of this name is in the article"),)


def test_a_corrected_article_goes_through_json() -> None:
    found = corrected('date = 2022\nagency = "SANA"\ntitle = "T"\nperson = { "A B" = "C D" }', participants=("A B",))
    assert Article.from_dict(found.to_dict()) == found
