"""Feed `data/advisories/` from the maintainers' fact sheets. Mechanical: hand corrections are in corrections.toml.

    python scripts/build_advisories.py SHEET.yaml KEV.csv TABLE.csv OUT

Drops the maker's country, which is no input; keeps source and basis of every record. Needs PyYAML (group "maintain").
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

_KEPT = (
    "kind", "introduced", "build_introduced", "fixed", "build_fixed", "last_affected", "build_last_affected", "exact",
    "build_exact", "raw", "basis",
)  # fmt: skip
# An assigner that wrote a model where a version belongs: no dots, begins with letters, holds digits.
_MODEL_AS_VERSION = re.compile(r"(?=.*\d)[A-Z]{2,}[A-Z0-9-]*(?: series)?$")


def range_row(row: dict[str, Any]) -> dict[str, Any]:
    """One range in our schema. A version that a record denies, or doubts, is marked as a conflict."""
    kept = {name: str(row[name]) for name in _KEPT if row.get(name) is not None}
    if row.get("version") and "raw" not in kept:
        kept["raw"] = str(row["version"])
    if row.get("status_in_record"):
        kept["conflict"] = True
        kept["source"] = f"record, which marks this range {row['status_in_record']}"
    if row["kind"] == "unparsed" and "raw" not in kept:
        kept["raw"] = "n/a"
    return kept


def affected_rows(item: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry; models written where versions belong become entries of their own, without a range."""
    models = [row["exact"] for row in item["ranges"] if _MODEL_AS_VERSION.match(str(row.get("exact", "")))]
    ranges = [range_row(row) for row in item["ranges"] if row.get("exact") not in models]
    rows = [
        {
            "model": model,
            "ranges": [{"kind": "unparsed", "raw": "model given in place of a version"}],
            "by": item.get("by", ""),
        }
        for model in dict.fromkeys(models)
    ]
    if ranges:
        row: dict[str, Any] = {"model": item["model"], "ranges": ranges}
        row |= {"certain_models": True} if item.get("certainty") else {}
        row |= {name: item[name] for name in ("platforms", "by") if item.get(name)}
        rows.insert(0, row)
    return rows


def ssvc_part(entry: dict[str, Any]) -> dict[str, Any]:
    """CISA's own points, where the record has them."""
    points = entry.get("ssvc")
    if not points:
        return {}
    return {
        "automatable": points["automatable"] == "yes",
        "total_impact": points["technical_impact"] == "total",
        "ssvc_on": str(points["as_of"]),
    }


def record(entry: dict[str, Any]) -> dict[str, Any]:
    """One line of advisories.jsonl."""
    row = {
        "id": entry["id"],
        "title": entry["title"],
        "maker": entry["maker"],
        "affected": [row for item in entry["affected"] for row in affected_rows(item)],
        # "sourced (build boundary recalled)": the ranges carry their own basis
        "basis": entry["basis"].split(" ")[0],
        "tier": entry["tier"],
        "references": entry.get("references", []),
        "sources": entry.get("sources", []),
        **ssvc_part(entry),
    }
    row |= {"published": str(entry["published"])} if entry.get("published") else {}
    row |= {"cvss": entry["cvss"]} if entry.get("cvss") else {}
    row |= {"end_of_life": True} if entry.get("eol_when_assigned") else {}
    row |= {name: entry[name] for name in ("condition", "note") if entry.get(name)}
    row |= {"models_cut": entry["affected_note"]} if entry.get("affected_note") else {}
    epss = entry.get("epss")
    if epss:
        row["epss"] = {"score": epss["score"], "on": f"{re.match(r'[0-9-]+', epss['as_of']).group()}-01"[:10]}  # type: ignore[union-attr]
    return row


def kev_rows(entries: list[dict[str, Any]], catalogue: Path) -> list[dict[str, Any]]:
    """The catalogue's sample, and later additions that the records tell."""
    with catalogue.open(newline="", encoding="utf-8") as file:
        rows = {
            row["cveID"]: {
                "id": row["cveID"],
                "date_added": row["dateAdded"],
                "source": "CISA KEV catalogue 2025.08.25",
            }
            for row in csv.DictReader(file)
        }
    for entry in entries:
        if "kev" in entry and entry["id"] not in rows:
            added = {"id": entry["id"], "date_added": str(entry["kev"]["date_added"]), "source": entry["kev"]["source"]}
            rows[entry["id"]] = added
    return [rows[name] for name in sorted(rows)]


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    """One JSON object a line, keys sorted, so that a change shows as the lines it touches."""
    text = "".join(json.dumps(row, sort_keys=True, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8", newline="\n")


def main(sheet: Path, catalogue: Path, table: Path, out: Path) -> None:
    """Write advisories.jsonl, kev.jsonl and decision_table.csv into `out`."""
    entries = yaml.load(sheet.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["entries"]
    out.mkdir(parents=True, exist_ok=True)
    write_lines(out / "advisories.jsonl", sorted(map(record, entries), key=lambda row: row["id"]))
    write_lines(out / "kev.jsonl", kev_rows(entries, catalogue))
    shutil.copyfile(table, out / "decision_table.csv")
    print(f"{len(entries)} records", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*map(Path, sys.argv[1:]))
