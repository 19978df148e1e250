"""The evidence tree of one device, and the outcome of a review, as lines for a terminal.

Everything passes `visible`: no reply can move the cursor, change colours or turn the reading direction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from glasshouse.model.identity import Attribution
from glasshouse.model.merit import AdvisoryFinding
from glasshouse.model.restriction import Citation
from glasshouse.model.review import Device, Review
from glasshouse.model.signal import Facet
from glasshouse.model.text import Message
from glasshouse.model.validation import Validation
from glasshouse.model.verdict import Trace, Verdict
from glasshouse.reports import sentences, views, words
from glasshouse.reports.answer import answer_of
from glasshouse.reports.catalogue import Translator
from glasshouse.reports.evidence import Evidence, Excerpt, Heard, Seen, evidence_of
from glasshouse.reports.missed import missed_lines
from glasshouse.reports.visible import bounded, visible

__all__ = ["explain_lines", "summary_lines"]

LINE_SHOWN = 1_200  # characters of any one text
_NOTHING_SHOWN = Validation()
PROPERTIES_SHOWN = 5  # after a review
LABELS_SHOWN = 12  # items of evidence named behind a facet; all of them stand under "For"


@dataclass(frozen=True, slots=True)
class _Node:
    text: str
    children: Sequence[_Node] = ()


def _leaves(texts: Iterable[str]) -> tuple[_Node, ...]:
    return tuple(map(_Node, texts))


def _shown(text: str) -> str:
    return visible(bounded(text, LINE_SHOWN))


def _draw(nodes: Sequence[_Node], indent: str = "") -> Iterable[str]:
    for position, node in enumerate(nodes):
        last = position == len(nodes) - 1
        first, *more = node.text.split("\n")
        yield f"{indent}{'└─ ' if last else '├─ '}{_shown(first)}"
        below = indent + ("   " if last else "│  ")
        for line in more:  # only excerpts have more than one line, cut where the reply breaks
            yield f"{below}{'│  ' if node.children else '   '}{_shown(line)}"
        yield from _draw(node.children, below)


def _quote(excerpt: Excerpt) -> str:
    before = ("…" if excerpt.cut_before else "") + excerpt.before
    after = excerpt.after + ("…" if excerpt.cut_after else "")
    return f"{before}⟦{excerpt.mark}⟧{after}"


def _heard(item: Heard, tr: Translator, validation: Validation) -> _Node:
    says = ", ".join(
        f"{tr.text(words.FACETS[signal.facet])} {views.facet_text(signal.facet, signal.value, tr)} "
        f"({views.strength_text(signal.facet, signal.strength, validation, tr)}, {signal.fingerprint})"
        for signal in item.signals
    )
    source = item.seen.label if item.seen else item.observation_id
    if item.start is None:
        place = Message.of("from {source}, witness {witness}", source=source, witness=item.witness)
    else:
        place = Message.of(
            "bytes {start} to {end} of {source}, witness {witness}",
            start=item.start, end=item.end, source=source, witness=item.witness,
        )  # fmt: skip
    lines = [_quote(item.excerpt), tr.text(place)]
    if item.also:
        again = ", ".join(f"{label} {witness}" for label, witness in item.also)
        lines.append(f"{tr.text(Message.of('the same words again in'))} {again}")
    return _Node(f"{item.label} {says}", _leaves(lines))


def _seen(item: Seen, tr: Translator) -> _Node:
    observation = item.observation
    about = [observation.protocol or observation.probe]
    if observation.port is not None:
        about.append(tr.text(Message.of("port {port}", port=observation.port)))
    if observation.request:
        about.append(observation.request)
    about.append(tr.text(Message.of("said by {who}", who=tr.text(words.SAID_BY[observation.said_by]))))
    times = (
        " · ".join(
            part
            for part in (
                f"{tr.text(Message.of('collection'))} {sighting.collection}",
                tr.moment(sighting.seen_at) if sighting.seen_at else tr.text(Message.of("the source gives no time")),
                sighting.locator,
            )
            if part
        )
        for sighting in item.sightings
    )
    return _Node(f"{item.label} {' · '.join(about)}", _leaves((observation.id, *times)))


def _or_nothing(nodes: Sequence[_Node], nothing: Message, tr: Translator) -> Sequence[_Node]:
    return nodes or _leaves([tr.text(nothing)])


def _labels(found: Evidence, item: Attribution) -> str:
    labels = found.labels(item.facet, item.value)
    return " ".join((*labels[:LABELS_SHOWN], *(["…"] if len(labels) > LABELS_SHOWN else [])))


def _facets(device: Device, found: Evidence, tr: Translator, validation: Validation) -> tuple[_Node, ...]:
    return tuple(
        _Node(
            f"{tr.text(words.FACETS[item.facet])}{tr.colon}{views.facet_text(item.facet, item.value, tr)} "
            f"({views.strength_text(item.facet, item.strength, validation, tr)}) {_labels(found, item)}".rstrip(),
            _leaves(map(tr.text, item.reasoning)),
        )
        for item in device.identity.attributions
    )


def _contradictions(device: Device, tr: Translator) -> tuple[_Node, ...]:
    return tuple(
        _Node(
            f"{tr.text(words.FACETS[item.facet])} {' / '.join(map(tr.name, item.values))}{tr.colon}{tr.text(item.note)}"
        )
        for item in device.identity.contradictions
    )


def _check(device: Device, tr: Translator) -> tuple[_Node, ...]:
    return tuple(_Node(tr.text(step.what), _leaves([step.command] if step.command else [])) for step in device.check)


def _joints(device: Device, found: Evidence, tr: Translator) -> tuple[_Node, ...]:
    """What ties the observations together, decisions of people first; what else shares a key or a place and is apart."""
    links = sorted(device.identity.asset.links, key=lambda link: not link.key.startswith("decision:"))
    lines = dict.fromkeys(
        f"{found.label(link.left)} {found.label(link.right)} {tr.text(link.because)} [{link.key}]".strip()
        for link in links[:LABELS_SHOWN]
    )
    return _leaves([*lines, *(["…"] if len(links) > LABELS_SHOWN else [])])


def _identity_parts(device: Device, tr: Translator, validation: Validation) -> tuple[_Node, ...]:
    identity, found = device.identity, evidence_of(device)
    none = Message.of("None is recorded.")
    against = (*_contradictions(device, tr), *(_heard(item, tr, validation) for item in found.against))
    return (
        _Node(tr.text(Message.of("What it is")), _facets(device, found, tr, validation)),
        _Node(tr.text(Message.of("Why this is one device")), _or_nothing(_joints(device, found, tr), none, tr)),
        _Node(
            tr.text(Message.of("For")),
            _or_nothing(
                tuple(_heard(item, tr, validation) for item in found.for_),
                Message.of("No fingerprint matched: what it is stays unknown."), tr,
            ),
        ),
        _Node(
            tr.text(Message.of("Against")),
            _or_nothing(against, Message.of("Nothing that was received speaks against it."), tr),
        ),
        _Node(
            tr.text(Message.of("Looked for and not found")),
            _or_nothing(_leaves(map(tr.text, identity.looked_for)), Message.of("Nothing was looked for in vain."), tr),
        ),
        _Node(
            tr.text(Message.of("Other explanations considered")),
            _or_nothing(_leaves(map(tr.text, identity.alternatives)), none, tr),
        ),
        _Node(tr.text(Message.of("What would settle it")), _or_nothing(_leaves(map(tr.text, identity.settle)), none, tr)),
        _Node(tr.text(Message.of("Check it without us")), _or_nothing(_check(device, tr), none, tr)),
        _Node(tr.text(Message.of("Observations")), tuple(_seen(item, tr) for item in found.seen)),
    )  # fmt: skip


def _citation(citation: Citation) -> str:
    return ", ".join(part for part in (citation.title, citation.pinpoint, citation.url) if part)


def _trace(trace: Trace, tr: Translator, validation: Validation) -> _Node:
    text = f"[{tr.text(words.TRUTHS[trace.value])}] {tr.text(trace.criterion)}"
    if trace.fact:
        text += f" – {tr.text(trace.fact)}"
    if trace.strength is not None:
        text += f" ({views.strength_text(Facet.MAKER, trace.strength, validation, tr)})"
    clause = _leaves([_citation(trace.clause)] if trace.clause else [])
    return _Node(text, (*clause, *(_trace(child, tr, validation) for child in trace.children)))


def _verdict(verdict: Verdict, tr: Translator, validation: Validation) -> _Node:
    rests = tr.text(words.AUTHORITIES[verdict.authority])
    if not verdict.text_seen:
        rests += f", {tr.text(Message.of('the text itself was not seen'))}"
    children = [
        _Node(tr.text(verdict.sentence)),
        _Node(f"{tr.text(Message.of('Rests on'))}{tr.colon}{rests}"),
        _Node(f"{tr.text(Message.of('Reason codes'))}{tr.colon}{' '.join(verdict.reason_codes)}"),
    ]
    if verdict.missing_facts:
        children.append(_Node(tr.text(Message.of("Missing facts")), _leaves(map(tr.text, verdict.missing_facts))))
    children.append(_Node(tr.text(Message.of("Citations")), _leaves(map(_citation, verdict.citations))))
    children.extend(_trace(trace, tr, validation) for trace in verdict.because)
    if verdict.reviewed:
        children.append(_Node(tr.text(verdict.reviewed)))
    return _Node(
        f"{tr.text(words.OUTCOMES[verdict.outcome])}{tr.colon}{tr.title(verdict.title)} [{verdict.regime}]", children
    )


def _advisory(item: AdvisoryFinding, tr: Translator) -> _Node:
    text = f"{item.id} {tr.text(words.APPLICABILITY[item.applicability])}"
    if item.kev:
        text += f", {tr.text(Message.of('known to be exploited'))}"
    if item.decision:
        text += f": {tr.text(words.DECISIONS[item.decision]) if item.decision in words.DECISIONS else item.decision}"
    return _Node(text, _leaves((item.title, tr.text(item.reason), item.ranges, item.source)))


def _merit(device: Device, tr: Translator) -> _Node:
    merit = device.merit
    factors = tuple(
        _Node(f"{factor.letter}:{factor.grade or '?'} {tr.text(words.FACTORS[factor.letter])}",
              _leaves(map(tr.text, factor.reasons)))
        for factor in merit.factors
    )  # fmt: skip
    change = _Node(tr.text(Message.of("What would change it")), _leaves(map(tr.text, merit.would_change)))
    head = (
        f"{tr.text(Message.of('Security on its own merits'))}{tr.colon}{views.level_text(merit, tr)} ({merit.vector})"
    )
    return _Node(head, (*factors, *(_advisory(item, tr) for item in merit.advisories), change))


def explain_lines(
    device: Device, translator: Translator, regime: str | None = None, validation: Validation = _NOTHING_SHOWN
) -> list[str]:
    """The whole tree of `device`; `regime` narrows the verdicts to one. Plain text without colours.

    `validation` is what was measured of the words of strength with the packs in use.
    """
    tr = translator
    verdicts = sorted(device.judgement.verdicts, key=lambda verdict: -verdict.outcome)
    chosen = tuple(_verdict(verdict, tr, validation) for verdict in verdicts if regime in {None, verdict.regime})
    nodes = (
        *_identity_parts(device, tr, validation),
        _Node(tr.text(Message.of("What the rules say")), _or_nothing(chosen, Message.of("No rule was evaluated."), tr)),
        _merit(device, tr),
    )
    head = f"{views.device_name(device, tr)} · {views.place_of(device, tr)} · {device.property}"
    overall = tr.text(words.OUTCOMES[device.judgement.overall])
    return [
        visible(head),
        visible(f"{overall} · {device.id}"),
        *map(_shown, views.explanation(device, tr, validation)),
        *_draw(nodes),
    ]


def _missed(review: Review, tr: Translator) -> list[str]:
    """What each property missed; many properties are left to the reports."""
    if len(review.coverage) > PROPERTIES_SHOWN:
        return [tr.text(Message.of("What each property missed stands in the report."))]
    lines = []
    for coverage in review.coverage:
        said = [f"  {bounded(line, LINE_SHOWN)}" for line in missed_lines(coverage, tr)]
        head = tr.text(Message.of("What was missed at {property}", property=coverage.property))
        lines += ["", head, *said] if said else []
    return lines


def summary_lines(review: Review, translator: Translator) -> list[str]:
    """What the command prints after a review: the answer, its counts, its limits and the next steps."""
    tr, answer = translator, answer_of(review)
    width = max(len(tr.text(message)) for message in words.OUTCOMES.values())
    size = max(len(tr.number(count)) for count in answer.outcomes)
    lines = [sentences.headline(answer, tr), ""]
    lines += [
        f"  {tr.text(words.OUTCOMES[outcome]):<{width}}  {tr.number(answer.count(outcome)):>{size}}"
        for outcome in words.SEVERITY
    ]
    lines += ["", sentences.coverage_sentence(answer, tr), sentences.merit_sentence(answer, tr)]
    lines += _missed(review, tr)
    if review.rejected:
        lines.append(
            tr.plural("{n} row or file could not be used", "{n} rows or files could not be used", len(review.rejected))
            + "."
        )
    lines += ["", tr.text(Message.of("What to do next"))]
    lines += [f"  {number}. {step}" for number, step in enumerate(sentences.next_steps(review, answer, tr), 1)]
    return [visible(line) for line in lines]
