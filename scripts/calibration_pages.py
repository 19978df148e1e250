"""What people read of the calibration: tables for the explanation page, and the reliability plot as an SVG file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

__all__ = ["BEGIN", "END", "plot", "renewed", "tables"]

Row = Mapping[str, Any]
BEGIN = "<!-- Measured: written by `make calibrate`. Do not edit below. -->"
END = "<!-- End of what was measured. -->"

_TABLES = (
    ("held_out", "Held out: nothing that fired derives from a source of the device"),
    ("without_source_other_evidence", "Source switched off, and told by another kind of evidence than the label"),
    ("without_source", "Source switched off: told without what derives from the device's sources"),
    ("all", "All devices, as a description and no validation: patterns and corpus grew together"),
)
_SERIES = (("held_out", "held out", "#1f4e79", True), ("without_source", "source switched off", "#b5651d", False))
_LEFT, _WIDTH, _ROW, _TOP = 240, 420, 30, 64


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _grades(rows: Iterable[Row], *, decides: bool = False) -> str:
    """One table of grades; only the one that decides what outputs say has a standing."""
    heads = [
        "facet",
        "word",
        "devices",
        "errors",
        "error rate at most",
        "devices needed",
        *(["standing"] if decides else []),
    ]
    lines = []
    for row in rows:
        line = [
            row["facet"].replace("_", " "),
            row["strength"],
            str(row["devices"]),
            str(row["errors"]),
            _percent(row["upper"]) if row["devices"] else "–",
            str(row["needs"] or "–"),
        ]
        lines.append([*line, row["standing"]] if decides else line)
    return _table(heads, lines)


def _bars(summary: Mapping[str, Sequence[Row]]) -> str:
    rows = []
    for told, held in zip(summary["told"], summary["without_source"], strict=True):
        if "limit" in told:
            bar, texts = f"at most {told['limit']}", [f"{one['count']} of {one['devices']}" for one in (told, held)]
        else:
            bar = f"at least {told['bar']:.0%}"
            texts = [f"{one['right']} of {one['devices']} (at least {_percent(one['least'])})" for one in (told, held)]
        rows.append((told["name"], bar, *texts))
    return _table(("measure", "bar", "packs as they are", "source switched off"), rows)


def _detection(detection: Mapping[str, Sequence[Row]]) -> str:
    names = {"told": "packs as they are", "without_source": "source switched off"}
    rows = []
    for key, found in detection.items():
        for one in found:
            hits, alarms = one["sensitivity"], one["false_alarms"]
            rows.append(
                (
                    names[key],
                    one["from"],
                    f"{hits['count']} of {hits['devices']}, at least {_percent(hits['lower'])}",
                    f"{alarms['count']} of {alarms['devices']}, at most {_percent(alarms['upper'])}",
                    *(f"at least {_percent(share['least'])}" for share in one["precision"]),
                )
            )
    heads = ("run", "called from", "sensitivity", "false alarms", "right at 1 %", "right at 10 %", "right at 50 %")
    return _table(heads, rows)


def _misses(title: str, rows: Iterable[Row]) -> str:
    def cell(rate: Row) -> str:
        if not rate["devices"]:
            return "–"
        return f"{rate['count']} of {rate['devices']} ({_percent(rate['lower'])} to {_percent(rate['upper'])})"

    heads = (title, "maker not told", "told as another, listed maker")
    return _table(heads, [(row["name"], cell(row["missed"]), cell(row["false_alarms"])) for row in rows])


def _sources(rows: Iterable[Row]) -> str:
    return _table(
        ("source", "patterns switched off", "devices", "makers told", "wrong makers"),
        [
            (
                row["source"].split(" http")[0],
                str(row["switched_off"]),
                str(row["devices"]),
                "; ".join(f"{one['name']} {one['right']} of {one['devices']}" for one in row["makers"]) or "–",
                str(row["wrong_makers"]),
            )
            for row in rows
        ],
    )


def _strings(strings: Row) -> str:
    def line(name: str, row: Row) -> Sequence[str]:
        return (
            name,
            str(row["strings"]),
            f"{row['with_right']} ({_percent(row['with_least'])})",
            str(row["with_wrong"]),
            f"{row['without_right']} ({_percent(row['without_least'])})",
            str(row["without_wrong"]),
            f"{row['exact']} of {row['exact_of']}",
        )

    heads = (
        "maker",
        "strings",
        "right with brand (at least)",
        "wrong",
        "right without brand (at least)",
        "wrong",
        "string kept exactly",
    )
    return _table(
        heads,
        [line("all", strings["total"]), *(line(row["maker"], row) for row in strings["by_maker"])],
    )


def tables(table: Row) -> str:
    """The measured part of the explanation page as Markdown."""
    parts = [
        f"Measured over {table['devices']} labelled devices.",
        "### Held out, and told by another kind of evidence than the label: what the outputs say",
        _grades(table["standing"], decides=True),
    ]
    for key, title in _TABLES:
        parts += [f"### {title}", _grades(table["grades"][key])]
    parts += [
        "### What the packs reach, and what is left when a source is switched off",
        _bars(table["summary"]),
        "### Called a listed maker's: sensitivity, false alarms, and what a hit is worth",
        (
            "Positives are devices of a maker that a rule names, negatives are cameras of others and other equipment. The last\n"
            "three columns say which share of the hits is right where 1, 10 or 50 % of the devices are such: the least that\n"
            "both bounds leave possible at once."
        ),
        _detection(table["detection"]),
        "### By true maker, source switched off",
        _misses("maker", table["by_maker"]),
        "### By country of the true maker, source switched off",
        _misses("country", table["by_country"]),
        "### By source, with everything that derives from it switched off",
        _sources(table["sources"]),
        "### Model strings",
        (
            "The forms of models were written over lists of names such as these, so this table describes them and validates\n"
            "nothing."
        ),
        _strings(table["model_strings"]),
    ]
    return "\n\n".join(parts)


def renewed(page: str, table: Row) -> str:
    """The explanation page with its measured part written anew; raises ValueError where the markers are missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page must hold the lines {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n\n{tables(table)}\n\n{END}{after}"


def _x(share: float) -> float:
    return round(_LEFT + _WIDTH * share, 1)


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x}" y="{y}"{more}>{escape(words)}</text>'


def _mark(row: Row | None, y: float, colour: str, *, filled: bool) -> list[str]:
    """One series of a row: the share that was right, a bar from its lower bound, and the number of devices."""
    if row is None or not row["devices"]:
        return [_text(_LEFT + _WIDTH + 14, y + 4, "no device", f' fill="{colour}"')]
    right, least = 1 - row["errors"] / row["devices"], 1 - row["upper"]
    fill = colour if filled else "#ffffff"
    return [
        f'<line x1="{_x(least)}" x2="{_x(right)}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2.5"/>',
        f'<line x1="{_x(least)}" x2="{_x(least)}" y1="{y - 4}" y2="{y + 4}" stroke="{colour}" stroke-width="2"/>',
        f'<circle cx="{_x(right)}" cy="{y}" r="4" fill="{fill}" stroke="{colour}" stroke-width="2"/>',
        _text(_LEFT + _WIDTH + 14, y + 4, f"{row['errors']} wrong of {row['devices']}", f' fill="{colour}"'),
    ]


def plot(table: Row) -> str:
    """Promised against measured, as an SVG image that needs nothing else."""
    keyed = {name: {(row["facet"], row["strength"]): row for row in table["grades"][name]} for name, *_ in _SERIES}
    rows = [row for row in table["standing"] if row["needs"] is not None]
    bottom = _TOP + _ROW * len(rows)
    parts = [
        ('<svg xmlns="http://www.w3.org/2000/svg" width="820" '
        f'height="{bottom + 56}" viewBox="0 0 820 {bottom + 56}" role="img" aria-labelledby="t d" '
        'font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#222222">'),
        '<title id="t">Promised against measured</title>',
        ('<desc id="d">For each facet and word of strength: the share of claims promised right, the share that was right, '
        "and the least that a one-sided 95 % bound leaves possible.</desc>"),
        f'<rect width="820" height="{bottom + 56}" fill="#ffffff"/>',
        _text(16, 26, "Share of claims that are right: promised (red) against measured", ' font-size="15" font-weight="bold"'),
    ]  # fmt: skip
    for at, (_, name, colour, filled) in enumerate(_SERIES):
        x = _LEFT + 170 * at
        fill = colour if filled else "#ffffff"
        parts += [
            f'<circle cx="{x}" cy="44" r="4" fill="{fill}" stroke="{colour}" stroke-width="2"/>',
            _text(x + 10, 48, name),
        ]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts += [
            f'<line x1="{_x(share)}" x2="{_x(share)}" y1="{_TOP}" y2="{bottom}" stroke="#dddddd"/>',
            _text(_x(share), bottom + 18, "all" if share == 1 else f"{share:.0%}", ' text-anchor="middle"'),
        ]
    for at, row in enumerate(rows):
        key = (row["facet"], row["strength"])
        middle = _TOP + _ROW * at + _ROW / 2
        promise = _x(table["promises"][row["strength"]])
        label = f"{row['facet'].replace('_', ' ')}, {row['strength']}"
        parts += [
            _text(_LEFT - 14, middle + 4, label, ' text-anchor="end"'),
            f'<line x1="{promise}" x2="{promise}" y1="{middle - 13}" y2="{middle + 13}" stroke="#b00020" stroke-width="2"/>',
        ]
        for offset, (name, _, colour, filled) in zip((-6, 7), _SERIES, strict=True):
            parts += _mark(keyed[name].get(key), middle + offset, colour, filled=filled)
    caption = (
        "Dot: measured share. Bar: down to the one-sided 95 % bound. A long bar means few devices, not many errors."
    )
    parts += [_text(16, bottom + 42, caption), "</svg>"]
    return "\n".join(parts) + "\n"
