"""Why a file cannot be read at all, in one line for a person."""


class UnreadableFile(Exception):
    """The file as a whole is refused: empty, cut off, mislabelled, of an unknown make."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)

    def __reduce__(self) -> tuple[type["UnreadableFile"], tuple[str, str]]:
        return UnreadableFile, (self.code, self.message)
