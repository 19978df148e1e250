"""TLS versions as posture tells them."""

from __future__ import annotations

__all__ = ["TLS_WAYS", "is_modern"]

TLS_WAYS = ("none", "1.2")  # what an unknown version could turn out to be, worst and best


def is_modern(tls: str) -> bool:
    """Whether `tls` is 1.2 or later (RFC 9325 section 3.1.1); "none" and older versions are not."""
    head, _, tail = tls.removeprefix("TLSv").partition(".")
    return head.isdecimal() and tail.isdecimal() and (int(head[:4]), int(tail[:4])) >= (1, 2)
