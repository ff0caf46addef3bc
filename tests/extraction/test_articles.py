"""Whole articles of several kinds, as agencies, papers and sites print them: what the record makes of each."""

from __future__ import annotations

from tests.extraction.conftest import Read


def test_a_court_report_of_a_wire(read: Read) -> None:
    article = read(
        "SPRINGFIELD, Ill. (AP) — A jury on Wednesday convicted Darnell T. Hutchins of fraud after a three-week trial.\n\n"
        "Hutchins, 47, a former county treasurer, was accused of stealing $2 million. U.S. District Judge Sarah O'Connell spoke.\n\n"
        "“Justice was served,” said Assistant U.S. Attorney Priya Raman. Defense lawyer Mike McAllister said his client would appeal.\n"
    )
    assert (article.agency, article.place, article.title) == ("AP", "Springfield, Ill.", None)
    assert [(p.name, p.role) for p in article.participants] == [
        ("Darnell T. Hutchins", "former county treasurer"),
        ("Sarah O'Connell", "U.S. District Judge"),
        ("Priya Raman", "Assistant U.S. Attorney"),
        ("Mike McAllister", "Defense lawyer"),
    ]


def test_a_dateline_on_a_line_of_its_own_is_no_headline(read: Read) -> None:
    article = read(
        "Paris, 12 March 2021 (AFP) -\n\nFrance's interior minister Hélène Marchetti on Friday met her Moroccan counterpart Driss el-Ouazzani.\n\n"
        "“We made progress,” Marchetti told reporters after the talks.\n\nbur/jd/ml\n"
    )
    assert (article.title, article.place, article.agency, article.date) == (None, "Paris", "AFP", "2021-03-12")
    assert [p.name for p in article.participants] == ["Hélène Marchetti", "Driss el-Ouazzani"]
    assert [r.text for r in article.removed] == ["bur/jd/ml"]


def test_a_dateline_below_a_list_of_key_points(read: Read) -> None:
    article = read(
        "UPDATE 2-Novak resigns as finance minister\n\n* Novak cites health reasons\n* Successor to be named within a week\n\n"
        "LJUBLJANA, Sept 14 (Reuters) - Finance Minister Barbara Novak resigned on Monday, citing health reasons, and Prime Minister Janez Kranjc "
        "said he would name a successor.\n\n(Reporting by Marja Hribar; editing by John Roe)\n"
    )
    assert (article.place, article.dateline_day, article.agency) == ("Ljubljana", "--09-14", "Reuters")
    assert [(p.name, p.role) for p in article.participants] == [("Barbara Novak", "Finance Minister"), ("Janez Kranjc", "Prime Minister")]


def test_a_place_and_a_colon_are_a_dateline_and_a_label_and_a_colon_are_none(read: Read) -> None:
    article = read(
        "NEW DELHI: Prime Minister Arvind Deshmukh on Tuesday spoke to Sri Lankan President Nimal Jayasuriya, the Press Trust of India reported.\n\n"
        "Congress leader Meena Kumari slammed the move.\n\n(With inputs from agencies)\n"
    )
    assert (article.place, article.agencies) == ("New Delhi", ("PTI",))
    assert [p.name for p in article.people] == ["Arvind Deshmukh", "Nimal Jayasuriya", "Meena Kumari"]
    assert read("OPINION: Why our towns need buses\n\nEvery winter I wait at the stop, and the bus, as all of us know, is late.").place is None


def test_persons_named_in_chinese_korean_and_vietnamese_order(read: Read) -> None:
    article = read(
        "BEIJING, Aug. 3 (Xinhua) -- Chen Weiming, vice chairman of the commission, on Monday met with Kim Sung-hoon, South Korea's minister of "
        "trade, and Nguyen Thi Lan, deputy governor of the State Bank of Vietnam.\n\nChen said they should cooperate. Kim agreed. Nguyen smiled.\n"
    )
    assert [(p.name, p.aliases, p.role) for p in article.participants] == [
        ("Chen Weiming", ("Chen",), "vice chairman of the commission"),
        ("Kim Sung-hoon", ("Kim",), "South Korea's minister of trade"),
        ("Nguyen Thi Lan", ("Nguyen",), "deputy governor of the State Bank of Vietnam"),
    ]


def test_names_of_the_gulf_and_who_is_received(read: Read) -> None:
    article = read(
        "ABU DHABI, 5th June, 2022 (WAM) -- His Highness Sheikh Khalifa bin Saif Al Nuaimi, Ruler of the emirate, today received "
        "Dr. Mariam bint Obaid Al Ketbi, Minister of Climate Change and Environment.\n\nSheikh Khalifa praised the ministry.\n"
    )
    assert (article.agency, article.date) == ("WAM", "2022-06-05")
    assert [(p.name, p.role) for p in article.participants] == [
        ("Khalifa bin Saif Al Nuaimi", "Ruler of the emirate"),
        ("Mariam bint Obaid Al Ketbi", "Minister of Climate Change and Environment"),
    ]


def test_kings_queens_and_their_countries(read: Read) -> None:
    article = read("King Willem-Alexander and Queen Máxima of the Netherlands arrived in Oslo on Monday for a visit hosted by King Harald V.")
    assert [(p.name, p.role) for p in article.participants] == [("Willem-Alexander", "King"), ("Máxima", "Queen"), ("Harald V", "King")]


def test_an_obituary_keeps_the_dead_and_leaves_the_family_in_the_background(read: Read) -> None:
    article = read(
        "Ludovika Szarvas, soprano, dies at 91\n\nBy Anna Petersen\n\nLudovika Szarvas, a Hungarian soprano whose voice filled opera houses, died on "
        "Sunday at her home in Vienna. She is survived by a brother, Pál Szarvas.\n"
    )
    assert [p.name for p in article.participants] == ["Ludovika Szarvas"]
    assert [p.name for p in article.mentioned] == ["Pál Szarvas"]
    assert article.byline == ("Anna Petersen",)


def test_a_list_of_names_with_countries(read: Read) -> None:
    article = read(
        "The following were elected on Tuesday: Maria Gomez (Spain), Li Na (China), Thandiwe Nkosi (South Africa) and Bjorn Lund (Norway)."
    )
    assert [p.name for p in article.participants] == ["Maria Gomez", "Li Na", "Thandiwe Nkosi", "Bjorn Lund"]


def test_single_names_and_appositions_that_stand_before_them(read: Read) -> None:
    article = read("JAKARTA, Oct 9 (Antara) - The village head, Sukirman, said two children were missing. The agency, Basarnas, sent a boat.")
    assert [(p.name, p.role) for p in article.participants] == [("Sukirman", "village head")]


def test_members_of_parties_and_spokesmen_act_together(read: Read) -> None:
    article = read(
        "Sen. Amy Rosenthal, D-Ore., and Rep. Carlos Benavides (R-Texas) introduced a bill. "
        "A spokesman for the House, Dan Reese, declined to comment. The bill is named for the late Rep. John Quigley."
    )
    assert [p.name for p in article.participants] == ["Amy Rosenthal", "Carlos Benavides", "Dan Reese"]
    assert [(p.name, p.role) for p in article.mentioned] == [("John Quigley", "late Rep.")]


def test_things_with_names_like_persons_are_none(read: Read) -> None:
    article = read(
        "Ministers met the activists of Black Lives Matter, who spoke. Sri Lankan officials criticized Morgan Stanley and Marks & Spencer. "
        "South Korean Kim Sung-hoon agreed."
    )
    assert [p.name for p in article.people] == ["Kim Sung-hoon"]


def test_a_page_with_credits_names_its_publisher_in_the_title(read: Read) -> None:
    article = read(
        "<html><head><title>Mayor opens bridge - Riverside Times</title></head><body><div class='post-content'><h2>Mayor opens bridge</h2>"
        "<div class='meta'>March 3, 2020 | Written by Ann Poe</div><p>Mayor Yolanda van den Heuvel opened the new bridge on Tuesday in front of some "
        "two thousand people, many of whom had waited since dawn.</p><p>The bridge at dawn. Photograph: Ewan Reid/PA</p><p>Tags: bridge, river</p>"
        "</div></body></html>",
        "bridge.html",
    )
    assert (article.title, article.publisher, article.date) == ("Mayor opens bridge", "Riverside Times", "2020-03-03")
    assert article.byline == ("Ann Poe", "Ewan Reid")
    assert [p.name for p in article.people] == ["Yolanda van den Heuvel"]
    assert "Tags" not in article.body
