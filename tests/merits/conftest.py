"""The bundled snapshot of advisories, and small ones made for one question."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from glasshouse.datapack import advisories
from glasshouse.merits.advisory import Advisories, Advisory, Affected, AffectedRange, Cvss
from glasshouse.merits.models import read_models
from glasshouse.model.provenance import Basis

DATA = Path(__file__).resolve().parents[2] / "data"
WORST = Cvss("3.1", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, "test")


@pytest.fixture(scope="session")
def snapshot() -> Advisories:
    return advisories.load(DATA)


@pytest.fixture
def make(snapshot):
    """`make(ranges, model=..., **advisory)` gives a snapshot of one advisory of the maker "acme"."""

    def build(*ranges: AffectedRange, model="X100", scope="models", kev=None, affected=None, by="NVD", **changes):
        entry = Affected(
            model, scope, read_models(model) if scope == "models" else (), ranges, by=by, **(affected or {})
        )
        values = {
            "id": "CVE-2099-1", "title": "test", "makers": ("acme",), "affected": (entry,), "source": "https://x.example/1",
            "basis": Basis.SOURCED, "cvss": (WORST,),
        }  # fmt: skip
        added: dict[str, date] = {"CVE-2099-1": kev} if kev else {}
        return Advisories((Advisory(**{**values, **changes}),), added, snapshot.decisions, "sha256:test")

    return build
