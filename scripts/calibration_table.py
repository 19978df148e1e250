"""The table of `data/calibration/measured.json` from cases: grades, cross-validation by source, rates, model strings.

Everything is counted over devices, rounded to four digits and sorted, so that the same corpus and packs give the same
bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from scripts.calibration_corpus import NAMED, Corpus, cases, derivations, without

from glasshouse.app.identify import Identifier, read_line
from glasshouse.attribution.calibration import PROMISES, grade, lower_bound, predictive_value, standing
from glasshouse.attribution.validation import Case, Claim, Rate, grades, is_held_out, rate_by, rests_on_label
from glasshouse.datapack import DataPack, identification_digest
from glasshouse.model.signal import Facet
from glasshouse.model.strength import Strength
from glasshouse.model.validation import Grade, Standing

__all__ = ["CORPUS_FILES", "Measured", "bars_missed", "broken", "corpus_digests", "digests", "measure", "written"]

Row = dict[str, Any]
CORPUS_FILES = ("responses.jsonl", "models.jsonl")
PACKS = ("fingerprints", "parties", "lineage", "models", "oui")
PREVALENCES = (0.01, 0.10, 0.50)
FROM = (Strength.SUPPORTING, Strength.STRONG)  # a device is called positive from this strength on
_LISTED = ("hikvision", "dahua", "uniview", "huawei-net", "zte-net")
_FAMILIES = ("hikvision", "dahua", "uniview")
_OTHERS = ("non-camera", "huawei-net", "zte-net")


def digests(pack: DataPack) -> Row:
    """Of every pack that identification reads, and of all of them together."""
    return {"packs": {name: pack.digest(name) for name in PACKS}, "identification": identification_digest(pack.root)}


def corpus_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of the corpus."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in CORPUS_FILES}


@dataclass(frozen=True)
class Measured:
    """The corpus told twice: with the packs as they are, and each device without what derives from its sources."""

    corpus: Corpus
    derived: Mapping[str, frozenset[str]]
    told: tuple[Case, ...]
    held: tuple[Case, ...]

    @classmethod
    def of(cls, pack: DataPack, corpus: Corpus) -> Measured:
        """Identify every device twice."""
        derived = derivations(pack, corpus.record_sources)
        told = tuple(cases(corpus.devices, Identifier(pack)))
        by_sources = defaultdict(list)
        for device in corpus.devices:
            by_sources[device.sources].append(device)
        held: dict[str, Case] = {}
        for sources, devices in by_sources.items():
            off = [name for name, theirs in derived.items() if theirs & sources]
            for case in cases(devices, Identifier(without(pack, off))):
                held[case.device] = case
        return cls(corpus, derived, told, tuple(held[case.device] for case in told))

    @cached_property
    def tables(self) -> dict[str, tuple[Grade, ...]]:
        """The grades counted in five ways; "held_out" and "other_evidence" decide."""

        def out(case: Case, _claim: Claim) -> bool:
            return is_held_out(case, self.derived)

        def other(case: Case, claim: Claim) -> bool:
            return not rests_on_label(case, claim)

        return {
            "all": grades(self.told),
            "held_out": grades(self.told, out),
            "other_evidence": grades(self.told, lambda case, claim: out(case, claim) and other(case, claim)),
            "without_source": grades(self.held),
            "without_source_other_evidence": grades(self.held, other),
        }

    @cached_property
    def standing(self) -> tuple[Grade, ...]:
        """What outputs show: counts of the strictest table, "broken" where any of the honest ones shows it."""
        keys = {(one.facet, one.strength) for table in self.tables.values() for one in table}
        strict = {(one.facet, one.strength): one for one in self.tables["other_evidence"]}
        bad = {
            (one.facet, one.strength)
            for table in self.tables.values()
            for one in table
            if one.standing is Standing.BROKEN
        }
        order = {facet: at for at, facet in enumerate(Facet)}
        found = []
        for facet, strength in sorted(keys, key=lambda key: (order[key[0]], -key[1])):
            one = strict.get((facet, strength)) or grade(facet, strength, 0, 0)
            worst = Standing.BROKEN if (facet, strength) in bad else one.standing
            found.append(Grade(*(getattr(one, name) for name in Grade.__slots__[:-1]), worst))  # type: ignore[misc]
        return tuple(found)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _grade_row(one: Grade) -> Row:
    return {
        "facet": one.facet.value,
        "strength": one.strength.word,
        "devices": one.devices,
        "errors": one.errors,
        "lower": _round(one.lower),
        "upper": _round(one.upper),
        "needs": one.needs,
        "standing": one.standing.value,
    }


def _rate_row(one: Rate, count: str = "count") -> Row:
    return {
        "name": one.name,
        "devices": one.devices,
        count: one.count,
        "lower": _round(one.lower),
        "upper": _round(one.upper),
    }


def _listed_as(case: Case, least: Strength) -> str | None:
    """The listed maker that the device is told to be of, from `least` on."""
    claim = case.claim(Facet.MAKER)
    return claim.value if claim and claim.strength >= least and claim.value in NAMED else None


def _detection(told: Iterable[Case]) -> Iterator[Row]:
    """Sensitivity and false alarms for "made by a listed maker", and what they mean at a prevalence."""
    everyone = tuple(told)
    positives = [case for case in everyone if case.kind in _LISTED and case.sufficient]
    negatives = [case for case in everyone if case.kind in {"benign-camera", "non-camera"}]
    for least in FROM:
        hits = sum(_listed_as(case, least) == case.maker for case in positives)
        alarms = sum(_listed_as(case, least) is not None for case in negatives)
        yield {
            "from": least.word,
            "sensitivity": _rate_row(Rate("told", hits, len(positives))),
            "false_alarms": _rate_row(Rate("told", alarms, len(negatives))),
            "precision": [
                {"prevalence": one.prevalence, "point": _round(one.point), "least": _round(one.least)}
                for one in (
                    predictive_value(share, hits, len(positives), alarms, len(negatives)) for share in PREVALENCES
                )
            ],
        }


def _is_missed(case: Case) -> bool:
    claim = case.claim(Facet.MAKER)
    return claim is None or claim.value != case.maker or claim.strength < Strength.SUPPORTING


def _is_alarm(case: Case) -> bool:
    found = _listed_as(case, Strength.SUPPORTING)
    return found is not None and found != case.maker


def _by(told: Sequence[Case], group: Callable[[Case], str | None]) -> list[Row]:
    """Misses (maker not told from supporting on) and false alarms (told as another, listed maker) by group."""

    def provable(case: Case) -> str | None:
        return group(case) if case.sufficient and case.maker else None

    missed = {rate.name: rate for rate in rate_by(told, provable, _is_missed)}
    rows = []
    for alarm in rate_by(told, group, _is_alarm):
        miss = missed.get(alarm.name, Rate(alarm.name, 0, 0))
        rows.append({"name": alarm.name, "missed": _rate_row(miss), "false_alarms": _rate_row(alarm)})
    return rows


def _share(name: str, hits: int, total: int, bar: float | None = None) -> Row:
    row = {
        "name": name,
        "right": hits,
        "devices": total,
        "share": _round(hits / total) if total else None,
        "least": _round(lower_bound(hits, total)),
    }
    return row | ({"bar": bar} if bar is not None else {})


def _exact(told: Iterable[Case], corpus: Corpus, facet: Facet) -> tuple[int, int]:
    """(right, present) over devices of known video equipment whose label holds the value."""
    labels = {device.name: device.values(facet.value) for device in corpus.devices}
    hits = total = 0
    for case in told:
        if labels[case.device] and case.kind in {*_FAMILIES, "benign-camera"}:
            claim = case.claim(facet)
            total += 1
            hits += claim is not None and claim.right is True
    return hits, total


def _summary(told: Sequence[Case], corpus: Corpus) -> list[Row]:
    """The bars of the acceptance, and what was reached; `limit` where fewer are better."""
    families = [case for case in told if case.kind in _FAMILIES and case.sufficient]
    recalled = sum(
        not (case.claim(Facet.MAKER) is None or case.claim(Facet.MAKER).value != case.maker) for case in families
    )  # type: ignore[union-attr]
    wrong = sum(claim.right is False for case in told if (claim := case.claim(Facet.MAKER)) is not None)
    benign = [case for case in told if case.kind == "benign-camera"]
    flagged = sum(_listed_as(case, Strength.INDICATIVE) is not None for case in benign)
    others = [case for case in told if case.kind in _OTHERS]
    called = sum(case.surveillance is True for case in others)
    named = {device.name for device in corpus.devices if device.values("brand") and device.kind == "benign-camera"
             and device.values("brand_told_by") and device.sufficient}  # fmt: skip
    branded = sum((claim := case.claim(Facet.BRAND)) is not None and claim.right is True
                  for case in benign if case.device in named)  # fmt: skip
    return [
        _share("maker of restricted families", recalled, len(families), 0.97),
        {"name": "wrong makers", "count": wrong, "devices": len(told), "limit": 0},
        {"name": "benign cameras flagged restricted", "count": flagged, "devices": len(benign), "limit": 0},
        {
            "name": "other equipment called surveillance",
            "count": called,
            "devices": len(others),
            "limit": len(others) // 1000,
        },
        _share("brand of benign cameras", branded, len(named), 0.9),
        _share("model exact", *_exact(told, corpus, Facet.MODEL), 0.9),
        _share("firmware exact", *_exact(told, corpus, Facet.FIRMWARE), 0.9),
        _share("serial exact", *_exact(told, corpus, Facet.SERIAL), 0.9),
    ]


def _by_source(measured: Measured) -> list[Row]:
    """Per source, with everything that derives from it switched off."""
    rows = []
    for source in sorted({name for case in measured.held for name in case.sources}):
        mine = [case for case in measured.held if source in case.sources]
        recall = []
        for kind in sorted({case.kind for case in mine if case.maker and case.sufficient}):
            known = [case for case in mine if case.kind == kind and case.maker and case.sufficient]
            right = sum((claim := case.claim(Facet.MAKER)) is not None and claim.right is True for case in known)
            recall.append(_share(kind, right, len(known)))
        wrong = sum(claim.right is False for case in mine if (claim := case.claim(Facet.MAKER)) is not None)
        if recall or wrong:
            off = sum(source in theirs for theirs in measured.derived.values())
            rows.append(
                {"source": source, "switched_off": off, "devices": len(mine), "wrong_makers": wrong, "makers": recall}
            )
    return rows


def _string_cases(folder: Path) -> Iterator[tuple[Row, bytes, bytes]]:
    """Model strings with a source: the row, its observation with the brand, and without."""
    for line in (folder / "models.jsonl").read_bytes().splitlines():
        row = json.loads(line)
        if row["basis"] == "sourced" and row["maker"] is not None:
            bare = {"probe": "inventory-text", "fields": {"model": row["string"]}}
            whole = {"probe": "inventory-text", "fields": {"manufacturer": row["brand_text"], "model": row["string"]}}
            yield row, json.dumps(whole).encode(), json.dumps(bare).encode()


def _strings(pack: DataPack, folder: Path) -> Row:
    """Makers told from a model string, with and without its brand, by maker; and the string itself where exact."""
    identifier = Identifier(pack)
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row, whole, bare in _string_cases(folder):
        tally = counts[row["maker"]]
        tally["strings"] += 1
        for name, line in (("with", whole), ("without", bare)):
            observation = read_line(1, line).observation
            if observation is None:
                continue
            identity = identifier.identity((observation,))
            maker = identity.value(Facet.MAKER)
            tally[f"{name}_right"] += maker == row["maker"]
            tally[f"{name}_wrong"] += maker not in {None, row["maker"]}
            if name == "with" and not row["from_slug"]:
                tally["exact_of"] += 1
                tally["exact"] += (identity.value(Facet.MODEL) or "").casefold() == row["string"].casefold()
    keys = ("strings", "with_right", "with_wrong", "without_right", "without_wrong", "exact", "exact_of")
    rows = [{"maker": maker, **_with_least({key: tally[key] for key in keys})} for maker, tally in counts.items()]
    rows.sort(key=lambda row: (-row["strings"], row["maker"]))
    return {"total": _with_least({key: sum(row[key] for row in rows) for key in keys}), "by_maker": rows}


def _with_least(row: Row) -> Row:
    """Counts of strings with the lower bounds of the shares that are right."""
    least = {f"{name}_least": _round(lower_bound(row[f"{name}_right"], row["strings"])) for name in ("with", "without")}
    return row | least


def _unnamed(case: Case) -> str | None:
    """The group of devices whose label names no maker; None for cameras that might be anybody's."""
    return None if case.kind == "camera-unknown-maker" else f"{case.kind}, maker not recorded"


def measure(pack: DataPack, folder: Path) -> Row:
    """The whole table. Raises ValueError where the corpus cannot be read or a cited record does not exist."""
    corpus = Corpus.read(folder)
    measured = Measured.of(pack, corpus)
    country = {party.id: party.country for party in pack.parties}
    return {
        **digests(pack),
        "corpus": corpus_digests(folder),
        "promises": {strength.word: promise for strength, promise in PROMISES.items()},
        "devices": len(corpus.devices),
        "standing": [_grade_row(one) for one in measured.standing],
        "grades": {name: [_grade_row(one) for one in table] for name, table in measured.tables.items()},
        "summary": {"told": _summary(measured.told, corpus), "without_source": _summary(measured.held, corpus)},
        "sources": _by_source(measured),
        "detection": {"told": list(_detection(measured.told)), "without_source": list(_detection(measured.held))},
        "by_maker": _by(measured.held, lambda case: case.maker or _unnamed(case)),
        "by_country": _by(measured.held, lambda case: country.get(case.maker or "") or _unnamed(case)),
        "model_strings": _strings(pack, folder),
    }


def written(table: Row) -> str:
    """The bytes of the committed file: one row a line, so that a change reads as one."""

    def lines(value: Any, indent: str) -> str:
        inner = indent + " "
        if isinstance(value, dict) and any(isinstance(one, dict | list) for one in value.values()) and len(indent) < 3:
            rows = (f"{inner}{json.dumps(key)}: {lines(one, inner)}" for key, one in value.items())
            return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return "[\n" + ",\n".join(inner + json.dumps(one, ensure_ascii=False) for one in value) + f"\n{indent}]"
        return json.dumps(value, ensure_ascii=False)

    return lines(table, "") + "\n"


def broken(table: Row) -> list[str]:
    """What fails the build: a promise that a bound shows broken, or an error in conclusive."""
    found = []
    for name, rows in table["grades"].items():
        for row in rows:
            strength = Strength.parse(row["strength"])
            if standing(strength, row["devices"], row["errors"]) is Standing.BROKEN:
                found.append(
                    f"{row['facet']} {row['strength']} ({name.replace('_', ' ')}): {row['errors']} errors over "
                    f"{row['devices']} devices, so at least {row['lower']:.1%} are wrong"
                )
    return found


def bars_missed(table: Row) -> list[str]:
    """The bars that the packs as they are do not reach: a warning, since the held-out ones may lie lower."""
    found = []
    for row in table["summary"]["told"]:
        if "limit" in row and row["count"] > row["limit"]:
            found.append(f"{row['name']}: {row['count']} of {row['devices']}, at most {row['limit']} accepted")
        if "bar" in row and row["devices"] and row["share"] < row["bar"]:
            found.append(f"{row['name']}: {row['right']} of {row['devices']}, at least {row['bar']:.0%} accepted")
    return found
