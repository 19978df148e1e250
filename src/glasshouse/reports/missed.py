"""What a review missed, and what became of devices between two reviews: as sentences and as plain objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from glasshouse.model.missed import Method, Missed, SourceList
from glasshouse.model.review import Coverage
from glasshouse.model.text import Message
from glasshouse.reports.catalogue import Translator
from glasshouse.review.compare import Change, Seen

__all__ = ["SOURCE_LISTS", "change_json", "missed_json", "missed_lines", "missed_notes", "missed_sentence"]

Json = dict[str, object]

SOURCE_LISTS: Mapping[SourceList, Message] = {
    SourceList.SCAN: Message.of("scans"),
    SourceList.TRAFFIC: Message.of("captured traffic"),
    SourceList.DHCP: Message.of("DHCP leases"),
    SourceList.ARP: Message.of("ARP and neighbour tables"),
    SourceList.SWITCH: Message.of("tables of switches and access points"),
    SourceList.INTERNET: Message.of("scans of the Internet"),
    SourceList.VMS: Message.of("the video management system"),
    SourceList.RECORDER: Message.of("channels of recorders"),
    SourceList.INVENTORY: Message.of("inventories"),
}
_METHODS: Mapping[Method, Message] = {
    Method.NONE: Message.of("none"),
    Method.CHAPMAN: Message.of("Chapman's estimate for two lists"),
    Method.LOG_LINEAR: Message.of("log-linear model"),
    Method.CHAO: Message.of("Chao's lower bound"),
}
_MOST_NAMED = 12  # networks or recorders in one line


def _rounded(value: float, tr: Translator) -> str:
    return tr.number(round(value, 1) if value < 10 else round(value))


def missed_sentence(missed: Missed, tr: Translator) -> str:
    """The number of devices on no list with its limits, or why there is none."""
    if missed.refused is not None:
        return tr.text(missed.refused)
    method, low = tr.text(_METHODS[missed.method]), tr.number(missed.low or 0)
    if missed.likely is None:
        return tr.text(
            Message.of(
                "Devices on no list: {bound} or more by {method}, at least {low} with 97.5 % confidence if "
                "what is assumed holds; no upper limit can be given.",
                bound=_rounded(missed.bound or 0, tr), method=method, low=low,
            )
        )  # fmt: skip
    if missed.high is None:
        return tr.text(
            Message.of(
                "Devices on no list: about {likely} by {method}, at least {low}; the lists give no upper limit.",
                likely=_rounded(missed.likely, tr), method=method, low=low,
            )
        )  # fmt: skip
    return tr.text(
        Message.of(
            "Devices on no list: about {likely} by {method}, between {low} and {high} with 95 % confidence if what is "
            "assumed holds.",
            likely=_rounded(missed.likely, tr), method=method, low=low, high=tr.number(missed.high),
        )
    )  # fmt: skip


def missed_notes(coverage: Coverage, tr: Translator) -> Iterator[str]:
    """Lists used, networks without a word, recorders not read: a sentence each, where there is something to say."""
    if coverage.sources:
        used = tr.listing(f"{tr.text(SOURCE_LISTS[one.source])} ({tr.number(one.devices)})" for one in coverage.sources)
        yield tr.text(Message.of("Sources, with the devices that each holds: {used}.", used=used))
    silent = [one.network for one in coverage.unreached if one.asked]
    if silent:
        yield tr.text(Message.of("Networks that were asked and gave no word: {networks}.", networks=_some(silent, tr)))
    unasked = [one.network for one in coverage.unreached if not one.asked]
    if unasked:
        yield tr.text(
            Message.of("Networks that were declared and never asked: {networks}.", networks=_some(unasked, tr))
        )
    if coverage.unread_recorders:
        yield tr.text(
            Message.of(
                "Recorders to which no list of channels could be tied: {recorders}.",
                recorders=_some(coverage.unread_recorders, tr),
            )
        )


def _some(names: tuple[str, ...] | list[str], tr: Translator) -> str:
    shown = list(names[:_MOST_NAMED])
    rest = len(names) - len(shown)
    return tr.listing([*shown, tr.plural("{n} more", "{n} more", rest)] if rest else shown)


def missed_lines(coverage: Coverage, tr: Translator) -> Iterator[str]:
    """Everything that is said of one property's coverage beyond its counts, as lines for a terminal."""
    yield from missed_notes(coverage, tr)
    if coverage.missed is not None:
        yield missed_sentence(coverage.missed, tr)
        yield from map(tr.text, coverage.missed.walk_down)


def missed_json(coverage: Coverage) -> Json:
    """The keys that stand beside the counts of a property's coverage."""
    return {
        "sources": [
            {"source": one.source.value, "collections": one.collections, "devices": one.devices}
            for one in coverage.sources
        ],
        "unreached": [{"network": one.network, "asked": one.asked} for one in coverage.unreached],
        "unread_recorders": list(coverage.unread_recorders),
        "missed": None if coverage.missed is None else _missed(coverage.missed),
    }


def _missed(missed: Missed) -> Json:
    return {
        "listed": missed.listed,
        "method": missed.method.value,
        "likely": None if missed.likely is None else round(missed.likely, 2),
        "low": missed.low,
        "high": missed.high,
        "lower_bound": None if missed.bound is None else round(missed.bound, 2),
        "model": missed.model or None,
        "refused": None if missed.refused is None else str(missed.refused),
        "assumptions": [str(one) for one in missed.assumptions],
        "walk_down": [str(one) for one in missed.walk_down],
    }


def change_json(change: Change, tr: Translator) -> Json:
    """One device of a comparison. `id`, `address` and facts are those of the later review where it saw the device."""
    seen = change.after or change.before
    told = dict(seen.facets) if seen else {}
    return {
        "state": change.state.value,
        "id": seen.asset if seen else None,
        "id_before": change.before.asset if change.before else None,
        "property": seen.property if seen else None,
        "address": _places(seen),
        "address_before": _places(change.before),
        "maker": told.get("maker"),
        "model": told.get("model"),
        "changes": [{"facet": name, "before": before, "after": after} for name, before, after in change.facets],
        "reason": tr.text(change.reason),
    }


def _places(seen: Seen | None) -> str | None:
    return (", ".join(sorted(name for _, name in seen.places)) or None) if seen else None
