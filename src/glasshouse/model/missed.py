"""What a review says about what it missed: lists used, networks and recorders not reached, devices not on any list."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from glasshouse.model.text import Message

__all__ = ["Blindness", "Method", "Missed", "SourceList", "SourceUsed", "Unreached"]


class Blindness(Enum):
    """What a list cannot hold. Lists of one kind miss the same devices, so that they cannot vouch for each other."""

    NETWORK = "network"  # what is unpowered, filtered, on another network or analogue
    RECORDS = "records"  # what nobody entered


class SourceList(Enum):
    """The lists on which a device can stand. Sources that see in one way are one list."""

    SCAN = "scan"
    TRAFFIC = "traffic"
    DHCP = "dhcp"
    ARP = "arp"
    SWITCH = "switch"
    INTERNET = "internet"
    VMS = "vms"
    RECORDER = "recorder"
    INVENTORY = "inventory"

    @property
    def blindness(self) -> Blindness:
        """Which devices the list cannot hold."""
        records = {SourceList.VMS, SourceList.RECORDER, SourceList.INVENTORY}
        return Blindness.RECORDS if self in records else Blindness.NETWORK


@dataclass(frozen=True, slots=True)
class SourceUsed:
    """A list that was used at a property, and how many of the judged devices stand on it."""

    source: SourceList
    collections: int
    devices: int


@dataclass(frozen=True, slots=True)
class Unreached:
    """A network that was declared for a property and from which nothing is known. `asked` = it was asked in part."""

    network: str
    asked: bool


class Method(Enum):
    """How the number of missed devices was reckoned."""

    NONE = "none"
    CHAPMAN = "chapman"
    LOG_LINEAR = "log-linear"
    CHAO = "chao"


@dataclass(frozen=True, slots=True)
class Missed:
    """Devices that could stand on a list and stand on none. Counts of devices; the interval is meant to hold in 95 %.

    `low` and `high` bound the missed devices; `high` None = no upper limit can be given. With `refused` there is no
    number at all. `walk_down` is what no list can hold, and how that is closed: never part of the numbers.
    """

    listed: int
    method: Method = Method.NONE
    likely: float | None = None
    low: int | None = None
    high: int | None = None
    bound: float | None = None  # Chao's lower bound, where a model gave `likely`
    model: str = ""  # the log-linear model that was chosen, as "scan*arp + vms"
    refused: Message | None = None
    assumptions: tuple[Message, ...] = ()
    walk_down: tuple[Message, ...] = field(default=())
