"""The statistics of strength: exact bounds of an error rate, what each word promises, and whether that is shown.

The unit is a device. Bounds are one-sided 95 % Clopper-Pearson bounds (C. J. Clopper, E. S. Pearson, "The use of
confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934): they assume nothing but
independent devices. Without an error the upper bound of n devices is 1 - 0.05^(1/n), which is close to 3/n.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from glasshouse.model.signal import Facet
from glasshouse.model.strength import Strength
from glasshouse.model.validation import Grade, Standing

__all__ = [
    "CONFIDENCE", "PROMISES", "PredictiveValue", "grade", "lower_bound", "needed", "predictive_value", "standing",
    "upper_bound",
]  # fmt: skip

CONFIDENCE = 0.95  # one-sided
_STEPS = 100  # bisections: more than a double can tell apart

# The share of claims that a word says are right; "indicative" promises nothing, "conclusive" also bears no error at all.
PROMISES = {Strength.SUPPORTING: 0.95, Strength.STRONG: 0.99, Strength.CONCLUSIVE: 0.99}


def _at_most(errors: int, devices: int, rate: float) -> float:
    """Probability of `errors` or fewer among `devices` where each errs with `rate`."""
    if rate <= 0.0:
        return 1.0
    if rate >= 1.0:
        return 1.0 if errors >= devices else 0.0
    logs = (
        math.lgamma(devices + 1)
        - math.lgamma(count + 1)
        - math.lgamma(devices - count + 1)
        + count * math.log(rate)
        + (devices - count) * math.log1p(-rate)
        for count in range(errors + 1)
    )
    return min(1.0, math.fsum(map(math.exp, logs)))


def _checked(errors: int, devices: int) -> None:
    if not 0 <= errors <= devices:
        raise ValueError(
            f"{errors} errors among {devices} devices: a count from 0 to the number of devices is accepted"
        )


def upper_bound(errors: int, devices: int) -> float:
    """The largest error rate that `errors` among `devices` leave possible (one-sided 95 %); 1 without a device.

    >>> round(upper_bound(0, 59), 4)
    0.0495
    """
    _checked(errors, devices)
    if errors == devices:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(errors, devices, middle) > 1 - CONFIDENCE else (low, middle)
    return high


def lower_bound(errors: int, devices: int) -> float:
    """The smallest error rate that `errors` among `devices` leave possible (one-sided 95 %); 0 without an error.

    >>> round(lower_bound(5, 5), 4)
    0.5493
    """
    _checked(errors, devices)
    return 0.0 if errors == 0 else 1.0 - upper_bound(devices - errors, devices)


def needed(strength: Strength) -> int | None:
    """Devices without an error that show the promise of `strength`; None where it promises nothing.

    >>> needed(Strength.SUPPORTING), needed(Strength.STRONG)
    (59, 299)
    """
    promise = PROMISES.get(strength)
    return None if promise is None else math.ceil(math.log(1 - CONFIDENCE) / math.log(promise))


def standing(strength: Strength, devices: int, errors: int) -> Standing:
    """Whether the counts show the promise, leave it open, or show it broken.

    Shown: the upper bound of the error rate lies within what the promise allows. Broken: even the lower bound lies
    above it, or an error at conclusive.
    """
    promise = PROMISES.get(strength)
    if promise is None:
        return Standing.NO_PROMISE
    allowed = 1 - promise
    if strength is Strength.CONCLUSIVE and errors:
        return Standing.BROKEN
    if lower_bound(errors, devices) > allowed:
        return Standing.BROKEN
    return Standing.VALIDATED if upper_bound(errors, devices) <= allowed else Standing.NOT_YET


def grade(facet: Facet, strength: Strength, devices: int, errors: int) -> Grade:
    """The measured grade of these counts."""
    return Grade(
        facet,
        strength,
        devices,
        errors,
        lower_bound(errors, devices),
        upper_bound(errors, devices),
        needed(strength),
        standing(strength, devices, errors),
    )


@dataclass(frozen=True, slots=True)
class PredictiveValue:
    """Of the devices called positive, the share that are, at a `prevalence`.

    `point` is None where no false alarm was seen: none seen is no rate of zero, and only `least` says something.

    `least` takes the lower bound of the sensitivity and the upper bound of the false-alarm rate together (each
    one-sided 95 %, so both hold with at least 90 %).
    """

    prevalence: float
    point: float | None
    least: float


def predictive_value(prevalence: float, hits: int, positives: int, alarms: int, negatives: int) -> PredictiveValue:
    """Bayes' rule over measured sensitivity `hits / positives` and false-alarm rate `alarms / negatives`."""

    def share(sensitivity: float, false_alarm: float) -> float:
        true, false = sensitivity * prevalence, false_alarm * (1 - prevalence)
        return true / (true + false)

    point = share(hits / positives, alarms / negatives) if positives and alarms else None
    return PredictiveValue(prevalence, point, share(lower_bound(hits, positives), upper_bound(alarms, negatives)))
