"""Collecting: from sources to sealed collections in the store. A killed run is continued, never begun anew.

Every collection's id follows from the run it belongs to and from what it reads, so that a second try finds what the
first one left: sealed collections are kept as they are, an open one is continued from its journal or its file.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from glasshouse import __version__
from glasshouse.app.clock import now
from glasshouse.app.config import host_name, operator_name
from glasshouse.app.coverage import CONTACT
from glasshouse.app.errors import Exit, UsageError, UserError
from glasshouse.app.reading import AS_THEY_ARE, ReadAs
from glasshouse.model.ids import canonical_json, content_id, sha256_hex
from glasshouse.model.observation import (
    Collection,
    CollectionKind,
    Endpoint,
    Observation,
    Rejected,
    SaidBy,
    Sighting,
)
from glasshouse.model.place import DEFAULT_DOMAIN
from glasshouse.sources.active.engine import Progress, Vantage, scan
from glasshouse.sources.active.governor import LoopClock
from glasshouse.sources.active.journal import FileJournal, JournalError
from glasshouse.sources.active.link import interface_of, link_watch
from glasshouse.sources.active.names import resolve
from glasshouse.sources.active.packets import FileLedger, source_for
from glasshouse.sources.active.result import HostResult
from glasshouse.sources.active.scope import PaceName, Scope, ScopeError
from glasshouse.sources.active.scope_file import parse_scope
from glasshouse.sources.active.stopping import RunStoppedError, stop_file_watch, until_stopped
from glasshouse.sources.active.summary import MULTICAST, Tally
from glasshouse.sources.active.targets import Host, TargetError, expand, names_in
from glasshouse.sources.importers import ImportFile, ImportProblem, Preview, open_folder, open_source, preview_all
from glasshouse.store.store import Store

__all__ = [
    "ActivePlan",
    "Place",
    "ScanStoppedError",
    "Ticker",
    "collect_active",
    "collect_files",
    "collection_id",
    "ledger_path",
    "plan_active",
    "plan_under",
    "preview_files",
    "stop_file",
]

Ticker = Callable[[str, int, int], None]  # what, done, total


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run's addresses belong, and the run itself."""

    run: str
    property: str
    domain: str = DEFAULT_DOMAIN


@dataclass(frozen=True, slots=True)
class ActivePlan:
    """A scan that may begin: hosts under a scope, with the scope's text where a file gave it."""

    hosts: tuple[Host, ...]
    scope: Scope
    scope_text: str | None
    targets: tuple[str, ...]
    protocols: tuple[str, ...] | None = None


class ScanStoppedError(UserError):
    """A scan was ended before its end; what it has is kept, and it can be resumed."""

    exit = Exit.PARTLY


def ledger_path(store: Store, collection: str) -> Path:
    """Where the packet ledger of a collection stands."""
    return store.folder / "packets" / f"{collection}.jsonl"


def stop_file(store: Store) -> Path:
    """The file that ends every run of this store within a second, whoever puts it there."""
    return store.folder / "STOP"


def plan_active(
    targets: Sequence[str], scope_file: Path | None, pace: PaceName | None = None, protocols: Sequence[str] = ()
) -> ActivePlan:
    """Expand targets under their scope. Raises UsageError for a scope or target that cannot be used."""
    try:
        scope, text = _scope(targets, scope_file)
    except (ScopeError, TargetError) as error:
        raise UsageError(str(error)) from error
    return plan_under(targets, scope, text, pace, tuple(protocols) or None)


def plan_under(
    targets: Sequence[str],
    scope: Scope | None,
    text: str | None,
    pace: PaceName | None = None,
    protocols: tuple[str, ...] | None = None,
) -> ActivePlan:
    """Expand targets under a scope; None = the targets are loopback and are the scope. Raises UsageError."""
    try:
        under = scope or _scope(targets, None)[0]
        if pace:
            under = under.at_pace(pace)
        hosts = expand(targets, under, resolve(names_in(targets, under)))
    except (ScopeError, TargetError) as error:
        raise UsageError(str(error)) from error
    if not hosts:
        raise UsageError(f"targets {', '.join(targets)} hold no address of a host; name a host or a wider network")
    _refuse_lab_pace_elsewhere(hosts, under)
    refusals = [under.permits(host.address, now()) for host in hosts]
    if all(refusals):
        first = next(refusal for refusal in refusals if refusal)
        raise UsageError(
            f"the scope covers none of the targets ({', '.join(targets)}): {first.detail}; "
            "nothing was sent. Give a scope file that covers them today with --scope"
        )
    return ActivePlan(hosts, under, text, tuple(targets), protocols)


def _refuse_lab_pace_elsewhere(hosts: Sequence[Host], scope: Scope) -> None:
    """The engine refuses this too, but only once a collection has begun."""
    far = [host.address for host in hosts if not ipaddress.ip_address(host.address).is_loopback]
    if scope.pace == "lab" and far:
        raise UsageError(
            f"pace 'lab' does not hold for {far[0]}; accepted: lab only where every target is loopback; nothing was "
            "sent. Give --pace gentle, or approved with a scope that says so"
        )


def _scope(targets: Sequence[str], file: Path | None) -> tuple[Scope, str | None]:
    if file is None:
        names = names_in(targets, Scope(()))
        if names:
            found = [address for addresses in resolve(names).values() for address in addresses]
            return Scope.loopback([*(target for target in targets if target not in names), *found]), None
        return Scope.loopback(targets), None
    try:
        text = file.read_bytes().decode("utf-8")
    except OSError as error:
        raise UsageError(
            f"scope file {file} cannot be read: {error.strerror}; give a TOML file with --scope"
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"scope file {file} is not UTF-8 text; save it as UTF-8 TOML") from error
    return parse_scope(text, sha256_hex(text.encode())), text


def collection_id(place: Place, plan: ActivePlan) -> str:
    """The id that the collection of this run and plan has, known before anything is sent."""
    return content_id("col", place.run, "active", plan.targets, plan.scope.sha256, plan.protocols)


def collect_active(
    store: Store, place: Place, plan: ActivePlan, tick: Ticker | None = None
) -> tuple[Collection, Tally]:
    """Scan, store and seal; a collection sealed by an earlier try is returned as it is."""
    identifier = collection_id(place, plan)
    started = now()
    collection = Collection(
        id=identifier,
        kind=CollectionKind.ACTIVE,
        operator=operator_name(),
        authority=plan.scope.sha256,
        host=host_name(),
        vantage=plan.scope.multicast.interface if plan.scope.multicast else None,
        tool=f"glasshouse {__version__}",
        arguments=("scan", *plan.targets, *_options(place, plan)),
        started=started,
        property=place.property,
        covered=plan.targets,
    )
    known = _known(store, identifier)
    if known is not None and known.state != "open":
        return known, Tally()
    store.collections.begin(collection, at=started, scope=plan.scope_text)
    tally = Tally()
    with _journal(store, identifier, plan) as journal:
        _ask(store, place, plan, identifier, journal, tick)
        for result in journal.results():
            tally.add(result)
            _keep(store, place, identifier, result)
    store.collections.finish(identifier, ended=now())
    store.collections.seal(identifier, at=now())
    journal.path.unlink(missing_ok=True)
    return store.collections.get(identifier), tally


def _options(place: Place, plan: ActivePlan) -> tuple[str, ...]:
    """What a scan needs to be told again when it is resumed by its id."""
    protocols = ",".join(plan.protocols or ())
    return (f"--pace={plan.scope.pace}", f"--run={place.run}", f"--domain={place.domain}", f"--protocols={protocols}")


def _ask(
    store: Store, place: Place, plan: ActivePlan, collection: str, journal: FileJournal, tick: Ticker | None
) -> None:
    """Ask what is left, until it is done or something ends the run. Raises ScanStoppedError and UserError."""
    watch = stop_file_watch(stop_file(store))
    reason = watch()
    if reason is not None:
        raise ScanStoppedError(f"nothing was sent: {reason}")
    path = ledger_path(store, collection)
    sources = {source_for(host.address) for host in plan.hosts} - {None}
    link = link_watch({name for source in sources if source and (name := interface_of(source))})
    try:
        with _ledger(path) as ledger:
            vantage = Vantage(note=ledger.note)
            asyncio.run(until_stopped(_run(place, plan, collection, journal, vantage, tick), watch, link))
    except RunStoppedError as error:
        raise ScanStoppedError(
            f"the scan was stopped: {error}. No packet leaves any more; collection {collection} stays open with what was "
            f"seen so far. Go on with: glasshouse scan --resume {collection}"
        ) from error


def _ledger(path: Path) -> FileLedger:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return FileLedger(path)
    except OSError as error:
        raise UserError(f"packet ledger {path} cannot be kept: {error.strerror}; without it nothing is sent") from error


async def _run(
    place: Place, plan: ActivePlan, collection: str, journal: FileJournal, vantage: Vantage, tick: Ticker | None
) -> None:
    def progress(step: Progress) -> None:
        if tick:
            tick(f"scanning {step.host}", step.done, step.total)

    async for _ in scan(
        plan.hosts,
        plan.scope,
        collection=collection,
        journal=journal,
        clock=LoopClock(now),
        protocols=plan.protocols,
        site=place.property,
        vantage=vantage,
        progress=progress,
    ):
        pass  # each result is in the journal before it is yielded


def _journal(store: Store, collection: str, plan: ActivePlan) -> FileJournal:
    folder = store.folder / "journals"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{collection}.jsonl"
    try:
        return FileJournal.resume(path)
    except JournalError:
        if path.exists():  # torn before its head, or damaged: kept for whoever wants to know; its hosts are asked again
            path.replace(path.with_suffix(".damaged"))
        return FileJournal.create(path, {"collection": collection, "targets": list(plan.targets)})


def _keep(store: Store, place: Place, collection: str, result: HostResult) -> None:
    """Store one host: what it said, what was met there, what was not seen."""
    sightings = list(result.sightings)
    if result.ports and result.domain != MULTICAST:
        seen = [sighting.seen_at for sighting in result.sightings if sighting.seen_at]
        sightings.append(Sighting(_contact(place, result), collection, min(seen, default=None)))
    store.observations.add(collection, sightings, gaps=result.gaps, unit=f"{result.address} {result.domain}")


def _contact(place: Place, result: HostResult) -> Observation:
    met = {"state": result.state, "ports": [[port.port, port.proto, port.state] for port in result.ports]}
    return Observation(
        subject=Endpoint(result.address, place.property, result.domain),
        probe="other",
        raw=canonical_json(met),
        protocol=CONTACT,
        said_by=SaidBy.TOOL,
        tool="glasshouse",
    )


def preview_files(paths: Iterable[Path], place: Place, read_as: ReadAs = AS_THEY_ARE) -> list[Preview]:
    """Read files and folders without storing anything; an unusable file is a preview with a fatal rejection."""
    files = [file for path in paths for file in _opened(path)]
    return list(
        preview_all(
            files,
            property=place.property,
            domain=place.domain,
            column_map=read_as.column_map,
            zone=read_as.zone,
            encoding=read_as.encoding,
        )
    )


def _opened(path: Path) -> tuple[ImportFile | Rejected, ...]:
    try:
        return open_folder(path) if path.is_dir() else (open_source(path),)
    except ImportProblem as problem:
        return (Rejected(path.name, "file", str(problem), fatal=True),)


def collect_files(
    store: Store, place: Place, previews: Iterable[Preview], tick: Ticker | None = None
) -> list[Collection]:
    """Store and seal one collection a file; one that an earlier try sealed is kept as it is."""
    found: list[Collection] = []
    ready = list(previews)
    for index, item in enumerate(ready, start=1):
        if tick:
            tick(f"importing {item.file}", index, len(ready))
        found.append(_collect_file(store, place, item))
    return found


def _collect_file(store: Store, place: Place, item: Preview) -> Collection:
    identifier = content_id("col", place.run, "import", item.file, item.sha256)
    known = _known(store, identifier)
    if known is not None and known.state != "open":
        return known
    passive = item.importer in {"pcap", "pcapng", "capture"}
    moment = now()
    store.collections.begin(
        Collection(
            id=identifier,
            kind=CollectionKind.PASSIVE if passive else CollectionKind.IMPORT,
            operator=operator_name(),
            authority=None,
            host=host_name(),
            vantage=item.file if item.importer == "capture" else None,
            tool=f"glasshouse {__version__} {item.importer or 'no importer'}",
            arguments=("import", item.file, f"sha256:{item.sha256}", f"--run={place.run}"),
            started=moment,
            property=place.property,
            covered=item.covered,
        ),
        at=moment,
    )
    store.observations.add(
        identifier, item.in_collection(identifier), gaps=item.gaps, rejected=item.rejected, unit=item.file
    )
    store.collections.finish(identifier, ended=now())
    store.collections.seal(identifier, at=now(), partial=item.partial)
    return store.collections.get(identifier)


def _known(store: Store, identifier: str) -> Collection | None:
    return next((item for item in store.collections.all() if item.id == identifier), None)
