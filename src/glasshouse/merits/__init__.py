"""Identities and observations to merits, without regard to origin or law. Pure."""

from glasshouse.merits.advisory import Advisories, Advisory
from glasshouse.merits.assess import assess

__all__ = ["Advisories", "Advisory", "assess"]
