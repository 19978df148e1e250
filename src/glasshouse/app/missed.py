"""What a property's review missed: the lists it used, networks and recorders not reached, devices on no list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from glasshouse.model.missed import SourceUsed, Unreached
from glasshouse.model.observation import Channel, Collection, CollectionKind, Endpoint, Sighting
from glasshouse.model.place import PropertyFacts
from glasshouse.model.review import Coverage, Device
from glasshouse.model.signal import DeviceClass, Facet
from glasshouse.review.estimate import missed_devices
from glasshouse.review.lists import list_of, lists_of
from glasshouse.review.reach import Network, unreached
from glasshouse.sources.active.scope import networks_of

__all__ = ["asked_networks", "with_missed"]

_SHORTEST = 6  # characters of a name that can tell a recorder inside a longer one


def with_missed(
    coverage: Coverage,
    collections: Sequence[Collection],
    sightings: Sequence[Sighting],
    devices: Sequence[Device],
    facts: PropertyFacts,
) -> Coverage:
    """`coverage` with what was missed there. Collections, sightings and devices are those of its property."""
    lists = {collection.id: list_of(collection) for collection in collections}
    histories = [lists_of(device.sightings, lists) for device in devices]
    unread = _unread(devices, sightings)
    return replace(
        coverage,
        unreached=_unreached(coverage.property, collections, sightings, facts),
        unread_recorders=unread,
        sources=tuple(
            SourceUsed(source, count, sum(source in history for history in histories))
            for source, count in sorted(Counter(lists.values()).items(), key=lambda item: item[0].value)
        ),
        missed=missed_devices(histories, len(unread)),
    )


def asked_networks(collections: Iterable[Collection]) -> tuple[Network, ...]:
    """The networks, ranges and addresses that active collections were told to ask; host names are none."""
    return tuple(
        network
        for collection in collections
        if collection.kind is CollectionKind.ACTIVE
        for text in collection.covered
        for network in _networks(text)
    )


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return networks_of(text, strict=False)
    except (ValueError, TypeError):  # a host name, or an endpoint of the scope
        return ()


def _unreached(
    name: str, collections: Sequence[Collection], sightings: Sequence[Sighting], facts: PropertyFacts
) -> tuple[Unreached, ...]:
    asked = asked_networks(collections)
    declared = facts.lookup("subnets", name)
    told = declared.value if declared is not None and isinstance(declared.value, tuple) else ()
    wanted = [network for text in told for network in _networks(text)]
    wanted += [network for network in asked if network.num_addresses > 1]
    subjects = (item.observation.subject for item in sightings)
    return unreached(wanted, asked, (one.address for one in subjects if isinstance(one, Endpoint)))


def _unread(devices: Sequence[Device], sightings: Iterable[Sighting]) -> tuple[str, ...]:
    """Recorders that no list of channels names, by an address, a MAC address or a serial number.

    A channel table is called by its file: one whose name holds none of these is tied to no recorder.
    """
    subjects = (item.observation.subject for item in sightings)
    read = {one.recorder.casefold() for one in subjects if isinstance(one, Channel)}
    return tuple(
        next(iter(device.addresses), device.id)
        for device in devices
        if device.identity.device_class is DeviceClass.RECORDER
        and not any(_names(name, recorder) for name in _called(device) for recorder in read)
    )


def _called(device: Device) -> Iterator[str]:
    values = (*device.addresses, device.identity.value(Facet.MAC), device.identity.value(Facet.SERIAL))
    yield from (value.casefold() for value in values if value and len(value) >= _SHORTEST)


def _names(name: str, recorder: str) -> bool:
    """Whether `name` stands in `recorder`, not as a part of a longer name: 192.0.2.1 is not in 192.0.2.11."""
    before, found, after = recorder.partition(name)
    return bool(found) and not (before[-1:].isalnum() or after[:1].isalnum())
