"""Writing a review as documents; each file appears whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from glasshouse.app.errors import UserError
from glasshouse.model.review import Review
from glasshouse.reports.csv_table import render_csv
from glasshouse.reports.html import file_name, render_html
from glasshouse.reports.jsonl import render_jsonl
from glasshouse.reports.xlsx import render_xlsx

__all__ = ["FORMATS", "render", "write_documents"]

Ticker = Callable[[str, int, int], None]


def _html(review: Review, language: str) -> bytes:
    return render_html(review, language).encode()


def _csv(review: Review, language: str) -> bytes:
    return render_csv(review, language).encode("utf-8-sig")  # spreadsheets take UTF-8 only with its mark


def _jsonl(review: Review, _: str) -> bytes:
    return "".join(f"{line}\n" for line in render_jsonl(review)).encode()


FORMATS: dict[str, Callable[[Review, str], bytes]] = {
    "html": _html,
    "csv": _csv,
    "jsonl": _jsonl,
    "xlsx": render_xlsx,
}


def render(review: Review, form: str, language: str) -> bytes:
    """One document; `form` is a key of FORMATS."""
    return FORMATS[form](review, language)


def _documents(review: Review) -> Iterator[tuple[str, Callable[[], bytes]]]:
    for language in ("en", "fr"):
        yield file_name(language), partial(_html, review, language)
        yield f"devices.{language}.csv", partial(_csv, review, language)
        yield f"review.{language}.xlsx", partial(render_xlsx, review, language)
    yield "review.jsonl", partial(_jsonl, review, "en")


def write_documents(review: Review, folder: Path, tick: Ticker) -> tuple[Path, ...]:
    """Every format in both languages into `folder`. Raises UserError; the evidence is in the store by then."""
    documents = list(_documents(review))
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for count, (name, make) in enumerate(documents, start=1):
            tick(f"writing {name}", count, len(documents))
            fresh = folder / f".{name}.new"
            fresh.write_bytes(make())
            written.append(fresh.replace(folder / name))
    except OSError as error:
        raise UserError(
            f"the report cannot be written to {folder}: {error.strerror or error}; nothing that was collected is lost. "
            "Make room or give another folder with --out, and run 'glasshouse report'"
        ) from error
    return tuple(written)
