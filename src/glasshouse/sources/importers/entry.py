"""What one entry of a document says about one device, put into the preview."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from glasshouse.model.observation import Observation, SaidBy, Subject
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.redact import strip_bytes, strip_text

__all__ = ["Entry", "pairs"]

MAX_FIELDS = 400


def pairs(*found: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Named values without the empty and the repeated ones, capped, credentials out."""
    kept = ((name, strip_text(cap(value))) for name, value in found if value)
    return tuple(dict.fromkeys((name, value) for name, value in kept if value))[:MAX_FIELDS]


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in a document with its subject and time. `device` is the document's own name for the device."""

    draft: Draft
    subject: Subject
    locator: str
    seen_at: datetime | None = None
    tool: str | None = None
    device: str | None = None

    def reply(
        self,
        probe: str,
        raw: bytes = b"",
        fields: tuple[tuple[str, str], ...] = (),
        *,
        request: str | None = None,
        port: int | None = None,
        protocol: str | None = None,
        said_by: SaidBy = SaidBy.DEVICE,
    ) -> bool:
        """Put a reply, or values taken out of one, into the preview; False when it is empty."""
        if not raw and not fields:
            return False
        observation = Observation(
            self.subject,
            probe,
            raw=raw if probe == "tls-cert" else strip_bytes(raw),  # a certificate is not text
            fields=fields,
            request=request,
            port=port,
            protocol=protocol,
            said_by=said_by,
            tool=self.tool,
        )
        self.draft.see(observation, self.seen_at, self.locator, self.device)
        return True

    def row(self, said_by: SaidBy, *found: tuple[str, str], port: int | None = None) -> bool:
        """Put the named values of a row into the preview as inventory text; False when all are empty."""
        return self.reply("inventory-text", fields=pairs(*found), said_by=said_by, port=port)

    def macs(self, macs: Iterable[str], said_by: SaidBy = SaidBy.INFRASTRUCTURE) -> bool:
        """Put the MAC addresses of the one device into the preview, together: it has them all."""
        return self.reply("mac", "\n".join(dict.fromkeys(macs)).encode(), said_by=said_by)
