"""Log-linear models of three or four incomplete lists: Fienberg, "The multiple recapture census", Biometrika 59 (1972).

A cell is a bit mask of the lists that hold its devices; cell 0, those on no list, is not observed. A model has a term for
each list and for some pairs; where two lists lean on each other, a pair takes that up. Models are Poisson regressions by
Newton's method; the limits come from the profile likelihood (Cormack, "Interval estimation for mark-recapture studies of
closed populations", Biometrics 48, 1992).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

__all__ = ["Fit", "Model", "fit_model", "fit_models"]

_STEPS = 40
_HALF_DEVIANCE = 1.920729  # half of the 95 % quantile of chi-squared with one degree of freedom
_AS_GOOD = 2.0  # AIC apart: models the data cannot tell from each other (Burnham and Anderson 2002, 2.6)
_FAR = 100.0  # times the devices listed: a limit beyond is none
_LOWEST = -25.0  # of the logarithm of an expected count
_FARTHEST = 10.0  # of a term, on the logarithmic scale: odds of 22,000 to 1 are a cell that stays empty
_FLAT = 1e-9  # of a pivot against the largest: the cells do not determine the model


@dataclass(frozen=True, slots=True)
class Model:
    """One model: its pairs (bit masks), its AIC, the expected count of the unseen cell and limits for it.

    `high` None: the likelihood falls off too slowly to give a limit.
    """

    pairs: tuple[int, ...]
    aic: float
    unseen: float
    low: float
    high: float | None


@dataclass(frozen=True, slots=True)
class Fit:
    """The model of lowest AIC, and the widest limits among those that fit as well."""

    best: Model
    low: float
    high: float | None


@dataclass(frozen=True, slots=True)
class _Regression:
    expected: tuple[float, ...]
    unseen: float  # exp of the intercept
    likelihood: float  # Poisson, natural logarithm
    determined: bool  # False: some term runs off, as where a pair of lists shares nothing


def fit_models(cells: Mapping[int, int], lists: int) -> Fit | None:
    """Choose among models with pairs, forward by AIC from independence; None = no model is determined by the cells."""
    pairs = tuple((1 << left) | (1 << right) for left, right in combinations(range(lists), 2))
    tried = _forward(cells, lists, pairs)
    if not tried:
        return None
    least = min(aic for aic, _ in tried.values())
    good = [
        Model(chosen, aic, unseen, *_limits(cells, lists, chosen, unseen))
        for chosen, (aic, unseen) in tried.items()
        if aic <= least + _AS_GOOD
    ]
    best = min(good, key=lambda model: (model.aic, len(model.pairs), model.pairs))
    highs = [model.high for model in good]
    known = [high for high in highs if high is not None]
    return Fit(best, min(model.low for model in good), max(known) if len(known) == len(highs) else None)


_Tried = dict[tuple[int, ...], tuple[float, float]]  # pairs -> AIC, unseen


def _forward(cells: Mapping[int, int], lists: int, pairs: Sequence[int]) -> _Tried:
    """Every model on the way: at each step the pair that lowers AIC most is taken, until none does."""
    tried: _Tried = {}
    chosen: tuple[int, ...] = ()
    best = math.inf
    step: list[tuple[int, ...]] = [()]
    while True:
        for candidate in step:
            found = fit_model(cells, lists, candidate)
            if found is not None:
                tried[candidate] = found
        reached = [(tried[candidate][0], candidate) for candidate in step if candidate in tried]
        if not reached or min(reached)[0] >= best:
            return tried
        best, chosen = min(reached)
        step = [tuple(sorted((*chosen, pair))) for pair in pairs if pair not in chosen]


def fit_model(cells: Mapping[int, int], lists: int, pairs: tuple[int, ...]) -> tuple[float, float] | None:
    """AIC and the expected count of the unseen cell under the model with these pairs; None = not determined."""
    masks = range(1, 1 << lists)
    terms = _terms(lists, pairs)
    found = _poisson(masks, [float(cells.get(mask, 0)) for mask in masks], terms)
    if found is None or not found.determined:
        return None
    return 2 * len(terms) - 2 * found.likelihood, found.unseen


def _terms(lists: int, pairs: tuple[int, ...]) -> tuple[int, ...]:
    return (0, *(1 << index for index in range(lists)), *pairs)


def _limits(cells: Mapping[int, int], lists: int, pairs: tuple[int, ...], unseen: float) -> tuple[float, float | None]:
    """Where the profile likelihood of the unseen count is 1.92 below its top."""
    masks = range(1 << lists)
    terms = _terms(lists, pairs)
    listed = sum(cells.values())

    def profile(count: float) -> float:
        counts = [count, *(float(cells.get(mask, 0)) for mask in masks[1:])]
        found = _poisson(masks, counts, terms)
        if found is None:
            return -math.inf
        total = listed + count
        shares = zip(counts, found.expected, strict=True)
        said = sum(seen * math.log(expected / total) for seen, expected in shares if seen > 0)
        return math.lgamma(total + 1) - math.lgamma(count + 1) + said

    # the top lies within one device of the regression's own estimate
    floor = max(profile(count) for count in (unseen, max(unseen - 0.5, 0.0), max(unseen - 1.0, 0.0))) - _HALF_DEVIANCE
    top = max(unseen - 0.5, 0.0)
    low = 0.0 if profile(0.0) >= floor else _crossing(lambda count: profile(count) >= floor, top, 0.0)
    far = _FAR * (listed + unseen)
    high = None if profile(far) >= floor else _crossing(lambda count: profile(count) >= floor, top, far)
    return low, high


def _crossing(inside: Callable[[float], bool], good: float, bad: float) -> float:
    """Bisect between a count that is inside and one that is not, on a logarithmic scale, to a tenth of a device."""
    while abs(good - bad) > max(0.1, 0.005 * max(good, bad)):
        middle = math.expm1((math.log1p(good) + math.log1p(bad)) / 2)
        good, bad = (middle, bad) if inside(middle) else (good, middle)
    return (good + bad) / 2


def _poisson(masks: Sequence[int], counts: Sequence[float], terms: Sequence[int]) -> _Regression | None:
    """The regression of `counts` on the terms that each mask holds; None where the counts do not determine it."""
    holds = [[index for index, term in enumerate(terms) if mask & term == term] for mask in masks]
    expected = [count + 0.5 for count in counts]
    before = -math.inf
    found = None
    for _ in range(_STEPS):
        working = [math.log(mean) + (count - mean) / mean for count, mean in zip(counts, expected, strict=True)]
        solved = _solve(holds, expected, working, len(terms))
        if solved is None:  # a term has run so far that its cells weigh nothing: the fit before it is as good
            return found
        logs = [min(max(sum(solved[index] for index in held), _LOWEST), -_LOWEST) for held in holds]
        expected = [math.exp(value) for value in logs]
        likelihood = sum(
            count * value - mean - math.lgamma(count + 1)
            for count, value, mean in zip(counts, logs, expected, strict=True)
        )
        settled = abs(likelihood - before) < 1e-8 * (1 + abs(likelihood))
        held_in = min(solved) > -_FARTHEST and max(solved[1:]) < _FARTHEST
        found = _Regression(tuple(expected), math.exp(min(solved[0], -_LOWEST)), likelihood, settled and held_in)
        if settled:
            return found
        before = likelihood
    return found


def _solve(
    holds: Sequence[Sequence[int]], weights: Sequence[float], values: Sequence[float], size: int
) -> list[float] | None:
    """Weighted least squares on columns of zeros and ones, by elimination with pivots; None = singular."""
    rows = [[0.0] * (size + 1) for _ in range(size)]
    for held, weight, value in zip(holds, weights, values, strict=True):
        for left in held:
            row = rows[left]
            row[size] += weight * value
            for right in held:
                row[right] += weight
    largest = max(rows[index][index] for index in range(size))
    for index in range(size):
        pivot = max(range(index, size), key=lambda place: abs(rows[place][index]))
        rows[index], rows[pivot] = rows[pivot], rows[index]
        if abs(rows[index][index]) <= _FLAT * largest:
            return None
        _eliminate(rows, index)
    found = [0.0] * size
    for index in reversed(range(size)):
        known = sum(rows[index][place] * found[place] for place in range(index + 1, size))
        found[index] = (rows[index][size] - known) / rows[index][index]
    return found


def _eliminate(rows: list[list[float]], index: int) -> None:
    head = rows[index]
    for row in rows[index + 1 :]:
        factor = row[index] / head[index]
        if factor:
            for place in range(index, len(head)):
                row[place] -= factor * head[place]
