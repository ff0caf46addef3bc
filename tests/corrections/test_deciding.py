"""What the corrections of several sources say together, whatever their order, and that contradictions name both lines."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from search.corrections import ArchiveCorrections, Corrections, LineDecision, combined, parse
from search.errors import CorrectionsError


def of(text: str, folder: str = "desk") -> Corrections:
    return parse(text.encode(), Path(folder, "corrections.toml"))


MERGED = of('[[names.merge]]\nnames = ["Yury Borisov", "Yuri Borisov"]\n')
CHAINED = of(
    '[[line]]\ntext = "Your weather"\nboilerplate = true\n'
    '[[names.merge]]\nnames = ["Yuri Borisov", "Jurij Borisow"]\nas = "Yuri Ivanovich Borisov"\n',
    "wire",
)
OTHERS = of(
    '[[names.split]]\nnames = ["Ali Hassan", "Ali Hasan", "Aly Hasan"]\n[[names.hide]]\nnames = ["Yury Borisov", "White House"]\n'
    '[[names.rename]]\nname = "Abu Mazen"\nto = "Mahmoud Abbas"\n[[line]]\ntext = "Follow us"\nboilerplate = true\n'
    '[[line]]\ntext = "Follow us"\nboilerplate = false\npublisher = "Star"\n',
    "web",
)
BORISOV = frozenset({"@yury-borisov", "@yuri-borisov", "@jurij-borisow", "@yuri-ivanovich-borisov"})


def test_entries_of_all_files_are_joined_whatever_their_order() -> None:
    expected = ArchiveCorrections(
        same=(BORISOV,),
        apart=(frozenset({"@ali-hassan", "@ali-hasan", "@aly-hasan"}),),
        shown={"@abu-mazen": "Mahmoud Abbas"} | dict.fromkeys(BORISOV, "Yuri Ivanovich Borisov"),
        hidden=BORISOV | {"@white-house"},
        lines=(LineDecision("Follow us", True, None), LineDecision("Follow us", False, "Star"), LineDecision("Your weather", True, None)),
    )
    outcomes = [combined(files) for files in permutations([MERGED, CHAINED, OTHERS])]
    assert len(outcomes) == 6
    assert all(outcome == expected for outcome in outcomes)


def test_nothing_said_is_nothing_decided() -> None:
    assert combined([]) == combined([of("# nothing")]) == ArchiveCorrections()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[names.split]]\nnames = ["Yury Borisov", "Jurij Borisow"]', "“Yury Borisov” and “Jurij Borisow” are two persons here"),
        ('[[names.rename]]\nname = "yury borisov"\nto = "Y. Borisov"', "is to be shown as “Y. Borisov” here, and as “Yuri Ivanovich Borisov” by"),
    ],
)
def test_files_that_contradict_each_other_are_told_with_both_lines(text: str, says: str) -> None:
    with pytest.raises(CorrectionsError) as caught:
        combined([MERGED, CHAINED, of("\n" + text, "web")])
    assert str(caught.value).startswith("web/corrections.toml, line 2: ")
    assert says in str(caught.value)
    assert any(place in str(caught.value) for place in ("desk/corrections.toml, line 1", "wire/corrections.toml, line 4"))


def test_a_line_cannot_be_boilerplate_and_not() -> None:
    yes, no = (f'[[line]]\ntext = "{text}"\nboilerplate = {value}\n' for text, value in (("Follow us", "true"), ("Follow  us", "false")))
    with pytest.raises(CorrectionsError, match=r"^desk/corrections\.toml, line 4: “Follow us” is no boilerplate here, and the opposite by line 1\."):
        of(yes + no)
