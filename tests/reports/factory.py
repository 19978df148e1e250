"""Synthetic reviews: small ones that hold every shape a report must show, and large ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from glasshouse.model.identity import Asset, Attribution, Contradiction, Identity
from glasshouse.model.merit import AdvisoryFinding, Factor, Merit, Posture
from glasshouse.model.observation import (
    Collection,
    CollectionKind,
    DocumentLine,
    Endpoint,
    Field,
    Gap,
    GapReason,
    Observation,
    Rejected,
    SaidBy,
    Sighting,
)
from glasshouse.model.place import Site
from glasshouse.model.provenance import Basis, MadeBy
from glasshouse.model.restriction import Authority, Citation, Outcome
from glasshouse.model.review import CheckStep, Coverage, Device, Finding, PackAge, Review
from glasshouse.model.signal import DeviceClass, Facet, Signal
from glasshouse.model.strength import Strength
from glasshouse.model.text import Message, Title
from glasshouse.model.time import AsOf, FiveTimes
from glasshouse.model.truth import Truth
from glasshouse.model.verdict import JudgedDevice, Judgement, Query, Trace, Verdict

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DIGEST = "sha256:" + "5e" * 32
HOSTILE = "<script>alert(1)</script>\x1b[31mred\u202egpj.exe\x00\"'&"
NAMES = {"hikvision": "Hikvision", "dahua": "Dahua", "axis": "Axis", "annke": "Annke", "hanwha": "Hanwha Vision"}


def signal(
    observation: Observation, facet: Facet, value: str, strength: Strength, text: str, fingerprint: str
) -> Signal:
    """A signal over the first place of `text` in the observation; without span where it is not in the bytes."""
    start = observation.raw.find(text.encode()) if observation.raw else -1
    place = (start, start + len(text.encode())) if start >= 0 else (None, None)
    return Signal(
        observation.id, facet, value, strength, fingerprint, f"{observation.id[:12]} {fingerprint.split('.', maxsplit=1)[0]}", text,
        *place,
    )  # fmt: skip


def http(address: str, site: str, body: str) -> Observation:
    head = (
        f"HTTP/1.1 200 OK\r\nServer: App-webs/\r\nContent-Type: text/html\r\n\r\n<html><title>{body}</title></html>\r\n"
    )
    return Observation(Endpoint(address, site), "http", head.encode(), request="GET /", port=80)


def isapi(address: str, site: str, model: str, firmware: str, serial: str) -> Observation:
    raw = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<DeviceInfo version="2.0">\n<deviceName>Lobby – caméra</deviceName>\n'
        f"<model>{model}</model>\n<serialNumber>{serial}</serialNumber>\n<firmwareVersion>{firmware}</firmwareVersion>\n"
        "<deviceType>IPCamera</deviceType>\n</DeviceInfo>\n"
    ).encode()
    return Observation(Endpoint(address, site), "isapi", raw, request="GET /ISAPI/System/deviceInfo", port=80)


def identity(
    observations: tuple[Observation, ...], maker: str | None, brand: str | None, model: str | None
) -> Identity:
    """An identity with or without a maker; a maker named by two protocols."""
    first = observations[0]
    found: list[Attribution] = []
    if maker:
        origin = signal(first, Facet.FIRMWARE_ORIGIN, maker, Strength.STRONG, "App-webs/", "http.server-app-webs")
        own = tuple(
            signal(seen, Facet.MAKER, maker, Strength.STRONG, text, name)
            for seen, text, name in zip(
                observations,
                ("App-webs/", "<deviceType>IPCamera"),
                ("http.server-app-webs", "isapi.device-info"),
                strict=False,
            )
        )
        found.append(
            Attribution(
                Facet.MAKER, maker, Strength.CONCLUSIVE if len(own) > 1 else Strength.STRONG, own,
                (Message.of("Two witnesses of different protocols agree on {maker}.", maker=maker),),
            )
        )  # fmt: skip
        found.append(Attribution(Facet.FIRMWARE_ORIGIN, maker, Strength.STRONG, (origin,)))
    if brand:
        found.insert(0, Attribution(Facet.BRAND, brand, Strength.SUPPORTING, (
            signal(first, Facet.BRAND, brand, Strength.SUPPORTING, f"<title>{brand}</title>", "http.title-brand"),)))  # fmt: skip
    if model and len(observations) > 1:
        found.append(Attribution(Facet.MODEL, model, Strength.STRONG, (
            signal(observations[1], Facet.MODEL, model, Strength.STRONG, f"<model>{model}</model>", "isapi.model"),)))  # fmt: skip
    return Identity(
        asset=Asset("asset_" + first.id[4:], tuple(item.id for item in observations)),
        attributions=tuple(found),
        contradictions=(),
        is_surveillance=Truth.YES if found else Truth.UNKNOWN,
        device_class=DeviceClass.CAMERA if found else None,
        looked_for=(Message.of("An ONVIF reply was asked for and none came."),),
        alternatives=(Message.of("A web server that copies the header: no reply supports it."),),
        settle=() if maker else (Message.of("One reply to {request} would settle the maker.", request="GET /ISAPI/System/deviceInfo"),),
    )  # fmt: skip


CITATION = Citation(
    "Statement on the use of equipment", "para. 4", "https://example.org/statement", date(2025, 6, 27), Basis.SOURCED
)


def verdict(regime: str, outcome: Outcome, maker: str | None, strength: Strength, codes: tuple[str, ...]) -> Verdict:
    """A verdict with a two-storey evaluation tree."""
    missing = (Message.of("who produced the unit"),) if outcome is Outcome.NEEDS_REVIEW else ()
    tree = Trace(
        Message.of("the rule reaches this act by this body"),
        Truth.YES if outcome is Outcome.PROHIBITED else Truth.UNKNOWN,
        children=(
            Trace(Message.of("the body is bound"), Truth.YES, Message.of("role: {role}", role="federal_department"), clause=CITATION),
            Trace(
                Message.of("the maker is named"), Truth.of(maker == "hikvision") if maker else Truth.UNKNOWN,
                Message.of("maker: {maker}", maker=maker or "unknown"), strength, CITATION,
            ),
            Trace(Message.of("the act is covered"), Truth.YES, Message.of("act: {act}", act="use"), clause=CITATION),
        ),
    )  # fmt: skip
    return Verdict(
        regime=regime,
        title=Title(f"Rule {regime} on equipment", f"Règle {regime} sur l’équipement"),
        outcome=outcome,
        act="use",
        reason_codes=codes,
        missing_facts=missing,
        authority=Authority.STATEMENT,
        text_seen=outcome is not Outcome.PROHIBITED,
        citations=(CITATION,),
        because=(tree,),
        sentence=Message.of("By a statement whose text was not seen, {maker} may not be used.", maker=maker or "?"),
        reviewed=Message.of("Not reviewed by counsel."),
    )


def judgement(maker: str | None, strength: Strength, when: date = date(2026, 11, 23)) -> Judgement:
    """Hikvision is prohibited, an unknown maker is to be reviewed, dahua is conditional, others are not reached."""
    overall, code = {
        "hikvision": (Outcome.PROHIBITED, "ENTITY_NAMED"),
        None: (Outcome.NEEDS_REVIEW, "IDENTITY_NONE"),
        "dahua": (Outcome.CONDITIONAL, "NO_APPROVAL"),
        "annke": (Outcome.ADVISORY, "ADVISORY_ONLY"),
    }.get(maker, (Outcome.NOT_RESTRICTED, "ENTITY_NOT_NAMED"))
    verdicts = (
        verdict("ca-rule-2025", overall, maker, strength, (code, "ROLE_BOUND")),
        *(
            verdict(f"other-rule-{n}", Outcome.NOT_RESTRICTED, maker, strength, ("NOT_YET_IN_FORCE",))
            for n in range(1, 5)
        ),
    )
    query = Query(
        "q1", AsOf(when), "CA", ("federal_department",), "use",
        JudgedDevice(maker=maker, maker_strength=strength),
    )  # fmt: skip
    missing = tuple(dict.fromkeys(fact for item in verdicts for fact in item.missing_facts))
    return Judgement(query, overall, verdicts, (code, "ROLE_BOUND", "NOT_YET_IN_FORCE"), missing, "2026-11-23.1")


def merit(level: str) -> Merit:
    """Level D carries a confirmed and a possible advisory; not-graded carries nothing."""
    if level == "not-graded":
        factors = tuple(Factor(letter, None, ("A", "B", "C", "D"), ()) for letter in "VUAS")
        return Merit(factors, level, None, (), (Message.of("the firmware version"),), DIGEST)
    reason = Message.of("Firmware {firmware} lies inside the range.", firmware="V5.5.82 build 190910")
    advisories = (
        AdvisoryFinding(
            "CVE-2021-36260", "Command injection in the web server", "confirmed", reason, "< V5.5.800", "https://example.org/sa",
            kev=True, decision="3-days-forensics", epss=0.94, epss_date=date(2026, 11, 1), cvss=9.8,
        ),
        AdvisoryFinding("CVE-2017-7921", "Improper authentication", "excluded", reason, "V5.2.0 to V5.4.0", "not a link", kev=True, decision=None),
    )  # fmt: skip
    factors = (
        Factor("V", "D" if level == "D" else "A", (level,) if level in "ABCD" else ("A",), (reason,)),  # type: ignore[arg-type]
        Factor("U", None, ("B", "C", "D"), (Message.of("End of support is unknown."),)),
        Factor("A", "B", ("B",), (Message.of("Digest authentication was seen."),)),
        Factor("S", "C", ("C",), (Message.of("Telnet answers."),)),
    )
    found = advisories if level == "D" else ()
    return Merit(
        factors, level, (level, "D"), found, (Message.of("A reply without telnet would raise S to B."),), DIGEST
    )  # type: ignore[arg-type]


def device(number: int, site: str, maker: str | None, brand: str | None, model: str | None, level: str) -> Device:
    """One device of `site`; `number` makes it unique."""
    address = f"192.0.2.{number % 250 + 1}" if number < 250 else f"2001:db8::{number:x}"
    seen = (
        http(address, site, brand or f"login {number}"),
        isapi(address, site, model or "?", "V5.5.82 build 190910", f"SN{number:08d}"),
    )[: 2 if maker else 1]
    who = identity(seen, maker, brand, model)
    says = judgement(maker, who.strength(Facet.MAKER))
    when = NOON - timedelta(hours=1)
    return Device(
        id=f"dev_{number:032x}",
        property=site,
        identity=who,
        judgement=says,
        merit=merit(level),
        posture=Posture(exposure="internal", activated=True, auth="digest", tls="1.2", services=("http", "rtsp")),
        addresses=(address,),
        ports=((80, "tcp"), (554, "tcp")),
        observations=seen,
        fields=tuple(Field(item.id, "http.status", "200") for item in seen),
        sightings=tuple(Sighting(item, "col_1", when) for item in seen),
        explanation=(
            Message.of("Its replies identify it as made by {maker}, with strength {strength}.",
                       maker=maker or "?", strength=who.strength(Facet.MAKER).word),
            Message.of("Overall outcome for this body: {outcome}.", outcome=says.overall.word),
        ),
        check=(CheckStep(seen[0].id, Message.of("Ask the web server for its first page and read the Server line."), f"curl -sS -i http://{address}/"),),
        findings=(
            (Finding(f"fnd_{number}", who.asset.id, "ca-rule-2025", says.overall, FiveTimes(observed=when, identified=NOON)),)
            if says.overall.flagged else ()
        ),
    )  # fmt: skip


def contradicted(number: int, site: str) -> Device:
    """A device whose replies name two makers."""
    base = device(number, site, "hikvision", "annke", "C800", "D")
    other = signal(
        base.observations[0], Facet.MAKER, "dahua", Strength.SUPPORTING, "<title>annke</title>", "http.title-dahua"
    )
    note = Message.of("One reply names {values}.", values="hikvision, dahua")
    clash = Contradiction(Facet.MAKER, ("hikvision", "dahua"), note, (base.identity.attributions[1].signals[0], other))
    return replace(base, identity=replace(base.identity, contradictions=(clash,)))


def listed(number: int, site: str) -> Device:
    """A device known from a spreadsheet row alone: no address, no bytes."""
    row = Observation(
        DocumentLine("ab" * 32, str(number), site), "inventory-text", fields=(("manufacturer", HOSTILE), ("model", "=1+1")),
        said_by=SaidBy.PERSON,
    )  # fmt: skip
    base = device(number, site, None, None, None, "not-graded")
    said = Signal(
        row.id,
        Facet.MODEL,
        "=cmd|' /C calc'!A0",
        Strength.INDICATIVE,
        "inventory.model",
        f"{row.id} inventory.model",
        "=1+1",
    )
    who = replace(base.identity, attributions=(Attribution(Facet.MODEL, said.value, said.strength, (said,)),))
    return replace(
        base, identity=who, observations=(row,), fields=(), sightings=(Sighting(row, "col_2", None, "row 7"),), addresses=(),
        ports=(), check=(CheckStep(row.id, Message.of("Read the label on the unit.")),),
    )  # fmt: skip


MADE_BY = MadeBy("0.1.0", "0123abc", (("fingerprints", DIGEST), ("rules", DIGEST), ("advisories", DIGEST)))


def review(devices: tuple[Device, ...], sites: tuple[str, ...], title: str = "Review of existing properties") -> Review:
    """A review of `devices` in `sites`."""
    gaps = (
        Gap("192.0.2.77", GapReason.REFUSED, "http"),
        Gap("192.0.2.128/25", GapReason.NOT_LOOKED_AT, detail="outside the hours of the scope"),
        Gap("recorder 192.0.2.9, channels 3 to 8", GapReason.UNKNOWN_CHANNELS),
    )
    collections = (
        Collection(
            "col_1", CollectionKind.ACTIVE, "inspector", "ab" * 32, "laptop-7", "eth0", "glasshouse 0.1.0", ("scan",),
            NOON - timedelta(hours=2), NOON - timedelta(hours=1), 0.2, sites[0], ("192.0.2.0/25",), gaps, "cd" * 32, "sealed",
        ),
        Collection("col_2", CollectionKind.IMPORT, "inspector", None, "laptop-7", None, "glasshouse 0.1.0", ("import", "list.csv"), NOON),
    )  # fmt: skip
    coverage = tuple(Coverage(site, 126, len(devices) // len(sites) + 3, 60, 1, 40, 2, 1, 0, gaps) for site in sites)
    packs = tuple(
        PackAge(name, "2026-11-23.1", DIGEST, NOON - timedelta(days=9), 120)
        for name in ("fingerprints", "rules", "advisories")
    )
    return Review(
        title=title,
        as_of=AsOf(date(2026, 11, 23)),
        made_at=NOON,
        made_by=MADE_BY,
        jurisdiction="CA",
        roles=("federal_department",),
        acts=("use", "keep_in_service"),
        properties=tuple(map(Site, sites)),
        devices=devices,
        coverage=coverage,
        collections=collections,
        rejected=(Rejected("list.csv", "row 12", "the address '999.1.1.1' is none; an IPv4 or IPv6 address is accepted; mend the row"),),
        packs=packs,
        next_steps=(Message.of("Ask the seller of {number} devices who produced them.", number=2),),
        names=tuple(NAMES.items()),
    )  # fmt: skip


def small() -> Review:
    """Every shape once."""
    sites = ("100 Wellington", "Dépôt Sainte-Foy", "Vacant lot")
    devices = (
        device(1, sites[0], "hikvision", "hikvision", "DS-2CD2143G2-I", "D"),
        device(2, sites[0], "axis", "axis", "P3245-V", "B"),
        device(3, sites[0], None, "annke", None, "not-graded"),
        device(4, sites[1], "dahua", "dahua", "IPC-HDW2831T", "C"),
        device(5, sites[1], "annke", "annke", "C800", "A"),
        contradicted(6, sites[1]),
        listed(7, sites[1]),
        hostile(8, sites[0]),
    )
    return review(devices, sites)


def hostile(number: int, site: str) -> Device:
    """A device that answers with markup, terminal escapes and direction overrides in every value."""
    base = device(number, site, "hikvision", HOSTILE, HOSTILE, "D")
    return replace(
        base, addresses=(HOSTILE,), explanation=(Message.of("It calls itself {name}.", name=HOSTILE),),
        check=(CheckStep(base.observations[0].id, Message.of("Look at {place}.", place=HOSTILE), HOSTILE),),
    )  # fmt: skip


def large(count: int = 900, properties: int = 40) -> Review:
    """`count` devices over `properties` properties, in the proportions of a real estate."""
    sites = tuple(f"Property {number:03d}" for number in range(1, properties + 1))
    kinds: tuple[tuple[str | None, str | None, str | None, str], ...] = (
        ("hikvision", "hikvision", "DS-2CD2143G2-I", "D"), ("axis", "axis", "P3245-V", "B"), ("axis", "axis", "M1135", "C"),
        (None, "annke", None, "not-graded"), ("dahua", "dahua", "IPC-HDW2831T", "C"), ("hanwha", "hanwha", "XNV-8080R", "A"),
        ("hikvision", "annke", "C800", "D"), ("uniview", "uniview", "IPC322LB", "C"), ("bosch", "bosch", "NBE-3502", "B"),
    )  # fmt: skip
    devices = tuple(
        device(number, sites[number * 7 % properties], *kinds[(number * 4 + number // 7) % len(kinds)])
        for number in range(count)
    )
    return review(devices, sites)


def heavy(count: int) -> Review:
    """`count` devices that each carry six observations, some fifteen signals, ten verdicts and eight advisories."""
    base = large(count)
    return replace(base, devices=tuple(map(_heavier, base.devices)))


def _heavier(base: Device) -> Device:
    address, site = base.addresses[0], base.property
    more = tuple(
        Observation(
            Endpoint(address, site), probe, f"{probe} reply of {address}: model=DS-2CD2143G2-I; build=V5.5.82; serial={base.id}; ".encode() * 3,
            request="probe", port=port,
        )
        for probe, port in (("sadp", 37020), ("onvif-scopes", 3702), ("rtsp", 554), ("tls-cert", 443))
    )  # fmt: skip
    facets = (Facet.FIRMWARE, Facet.SERIAL, Facet.PLATFORM)
    found = tuple(
        Attribution(
            facet, f"{facet.value}-value", Strength.STRONG,
            tuple(signal(seen, facet, f"{facet.value}-value", Strength.STRONG, text, f"{seen.probe}.{facet.value}") for seen in more),
        )
        for facet, text in zip(facets, ("build=V5.5.82", f"serial={base.id}", "model=DS-2CD2143G2-I"), strict=True)
    )  # fmt: skip
    first = base.judgement.verdicts[0]
    maker = base.identity.value(Facet.MAKER)
    verdicts = (
        first,
        *(verdict(f"rule-{n}", Outcome.NEEDS_REVIEW, maker, Strength.STRONG, ("INSTRUMENT_UNSEEN",)) for n in range(2)),
        *(
            verdict(f"other-rule-{n}", Outcome.NOT_RESTRICTED, maker, Strength.STRONG, ("NOT_YET_IN_FORCE",))
            for n in range(7)
        ),
    )
    advisories = tuple(
        replace(item, id=f"{item.id}-{n}") for n in range(4) for item in merit("D").advisories
    )  # fmt: skip
    return replace(
        base,
        identity=replace(base.identity, attributions=(*base.identity.attributions, *found)),
        observations=(*base.observations, *more),
        sightings=(*base.sightings, *(Sighting(seen, "col_1", NOON) for seen in more)),
        judgement=replace(base.judgement, verdicts=verdicts),
        merit=replace(base.merit, advisories=advisories),
    )  # fmt: skip
