"""The only bridge from an identity to a judge query: what the judge may know, and nothing of the merits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from glasshouse.model.identity import Identity
from glasshouse.model.place import FactValue, PropertyFacts
from glasshouse.model.signal import Facet
from glasshouse.model.strength import Strength
from glasshouse.model.time import AsOf
from glasshouse.model.verdict import Component, JudgedDevice, Query, QueryFacts

__all__ = ["DEFAULT_ACTS", "Frame", "query_from"]

DEFAULT_ACTS = ("use", "keep_in_service")


@dataclass(frozen=True, slots=True)
class Frame:
    """What holds for a whole review unless a fact about the property or device says otherwise."""

    as_of: AsOf
    jurisdiction: str
    roles: tuple[str, ...]
    acts: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    site_class: str | None = None
    regimes: tuple[str, ...] | None = None

    def acts_for(self, roles: Sequence[str]) -> tuple[str, ...]:
        """The acts asked about: those given, else use and keep in service, for contractors also the contract."""
        if self.acts:
            return self.acts
        return (*DEFAULT_ACTS, "enter_contract") if "federal_contractor" in roles else DEFAULT_ACTS


def query_from(identity: Identity, facts: PropertyFacts, frame: Frame, keys: Sequence[str], act: str) -> Query:
    """The question about one device. `keys` name it in the facts, most specific first (MAC, serial, ..., property)."""

    def fact(name: str) -> FactValue | None:
        found = facts.lookup(name, *keys)
        return found.value if found else None

    return Query(
        id=identity.asset.id,
        as_of=frame.as_of,
        jurisdiction=cast("str | None", fact("jurisdiction")) or frame.jurisdiction,
        roles=roles_of(facts, frame, keys),
        act=act,
        device=_device(identity, cast("date | None", fact("made_on")), cast("date | None", fact("acquired_on")),
                       cast("date | None", fact("authorised_on")), cast("str | None", fact("owner"))),
        site_class=cast("str | None", fact("site_class")) or frame.site_class,
        purposes=cast("tuple[str, ...] | None", fact("purposes")) or frame.purposes,
        facts=QueryFacts(
            award_funds=cast("bool | None", fact("award_funds")),
            contract_awarded_on=cast("date | None", fact("contract_awarded_on")),
            service_contract=cast("bool | None", fact("service_contract")),
            supplier=cast("str | None", fact("supplier")),
            network=cast("str | None", fact("network")),
        ),
        regimes=frame.regimes,
    )  # fmt: skip


def roles_of(facts: PropertyFacts, frame: Frame, keys: Sequence[str]) -> tuple[str, ...]:
    """The roles that bind at a property: those the facts give, else those of the frame."""
    found = facts.lookup("roles", *keys)
    return cast("tuple[str, ...]", found.value) if found else frame.roles


def _device(
    identity: Identity, made_on: date | None, acquired_on: date | None, authorised_on: date | None, owner: str | None
) -> JudgedDevice:
    maker_conflicts = [item.values for item in identity.contradictions if item.facet is Facet.MAKER]
    return JudgedDevice(
        brand=_brand(identity),
        maker=identity.value(Facet.MAKER),
        maker_strength=identity.strength(Facet.MAKER),
        model=identity.value(Facet.MODEL),
        device_class=identity.device_class.value if identity.device_class else None,
        components=_components(identity),
        maker_contradicted=maker_conflicts[0] if maker_conflicts else (),
        made_on=made_on or identity.day(Facet.MADE_ON),
        acquired_on=acquired_on,
        authorised_on=authorised_on,
        owner=owner,
    )


def _brand(identity: Identity) -> str | None:
    """The brand as evidence supports it; one that a registered prefix alone indicates is no label on a box."""
    return identity.value(Facet.BRAND) if identity.strength(Facet.BRAND) >= Strength.SUPPORTING else None


def _components(identity: Identity) -> tuple[Component, ...] | None:
    chipset = identity.get(Facet.CHIPSET)
    if chipset is None or chipset.strength is Strength.NONE:
        return None  # nobody looked inside
    return (Component("soc", chipset.value, chipset.strength),)
