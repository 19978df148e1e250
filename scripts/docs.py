"""Writes `docs/reference/` from the code and the data packs, so that neither can say what the other does not.

    python scripts/docs.py                 write every page
    python scripts/docs.py strength.md     write the named pages alone
    python scripts/docs.py --check         exit 1 and name each page that differs from what would be written

The same code and packs give the same bytes: no clock, no digest, no path of a machine. The glossary is written by
hand and tested against the model.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzz.seeds import SEEDS
from scripts import docs_rules
from scripts.docs_text import code, page, reference, section, sentence, table, words

from glasshouse import datapack, protocols
from glasshouse.attribution import ladder
from glasshouse.cli.root import main as cli
from glasshouse.datapack.pack import PACKS
from glasshouse.model.protocol import Request
from glasshouse.model.strength import Strength
from glasshouse.protocols import ProtocolModule
from glasshouse.sources import importers
from glasshouse.sources.importers.columns import FIELDS as COLUMNS

__all__ = ["PAGES", "REFERENCE", "commands", "main", "pages", "stale"]

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
EXAMPLE_HOST = "192.0.2.10"
EXAMPLE_TOKEN = "00000000-0000-4000-8000-000000000000"  # noqa: S105 - a UUID that stands for any other
EXAMPLE_PATH = "/rootDesc.xml"

_SAFETY = {
    "PASSIVE": "nothing is sent",
    "DISCOVERY": "one datagram that such devices expect",
    "READ": "a plain read that every client sends, or a connection that only listens",
    "FAMILY_READ": "one read of one maker's own interface, without credentials",
    "CREDENTIALED": "a read with credentials that the owner supplied",
}


# Protocols


def protocols_page() -> str:
    """Every protocol: where it listens, the bytes that may be sent, how much that asks, what it cannot do."""
    classes = table(
        ("number", "class", "what it asks of a device"),
        [(str(number), name.lower().replace("_", "-"), _SAFETY[name]) for number, name in enumerate(_SAFETY)],
    )
    intro = (
        "One file of `src/glasshouse/protocols/` a protocol. The requests below are the whole allow-list: bytes that "
        f"are not exactly one of them are refused before a socket is opened. They are shown for the host {EXAMPLE_HOST} "
        "and the first port. A UUID is different in each run. `\\r\\n` stands for carriage return and line feed.\n\n"
        "A scope file's `max_class` is the ceiling of these classes:\n\n" + classes
    )
    return page("Protocols", intro, *(_protocol(module) for module in protocols.BUILTIN))


def _protocol(module: ProtocolModule) -> str:
    doc = module.DOC
    rows = [
        ("name", code(doc.name)),
        ("probe word", code(doc.probe)),
        ("transport", doc.transport if doc.transport != "none" else "none: read where others collected it"),
        ("ports", ", ".join(map(str, doc.ports)) or "none"),
        ("safety class", f"{doc.safety.value} {doc.safety.name.lower().replace('_', '-')}"),
        ("bounds", f"{doc.limits.reply_bytes} bytes, {doc.limits.seconds:g} s, depth {doc.limits.depth}"),
    ]
    if doc.multicast:
        rows.append(("multicast groups", ", ".join(f"{group} port {port}" for group, port in doc.multicast)))
    if doc.reply_ports:
        rows.append(("replies come to port", ", ".join(map(str, doc.reply_ports))))
    return section(
        2,
        doc.title,
        table(("", ""), rows),
        _requests(module),
        words("References", [reference(one) for one in doc.references]),
        words("Limitations", doc.limitations, none="None known."),
    )


def _requests(module: ProtocolModule) -> str:
    port = (module.DOC.ports or (0,))[0]
    found = module.requests(EXAMPLE_HOST, port, EXAMPLE_TOKEN)
    describe: Callable[[str, int, str], Request] | None = getattr(module, "request_for", None)
    if describe is not None:
        found = (*found, describe(EXAMPLE_HOST, port, EXAMPLE_PATH))
    if not found:
        return "Requests: none. Nothing of this protocol is sent."
    return "\n\n".join(["Requests:", *(_request(request) for request in found)])


def _request(request: Request) -> str:
    label = request.safety.name.lower().replace("_", "-")
    head = f"- {code(request.name)} (class {label}, {len(request.data)} bytes)"
    if request.read_until == "handshake":
        return f"{head}: a TLS handshake; no further byte is sent."
    if not request.data:
        return f"{head}: connect and listen; no byte is sent."
    return "\n".join([f"{head}:", "", "  ```text", *(f"  {line}" for line in shown(request.data)), "  ```"])


def shown(data: bytes) -> list[str]:
    """Bytes as lines: text with its line ends spelled out, anything else as hexadecimal, 32 bytes a line."""
    if all(byte in b"\r\n" or 32 <= byte < 127 for byte in data):
        text = data.decode("ascii").replace("\r", "\\r").replace("\n", "\\n\n")
        return text.removesuffix("\n").split("\n")
    return [data[at : at + 32].hex(" ") for at in range(0, len(data), 32)]


# Importers


def importers_page() -> str:
    """Every importer: what is recognised, what is lost, what it cannot do, and the columns of tables."""
    intro = (
        "A file is recognised by its content; its suffix decides nothing. The importers are asked in this order. "
        "Every row that cannot be used is listed with its line and the reason. Passwords, tokens, communities and "
        "verification codes are dropped while the file is read."
    )
    columns = section(
        2,
        "Columns of tables",
        "The headings that a CSV file or a workbook may use, in English and French. Case, accents, spaces and "
        "punctuation do not matter. `--column-map HEADER=FIELD` names any other heading. An unknown column is kept "
        "as `inventory.<heading>` and listed in the preview.",
        table(("field", "headings"), [(code(f), ", ".join(_headings(names))) for f, names in COLUMNS.items()]),
    )
    return page("Importers", intro, *(_importer(one) for one in importers.BUILTIN), columns)


def _headings(names: str | Iterable[str]) -> list[str]:
    return names.split("|") if isinstance(names, str) else list(names)


def _importer(importer: importers.Importer) -> str:
    doc = importer.DOC
    rows = [
        ("name", code(doc.name)),
        ("usual suffixes", ", ".join(map(code, doc.suffixes))),
        ("recognised by", sentence(importer.recognises.__doc__ or "")),
    ]
    return section(
        2,
        doc.title,
        table(("", ""), rows),
        words("References", [reference(one) for one in doc.references]),
        words("Not carried over", doc.lost, none="Everything is carried over."),
        words("Limitations", doc.limitations, none="None known."),
    )


# Strength


def strength_page() -> str:
    """The ordered words and the ladder as the code holds it."""
    meaning = {
        Strength.NONE: "nothing was seen that says so",
        Strength.INDICATIVE: "one weak hint; it raises the question",
        Strength.SUPPORTING: "evidence that fits, and that a copy or a mistake could also produce",
        Strength.STRONG: "evidence that a rule may rest on: `prohibited` and `conditional` need it",
        Strength.CONCLUSIVE: "independent evidence in more than one reply, part of it in the device's own protocol",
    }
    ordered = table(("word", "reading"), [(member.word, meaning[member]) for member in Strength])
    rungs = table(
        ("rung", "strength", "reached when"),
        [(str(number), rung.strength.word, str(rung.because)) for number, rung in enumerate(ladder.LADDER, start=1)],
    )
    capped = table(
        ("claim", "against it", "what is left"),
        [
            (claim.word, against.word, ladder.cap(claim, against).word)
            for claim in reversed(Strength)
            for against in reversed(Strength)
            if claim and against and against <= claim
        ],
    )
    return page(
        "Strength of evidence",
        "An attribution carries one of these words, never a percentage. "
        "[What strength means](../explanation/what-strength-means.md) says what each promises and how often it was wrong.\n\n"
        + ordered,
        section(2, "The ladder", "Read from the top; the first rung that holds gives the strength.", rungs),
        section(2, "What counts as a witness", (ladder.__doc__ or "").partition("\n\n")[2].strip()),
        section(
            2,
            "When evidence disagrees",
            "Another value of the same facet (brand, maker, firmware origin) takes strength away. Both sides stay in "
            "the report.",
            capped,
        ),
    )


# Commands


def commands() -> Iterator[tuple[click.Context, click.Command]]:
    """Every command with its context, a group before its members."""
    top = click.Context(cli, info_name="glasshouse", **cli.context_settings)
    stack: list[tuple[click.Context, click.Command]] = [(top, cli)]
    while stack:
        context, command = stack.pop(0)
        yield context, command
        if isinstance(command, click.Group):
            members = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
            stack[:0] = [
                (click.Context(member, info_name=name, parent=context), member)
                for name, member in members
                if member is not None and not member.hidden
            ]


def commands_page() -> str:
    """Every command with its arguments and options."""
    exits = table(
        ("exit code", "meaning"),
        [
            ("0", "done"),
            ("1", "failed"),
            ("2", "used wrongly"),
            ("3", "nothing was collected"),
            ("4", "partly collected; the gaps are listed"),
            ("10", "something at or above `--fail-on` was found; goes before 4, and 4 before 0"),
        ],
    )
    intro = (
        "Data goes to standard output, talk and progress to standard error. `-` is standard input. Settings are read "
        "from `glasshouse.toml`, then from the environment (`GLASSHOUSE_DATABASE_URL`, `GLASSHOUSE_LANGUAGE`), then "
        "from options; the later one wins.\n\n" + exits
    )
    return page("Commands", intro, *(_command(context, command) for context, command in commands()))


def _command(context: click.Context, command: click.Command) -> str:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    options = [param for param in command.get_params(context) if isinstance(param, click.Option)]
    records = [option.get_help_record(context) for option in options]
    rows = [(code(names), re.sub(r"\s+", " ", text)) for names, text in filter(None, records)]
    level = 2 if context.parent is None or context.parent.parent is None else 3
    text = (command.help or "").replace("\b\n", "")
    return section(
        level,
        code(context.command_path),
        *(re.sub(r"\s+", " ", paragraph).strip() for paragraph in text.split("\n\n")),
        f"```text\n{usage}\n```",
        table(("option", "meaning"), rows),
    )


# Fields


def fields_page() -> str:
    """The names of decoded values: from the decoders' own text, from replies they read, and from fingerprints."""
    by_name = _decoded()
    used = _fingerprinted()
    groups: dict[str, set[str]] = defaultdict(set)
    for name in [*by_name, *used, *_written(), *(f"inventory.{field}" for field in COLUMNS)]:
        groups[name.partition(".")[0]].add(name)
    parts = []
    for group in sorted(groups):
        rows = [
            (code(name), ", ".join(sorted(by_name.get(name, ()))), "yes" if name in used else "")
            for name in sorted(groups[group])
        ]
        parts.append(section(2, group, table(("name", "seen in replies of", "read by a fingerprint"), rows)))
    intro = (
        "What decoders yield and fingerprints read. A part in `<…>` is taken from the reply: an element, a key or a "
        "header as it is written there. The second column names the protocols whose example replies hold the value. "
        "`id.*` are the values that join observations into one device."
    )
    return page("Fields", intro, *parts)


def _decoded() -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, replies in SEEDS.items():
        module = protocols.by_name(name)
        if module is None:
            raise LookupError(f"fuzz/seeds.py has replies of {name!r}, which is no protocol; correct the name")
        for raw in replies:
            for item in module.decode(raw):
                found[_generic(item.name)].add(name)
    return found


def _generic(name: str) -> str:
    """A name without the channel number or object identifier that its example reply happened to have."""
    return re.sub(r"(?<=\.oid)\.[\d.]+$|(?<=\.channel)\.\d+", ".<name>", name)


def _fingerprinted() -> frozenset[str]:
    return frozenset(fingerprint.field for fingerprint in datapack.load().fingerprints)


@cache
def _written() -> frozenset[str]:
    """Names and patterns of names that stand in the decoders' source."""
    prefixes = {name.partition(".")[0] for name in _decoded()} | {"id"}
    found = set()
    for file in sorted((ROOT / "src/glasshouse/protocols").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add" and node.args:
                name = _literal(node.args[0])
                if name.partition(".")[0] in prefixes and re.fullmatch(r"[\w-]+(\.[\w<>-]+)+", name):
                    found.add(name)
    return frozenset(found)


def _literal(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts = [str(part.value) if isinstance(part, ast.Constant) else "<name>" for part in node.values]
    return "".join(parts)


# Data packs


def packs_page() -> str:
    """Name, version, day and size of every pack."""
    pack = datapack.load()
    rows = [
        (code(f"data/{PACKS[age.pack]}/"), age.pack, age.version, f"{age.dated:%Y-%m-%d}", str(age.items))
        for age in pack.ages
        if age.dated is not None
    ]
    intro = (
        "What the program knows, apart from its code. Versions and days stand in `data/PACKS.toml`. The digest of each "
        "pack is computed from its content and stands in every output under `made_by`; `glasshouse data list` prints "
        "it. `glasshouse data verify` checks schemas, sources, examples and references."
    )
    counted = "Counted are rows; of rules and advisories, files; of prefixes, registered blocks."
    return page("Data packs", intro, table(("folder", "pack", "version", "dated", "items"), rows), counted)


PAGES: Mapping[str, Callable[[], str]] = {
    "protocols.md": protocols_page,
    "importers.md": importers_page,
    "strength.md": strength_page,
    "commands.md": commands_page,
    "fields.md": fields_page,
    "data-packs.md": packs_page,
    "reason-codes.md": docs_rules.reasons_page,
}


def pages(names: Sequence[str] = ()) -> dict[str, str]:
    """Path under `docs/reference/` -> text, of the named pages or of all, those of the rules included."""
    found = {name: build() for name, build in PAGES.items() if not names or name in names}
    if not names or "rules.md" in names:
        found.update(docs_rules.rules_pages(datapack.load()))
    return found


def stale(folder: Path = REFERENCE) -> list[str]:
    """Pages that differ from what the code gives, are missing, or belong to a rule that is gone."""
    wanted = pages()
    here = {path.relative_to(folder).as_posix() for path in folder.glob("rules/*.md")}
    differing = [name for name, text in wanted.items() if _read(folder / name) != text]
    return sorted([*differing, *(here - wanted.keys())])


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def write(names: Sequence[str], folder: Path = REFERENCE) -> None:
    """Write the named pages or all; then pages of rules that are gone are removed."""
    wanted = pages(names)
    for name, text in wanted.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"docs/reference/{name}")
    if not names:
        for path in folder.glob("rules/*.md"):
            if path.relative_to(folder).as_posix() not in wanted:
                path.unlink()


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pages", nargs="*", metavar="PAGE", help="write this page alone, e.g. strength.md")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a page is out of date")
    given = parser.parse_args(arguments)
    unknown = sorted(set(given.pages) - {*PAGES, "rules.md"})
    if unknown:
        parser.error(f"page {unknown[0]!r} is unknown; accepted: {', '.join(sorted({*PAGES, 'rules.md'}))}")
    if not given.check:
        write(given.pages)
        return 0
    differing = stale()
    for name in differing:
        print(f"docs/reference/{name} is out of date; run 'make docs' and commit the result", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
