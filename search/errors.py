"""Every error that Dateline raises on purpose, as one tree.

    DatelineError                    the root: catch this to catch them all
    ├── UsageError                   a parameter that cannot be meant as it stands
    ├── ArchiveError                 the folder that holds the archive
    │   ├── NotAnArchive             there is none here, or something else is
    │   ├── OutdatedArchive          it has a layout of another version
    │   ├── DamagedArchive           its files cannot be read
    │   └── ArchiveBusy              another process is writing to it
    ├── UnknownArticle               no article has this id
    ├── SourceError                  the raw files that are to be indexed
    │   ├── SourceMissing            a path that does not exist or cannot be entered
    │   ├── SourceNameTaken          the name belongs to another folder of the archive
    │   └── TooManyRemoved           more than half of a source has vanished
    ├── CorrectionsError             a corrections.toml that cannot be understood, or a correction that cannot be made
    ├── UnreadableFile               a raw file from which no article can be had
    └── EngineError                  the search engine
        ├── EngineMissing            an optional engine that is not installed
        ├── IncompleteAnswer         parts of the archive did not answer, and what there is was not asked for
        ├── ViewLost                 a state that was being read is not kept any longer
        └── ClusterError             a cluster that holds archives answers with an error, or is of a kind that is not known
            ├── ClusterUnreachable   none of its nodes answers, or none that is trusted
            ├── ClusterRefused       it does not let this user do that
            ├── DocumentsRefused     it does not take some of the articles; the reasons are with the error
            └── ClusterBusy          it cannot answer now: no room, no time, a part that is missing

A message says what is wrong, where, and what to do next; it is written for the person who runs the program. What a person types into
the search box never raises: `search.query.parser.parse` returns problems with positions instead.
"""

from __future__ import annotations

from collections.abc import Mapping


class DatelineError(Exception):
    """Something Dateline cannot do, with a message for the person who asked for it."""


class UsageError(DatelineError):
    """A parameter of a call, a command or a page that cannot be meant as it stands: an unknown facet, a page number of zero."""


class ArchiveError(DatelineError):
    """The folder that holds the archive cannot be used as it is."""


class NotAnArchive(ArchiveError):
    """The folder does not exist or holds something that is not an archive."""


class OutdatedArchive(ArchiveError):
    """The archive was written in a layout that this version does not read."""


class DamagedArchive(ArchiveError):
    """Files of the archive are missing or unreadable."""


class ArchiveBusy(ArchiveError):
    """Another process is writing to the archive; there is one writer at a time."""


class UnknownArticle(DatelineError):
    """No article in the archive has the id that was asked for."""


class SourceError(DatelineError):
    """The raw files that are to be indexed cannot be taken as they are."""


class SourceMissing(SourceError):
    """A file or folder that was named does not exist or cannot be read."""


class SourceNameTaken(SourceError):
    """The name of a source already belongs to another folder of the archive."""


class TooManyRemoved(SourceError):
    """More than half of a source's files have vanished since the last run: an unmounted disk, perhaps."""


class CorrectionsError(DatelineError):
    """A corrections.toml that cannot be understood, or a correction that cannot be made. Names the file, and the line where there is one."""


class UnreadableFile(DatelineError):
    """A raw file from which no article can be read; the message is the reason that the ledger keeps."""


class EngineError(DatelineError):
    """The search engine failed; foreign exceptions are mapped to this at the engine's border."""


class EngineMissing(EngineError):
    """An engine whose optional packages are not installed; the message has the command that installs them."""


class IncompleteAnswer(EngineError):
    """Parts of the archive did not answer, and nobody said that what there is will do."""

    def __init__(self) -> None:
        super().__init__(
            "Parts of the archive did not answer, so that something may be missing and every number be too low. Ask again in a while; or take what "
            "there is: --partial, in an address partial=1"
        )


class ViewLost(EngineError):
    """A state of the archive that was being read is not kept any longer; the present one can be asked."""


class ClusterError(EngineError):
    """A cluster answered with an error, or is of a kind that is not known."""


class ClusterUnreachable(ClusterError):
    """No node of a cluster answers, or none with a certificate that is trusted."""


class ClusterRefused(ClusterError):
    """A cluster does not know the user, or does not let that user do what was asked."""


class ClusterBusy(ClusterError):
    """A cluster cannot answer now: a disk is full, a part of it is missing, or there was no time."""


class DocumentsRefused(ClusterError):
    """A cluster does not take some articles; `reasons` says why, by their ids."""

    def __init__(self, message: str, reasons: Mapping[str, str]) -> None:
        id, reason = next(iter(reasons.items()))
        super().__init__(f"{message} The first is {id}: {reason}")
        self.reasons = dict(reasons)
