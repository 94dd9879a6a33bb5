"""Every error a person may meet. An error carries a key and its facts; the edge puts it into words.

CoachError                  exit 1: the work failed
├── WrongUse                exit 2: the call was wrong (unknown id, unusable text)
├── Unlawful                exit 1: the method does not allow this now
├── ContentError            exit 1: a content file is broken (file, line, key)
├── StoreError              exit 1: the database cannot be used
├── RecallError             exit 1: the index or a document cannot be used
├── VoiceError              exit 1: the model did not give a usable reply
└── ExportError             exit 1: the sheet cannot be made
"""


class CoachError(Exception):
    """A failure that a person can be told in one sentence.

    Args:
        key: names the sentence in `corpus/<lang>/words/`, under `error.<key>`.
        facts: what the sentence mentions; never what a user wrote.
    """

    exit_code = 1

    def __init__(self, key: str, **facts: object) -> None:
        self.key = key
        self.facts = facts
        super().__init__(f"{key} {facts}" if facts else key)


class WrongUse(CoachError):
    """The call itself was wrong: an unknown id, an unusable text, a missing file."""

    exit_code = 2


class Unlawful(CoachError):
    """The method does not allow this act in this step; the key says why."""


class ContentError(CoachError):
    """A content file cannot be used; facts hold `file`, `line`, `name` (the key) and `problem`."""


class StoreError(CoachError):
    """The database cannot be opened, read or written."""


class RecallError(CoachError):
    """The passage index, the embedder or a user's document cannot be used."""


class VoiceError(CoachError):
    """A model did not answer, or answered with something that may not be said."""


class ExportError(CoachError):
    """A session cannot be written in the wanted format."""
