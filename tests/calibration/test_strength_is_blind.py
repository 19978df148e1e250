"""Swapping who the makers are, the examples and the order of the packs moves no strength.

Everything the packs know under one name is filed under another: slug, display name and country of every party change
places, consistently in parties, fingerprints, lineage, grammars and registered prefixes. What a reply shows stays. So a
strength that moved would rest on who somebody is, or on the order in which the packs were read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest
from scripts.calibration_corpus import Corpus

from glasshouse.app.identify import Identifier
from glasshouse.attribution import identity as identity_module
from glasshouse.datapack import DataPack, load
from glasshouse.lab import write_samples
from glasshouse.lab.ports import Plan
from glasshouse.matching import oui
from glasshouse.matching.grammar import Grammars
from glasshouse.matching.index import Matcher
from glasshouse.matching.names import Names
from glasshouse.matching.signals import Hearing
from glasshouse.model.identity import Attribution
from glasshouse.model.ids import sha256_hex
from glasshouse.model.observation import Endpoint, Observation
from glasshouse.model.signal import Facet
from glasshouse.model.strength import Strength
from glasshouse.sources.importers import open_folder, preview_all

ROOT = Path(__file__).resolve().parents[2]
PARTY_FACETS = frozenset((Facet.BRAND, Facet.MAKER, Facet.FIRMWARE_ORIGIN, Facet.CHIPSET))
Swap = dict[str, str]


def swap_of(pack: DataPack) -> Swap:
    """Every party's slug -> another's; the makers that rules name change places with makers that none names."""
    slugs = sorted({party.id for party in pack.parties})
    return dict(zip(slugs, [*slugs[37:], *slugs[:37]], strict=True))


def mixed(rows: list) -> tuple:
    """The same rows in quite another order."""
    return tuple(sorted(rows, key=lambda row: sha256_hex(repr(row).encode())))


class Renamed(str):
    """A slug under which a party goes now; put into a text, where patterns look for names as they are written, it is
    spelled as before."""

    __slots__ = ("written",)

    def __new__(cls, now, written):
        made = super().__new__(cls, now)
        made.written = written
        return made

    def __format__(self, spec: str) -> str:
        return format(self.written, spec)


def identifier_of(pack: DataPack, swap: Swap) -> Identifier:
    """Identification with the swapped pack. What is written in replies stays, so the words that mean a party do too."""
    identifier = Identifier(swapped(pack, swap))
    names = Names(tuple(reversed(pack.parties)))
    names._exact = {words: Renamed(swap[slug], slug) for words, slug in names._exact.items()}
    names._chips = {swap[slug] for slug in names._chips}
    there = identifier.pack
    vars(identifier)["hearing"] = Hearing(Matcher(there.fingerprints), there.grammars, names, oui.Table(there.oui))
    return identifier


def swapped_oui(table: bytes, swap: Swap) -> bytes:
    read = oui.Table(table)
    pairs = []
    for bits, prefixes, owners in read._parts:
        for prefix, owner in zip(prefixes, owners, strict=True):
            name, maker, brand, strength = read._names[owner].split("\t")
            registrant = oui.Registrant(
                name, swap.get(maker), bits, swap.get(brand), Strength.parse(strength or "none")
            )
            pairs.append((prefix, registrant))
    return oui.pack(pairs)


def swapped(pack: DataPack, swap: Swap) -> DataPack:
    """The pack with every party under another's name, the examples elsewhere, and everything in another order."""
    known = {party.id: party for party in pack.parties}

    def one(slug):
        return swap.get(slug, slug)

    parties = [
        # slug, names and country change; what the evidence is about, and how well it is founded, stays
        replace(known[swap[party.id]], kind=party.kind, source=party.source)
        for party in reversed(pack.parties)
    ]
    prints = [
        replace(
            item,
            says=tuple(
                (facet, one(value) if facet in PARTY_FACETS else value, word) for facet, value, word in item.says
            ),
            examples=other.examples,
            counterexamples=other.counterexamples,
        )
        for item, other in zip(pack.fingerprints, reversed(pack.fingerprints), strict=True)
    ]
    lineage = [replace(row, brand=one(row.brand), maker=one(row.maker)) for row in pack.lineage]
    forms = pack.grammars
    grammars = Grammars(
        tuple(replace(form, maker=one(form.maker), brand=one(form.brand)) for form in reversed(forms.models)),
        tuple(replace(form, maker=one(form.maker), brand=one(form.brand)) for form in reversed(forms.serials)),
        tuple(
            replace(form, maker=one(form.maker), brands={key: one(slug) for key, slug in form.brands.items()})
            for form in reversed(forms.firmware)
        ),
    )
    changed = replace(pack)
    vars(changed).update(
        fingerprints=mixed(prints),
        lineage=mixed(lineage),
        grammars=grammars,
        oui=swapped_oui(pack.oui, swap),
        _parties=replace(pack._parties, parties=tuple(parties)),
    )
    return changed


def strengths(identifier: Identifier, groups: list[tuple[Observation, ...]], back: Swap) -> list[dict]:
    """Of every device: facet -> (value under its old name, strength)."""
    found = []
    for group in groups:
        told = identifier.identity(group)
        found.append(
            {
                item.facet: (
                    back.get(item.value, item.value) if item.facet in PARTY_FACETS else item.value,
                    item.strength,
                )
                for item in told.attributions
            }
        )
    return found


@dataclass(frozen=True)
class Pair:
    """Identification with the packs as they are, and with everything under another name."""

    swap: Swap
    plain: Identifier
    blind: Identifier


def moved(groups: list[tuple[Observation, ...]], pair: Pair) -> list[str]:
    """The devices and facets whose value or strength is another once the names are swapped and swapped back."""
    plain = strengths(pair.plain, groups, {})
    blind = strengths(pair.blind, groups, {new: old for old, new in pair.swap.items()})
    return [
        f"{group[0].id} {facet.value}: {before.get(facet)} became {after.get(facet)}"
        for group, before, after in zip(groups, plain, blind, strict=True)
        for facet in {**before, **after}
        if before.get(facet) != after.get(facet)
    ]


@pytest.fixture(scope="module")
def pair() -> Pair:
    pack = load(ROOT / "data")
    swap = swap_of(pack)
    return Pair(swap, Identifier(pack), identifier_of(pack, swap))


def lab_lines(folder: Path) -> Iterator[tuple[Observation, ...]]:
    """What the importable files of the lab hold, each row a device of its own, and neighbours together."""
    samples = write_samples(folder, plan=Plan(octet=77, base=20_000, shared=False))
    previews = preview_all(open_folder(samples.evidence))
    rows = [sighting.observation for read in previews for sighting in read.sightings][:150]
    for row in rows:
        yield (row,)
    yield from pairwise(rows)


def replies() -> list[tuple[Observation, ...]]:
    """Replies of our own that name makers in several ways, alone and together."""
    texts = (
        ("http", "HTTP/1.1 200 OK\r\nServer: App-webs/\r\n\r\n<title>index</title>"),
        ("http", "HTTP/1.1 401 Unauthorized\r\nServer: DNVRS-Webs\r\n\r\n"),
        ("dahua-cgi", "deviceType=IPC-HFW2431S\nserialNumber=4M05A7BPAA12345\n"),
        ("dahua-cgi", "vendor=Dahua\n"),
        ("mac", "44:19:b6:00:00:01"),
        ("mac", "00:40:8c:00:00:01"),
        ("inventory-text", "Hikvision DS-2CD2143G2-I"),
        ("inventory-text", "Annke C800"),
        ("inventory-text", "Axis P3245-V"),
        (
            "rtsp",
            'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="48ea63000001", nonce="1"\r\n\r\n',
        ),
        (
            "isapi",
            '<DeviceInfo xmlns="http://www.hikvision.com/ver20/XMLSchema"><model>DS-2CD2143G2-I</model></DeviceInfo>',
        ),
    )
    alone = [Observation(Endpoint("192.0.2.1", "p"), probe, text.encode()) for probe, text in texts]
    return [(one,) for one in alone] + [(left, right) for left in alone for right in alone if left.id < right.id]


def test_swapping_names_examples_and_order_moves_no_strength(pair, tmp_path):
    groups = [*replies(), *lab_lines(tmp_path / "samples")]
    assert len(groups) > 100
    told = strengths(pair.plain, groups, {})
    assert sum(Facet.MAKER in one for one in told) > 50, "the lines must say something"
    assert moved(groups, pair) == []


def test_swapping_moves_no_strength_over_the_corpus(pair, shared):
    groups = [device.observations for device in Corpus.read(shared / "corpus").devices]
    assert moved(groups, pair) == []


def test_the_swap_reaches_everything(pair):
    swap, other = pair.swap, pair.blind
    told = other.identity(replies()[0])
    assert told.value(Facet.MAKER) == swap["hikvision"] != "hikvision"
    by_prefix = other.identity((Observation(Endpoint("192.0.2.1", "p"), "mac", b"44:19:b6:00:00:01"),))
    assert by_prefix.value(Facet.MAKER) == swap["hikvision"]


def test_a_ladder_that_looks_at_the_name_is_caught(pair, monkeypatch):
    honest = identity_module._weigh

    def rigged(facet, signals, told):
        weighed: Attribution = honest(facet, signals, told)
        if weighed.value == "hikvision" and weighed.strength < Strength.STRONG:
            return replace(weighed, strength=Strength(weighed.strength + 1))
        return weighed

    assert moved(replies(), pair) == []
    monkeypatch.setattr(identity_module, "_weigh", rigged)
    assert any("maker" in one for one in moved(replies(), pair))


def test_a_strength_that_hangs_on_the_order_of_the_packs_is_caught(pair, monkeypatch):
    honest = identity_module._weigh

    def rigged(facet, signals, told):
        return honest(facet, signals[:1], told)

    monkeypatch.setattr(identity_module, "_order", lambda _signal: 0)
    monkeypatch.setattr(identity_module, "_weigh", rigged)
    assert moved(replies(), pair)
