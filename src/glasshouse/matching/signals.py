"""Everything that one observation says: fingerprints, grammars, registered prefixes, and plainly named values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from glasshouse.matching import announced, grammar, mentions, oui, places
from glasshouse.matching.grammar import Grammars, Reading
from glasshouse.matching.index import Matcher
from glasshouse.matching.names import Names
from glasshouse.matching.patterns import excerpt
from glasshouse.model.observation import Field, Observation
from glasshouse.model.signal import Facet, Fingerprint, Signal
from glasshouse.model.strength import Strength

__all__ = ["Hearing"]

_WORDS_REMEMBERED = 16_384  # words of free texts: most stand in many replies
_NUMBER = re.compile(r"[\d. v]+")
_MASKED = re.compile(r"(?i).*[x*]{3,}")
_BESIDE_NAMES = frozenset(name for names in places.BESIDE.values() for name in names)
_BARE_MAC = re.compile(r"[0-9A-Fa-f]{12}")
_FIRMWARE_IN_TEXT = re.compile(
    r"(?i)\b(?:firmware(?:[ _-]?(?:version|revision|observed))?|fw|sw)\s*[:=]?\s*"
    r"(?P<version>v?\d+(?:\.\d+)+[0-9a-z._]*(?:[, ]+build[ :]*[0-9-]{6,10})?)"
)


_BARE_FIRMWARE_IN_TEXT = re.compile(
    r"(?<![\w.-])(?P<version>V\d{1,2}\.\d{1,4}\.[0-9A-Z]{1,9}(?:\.[0-9A-Z]+)*(?:[ ,]{0,2}build[ :]?[0-9-]{6,10})?)(?![\w.])"
)
_LISTED_FIRMWARE = re.compile(
    r"[;,] {0,4}(?P<version>[vV]?\d{1,4}(?:\.\d{1,8}){1,5}[0-9A-Za-z_-]{0,24}) {0,4}(?=[;,]|$)"
)
_SERIAL_IN_TEXT = re.compile(
    r"(?i)(?<![\w/])(?:s/?n|serial(?:[ _-]?(?:number|no|nr|num))?|(?:n[°ºo]\.?|num[ée]ro) ?de s[ée]rie|seriennummer)"
    r"[.:=# ]{1,4}(?P<serial>[0-9A-Z][0-9A-Z/()-]{4,63})"
)


class Hearing:
    """What a pack hears in an observation: built once, asked for every observation."""

    def __init__(self, matcher: Matcher, grammars: Grammars, names: Names, table: oui.Table | None) -> None:
        self._matcher = matcher
        self._grammars = grammars
        self._names = names
        self._table = table
        remembered = lru_cache(maxsize=_WORDS_REMEMBERED)
        self._model_word = remembered(lambda word, inside: grammar.model(word, grammars.models, inside_text=inside))
        self._serial_word = remembered(lambda word: grammar.serial(word, grammars.serials, inside_text=True))
        ways: tuple[tuple[frozenset[str], Callable[[Field], Iterator[Reading]]], ...] = (
            (places.MODEL, self._model_field),
            (places.SERIAL, self._serial),
            (places.FIRMWARE, self._firmware_field),
            (places.NAME, self._name),
            (places.SCOPE_NAME | places.TEXT, self._free),
            (announced.FIELDS, self._announced),
            (places.TEXT, self._firmware_in_text),
            (places.FIRMWARE_TEXT, self._firmware_in_description),
            (places.TEXT, self._serial_in_text),
            (places.MAC, self._mac),
            (frozenset(("mac.prefix",)), self._prefix),
            (frozenset(("id.mac.local",)), self._local_mac),
            (frozenset(("id.uuid",)), self._uuid),
            (frozenset(("http.realm", "rtsp.realm")), self._realm),
        )
        spoken = {name for names, _ in ways for name in names}
        self._ways = {name: tuple(way for names, way in ways if name in names) for name in spoken}

    @property
    def fingerprints(self) -> tuple[Fingerprint, ...]:
        """The patterns in use."""
        return self._matcher.fingerprints

    @property
    def named(self) -> frozenset[str]:
        """Names of the fields whose values speak without a fingerprint."""
        return frozenset(self._ways) | places.BESIDE.keys()

    @property
    def joint(self) -> frozenset[str]:
        """Names of the fields that may say something only together with another field."""
        return _BESIDE_NAMES | places.BESIDE.keys() | {"isapi.firmwareVersion", "isapi.firmwareReleasedDate"}

    def speaks(self, name: str, value: str) -> bool:
        """Whether a field of this name and value may say something, whichever probe gave it."""
        return bool(self._matcher.match(name, value)) or any(True for _ in self._readings(Field("", name, value)))

    def signals(self, observation: Observation, fields: Sequence[Field]) -> tuple[Signal, ...]:
        """All signals of `observation`, fingerprints first, without repetition."""
        found: dict[tuple[object, ...], Signal] = {}
        for signal in self._all(observation, fields):
            found.setdefault((signal.witness, signal.facet, signal.value, signal.fingerprint), signal)
        return tuple(found.values())

    def _all(self, observation: Observation, fields: Sequence[Field]) -> Iterator[Signal]:
        yield from self._matcher.signals(observation, fields)
        for field in _joined(fields):
            yield from _signals(field, self._readings(field))
        yield from self._models_with_names(fields)

    def _models_with_names(self, fields: Sequence[Field]) -> Iterator[Signal]:
        """What a model's form says once the name beside it is known: `C200` of TP-Link is a camera, alone it is not."""
        names = {field.name: self._names.exact(field.value) for field in fields if field.name in _BESIDE_NAMES}
        for field in fields:
            slugs = (names.get(name) for name in places.BESIDE.get(field.name, ()))
            slug = next(filter(None, slugs), None)
            if slug is not None and _is_model(field.value.strip()):
                model = _without_name(field.value.strip(), self._names)
                yield from _signals(field, grammar.model(f"{slug} {model}", self._grammars.models))

    def _readings(self, field: Field) -> Iterator[Reading]:
        for way in self._ways.get(field.name, ()):
            yield from way(field)

    def _model_field(self, field: Field) -> Iterator[Reading]:
        platform = field.name in places.PLATFORM_NAMES
        likely = field.name not in places.TRADE_NAMES or (
            any(map(str.isdigit, field.value)) and not _NUMBER.fullmatch(field.value)
        )
        yield from self._name_before_model(field)
        for reading in self._model(field.value, weaker=platform or field.name.startswith(places.TOLD), likely=likely):
            if platform and reading.facet is Facet.BRAND:
                yield replace(reading, strength=Strength.INDICATIVE)
            else:
                yield reading

    def _name_before_model(self, field: Field) -> Iterator[Reading]:
        """The brand where a model's place begins with its name: `Reolink Duo 2`."""
        named = self._names.first_in(field.value[:96])
        if named is not None and named[1] == 0:
            yield Reading("field.name-before-model", Facet.BRAND, named[0], Strength.INDICATIVE)

    def _model(self, value: str, *, weaker: bool, likely: bool) -> Iterator[Reading]:
        text = value.strip()
        if not _is_model(text):
            return
        strength = Strength.SUPPORTING if weaker else Strength.STRONG
        yield Reading("field.model", Facet.MODEL, text, strength if likely else Strength.INDICATIVE)
        yield from grammar.model(_without_name(text, self._names), self._grammars.models)

    def _serial(self, field: Field) -> Iterator[Reading]:
        told = field.name.startswith(places.TOLD)
        text = field.value.removeprefix("Login to ").strip()
        realm = field.name.endswith(".realm")
        readings = grammar.serial(text, self._grammars.serials)
        if not realm or readings:
            sure = not (told or realm or _MASKED.fullmatch(text))
            yield Reading("field.serial", Facet.SERIAL, text, Strength.STRONG if sure else Strength.SUPPORTING)
        yield from readings
        for stem in (one.value for one in readings if one.facet is Facet.MODEL):
            yield from grammar.model(stem, self._grammars.models)

    def _firmware_field(self, field: Field) -> Iterator[Reading]:
        return self._firmware(field.value, told=field.name.startswith(places.TOLD))

    def _firmware(self, value: str, *, told: bool) -> Iterator[Reading]:
        text = value.strip()
        if text:
            yield Reading("field.firmware", Facet.FIRMWARE, text, Strength.SUPPORTING if told else Strength.STRONG)
            yield from grammar.firmware(text, self._grammars.firmware)

    def _name(self, field: Field) -> Iterator[Reading]:
        slug = self._names.exact(field.value)
        if slug is not None:
            yield Reading("field.manufacturer-name", Facet.BRAND, slug, Strength.SUPPORTING)

    def _free(self, field: Field) -> Iterator[Reading]:
        value = field.value
        if field.name in places.TEXT:
            value = mentions.own_part(value, self._is_name)
        after = self._names.model_after_name(value)
        words = tuple(grammar.words(value))
        if after is not None or words or not (field.name in places.TEXT and mentions.about_other_things(value)):
            yield from self._named(field.name, value, after)
        if after is not None:
            yield Reading("text.model-after-name", Facet.MODEL, after[1], Strength.SUPPORTING)
            yield from grammar.model(after[1], self._grammars.models)
            yield from grammar.model(f"{self._names.exact(after[0])} {after[1]}", self._grammars.models)
        alone = field.name in places.TEXT and len(value.split()) == 1
        for word in words:
            readings = self._model_word(word, not alone)
            if readings:
                strong = Strength.INDICATIVE if after is not None else Strength.SUPPORTING
                yield Reading("text.model", Facet.MODEL, word, strong)
                yield from readings
            serials = self._serial_word(word)
            if serials:
                yield Reading("text.serial", Facet.SERIAL, word, Strength.SUPPORTING)
                yield from serials

    def _announced(self, field: Field) -> Iterator[Reading]:
        """The brand that the device announces, and the model that follows it: `AXIS P1448-LE Network Camera`."""
        readings = tuple(announced.brand(field.name, field.value, self._names))
        yield from readings
        after = self._names.model_after_name(field.value) if readings and field.name in announced.MODELS else None
        if after is not None and any(self._names.exact(after[0]) == one.value for one in readings):
            yield Reading("announced.model", Facet.MODEL, after[1], Strength.SUPPORTING)
            yield from grammar.model(after[1], self._grammars.models)

    def _named(self, place: str, value: str, after: tuple[str, str] | None) -> Iterator[Reading]:
        """The brand: the name that a model follows, else the first name."""
        if after is not None:
            yield Reading("text.name", Facet.BRAND, self._names.exact(after[0]) or after[0], Strength.SUPPORTING)
            return
        whole = self._names.exact(value) if place == "onvif.scope.name" else None
        named = (whole, 0, 1) if whole is not None else self._names.first_in(value)
        if named is not None:
            strength = Strength.SUPPORTING if named[1] == 0 else Strength.INDICATIVE
            yield Reading("text.name", Facet.BRAND, named[0], strength)

    def _is_name(self, text: str) -> bool:
        return self._names.exact(text) is not None

    def _serial_in_text(self, field: Field) -> Iterator[Reading]:
        found = _SERIAL_IN_TEXT.search(field.value[:4_096])
        if found is not None and any(map(str.isdigit, found["serial"])):
            yield Reading("text.serial", Facet.SERIAL, found["serial"], Strength.SUPPORTING)

    def _firmware_in_text(self, field: Field) -> Iterator[Reading]:
        found = _FIRMWARE_IN_TEXT.search(field.value) or _BARE_FIRMWARE_IN_TEXT.search(field.value[:4_096])
        if found is not None:
            yield from self._firmware(found["version"], told=True)

    def _firmware_in_description(self, field: Field) -> Iterator[Reading]:
        """A version that a description calls so, or lists as an element of its own behind a name and a model."""
        text = field.value[:4_096]
        found = _FIRMWARE_IN_TEXT.search(text)
        if found is None and field.name in places.LISTED_TEXT and self._names.model_after_name(text) is not None:
            found = _LISTED_FIRMWARE.search(text)
        if found is not None:
            yield from self._firmware(found["version"], told=True)

    def _uuid(self, field: Field) -> Iterator[Reading]:
        """The UUID itself; many end in the device's own MAC address, so its prefix indicates a maker."""
        yield Reading("field.device-id", Facet.DEVICE_ID, field.value, Strength.STRONG)
        mac = oui.normalise(field.value[-12:])
        for reading in self._registered(mac) if mac is not None else ():
            if reading.facet is Facet.MAKER:
                yield replace(reading, grammar="oui.inside-uuid", strength=Strength.INDICATIVE)

    def _realm(self, field: Field) -> Iterator[Reading]:
        """A realm that is a bare MAC address: its form proves nothing, its registered prefix does."""
        mac = oui.normalise(field.value) if _BARE_MAC.fullmatch(field.value) else None
        return self._registered(mac) if mac is not None else iter(())

    @staticmethod
    def _local_mac(field: Field) -> Iterator[Reading]:
        yield Reading("field.mac-local", Facet.MAC, field.value, Strength.SUPPORTING)

    def _prefix(self, field: Field) -> Iterator[Reading]:
        return self._registered(f"{field.value}:00:00:00")

    def _mac(self, field: Field) -> Iterator[Reading]:
        mac = oui.normalise(field.value)
        if mac is None:
            return
        yield Reading("field.mac", Facet.MAC, mac, Strength.STRONG)
        yield from self._registered(mac)

    def _registered(self, mac: str) -> Iterator[Reading]:
        registrant = self._table.registrant(mac) if self._table is not None else None
        if registrant is None:
            return
        if registrant.maker is not None:
            yield Reading("oui.registrant", Facet.MAKER, registrant.maker, registrant.strength)
        if registrant.brand is not None:
            yield Reading("oui.registrant", Facet.BRAND, registrant.brand, Strength.INDICATIVE)


def _is_model(text: str) -> bool:
    """Whether a value in a model's place is one: no bare number, no class word."""
    return 2 <= len(text) <= 96 and not text.isdigit() and text.casefold() not in _CLASS_WORDS


_CLASS_WORDS = frozenset(
    [
        "ipc",
        "ipcamera",
        "ipcam",
        "camera",
        "nvr",
        "dvr",
        "xvr",
        "nvt",
        "ip-camera",
        "ipdome",
        "network-camera",
        "n/a",
        "none",
        "null",
        "unknown",
        "onvif",
        "h264",
        "ipc-model",
        "ip_camera",
    ]
) | {"ip camera", "network camera", "network video recorder"}


def _without_name(text: str, names: Names) -> str:
    """A model without the maker's name before it: `HIKVISION DS-2CD...` is asked about as `DS-2CD...`."""
    first, _, rest = text.partition(" ")
    return rest if rest and names.exact(first) is not None else text


def _joined(fields: Sequence[Field]) -> Iterator[Field]:
    """The fields, with a version and a build date that stand in two elements put together as the maker writes them."""
    built = {field.observation: field for field in fields if field.name == "isapi.firmwareReleasedDate"}
    for field in fields:
        date = built.get(field.observation)
        if field.name == "isapi.firmwareVersion" and date is not None and "build" not in field.value.lower():
            tail = date.value if "build" in date.value.lower() else f"build {date.value}"
            tail = re.sub(r"(?i)^build(?=\d)", "build ", tail)
            yield Field(field.observation, field.name, f"{field.value} {tail}", field.start, field.end)
        else:
            yield field


def _signals(field: Field, readings: Iterable[Reading]) -> Iterator[Signal]:
    for reading in readings:
        at = max(field.value.find(reading.value), 0)
        yield Signal(
            observation=field.observation,
            facet=reading.facet,
            value=reading.value,
            strength=reading.strength,
            fingerprint=reading.grammar,
            witness=f"{field.observation}:{field.name}",
            excerpt=excerpt(field.value, at, min(len(field.value), at + len(reading.value))),
            start=field.start,
            end=field.end,
        )
