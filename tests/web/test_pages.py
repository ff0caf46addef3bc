"""Request to page: what a reader sees, and where it leads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search.archive import Archive
from search.article import Evidence
from search.results import Marked
from tests.make import article
from tests.web.conftest import SEEDS, Page, archive_of, client_of
from web import strings
from web.pages import paragraphs


def test_the_seeds_are_listed_with_dates_in_words_and_agencies_via_publishers(seeds_client: FlaskClient) -> None:
    page = Page(seeds_client, "/")
    assert page.one("h1") == "All 5 articles"
    metas = page.all(".hit .meta")
    assert len(metas) == 5
    assert metas[1].startswith("18 November 2021 SANA via The Syrian Observer")
    assert sum(meta.startswith("undated") for meta in metas) == 3


def test_a_search_marks_what_matched_and_says_what_was_searched(seeds_client: FlaskClient) -> None:
    page = Page(seeds_client, "/?q=refugees+return")
    assert page.one(".searched:not(.echo)") == "Searched for refugees AND return"
    assert Page(seeds_client, "/?q=refugees").all(".searched:not(.echo)") == [], "what stands in the box need not be said again"
    assert {"return", "refugees"} <= {word.lower() for word in page.all(".snippet mark")}
    assert page.soup.select_one("input#q")["value"] == "refugees return"  # type: ignore[index]


def test_choosing_an_agency_narrows_and_leaves_the_other_counts_where_they_were(desk_client: FlaskClient) -> None:
    before = Page(desk_client, "/?q=harbour")
    after = before.follow(".facet-agency .value", "Agency 1 4")
    assert after.one("h1") == "4 articles found"
    assert after.all(".chip") == ["agency Agency 1 ×"]
    assert after.all(".facet-agency .selected .label") == ["Agency 1"]
    assert "Agency 0 4" in after.all(".facet-agency .value")
    both = after.follow(".facet-agency .value", "Agency 0 4")
    assert both.one("h1") == "8 articles found"


def test_choosing_two_participants_narrows_to_articles_with_both_and_any_widens_again(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/").follow(".facet-participants .value", "Vladimir Putin").follow(".facet-participants .value", "Bashar al-Assad")
    assert page.one("h1") == "9 articles found"
    assert page.follow(".facet-participants .modes a", "any").one("h1") == "27 articles found"


def test_a_value_can_be_excluded_and_brought_back(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/").follow(".facet-place .exclude", "Exclude Moscow")
    assert page.one("h1") == "19 articles found"
    assert page.all(".facet-place .excluded .count") == ["17"]
    assert page.all(".chip") == ["not place Moscow ×"]
    assert page.follow(".facet-place .excluded .value", "Moscow").one("h1") == "All 36 articles"


def rows(page: Page) -> list[str]:
    """The table of dates, without the column that excludes."""
    return [f"{date} {count}" for date, count in zip(page.all(".dates tbody th"), page.all(".dates tbody .count"), strict=True)]


def test_none_given_is_a_value(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/").follow(".facet-place .value", "none given")
    assert page.one("h1") == "18 articles found"
    assert page.follow(".chip", "place none given").one("h1") == "All 36 articles"
    assert Page(desk_client, "/").follow(".dates .exclude", "Exclude undated").one("h1") == "28 articles found"


def test_dates_open_from_years_to_months_to_days_and_name_what_is_too_vague(desk_client: FlaskClient) -> None:
    years = Page(desk_client, "/")
    assert rows(years) == ["2022 19", "2021 9", "undated 8"]
    months = years.follow(".dates .value", "2022")
    assert rows(months) == ["2022 19", "June 19", "2021 9", "undated 8"]
    days = months.follow(".dates .value", "June")
    assert days.all(".chip") == ["date June 2022 ×"]
    assert rows(days) == ["2022 19", "June 19", "15 10", "none given 9", "2021 9", "undated 8"]
    day = days.follow(".dates .depth-2 .value", "15")
    assert day.one("h1") == "10 articles found"
    assert day.all(".chip") == ["date 15 June 2022 ×"]


def test_a_range_of_dates_says_how_many_articles_are_too_vague_for_it(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?after=2022-06-01&before=2022-07")
    assert page.one("h1") == "10 articles found"
    assert page.all(".chip") == ["date 2 June 2022 to 30 June 2022 ×"]
    assert page.one("main .aside").endswith("more articles may match: their dates are not known, or not precisely enough.")


def test_the_form_of_the_date_range_keeps_every_other_choice(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?q=harbour&agency=SANA&date=2021&sort=oldest&page=2")
    kept = {(tag["name"], tag["value"]) for tag in page.soup.select("form.range input[type=hidden]")}
    assert kept == {("q", "harbour"), ("agency", "SANA"), ("sort", "oldest")}


def test_the_box_keeps_the_filters_and_begins_at_the_first_page(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?q=harbour&agency=SANA&page=2&limit=25")
    kept = {(tag["name"], tag["value"]) for tag in page.soup.select("form.box input[type=hidden]")}
    assert kept == {("agency", "SANA"), ("limit", "25")}


def test_chips_are_removed_one_by_one_or_all_at_once(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?q=harbour&agency=Agency+1&not_place=Moscow&date=2022")
    assert page.all(".chip") == ["date 2022 ×", "agency Agency 1 ×", "not place Moscow ×"]
    assert page.follow(".chip", "not place Moscow").all(".chip") == ["date 2022 ×", "agency Agency 1 ×"]
    assert page.follow(".clear", "Clear").all(".chip") == []


def test_paging_reaches_the_last_result_and_comes_back(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?q=harbour&sort=oldest")
    seen = page.all(".hit h2")
    assert [tag.name for tag in page.soup.select(".pages > *")] == ["span", "span", "span", "a", "a"]
    for _ in range(3):
        page = page.follow(".pages a", "Next")
        seen += page.all(".hit h2")
    assert (len(seen), len(set(seen))) == (36, 36)
    assert page.one(".pages .here") == "Page 4 of 4"
    assert Page(desk_client, "/?q=harbour&sort=oldest").follow(".pages a", "Last").all(".hit h2") == page.all(".hit h2")
    assert page.follow(".pages a", "Previous").one(".pages .here") == "Page 3 of 4"
    assert page.follow(".pages a", "First").all(".hit h2") == seen[:10]


def test_page_size_is_a_choice_that_links_keep(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?q=harbour").follow(".limits a", "25")
    assert len(page.all(".hit")) == 25
    assert "limit=25" in page.link(".sort a", "Newest")


def test_where_all_are_undated_it_is_said_without_a_picture(tmp_path: Path) -> None:
    with archive_of(tmp_path / "a", [article("1", "Body.")]) as archive:
        page = Page(client_of(archive), "/")
    assert rows(page) == ["undated 1"]
    assert page.all(".plot") == []


def test_everybody_named_is_folded_up_until_it_is_used(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?q=harbour")
    assert page.one(".facet details h3") == "People named"
    assert page.follow(".facet-people details .value", "Asma al-Assad").all(".facet details h3") == []


def test_titles_tell_the_pages_apart(desk_client: FlaskClient) -> None:
    addresses = ["/", "/?q=harbour", "/?q=harbour&not_place=Moscow&page=2", "/?agency=SANA"]
    assert [Page(desk_client, address).one("head title") for address in addresses] == [
        "Dateline",
        "harbour – Dateline",
        "harbour, not place Moscow – page 2 – Dateline",
        "agency SANA – Dateline",
    ]


def test_without_words_nothing_is_relevant_and_the_newest_come_first(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?agency=Agency+1")
    assert (page.all(".sort a"), page.all(".sort [aria-current]")) == (["Newest", "Oldest"], ["Newest"])
    assert page.follow(".sort a", "Newest").all(".hit h2") == page.all(".hit h2")
    assert Page(desk_client, "/?q=harbour").all(".sort a") == ["Relevance", "Newest", "Oldest"]


def test_texts_are_given_their_language_and_direction(tmp_path: Path) -> None:
    arabic = article("1", "قال الوزير إن الميناء عاد للعمل.", title="الميناء يعود إلى العمل", language="ar")
    with archive_of(tmp_path / "a", [arabic]) as archive:
        client = client_of(archive)
        found = Page(client, "/").soup.select(".hit h2, .hit .snippet") + Page(client, f"/article/{arabic.id}").soup.select("h1, .body p")
        assert [(tag.name, tag["dir"], tag["lang"]) for tag in found] == [(name, "auto", "ar") for name in ("h2", "p", "h1", "p")]


def test_a_crowd_beside_an_article_unfolds(tmp_path: Path) -> None:
    crowd = article("1", "Body.", participants=[f"Person {letter}" for letter in "ABCDEFGHIJKLMNOPQRST"])
    with archive_of(tmp_path / "a", [crowd]) as archive:
        page = Page(client_of(archive), f"/article/{crowd.id}")
        assert len(page.all(".people li")) == 20
        assert page.one(".people details summary") == "+5 more"
        assert len(page.all(".people details li")) == 5


def test_a_chosen_value_is_shown_however_rare_it_is(desk_client: FlaskClient) -> None:
    assert Page(desk_client, "/?agency=SANA").all(".facet-agency .selected .label") == ["SANA"]


def test_participants_of_a_result_narrow_the_search(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?q=reopens").follow(".with a", "Vladimir Putin")
    assert page.all(".chip") == ["with Vladimir Putin ×"]
    assert page.one("h1") == "1 article found"


def test_a_name_of_several_people_offers_each_of_them(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?participant=Assad")
    assert "the name of 2 people" in page.one(".notices")
    assert page.follow(".persons a", "Asma al-Assad").all(".chip") == ["with Asma al-Assad ×"]
    typed = Page(desk_client, "/?q=participant:Assad")
    assert typed.follow(".persons a", "Asma al-Assad").one("h1") == "9 articles found"


def test_a_name_of_one_person_is_shown_in_full(desk_client: FlaskClient) -> None:
    assert Page(desk_client, "/?participant=Putin").all(".chip") == ["with Vladimir Putin ×"]


def test_a_problem_of_the_query_is_shown_with_the_part_it_speaks_of(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?q=harbour+AND")
    assert page.all(".notice.warning .query b") == ["AND"]
    assert len(page.all(".hit")) == 10


def test_nothing_found_says_what_to_loosen_with_counts(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?q=quiet+%22zebra+crossing%22&agency=SANA")
    assert page.one("h1") == strings.NOTHING_FOUND
    assert page.all(".nothing li") == ['without searching for "zebra crossing" 1']
    assert page.follow(".nothing a", "zebra").one("h1") == "1 article found"
    filters = Page(desk_client, "/?q=quiet&agency=Agency+1")
    assert filters.all(".nothing li") == ["without searching for quiet 4", "without the filter “agency Agency 1” 1"]


def test_an_empty_archive_says_how_to_fill_it(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "empty") as archive:
        assert "dateline index" in Page(client_of(archive), "/").one(".nothing")


@pytest.mark.parametrize("wrong", ["agent=SANA", "limit=ten", "page=0", "date=someday", "cursor=nonsense", "sort=best"])
def test_a_wrong_parameter_is_a_notice_and_the_rest_is_carried_out(desk_client: FlaskClient, wrong: str) -> None:
    page = Page(desk_client, f"/?q=harbour&agency=SANA&{wrong}")
    assert page.one("h1") == "1 article found"
    assert wrong in page.one(".notice")


def test_the_article_page_shows_everything_known_of_it(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?q=harbour").follow(".hit h2 a", "A harbour reopens")
    assert page.one("h1") == "A harbour reopens"
    assert page.one(".standfirst") == "After two years."
    assert page.one("article .meta") == "15 June 2022 SANA via The Observer Damascus"
    assert page.all(".body p") == ["The harbour was quiet.", "Then the harbours reopened, Putin said."]
    assert page.all(".body mark") == ["harbour", "harbours"]
    assert page.all(".people li") == ["Vladimir Putin Russian President", "Asma al-Assad"]
    assert page.one(".byline") == "Credits Jane Doe"
    assert page.all(".removed div") == ["teaser line Read also: more"]
    assert page.all("tbody tr") == ["agency SANA according to SANA attribution"]
    assert page.link(".links a", "Original page") == "https://example.org/harbour"


def test_people_of_an_article_lead_to_their_articles(desk_client: FlaskClient) -> None:
    page = Page(desk_client, f"/article/{'1':0>16}")
    assert page.follow(".people a", "Vladimir Putin").one("h1") == "18 articles found"
    assert page.follow(".people a", "Asma al-Assad").one("h1") == "10 articles found"


def test_back_leads_to_the_same_results_however_one_came(desk_client: FlaskClient) -> None:
    results = Page(desk_client, "/?q=harbour&date=2022&sort=oldest").follow(".pages a", "Next")
    article_page = results.follow(".hit:first-child h2 a", "")
    assert article_page.follow("#back", "Back").html == results.html


def test_an_article_without_a_title_is_headed_by_its_standfirst_or_first_words(tmp_path: Path) -> None:
    bare = article("1", "Only a body here.")
    with_standfirst = article("2", "The body.", standfirst="What stands first.")
    with archive_of(tmp_path / "a", [bare, with_standfirst]) as archive:
        client = client_of(archive)
        assert Page(client, f"/article/{bare.id}").one("h1") == "Only a body here."
        page = Page(client, f"/article/{with_standfirst.id}")
        assert page.one("h1") == "What stands first."
        assert page.all(".standfirst") == []


def test_only_web_addresses_are_linked_as_the_original_page(tmp_path: Path) -> None:
    odd = article("1", "Body.", url="javascript:alert(1)")
    with archive_of(tmp_path / "a", [odd]) as archive:
        page = Page(client_of(archive), f"/article/{odd.id}")
        assert page.all(".links a") == ["Raw text"]


def test_raw_text_is_the_file_as_plain_text(seeds_client: FlaskClient, seeds_archive: Archive) -> None:
    found = next(hit for hit in seeds_archive.search("Mikdad").hits if hit.path.startswith("004"))
    response = seeds_client.get(f"/article/{found.id}/raw")
    assert response.content_type == "text/plain; charset=utf-8"
    assert "".join(response.text.split()) == "".join((SEEDS / found.path).read_text("utf-8").split())


def test_raw_text_that_has_changed_or_gone_says_so(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.txt").write_text("A harbour reopened on Monday after two years of work by many hands.\n", "utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        archive.index([raw])
        client = client_of(archive)
        address = f"/article/{archive.search('harbour').hits[0].id}/raw"
        (raw / "a.txt").write_text("Something else stands here now.\n", "utf-8")
        assert client.get(address).text == strings.RAW_CHANGED + "Something else stands here now.\n"
        (raw / "a.txt").unlink()
        assert Page(client, address, 404).one("h1") == strings.NO_RAW


def test_paragraphs_keep_every_mark_in_its_place() -> None:
    found = paragraphs(Marked("body", "one two\n\n\n three\n \nfour", ((4, 7), (11, 16), (19, 23))))
    assert [(p.text, [p.text[a:b] for a, b in p.marks]) for p in found] == [("one two", ["two"]), (" three", ["three"]), ("four", ["four"])]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2022", "2022"),
        ("2022-06", "June 2022"),
        ("2022-06-05", "5 June 2022"),
        ("2022-none", "2022, no month given"),
        ("2022-06-none", "June 2022, no day given"),
        ("2021-05-01..2022-06-30", "May 2021 to June 2022"),
        ("2021-05-01..", "from May 2021"),
        ("..2021-05-01", "until 1 May 2021"),
        ("2021-05-02..2021-06-30", "2 May 2021 to 30 June 2021"),
        ("2020-01-01..2021-12-31", "2020 to 2021"),
        ("2020-02-01..2020-02-29", "February 2020"),
        ("..9999-12-31", "until 9999"),
        ("2021-99", "2021-99"),
    ],
)
def test_dates_are_put_in_words_with_no_more_precision_than_they_have(value: str, words: str) -> None:
    assert strings.date_in_words(value) == words


CHOSEN = [
    ("agency=SANA&agency=Agency+1", "agency SANA × or agency Agency 1 × Clear all filters"),
    ("agency=SANA&agency=Agency+1&agency_mode=all", "agency SANA × and agency Agency 1 × Clear all filters"),
    ("participant=Putin&participant=Bashar", "with Vladimir Putin × and with Bashar al-Assad × Clear all filters"),
    ("participant=Putin&participant=Bashar&participant_mode=any", "with Vladimir Putin × or with Bashar al-Assad × Clear all filters"),
    ("not_agency=SANA&not_agency=Agency+1", "not agency SANA × and not agency Agency 1 × Clear all filters"),
    ("place=Moscow&place=none&not_agency=SANA", "not agency SANA × place Moscow × or place none given × Clear all filters"),
]


@pytest.mark.parametrize(("query", "said"), CHOSEN)
def test_what_is_chosen_says_whether_all_of_it_or_any_must_be_there(desk_client: FlaskClient, query: str, said: str) -> None:
    assert Page(desk_client, f"/?{query}").one(".chips") == said


@pytest.mark.parametrize(
    ("date", "after", "before"),
    [("2022", "2021", "2023"), ("2022-06", "2022-05", "2022-07"), ("2022-06-15", "2022-06-14", "2022-06-16"), ("2021-03-01..", "2021-02", ""),
     ("..2022-12-31", "", "2023"), ("2021..2022", "2020", "2023")],
)  # fmt: skip
def test_the_form_of_the_date_range_shows_what_is_chosen_and_finds_it_again(desk_client: FlaskClient, date: str, after: str, before: str) -> None:
    page = Page(desk_client, f"/?date={date}")
    given = {str(tag["name"]): str(tag["value"]) for tag in page.soup.select(".range input[aria-describedby]")}
    assert given == {"after": after, "before": before}
    again = "&".join(f"{name}={value}" for name, value in given.items() if value)
    assert Page(desk_client, f"/?{again}").one("h1") == page.one("h1")


def test_from_a_similar_article_one_is_led_back_to_the_result_one_came_from(desk_client: FlaskClient) -> None:
    results = Page(desk_client, "/?q=harbour&sort=oldest")
    first = results.follow(".hit:first-child h2 a", "")
    over = first.follow(".similar li:first-child > a", "").follow(".similar li:last-child > a", "")
    assert over.link("#back", "Back") == first.link("#back", "Back")
    assert "hit=" in Page(desk_client, f"/article/{'1':0>16}?q=harbour&hit=../x").one(".notice")


def test_evidence_is_quoted_with_what_stands_around_it(tmp_path: Path) -> None:
    said = replace(
        article("1", "First.\n\nThe mayor, Jane Doe, told reporters on Monday.\n\nLast.", title="Doe speaks"),
        evidence=(Evidence("participant", "Jane Doe", "title", "Jane Doe"), Evidence("agency", "SANA", "file name", "sana")),
    )
    with archive_of(tmp_path / "a", [said]) as archive:
        page = Page(client_of(archive), f"/article/{said.id}")
    assert page.all(".evidence q") == ["The mayor, Jane Doe , told reporters on Monday.", "sana"]
    assert page.one(".evidence q b") == "Jane Doe"


def test_what_may_have_been_meant_is_offered_with_its_number_where_nothing_was_found(desk_client: FlaskClient) -> None:
    assert Page(desk_client, "/?q=harbuor").all(".meant li")[0] == "harbour 36"
    assert Page(desk_client, "/?q=harbuor&place=Damascus&agency=Agency+1").all(".meant li") == [], "what finds nothing either is no help"
