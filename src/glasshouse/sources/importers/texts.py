"""Bytes of unknown encoding to text: byte order mark, UTF-8, UTF-16, else a code page, never in silence."""

from __future__ import annotations

import codecs
import contextlib
import io
from collections.abc import Iterator
from typing import TextIO

from glasshouse.sources.document import HEAD_BYTES, Draft, ImportProblem

__all__ = ["FALLBACK", "LINE_CHARACTERS", "head_text", "lines", "text_of"]

FALLBACK = "cp1252"  # what spreadsheet programs write when asked for "CSV" in western Europe and North America
LINE_CHARACTERS = 1 << 20  # a longer line is read in pieces
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _of_head(head: bytes) -> str | None:
    """The encoding that the first bytes show; None = some one-byte-per-letter text; "" = no text at all."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    sample = head[:4096]
    zeros = sample.count(0)
    if not zeros:
        return None
    if zeros > len(sample) // 4:
        if sample[1::2].count(0) == zeros:
            return "utf-16-le"
        if sample[0::2].count(0) == zeros:
            return "utf-16-be"
    return ""


def head_text(head: bytes) -> str | None:
    """The head as text, for recognising a format; None when it is no text."""
    encoding = _of_head(head)
    if encoding == "":
        return None
    if encoding is not None:
        return head.decode(encoding, "replace")
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        return decoder.decode(head)
    except UnicodeDecodeError:
        return head.decode(FALLBACK, "replace")


def _detect(draft: Draft) -> str:
    with draft.file.open() as stream:
        head = stream.read(HEAD_BYTES)
        encoding = _of_head(head)
        if encoding is not None:
            return encoding
        decoder = codecs.getincrementaldecoder("utf-8")()
        chunk = head
        try:
            while chunk:
                decoder.decode(chunk)
                chunk = stream.read(1 << 20)
        except UnicodeDecodeError:
            draft.note(
                f"the text is not UTF-8; it was read as {FALLBACK}. If letters with accents look wrong, name its encoding"
            )
            return FALLBACK
    return "utf-8"


@contextlib.contextmanager
def text_of(draft: Draft) -> Iterator[TextIO]:
    """The file as text, line ends kept. The encoding is the operator's, else recognised and noted where guessed.

    Raises:
        ImportProblem: the file is no text, or the named encoding is not known or does not fit.
    """
    encoding = draft.encoding or _detect(draft)
    if not encoding:
        raise ImportProblem(f"{draft.file.name} holds binary data where text was expected; export it again as text")
    try:
        codecs.lookup(encoding)
    except LookupError as problem:
        raise ImportProblem(f"the encoding {encoding!r} is not known; name one such as utf-8 or cp1252") from problem
    errors = "strict" if draft.encoding else "replace"  # only a cut last letter is left to replace in detected UTF-8
    with draft.stream() as stream:
        text = io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="")
        try:
            yield text
        except UnicodeError as problem:
            raise ImportProblem(f"{draft.file.name} is not {encoding} text ({problem}); name its encoding") from problem
        finally:
            with contextlib.suppress(ValueError):
                text.detach()


def lines(text: TextIO) -> Iterator[str]:
    """Lines with their ends, in pieces of at most `LINE_CHARACTERS`."""
    while line := text.readline(LINE_CHARACTERS):
        yield line
