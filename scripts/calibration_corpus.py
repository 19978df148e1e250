"""The labelled corpus as cases: every device identified with the packs as they are, and its label beside the claims.

The corpus is read here and nowhere in the product. Its records are cited by id; no text of it is copied.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from glasshouse.app.identify import Identifier, read_line
from glasshouse.attribution.validation import ANY_KIND, Case, Claim, claim_kinds
from glasshouse.datapack import DataPack
from glasshouse.matching.fields import fields_of
from glasshouse.matching.grammar import Grammars
from glasshouse.model.identity import Identity
from glasshouse.model.observation import Observation
from glasshouse.model.signal import Facet
from glasshouse.model.truth import Truth

__all__ = ["NAMED", "Corpus", "Device", "cases", "derivations", "label_kinds", "source_of", "without"]

# Makers that a rule names, or that belong to one: to call a stranger's device theirs is the error that matters most.
NAMED = frozenset(("hikvision", "dahua", "uniview", "tiandy", "huawei", "zte", "hytera", "hisilicon", "ezviz"))

# What a label rests on, by the words of `label_basis`; several may hold. No hit: unclear, so it may rest on anything.
_LABEL_KINDS = (
    (r"\bOUI\b|EUI-64|ends with the MAC", ("mac-prefix",)),
    (r"serial has|bar code", ("serial-form",)),
    (r"firmware (?:[A-Z]{3}|V\d)", ("firmware-form",)),
    (r"HardwareId", ("hardware-id",)),
    (r"sysObjectID|detected OS", ("snmp",)),
    (r"[Mm]anufacturer|getVendor|software ONVIF server|Device Registry", ("name",)),
    (r"capture tool|onvif-cli|wsdiscover|WS-Discovery", ("name", "model-form")),
    (r"\bmodel\b|hardware IPC-model|XM530", ("model-form",)),
    (r"path h264|SDP session|DecoderTag", ("stream-form",)),
    (r"[Oo]wner|\buser|author|named|labelled|docstring|comment|fixture of|README|article|list\b|issue about|host reolink",
     ("told",)),
)  # fmt: skip
_TRUTH = {Truth.YES: True, Truth.NO: False, Truth.UNKNOWN: None}
_PLAIN = (Facet.MODEL, Facet.FIRMWARE, Facet.SERIAL, Facet.MAC)


def source_of(text: str) -> str:
    """The repository, or the article, that a record's `source` names: stricter than the single file in it."""
    first = text.split(maxsplit=1)[0]
    if "/" in first:
        return first
    return text.partition(" (")[0]


def label_kinds(basis: str | None) -> frozenset[str]:
    """The kinds of evidence that a label rests on; `ANY_KIND` where the words do not tell."""
    found = {kind for words, kinds in _LABEL_KINDS if re.search(words, basis or "") for kind in kinds}
    return frozenset(found or {ANY_KIND})


@dataclass(frozen=True)
class Device:
    """All records of one device: what is known about it (`expect`), and what was received."""

    name: str
    ids: tuple[str, ...]
    expects: tuple[Mapping[str, object], ...]
    observations: tuple[Observation, ...]

    def values(self, key: str) -> frozenset[str]:
        """Everything that the records say under `key`, nulls aside."""
        return frozenset(str(one[key]) for one in self.expects if one.get(key) not in {None, ""})

    @property
    def kind(self) -> str:
        """The class of the first record; a device whose records disagree has the one that names a maker."""
        kinds = [str(one["class"]) for one in self.expects]
        return next((kind for kind in kinds if kind != "camera-unknown-maker"), kinds[0])

    @cached_property
    def maker(self) -> str | None:
        """The maker by the label; None where it names none."""
        return next(iter(sorted(self.values("maker"))), None)

    @property
    def sources(self) -> frozenset[str]:
        """Where its records come from."""
        return frozenset(source_of(str(one["source"])) for one in self.expects)

    @property
    def sufficient(self) -> bool:
        """Whether some record shows the maker: not weak, and not the bare name of a reseller."""
        return any(not one["weak_label"] and one["maker_evidence"] != "brand-only" for one in self.expects)

    def right(self, facet: Facet, value: str) -> bool | None:
        """Whether `value` is right by the label; None where the label does not say."""
        if facet is Facet.MAKER:
            return self._party(value, self.values("maker"))
        if facet is Facet.BRAND:
            also = {str(slug) for one in self.expects for slug in one.get("brand_accept") or ()}
            return self._party(value, self.values("brand") | also)
        if facet is Facet.DEVICE_CLASS:
            return self._class(value)
        if facet is Facet.MAC and self.expects[0]["is_surveillance"] is not True:
            return None  # a switch has an address for each interface; the label names one of them
        known = {text.casefold() for text in self.values(facet.value)} if facet in _PLAIN else set()
        return value.casefold() in known if known else None

    def _party(self, value: str, accepted: frozenset[str]) -> bool | None:
        if accepted:
            return value in accepted
        stranger = self.kind in {"non-camera", "benign-camera"}
        return False if stranger and value in NAMED else None

    def _class(self, value: str) -> bool | None:
        known = self.values("device_class")
        if known:
            return value in known
        surveillance = {one["is_surveillance"] for one in self.expects}
        if surveillance == {False}:
            return value == "other"
        return False if surveillance == {True} and value == "other" else None


@dataclass(frozen=True)
class Corpus:
    """The devices of `responses.jsonl`, in order of first appearance."""

    devices: tuple[Device, ...]
    record_sources: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Corpus:
        """Read the corpus; raises ValueError naming a line that is no observation."""
        grouped: dict[str, list[tuple[dict[str, object], Observation]]] = defaultdict(list)
        sources = {}
        for number, line in enumerate((folder / "responses.jsonl").read_bytes().splitlines(), 1):
            row = json.loads(line)
            read = read_line(number, line)
            if read.observation is None:
                raise ValueError(
                    f"responses.jsonl, line {number}: {read.error}; the corpus must be readable as a whole"
                )
            grouped[row["device"]].append((row, read.observation))
            sources[row["id"]] = source_of(row["expect"]["source"])
        devices = (
            Device(
                name,
                tuple(str(row["id"]) for row, _ in rows),
                tuple(row["expect"] for row, _ in rows),  # type: ignore[misc]  # objects by the corpus' own README
                tuple(observation for _, observation in rows),
            )
            for name, rows in grouped.items()
        )
        return cls(tuple(devices), sources)


def derivations(pack: DataPack, record_sources: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Fingerprint or grammar -> sources it derives from. Raises ValueError for a cited id that is no record."""
    forms = pack.grammars
    found, missing = {}, []
    for one in (*pack.fingerprints, *forms.models, *forms.serials, *forms.firmware):
        missing += [f"{one.id}: {cited}" for cited in one.derived_from if cited not in record_sources]
        sources = frozenset(record_sources[cited] for cited in one.derived_from if cited in record_sources)
        if sources:
            found[one.id] = sources
    if missing:
        raise ValueError("derived_from names records that the corpus does not hold:\n" + "\n".join(missing))
    return found


def without(pack: DataPack, names: Iterable[str]) -> DataPack:
    """The same pack, its fingerprints and grammars in `names` switched off."""
    off = frozenset(names)
    forms = pack.grammars
    kept = Grammars(
        tuple(one for one in forms.models if one.id not in off),
        tuple(one for one in forms.serials if one.id not in off),
        tuple(one for one in forms.firmware if one.id not in off),
    )
    changed = replace(pack)
    shared = {"_parties": pack._parties, "lineage": pack.lineage, "oui": pack.oui}  # noqa: SLF001  # parsed once
    prints = tuple(one for one in pack.fingerprints if one.id not in off)
    vars(changed).update(shared, fingerprints=prints, grammars=kept)
    return changed


def _claims(device: Device, identity: Identity) -> Iterator[Claim]:
    for one in identity.attributions:
        yield Claim(one.facet, one.value, one.strength, device.right(one.facet, one.value), claim_kinds(one.signals))


def cases(devices: Iterable[Device], identifier: Identifier) -> Iterator[Case]:
    """Every device as it is told by `identifier`, beside its label."""
    for device in devices:
        identity = identifier.identity(device.observations)
        fired = frozenset(
            signal.fingerprint
            for observation in device.observations
            for signal in identifier.hearing.signals(observation, fields_of(observation))
        )
        yield Case(
            device=device.name,
            kind=device.kind,
            sources=device.sources,
            fired=fired,
            label_kinds=frozenset[str]().union(*(label_kinds(str(one["label_basis"])) for one in device.expects)),
            maker=device.maker,
            sufficient=device.sufficient,
            surveillance=_TRUTH[identity.is_surveillance],
            claims=tuple(_claims(device, identity)),
        )
