"""The errors a person can meet: what happened, with the value, and the next step.

AssistantError
├── SettingsError       a setting is unknown, out of range or contradicts another
├── InputError          a question, option or file name of the caller cannot be used
├── FileRejected        one file cannot be ingested; the others go on
│   ├── UnsupportedFile     no reader for this kind of file
│   ├── UnreadableFile      the reader failed, or found no text
│   └── BadProvenance       front matter or sidecar is wrong
├── ModelError          weights are missing, damaged, or a model server does not answer
├── IndexFolderError         the index folder cannot be used as it is
│   ├── IndexBusy           another process has it open
│   ├── IndexMismatch       it was built with another embedder or text processing
│   ├── IndexDamaged        its files are not readable
│   ├── LibraryChanging     documents change faster than an answer is made
│   └── LibraryOpening      models and vectors are still being loaded
├── NotFound            no such document, revision or citation for this reader
└── Stopped             long work was told to end before it was done
"""


class AssistantError(Exception):
    """A mistake that the reader of the message can mend.

    Args:
        message: What happened, with the value that caused it.
        hint: The next step, as an instruction.
    """

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}"


class SettingsError(AssistantError):
    """A setting is unknown, out of range or contradicts another."""


class InputError(AssistantError):
    """A question, option or file name of the caller cannot be used."""


class FileRejected(AssistantError):
    """One file cannot be ingested; the others go on."""


class UnsupportedFile(FileRejected):
    """No reader for this kind of file."""


class UnreadableFile(FileRejected):
    """The reader failed, or found no text."""


class BadProvenance(FileRejected):
    """Front matter or sidecar is wrong."""


class ModelError(AssistantError):
    """Weights are missing or damaged, or a model server does not answer."""


class IndexFolderError(AssistantError):
    """The index folder cannot be used as it is."""


class IndexBusy(IndexFolderError):
    """Another process has the index folder open."""


class IndexMismatch(IndexFolderError):
    """The index was built with another embedder or text processing."""


class IndexDamaged(IndexFolderError):
    """Files of the index are not readable."""


class LibraryChanging(IndexFolderError):
    """Documents change faster than an answer can be made of them."""


class LibraryOpening(IndexFolderError):
    """The application has started, but does not answer yet."""


class NotFound(AssistantError):
    """No such document, revision or citation for this reader."""


class Stopped(AssistantError):
    """Long work was told to end before it was done."""
