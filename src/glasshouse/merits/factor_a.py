"""A: access. What the device asks for before it answers.

D: not activated, or no login. C: Basic in cleartext. B: Basic inside TLS, or Digest without TLS. A: Digest with TLS.
Whether a default password is set is never tried. EN 303 645 provision 5.1 is the label (recalled); no conformance is
claimed.
"""

from __future__ import annotations

from itertools import product

from glasshouse.merits.grades import factor
from glasshouse.merits.transport import TLS_WAYS, is_modern
from glasshouse.model.merit import Factor, Grade, Posture
from glasshouse.model.text import Message

__all__ = ["factor_a"]


def factor_a(posture: Posture) -> Factor:
    """Grade the login; unknown inputs are tried every way."""
    if posture.activated is False:
        return factor("A", ("D",), (Message.of("The device is not activated: whoever comes first sets its password."),))
    schemes = (posture.auth,) if posture.auth else ("digest", "basic", "none")
    transports = (posture.tls,) if posture.tls else TLS_WAYS
    possible = {_grade(auth, tls) for auth, tls in product(schemes, transports)}
    return factor("A", possible, _reasons(posture))


def _grade(auth: str, tls: str) -> Grade:
    if auth == "none":
        return "D"
    if auth == "basic":
        return "B" if is_modern(tls) else "C"
    return "A" if is_modern(tls) else "B"


def _reasons(posture: Posture) -> tuple[Message, ...]:
    if posture.auth is None:
        return (Message.of("Which login the device asks for was not seen."),)
    tls = posture.tls or "unknown"
    if posture.auth == "none":
        return (Message.of("The device answers without a login."),)
    if posture.auth == "basic":
        return (Message.of("The login is HTTP Basic; TLS: {tls}.", tls=tls),)
    return (Message.of("The login is Digest; TLS: {tls}.", tls=tls),)
