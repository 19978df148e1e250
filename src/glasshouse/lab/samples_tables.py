"""Sample tables: what people keep in spreadsheets, and a video management system's camera report."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import xlsxwriter

from glasshouse.lab.device import Device
from glasshouse.lab.ports import Plan
from glasshouse.lab.site import by_name

__all__ = ["ENGLISH", "FRENCH", "Language", "contractor_list", "inventory", "milestone"]


@dataclass(frozen=True, slots=True)
class Language:
    """How an inventory is written: heading, separator, encoding, and which rows it holds."""

    heading: tuple[str, ...]
    separator: str
    encoding: str
    rows: tuple[tuple[str, str, str], ...]  # (device of the site, place, purchase date)
    more: tuple[tuple[str, ...], ...]  # complete rows of devices that are not on the network


ENGLISH = Language(
    heading=(
        "Asset Tag", "Name", "Manufacturer", "Model", "Serial Number", "MAC Address", "IP Address", "Location",
        "Purchase Date",
    ),
    separator=",",
    encoding="utf-8",
    rows=(
        ("gate-cam", "Main gate, mast 1", "2015-06-02"),
        ("lobby-cam", "Lobby, north wall", "2022-09-14"),
        ("basement-nvr", "Basement, rack B", "2019-11-20"),
        ("dock-annke", "Loading dock", "2021-02-08"),
        ("cafeteria-amcrest", "Cafeteria", "2021-08-30"),
        ("entrance-axis", "Entrance hall", "2023-01-17"),
        ("shop-xm-dvr", "Gift shop, under the counter", "2018-04-11"),
        ("copy-room-printer", "Copy room", "2020-10-05"),
    ),
    more=(
        ("C-101", "Shop analogue 1", "Hikvision", "DS-2CE16D0T-IRF", "C41200871", "", "", "Gift shop, till", "2018-04-11"),
        ("C-102", "Shop analogue 2", "Hikvision", "DS-2CE16D0T-IRF", "C41200872", "", "", "Gift shop, door", "2018-04-11"),
        ("C-140", "Spare dome", "Dahua", "IPC-HDBW4431R-ZS", "2M04E7APAK00140", "9c:14:63:0a:01:40", "", "Storage room 3", "2017-05-23"),
        ("C-155", "Roof, switched off", "Hanwha", "QNV-8080R", "ZKAB70GN900155Y", "00:09:18:22:01:55", "192.0.2.55", "Roof, west", "2020-03-02"),
        ("C-160", "Old fence camera", "", "", "", "", "192.0.2.60", "Fence, sector 4", ""),
    ),
)  # fmt: skip

FRENCH = Language(
    heading=(
        "No d'inventaire", "Nom", "Fabricant", "Modèle", "Numéro de série", "Adresse MAC", "Adresse IP", "Emplacement",
        "Date d'achat",
    ),
    separator=";",
    encoding="utf-8-sig",
    rows=(
        ("hall-dahua", "Hall, côté est", "2020-11-03"),
        ("vault-dahua-nvr", "Salle des coffres", "2018-12-12"),
        ("corridor-hilook", "Corridor du 2e étage", "2021-05-19"),
        ("ramp-uniview", "Rampe d'accès", "2022-04-27"),
        ("cell-bosch", "Cellules", "2021-09-09"),
        ("annex-intelbras", "Annexe", "2022-02-15"),
    ),
    more=(
        ("C-210", "Caméra de réserve", "Hikvision", "DS-2CD1343G2-LIUF", "", "", "", "Entrepôt, étagère 7", "2023-06-01"),
        ("C-211", "Caméra du quai", "Tiandy", "TC-C32QN", "", "3c:da:6d:10:02:11", "192.0.2.111", "Quai fluvial", "2022-07-08"),
        ("C-212", "Dôme démonté", "Axis", "M3045-V", "ACCC8E010212", "ac:cc:8e:01:02:12", "", "Atelier", "2016-10-21"),
    ),
)  # fmt: skip


def _row(plan: Plan, name: str, tag: str, place: str, bought: str) -> tuple[str, ...]:
    device = by_name(name)
    told = _label(device)
    address = plan.address(device)
    return (tag, name, told, device.model or "", device.serial or "", device.mac or "", address, place, bought)


def _label(device: Device) -> str:
    """What a person writes down as the make: the brand on the box."""
    return (device.brand or "").replace("-", " ").title()


def _csv(rows: Iterable[Sequence[str]], separator: str, encoding: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def inventory(plan: Plan, language: Language) -> bytes:
    """An inventory as a department keeps it; blank cells are blank because nobody knew."""
    rows = [_row(plan, name, f"A-{n:03}", place, on) for n, (name, place, on) in enumerate(language.rows, 1)]
    return _csv([language.heading, *rows, *language.more], language.separator, language.encoding)


def contractor_list(plan: Plan) -> bytes:
    """What a contractor says it installed, as a workbook with a title row and a second sheet."""
    names = ("yard-cam", "parking-ptz", "office-safire", "depot-private", "court-hanwha", "path-reolink", "desk-vigi")
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"title": "Installed equipment", "created": datetime(2026, 1, 15, tzinfo=UTC)})
        sheet = book.add_worksheet("Installed")
        heading = ("Name", "Vendor", "Model Number", "Serial No", "MAC", "IP", "Area", "Firmware Version")
        sheet.write_row(0, 0, heading)
        for line, name in enumerate(names, 1):
            device = by_name(name)
            cells = (name, _label(device), device.model, device.serial, device.mac, plan.address(device))
            sheet.write_row(line, 0, [cell or "" for cell in (*cells, f"Area {line}", device.firmware)])
        spare = ("spare-ptz", "Dahua", "SD49225XA-HNR", "6F0A11CPAG00301", "e0:50:8b:00:03:01", "", "Van", "")
        sheet.write_row(len(names) + 1, 0, spare)
        notes = book.add_worksheet("Notes")
        notes.write_row(0, 0, ("Text",))
        notes.write_row(1, 0, ("Two units of another trade are behind the gift shop's recorder.",))
    return stream.getvalue()


_REPORT = (
    "Name", "Channel", "Enabled", "State", "HardwareName", "HardwareId", "Model", "Address", "Username", "Password",
    "MAC", "Firmware", "DriverFamily", "Driver", "RecorderName",
)  # fmt: skip


def milestone(plan: Plan) -> bytes:
    """A camera report of a video management system: one row a channel, credentials beside (to be dropped)."""
    names = ("lobby-cam", "fence-dahua", "entrance-axis", "atrium-axis", "lab-vivotek", "stairs-lts")
    rows: list[tuple[str, ...]] = []
    for number, name in enumerate(names, 1):
        device = by_name(name)
        family = "ONVIF" if device.maker in {"dahua", "hikvision"} else (device.maker or "").title()
        rows.append((
            f"{name} - 1", "0", "True", "Responding", name, _identifier(number), device.model or "",
            f"http://{plan.address(device)}/", "viewer", "not-a-real-password", (device.mac or "").replace(":", "").upper(),
            device.firmware or "", family, f"{family} driver", "recorder-1",
        ))  # fmt: skip
    rows += [
        (
            f"quay encoder {channel + 1}", str(channel), "True", "Not responding", "quay-encoder", _identifier(90),
            "DS-6704HUHI", "http://192.0.2.90/", "viewer", "not-a-real-password", "4419B6100090", "V1.2.0 build 190116",
            "Hikvision", "Hikvision driver", "recorder-1",
        )
        for channel in range(3)
    ]  # fmt: skip
    return _csv([_REPORT, *rows], ",", "utf-8-sig")


def _identifier(number: int) -> str:
    return f"7c3f0a10-0000-4000-8000-{number:012d}"
