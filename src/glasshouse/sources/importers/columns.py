"""The column names of inventories, in English and French, and the fields they become."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from glasshouse.sources.document import cap
from glasshouse.sources.redact import is_secret_name

__all__ = ["FIELDS", "Columns", "canonical", "field_name", "map_columns"]

FIELDS: Mapping[str, str] = {
    "address": (
        "address|ip|ip address|ipv4|ipv4 address|ipv6 address|ip addr|network address|device ip|camera ip|host|url|"
        "hardware address url|ip adress|adresse ip|adresse|adresse ipv4|adresse reseau|hardwareaddress"  # codespell:ignore
    ),
    "mac": (
        "mac|mac address|macaddress|mac addr|physical address|hardware address|ethernet address|hardware mac|device mac|"
        "adresse mac|adresse physique|adresse ethernet"  # codespell:ignore
    ),
    "manufacturer": (
        "manufacturer|vendor|make|brand|maker|manufacturer name|vendor name|device vendor|oem|mfr|mfg|"
        "fabricant|marque|constructeur|fournisseur du materiel"
    ),
    "model": (
        "model|model number|model name|model no|product type|hardware model|device model|product model|type model|"
        "part number|camera model|modele|numero de modele|no de modele|modele de camera|reference"
    ),
    "serial": (
        "serial|serial number|serial no|serialnumber|s/n|sn|device serial no|device serial|serial num|"
        "numero de serie|no de serie|n° de serie|num serie|nº de serie"  # codespell:ignore
    ),
    "firmware": (
        "firmware|firmware version|fw|fw version|software version|version|firmware rev|sw version|"
        "version du micrologiciel|micrologiciel|version logicielle|version firmware|microprogramme"
    ),
    "name": (
        "name|camera name|device name|unit name|hardware name|hostname|host name|display name|asset name|"
        "nom|nom de la camera|nom camera|nom de l'appareil|nom d'hote|nom du peripherique"
    ),
    "location": (
        "location|place|position|room|area|building|site|device location|physical location|installed at|mounting point|"
        "emplacement|lieu|local|batiment|endroit|localisation|piece"
    ),
    "description": "description|comment|comments|notes|note|remarks|commentaire|commentaires|remarque|remarques",
    "status": "status|state|connection|connection state|statut|etat",
    "device-type": "device type|devicetype|type|category|class|device class|type d'appareil|categorie|genre",  # codespell:ignore
    "recorder": "recorder|server|archiver|nvr|recording server|recorder name|enregistreur|serveur",
    "channel": "channel|channel number|canal|voie",
    "quantity": "quantity|qty|count|quantite|qte|nombre",
    "acquired-on": (
        "purchase date|acquired on|acquisition date|date of purchase|install date|installation date|date d'achat|"
        "date d'acquisition|date d'installation"
    ),
    "asset-tag": "asset tag|asset number|inventory number|asset id|etiquette|numero d'inventaire|no d'inventaire",
    "owner": "owner|proprietaire",
    "port": "port|http port|port http",
    "seen-at": "seen at|last seen|observed at|timestamp|scan date|last contact|vu le|dernier contact|horodatage",
    "text": "text|texte",
}


def canonical(header: str) -> str:
    """A header without case, accents, spaces and punctuation: `N° de série` and `no_de_serie` differ by wording only."""
    plain = unicodedata.normalize("NFKD", header.casefold())
    return re.sub(r"[\W_]+", "", "".join(char for char in plain if not unicodedata.combining(char)))


_ALIASES = {canonical(alias): field for field, aliases in FIELDS.items() for alias in aliases.split("|")}


def field_name(header: str) -> str:
    """The field word of an unknown header: lower-case with dashes, for `inventory.<word>`."""
    plain = unicodedata.normalize("NFKD", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", header)).casefold()
    word = re.sub(r"[\W_]+", "-", "".join(char for char in plain if not unicodedata.combining(char))).strip("-")
    return word[:64] or "column"


def known_field(header: str) -> str | None:
    """The field of `FIELDS` that a header names by an alias; None = not known."""
    return _ALIASES.get(canonical(header))


@dataclass(frozen=True, slots=True)
class Columns:
    """How the columns of one table are read.

    `fields[i]` is the field word of column i; None = dropped (a secret, or a column without a header).
    `secret` are the positions whose presence, never whose content, is kept.
    """

    fields: tuple[str | None, ...]
    secret: tuple[int, ...]
    mapping: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]

    @property
    def known(self) -> int:
        """How many columns became a known field."""
        return len(self.mapping)


def _chosen(column_map: Mapping[str, str] | None) -> dict[str, str]:
    return {canonical(header): field.strip().removeprefix("inventory.") for header, field in (column_map or {}).items()}


def map_columns(headers: Sequence[str], column_map: Mapping[str, str] | None = None) -> Columns:
    """Map the header row of a table; `column_map` (header to field) goes before the aliases.

    When two columns name one field, the first is that field and the later one keeps its own name.
    """
    chosen = _chosen(column_map)
    names = [cap(header, 256) for header in headers]
    any_secret = any(is_secret_name(name) for name in names)
    secret = tuple(place for place, name in enumerate(names) if is_secret_name(name, beside_secret=any_secret))
    fields: list[str | None] = []
    mapping: list[tuple[str, str]] = []
    unknown: list[str] = []
    for place, name in enumerate(names):
        field = chosen.get(canonical(name)) or known_field(name)
        if place in secret or not name:
            fields.append(None)
        elif field is not None and field not in fields:
            fields.append(field)
            mapping.append((name, f"inventory.{field}"))
        else:
            fields.append(_free_name(field_name(name), fields))
            unknown.append(name)
    return Columns(tuple(fields), secret, tuple(mapping), tuple(unknown))


def _free_name(word: str, taken: Sequence[str | None]) -> str:
    if word not in taken and word not in FIELDS:
        return word
    number = 2
    while f"{word}-{number}" in taken:
        number += 1
    return f"{word}-{number}"
