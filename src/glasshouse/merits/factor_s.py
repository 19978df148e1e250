"""S: services and transport. What listens, and whether it can be overheard.

D: a debugging console. C: telnet or FTP, no TLS, or TLS older than 1.2. B: a service in cleartext beside TLS.
A: none of these. EN 303 645 provisions 5.5 and 5.6 are the labels (recalled); no conformance is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from glasshouse.merits.grades import factor, worst
from glasshouse.merits.transport import TLS_WAYS, is_modern
from glasshouse.model.merit import Factor, Grade, Posture
from glasshouse.model.text import Message

__all__ = ["CLEARTEXT", "DEBUG", "LEGACY", "factor_s"]

DEBUG = frozenset({"debug", "debug-console", "adb", "gdb"})
LEGACY = frozenset({"telnet", "ftp"})
CLEARTEXT = frozenset({"http", "rtsp", "snmp", "upnp"})
# What a list of services that nobody looked for could turn out to be, from best to worst.
_UNSEEN: tuple[tuple[str, ...], ...] = ((), ("http",), ("telnet",), ("debug",))


def factor_s(posture: Posture) -> Factor:
    """Grade services and transport; unknown inputs are tried every way."""
    services = _UNSEEN if posture.services is None else (posture.services,)
    transports = TLS_WAYS if posture.tls is None else (posture.tls,)
    possible = {worst(grade for grade, _ in _marks(found, tls)) for found, tls in product(services, transports)}
    return factor("S", possible, _reasons(posture))


def _marks(services: tuple[str, ...], tls: str) -> Iterator[tuple[Grade, Message]]:
    for service in sorted(set(services)):
        if service in DEBUG:
            yield "D", Message.of("A debugging service listens: {service}.", service=service)
        elif service in LEGACY:
            yield "C", Message.of("{service} listens, in cleartext.", service=service)
        elif service in CLEARTEXT:
            yield "B", Message.of("{service} is offered in cleartext.", service=service)
    if tls == "none":
        yield "C", Message.of("TLS was looked for and is absent.")
    elif not is_modern(tls):
        yield "C", Message.of("The best TLS version offered is {tls}.", tls=tls)


def _reasons(posture: Posture) -> tuple[Message, ...]:
    reasons = [reason for _, reason in _marks(posture.services or (), posture.tls or "1.2")]
    if posture.services is None:
        reasons.append(Message.of("Which services listen was not looked at."))
    if posture.tls is None:
        reasons.append(Message.of("Whether TLS is offered was not looked at."))
    return tuple(reasons) or (Message.of("TLS {tls}, and no service in cleartext.", tls=posture.tls),)
