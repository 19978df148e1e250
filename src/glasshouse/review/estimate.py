"""How many devices stand on no list, reckoned from how the lists overlap (capture-recapture).

It speaks of devices that could stand on a list. It refuses rather than guess: without an overlap, or from one list, there
is no number; from lists with one blind spot there is a lower bound and no upper limit.

Sources: Chapman, "Some properties of the hypergeometric distribution with applications to zoological sample censuses"
(1951) for two lists; the limits invert the same distribution, so they hold exactly where the lists are independent.
Chao, "Estimating the population size for capture-recapture data with unequal catchability" (Biometrics 43, 1987) and
"Estimating population size for sparse data in capture-recapture experiments" (Biometrics 45, 1989) for the lower bound:
with lists of unequal reach it is the number of pairs of devices on one list only each, of two different lists, over the
number of devices on two lists (plus one); for two lists that is Chapman's number.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from glasshouse.model.missed import Blindness, Method, Missed, SourceList
from glasshouse.model.text import Message
from glasshouse.review.loglinear import fit_models

__all__ = ["chao", "chapman", "chapman_limits", "missed_devices"]

_TAIL = 0.025
_NORMAL = 1.959964  # 97.5 % quantile
_MOST_MODELLED = 4  # lists
_VANISHING = 1e-280  # below, a float loses its digits


def chapman(first: int, second: int, both: int) -> float:
    """Chapman's estimate of all devices from two lists of `first` and `second`, with `both` on both.

    >>> round(chapman(200, 250, 40), 1)
    1229.5
    """
    return (first + 1) * (second + 1) / (both + 1) - 1


def chapman_limits(first: int, second: int, both: int) -> tuple[int, int | None]:
    """Limits for the number of all devices, each missed in at most 2.5 % of independent lists of these sizes.

    The upper one is None without an overlap.
    """
    least = first + second - both
    low = _boundary(least, lambda size: _at_most(both, size, first, second) > _TAIL)
    if not both:
        return low, None
    return low, _boundary(least, lambda size: _at_least(both, size, first, second) <= _TAIL) - 1


def _boundary(start: int, holds: Callable[[int], bool]) -> int:
    """The smallest size from `start` on for which `holds`, which stays true once it is."""
    if holds(start):
        return start
    step = 1
    while not holds(start + step):
        step *= 2
    low, high = start + step // 2, start + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _chance(both: int, size: int, first: int, second: int) -> float:
    """Of exactly `both` common devices on two independent lists out of `size` devices (hypergeometric)."""

    def choose(above: int, below: int) -> float:
        return math.lgamma(above + 1) - math.lgamma(below + 1) - math.lgamma(above - below + 1)

    return math.exp(choose(first, both) + choose(size - first, second - both) - choose(size, second))


def _at_most(both: int, size: int, first: int, second: int) -> float:
    """The lower tail, summed downwards from `both`."""
    return _tail(both, max(0, first + second - size), -1, size, first, second)


def _at_least(both: int, size: int, first: int, second: int) -> float:
    """The upper tail, summed upwards from `both`."""
    return _tail(both, min(first, second), 1, size, first, second)


def _tail(both: int, end: int, step: int, size: int, first: int, second: int) -> float:
    term = total = _chance(both, size, first, second)
    if term < _VANISHING:  # far from the middle: the tail holds everything or nothing
        return 1.0 if (first * second / size - both) * step > 0 else 0.0
    for common in range(both, end, step):
        rest = size - first - second
        if step > 0:
            term *= (first - common) * (second - common) / ((common + 1) * (rest + common + 1))
        else:
            term *= common * (rest + common) / ((first - common + 1) * (second - common + 1))
        total += term
    return min(total, 1.0)


def chao(cells: Mapping[int, int], lists: int) -> tuple[float, float]:
    """Chao's lower bound for the devices on no list, and its lower 97.5 % limit (log-normal, variance by the delta method).

    `cells` counts devices by the bit mask of the lists that hold them.
    """
    alone = [cells.get(1 << index, 0) for index in range(lists)]
    once = sum(alone)
    twice = sum(count for mask, count in cells.items() if mask.bit_count() == 2)
    products = (once * once - sum(count * count for count in alone)) / 2
    unseen = products / (twice + 1)
    if not unseen:
        return 0.0, 0.0
    # cells are multinomial: sum of (1 + derivative) squared times the count, less the total
    slopes = [1 + (once - count) / (twice + 1) for count in alone]
    others = sum(cells.values()) - once - twice
    pairs = 1 - products / (twice + 1) ** 2
    spread = sum(slope**2 * count for slope, count in zip(slopes, alone, strict=True)) + pairs**2 * twice + others
    variance = max(spread - (sum(cells.values()) + unseen), unseen)
    return unseen, unseen / math.exp(_NORMAL * math.sqrt(math.log1p(variance / unseen**2)))


def missed_devices(histories: Sequence[frozenset[SourceList]], unread_recorders: int = 0) -> Missed:
    """The estimate for one property. `histories`: for each device the lists on which it stands.

    `unread_recorders` is the number of recorders whose channels nobody read; it goes into the line on the walk-down.
    """
    walk_down = _walk_down(unread_recorders)
    devices = [history for history in histories if history]
    lists = sorted({one for history in devices for one in history}, key=lambda one: one.value)
    refused = _refusal(devices, lists)
    if refused is not None:
        return Missed(len(devices), refused=refused, walk_down=walk_down)
    kinds = {one.blindness for one in lists}
    if len(kinds) == 1:
        return _bounded(devices, lists, kinds.pop(), walk_down)
    return _estimated(devices, lists, walk_down)


def _refusal(devices: Sequence[frozenset[SourceList]], lists: Sequence[SourceList]) -> Message | None:
    if not devices:
        return Message.of("Cannot be estimated: no device stands on any list.")
    if len(lists) == 1:
        return Message.of(
            "Cannot be estimated: all devices come from one list, and one list says nothing about itself."
        )
    if not any(len(history) > 1 for history in devices):
        return Message.of(
            "Cannot be estimated: no device stands on two lists. They may look at different things, or name devices in "
            "ways that could not be matched."
        )
    if all(len(history) == len(lists) for history in devices):
        return Message.of(
            "Cannot be estimated: the lists hold exactly the same devices, as they would if one had been made from the other."
        )
    mixed = {one.blindness for one in lists} == set(Blindness)
    if mixed and not any({one.blindness for one in history} == set(Blindness) for history in devices):
        return Message.of(
            "Cannot be estimated: no device stands both on a list from the network and on one of records, so that neither "
            "can vouch for the other."
        )
    return None


def _cells(devices: Sequence[frozenset[SourceList]], lists: Sequence[SourceList]) -> dict[int, int]:
    places = {one: 1 << index for index, one in enumerate(lists)}
    return dict(Counter(sum(places[one] for one in history) for history in devices))


def _bounded(
    devices: Sequence[frozenset[SourceList]],
    lists: Sequence[SourceList],
    kind: Blindness,
    walk_down: tuple[Message, ...],
) -> Missed:
    """Lists with one blind spot: what they miss together stays out of sight, so there is a lower bound alone."""
    cells = _cells(devices, lists)
    bound, low = chao(cells, len(lists))
    if len(lists) == 2:
        low = chapman_limits(*_sizes(cells))[0] - len(devices)
    network = kind is Blindness.NETWORK
    return Missed(
        listed=len(devices),
        method=Method.CHAO,
        low=math.floor(low),
        bound=bound,
        assumptions=(
            *_ALWAYS,
            Message.of("All lists come from the network and miss the same devices, so there is no upper limit.")
            if network
            else Message.of("All lists are records and miss what nobody entered, so there is no upper limit."),
            Message.of(
                "The lower bound holds where lists tend to hold the same devices or are independent; lists that avoid each "
                "other, as two that cover different floors, would make it too high."
            ),
        ),
        walk_down=walk_down,
    )


def _sizes(cells: Mapping[int, int]) -> tuple[int, int, int]:
    both = cells.get(3, 0)
    return cells.get(1, 0) + both, cells.get(2, 0) + both, both


def _estimated(
    devices: Sequence[frozenset[SourceList]], lists: Sequence[SourceList], walk_down: tuple[Message, ...]
) -> Missed:
    cells = _cells(devices, lists)
    bound = chao(cells, len(lists))[0]
    if 2 < len(lists) <= _MOST_MODELLED:
        found = fit_models(cells, len(lists))
        if found is not None:
            return Missed(
                listed=len(devices),
                method=Method.LOG_LINEAR,
                likely=found.best.unseen,
                low=math.floor(found.low),
                high=None if found.high is None else math.ceil(found.high),
                bound=bound,
                model=_model_text(found.best.pairs, lists),
                assumptions=(*_ALWAYS, *_MODELLED),
                walk_down=walk_down,
            )
    first, second, both = _grouped(devices)
    low, high = chapman_limits(first, second, both)
    return Missed(
        listed=len(devices),
        method=Method.CHAPMAN,
        likely=chapman(first, second, both) - len(devices),
        low=low - len(devices),
        high=None if high is None else high - len(devices),
        bound=bound,
        assumptions=(*_ALWAYS, *_PAIRED),
        walk_down=walk_down,
    )


def _grouped(devices: Sequence[frozenset[SourceList]]) -> tuple[int, int, int]:
    """All lists of one blind spot as one list: how they depend on each other no longer matters."""
    kinds = [{one.blindness for one in history} for history in devices]
    network, records = (sum(kind in found for found in kinds) for kind in Blindness)
    return network, records, network + records - len(devices)


def _model_text(pairs: Sequence[int], lists: Sequence[SourceList]) -> str:
    """The model as text: pairs as "arp*scan", then the lists that stand in no pair."""
    named = [[one.value for index, one in enumerate(lists) if pair >> index & 1] for pair in pairs]
    alone = [one.value for one in lists if not any(one.value in names for names in named)]
    return " + ".join([*("*".join(names) for names in named), *alone])


_ALWAYS = (
    Message.of("Only devices that could stand on one of these lists are reckoned."),
    Message.of("No device came or went between the lists, and all lists look at the whole property."),
    Message.of(
        "One device is recognised as one on every list, by a MAC address, serial number or address; where it is not, the "
        "number is too high."
    ),
    Message.of(
        "Rows that could not be recognised as surveillance equipment are left out; a bare address table holds many such "
        "rows, and they make the number too low."
    ),
)
_PAIRED = (
    Message.of(
        "Lists from the network and records are taken as two lists that are independent: a device that one of them holds is "
        "no more likely to be on the other. Nothing in the lists can show whether that is so."
    ),
    Message.of(
        "Where both tend to hold the same devices, as those easy to see, more may be missed than the upper limit says; "
        "where they avoid each other, fewer than the lower one."
    ),
)
_MODELLED = (
    Message.of(
        "Pairs of lists may lean on each other; the model was chosen by Akaike's criterion, one pair at a time, and the "
        "limits are the widest of the models that fit as well."
    ),
    Message.of(
        "What makes a device unlikely on all lists at once cannot be seen in them; if such devices exist, more may be "
        "missed than the upper limit says."
    ),
)


def _walk_down(unread_recorders: int) -> tuple[Message, ...]:
    line = Message.of(
        "Units off the network, without power, or analogue behind a recorder stand on no such list and are not in this "
        "number. A walk-down, the channel counts of recorders, or a sample of rooms closes that."
    )
    if not unread_recorders:
        return (line,)
    return (line, Message.of("Recorders whose channels were not read: {count}.", count=unread_recorders))
