"""The judge: identities, facts and rules in; verdicts with their whole evaluation out. Pure."""

from glasshouse.judgement.engine import judge
from glasshouse.judgement.reasons import MISSING, REASONS
from glasshouse.judgement.trace import lines_of, verdict_lines

__all__ = ["MISSING", "REASONS", "judge", "lines_of", "verdict_lines"]
