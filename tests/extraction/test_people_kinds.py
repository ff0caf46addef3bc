"""People in texts of many kinds and regions: who is named, who takes part, and what only looks like somebody."""

from __future__ import annotations

import pytest

from tests.extraction.conftest import Read


@pytest.mark.parametrize(
    ("text", "participants", "mentioned"),
    [
        pytest.param(
            "HANOI - General Secretary Nguyen Van Thanh received Cambodian Prime Minister Hun Manit. Thanh said the border was calm.",
            ["Nguyen Van Thanh", "Hun Manit"],
            [],
            id="Vietnamese and Khmer, family name first",
        ),
        pytest.param(
            "MADRID, 3 May (EFE) - Prime Minister Pedro Garcia Lorca and his counterpart, Andres Manuel Lopez Ibarra, signed. "
            "Garcia Lorca praised Lopez Ibarra.",
            ["Pedro Garcia Lorca", "Andres Manuel Lopez Ibarra"],
            [],
            id="Spanish double family names",
        ),
        pytest.param(
            "RIYADH - King Salman received Sheikh Tamim bin Khalifa, the emir of Qatar, on Sunday. Crown Prince Faisal attended.",
            ["Salman", "Tamim bin Khalifa", "Faisal"],
            [],
            id="rulers by one name",
        ),
        pytest.param(
            "VATICAN CITY - Pope Francis met Ayatollah Ali Sistani in Najaf. Francis thanked the Grand Ayatollah.",
            ["Francis", "Ali Sistani"],
            [],
            id="clerics",
        ),
        pytest.param(
            "LONDON - Queen Elizabeth II opened the hospital with Prince William and Kate. The Queen Elizabeth Hall was closed.",
            ["Elizabeth II", "William", "Kate"],
            [],
            id="royals, and a hall that bears a name",
        ),
        pytest.param(
            "Burmese opposition leader Aung San Suu Kyi met U Thein Maung in Naypyidaw. Daw Suu Kyi spoke. Indonesian President Wibowo phoned her.",
            ["Aung San Suu Kyi", "Thein Maung", "Wibowo"],
            [],
            id="Burmese honorifics, an Indonesian single name",
        ),
        pytest.param(
            "Ursula von der Linden, the commission's president, met Jan van den Berg and Charles de Montfort. Von der Linden thanked Van den Berg.",
            ["Ursula von der Linden", "Jan van den Berg", "Charles de Montfort"],
            [],
            id="particles",
        ),
        pytest.param(
            "Bill and Hillary Carver attended the funeral, and Barack and Michelle Osborne sent flowers.",
            ["Bill Carver", "Hillary Carver", "Barack Osborne", "Michelle Osborne"],
            [],
            id="couples",
        ),
        pytest.param(
            "Police arrested Maria Kowalczyk, 43, Tomasz Nowicki, 51, and Piotr Zielak, 29, on Friday. They live in Roosevelt Avenue.",
            ["Maria Kowalczyk", "Tomasz Nowicki", "Piotr Zielak"],
            [],
            id="a list with ages",
        ),
        pytest.param(
            "Iraqi cleric Muqtada al-Sadri's bloc, led by Hassan al-Adhari, walked out. Speaker Mohammed al-Halbousi spoke. Adhari blamed Halbousi.",
            ["Hassan al-Adhari", "Mohammed al-Halbousi"],
            ["Muqtada al-Sadri"],
            id="Arabic articles, a possessive",
        ),
        pytest.param(
            "Dhaka - Sheikh Hasina resigned. Begum Khaleda Ziaur was freed, her lawyer Kayser Kamal said.",
            ["Hasina", "Khaleda Ziaur", "Kayser Kamal"],
            [],
            id="Bengali honorifics",
        ),
        pytest.param(
            "Chancellor of the Exchequer Nigel Lawton met Secretary of Commerce Malcolm Balfridge. Chief of Staff Howard Bakersfield agreed.",
            ["Nigel Lawton", "Malcolm Balfridge", "Howard Bakersfield"],
            [],
            id="offices with a field",
        ),
        pytest.param(
            "Rep. Glenn English spoke. The mayor thanked Danius Gleveckov, 33, and Ana Torvald.",
            ["Glenn English", "Danius Gleveckov", "Ana Torvald"],
            [],
            id="a people's name as family name",
        ),
        pytest.param(
            "Aid reached them, according to Northland's foreign minister, Ana Torvald. Sorry, tweeted pop star Lena Ekberg.",
            ["Ana Torvald", "Lena Ekberg"],
            [],
            id="who is quoted behind a longer title",
        ),
        pytest.param(
            "The court, led by Justice Ana Torvald, met. It was appointed by President Karim Nassar in 1986. The song was written by Tom Finch.",
            ["Ana Torvald"],
            ["Karim Nassar", "Tom Finch"],
            id="history and works are background",
        ),
        pytest.param(
            "Ana Torvald is on the coin. Lena Ekberg was arrested. Tom Finch was to be the speaker.",
            ["Lena Ekberg", "Tom Finch"],
            ["Ana Torvald"],
            id="being is no deed",
        ),
    ],
)
def test_people_of_many_regions_and_kinds_of_text(read: Read, text: str, participants: list[str], mentioned: list[str]) -> None:
    article = read(text)
    assert {p.name for p in article.participants} == set(participants)
    assert {p.name for p in article.mentioned} == set(mentioned)


@pytest.mark.parametrize(
    "text",
    [
        "Hughes Drill Co rose. Hughes Drill said it had sold its share to Lucas Valves Ltd, which Boyd Sensor Corp owns.",
        "Exporting Countries agreed to N.Z. Dlrs 300 mln. Net Profit was up, Oper Shr 12 cts. Qtly Div unchanged.",
        "Johnson & Johnson and Ernst & Young said on Monday that they had hired Goldman Sachs and Morgan Stanley.",
        "The Clinton Foundation and the Nobel Prize committee spoke of Hurricane Katrina, Tropical Storm Ana, Mount Sinai and St. Petersburg.",
        "The USS Abraham Lincoln and the Charles de Gaulle left the Gulf. The George Washington Bridge was shut.",
        "Nabor Philips N.V. and Pool B were mentioned with Vitamin D and Sizewell C.",
        "Манчестер - Президент Владимир Путин встретился с министром Сергеем Лавровым в Москве.",
        "Ο πρωθυπουργός Κυριάκος Μητσοτάκης συναντήθηκε με τον πρόεδρο Εμανουέλ Μακρόν στην Αθήνα.",
        "THE NATIONAL BANK SAID ON MONDAY THAT BILL AUCTIONS AND TIN EXPORTS WERE UP. MARK CONTRACTS FELL.",
    ],
)
def test_companies_ships_storms_and_other_scripts_are_nobody(read: Read, text: str) -> None:
    assert [p.name for p in read(text).people] == []


def test_a_text_in_capitals_gives_names_as_they_are_usually_written(read: Read) -> None:
    article = read("PRESIDENT VLADIMIR DRUNIN MET FOREIGN MINISTER ALI KHARRAZI ON MONDAY. DRUNIN SAID TALKS WITH VAN DER BERG HAD BEEN USEFUL.")
    assert [(p.name, p.role, p.aliases) for p in article.participants] == [
        ("Vladimir Drunin", "president", ("Drunin",)),
        ("Ali Kharrazi", "foreign minister", ()),
    ]
    (evidence, _) = [e for e in article.evidence if e.field == "participants"]
    assert evidence.text == "VLADIMIR DRUNIN"


def test_a_headline_in_capitals_is_read_by_what_the_story_knows(read: Read) -> None:
    article = read("DRUNIN, JAMES CAPEL DISCUSS BILL VETO\n\nPresident Vladimir Drunin discussed the veto with the bank on Monday, the palace said.")
    assert [(p.name, p.aliases) for p in article.people] == [("Vladimir Drunin", ("Drunin",))]


def test_a_family_name_that_is_used_by_itself_bears_out_the_full_name(read: Read) -> None:
    article = read("Qorvan Thelmis went home. Mr. Thelmis said no more.")
    assert [p.name for p in article.people] == ["Qorvan Thelmis"]
    assert read("Qorvan Thelmis went home. Thelmis shares rose.").people == ()


def test_a_name_between_two_persons_of_a_list_is_a_person(read: Read) -> None:
    article = read("They thanked Ana Torvald, Qorvan Thelmis and Lena Ekberg.")
    assert [p.name for p in article.people] == ["Ana Torvald", "Qorvan Thelmis", "Lena Ekberg"]
    assert [p.name for p in read("They thanked Ana Torvald of Qorvan Thelmis and Lena Ekberg.").people] == ["Ana Torvald", "Lena Ekberg"]


def test_what_speaks_of_itself_as_she_is_a_person_and_as_it_a_company(read: Read) -> None:
    assert [p.name for p in read("On Monday Thelmis said she had won.").people] == ["Thelmis"]
    assert read("On Monday Thelmis said it had won.").people == ()
    assert read("Alan Capel said it has sold its shares.").people == ()
    assert [p.name for p in read("Alan Capel said it has been a good year.").people] == ["Alan Capel"]


def test_a_name_known_to_everybody_needs_nothing_beside_it(read: Read) -> None:
    assert [p.name for p in read("The book compares Napoleon with others.").people] == ["Napoleon"]


def test_words_of_a_headline_about_an_event_are_no_part_of_a_name(read: Read) -> None:
    article = read("Readout of Adviser Ana Torvald Meeting with Minister Karim Nassar\n\nThe adviser thanked the minister, and they spoke at length.")
    assert [p.name for p in article.participants] == ["Ana Torvald", "Karim Nassar"]
