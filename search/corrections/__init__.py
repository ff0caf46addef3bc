"""What has a person put right? `corrections.toml`, in the folder of a source, beside the raw articles.

The archive can be deleted and rebuilt; what a person put right cannot, so it lives with the articles, as a file to be read and written by hand:

    [[article]]                         # one article; the path counts from this folder, with forward slashes
    path = "2022/sana-11.txt"
    record = "77"                       # only where the file holds several articles
    date = "2022-11-10"                 # or "2022-11", "2022", "none"
    agency = "SANA"                     # or "none"; several: agencies = ["SANA", "TASS"]
    title = "Talks in Damascus"         # or "none"
    person = { "Yuri Borisov" = "Yuri Borisov (actor)" }    # who is meant in this article
    hide = ["Press Secretary"]          # nobody's name, in this article
    note = "as printed"                 # every entry may have one

    [[names.merge]]                     # one person, whatever the rules say
    names = ["Yury Borisov", "Yuri Borisov"]
    as = "Yuri Borisov"                 # the name to show, if it is to be chosen

    [[names.split]]                     # different persons
    names = ["Ali Hassan", "Ali Hasan"]

    [[names.rename]]                    # a person shown under another name
    name = "Abu Mazen"
    to = "Mahmoud Abbas"

    [[names.hide]]                      # nobody's names
    names = ["Press Secretary"]

    [[line]]                            # a line that repeats: boilerplate, or part of the stories
    text = "Follow us on social media"
    boilerplate = true
    publisher = "The Daily Star"        # only in what this one printed

`load` reads the file, `apply` puts an article right, `combined` joins what the files of several sources say of names and lines; `editing` writes.
"""

from __future__ import annotations

from search.corrections.applying import RULE, apply
from search.corrections.deciding import ArchiveCorrections, LineDecision, combined
from search.corrections.reading import MAX_BYTES, content, load, parse
from search.corrections.records import FILE_NAME, ArticleCorrection, Corrections, LineCorrection, NameCorrection

__all__ = [
    "FILE_NAME",
    "MAX_BYTES",
    "RULE",
    "ArchiveCorrections",
    "ArticleCorrection",
    "Corrections",
    "LineCorrection",
    "LineDecision",
    "NameCorrection",
    "apply",
    "combined",
    "content",
    "load",
    "parse",
]
