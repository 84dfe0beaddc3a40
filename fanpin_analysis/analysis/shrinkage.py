"""Random intercepts: each unit's own mean, pulled to the pool the more the less is known of it.

References
----------
Robinson 1991, Statistical Science 6:15; Efron & Morris 1975, JASA 70:311.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

_erfc = np.frompyfunc(erfc, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intercepts:
    """What a random-intercept model says of each unit; variances are squares of the values' unit.

    ``means`` and ``counts`` hold one number a unit, ``weight`` the share of its own mean that a
    unit keeps, ``predicted`` its deviation from ``centre`` after shrinking.
    """

    means: Floats
    counts: Floats
    centre: Floats
    within: float
    between: float
    weight: Floats
    freedom: int

    @property
    def predicted(self) -> Floats:
        """Return the best linear unbiased prediction of each unit's deviation from its centre."""
        return self.weight * (self.means - self.centre)


def between_variance(
    means: Floats, errors: Floats, centre: Floats, *, lost: int = 1, least: float = 0.0
) -> float:
    """Return the variance of the true means: that of the observed less that of their errors.

    Parameters
    ----------
    means, errors, centre
        Observed means, the variances of their errors, and what each mean deviates from.
    lost
        Degrees of freedom: the number of centres that were estimated, which gives the REML
        estimate of a balanced design, or 3 for the factor of James and Stein.
    least
        The estimate is not less than this.
    """
    if len(means) <= lost:
        return least
    observed = float(np.sum((means - centre) ** 2)) / (len(means) - lost)
    return max(observed - float(np.mean(errors)), least)


def kept_share(between: float, errors: Floats) -> Floats:
    """Return what share of its own mean a unit keeps; all of it where nothing is uncertain."""
    whole = between + errors
    return np.divide(between, whole, out=np.ones_like(whole), where=whole > 0)


def random_intercepts(  # noqa: PLR0913  each is a part of the model
    values: Floats,
    units: Integers,
    groups: Integers | None = None,
    *,
    within: float | None = None,
    least_freedom: int = 1,
    least_between: float = 0.0,
) -> Intercepts:
    """Estimate a random-intercept model by moments.

    Parameters
    ----------
    values
        One number an observation.
    units
        Whose observation it is: 0, 1, 2 and so on, each at least once.
    groups
        To which group each unit belongs, 0, 1, 2 and so on; each has a centre of its own. Without
        it there is one.
    within, least_freedom
        The variance within units to take where there are fewer degrees of freedom than
        ``least_freedom``; without it, that variance is zero there.
    least_between
        The variance between units is not less than this.
    """
    counts = np.bincount(units).astype(float)
    means = np.bincount(units, weights=values) / counts
    freedom = len(values) - len(counts)
    residual = float(np.sum((values - means[units]) ** 2))
    scatter = residual / freedom if freedom >= max(least_freedom, 1) else (within or 0.0)
    groups = np.zeros(len(counts), dtype=np.int64) if groups is None else groups
    members = np.bincount(groups)
    centres = np.bincount(groups, weights=means) / np.maximum(members, 1)
    errors = scatter / counts
    between = between_variance(
        means,
        errors,
        centres[groups],
        lost=int(np.count_nonzero(members)),
        least=least_between,
    )
    return Intercepts(
        means=means,
        counts=counts,
        centre=centres[groups],
        within=scatter,
        between=between,
        weight=kept_share(between, errors),
        freedom=freedom,
    )


def chance_below(expected: Floats, variance: Floats) -> Floats:
    """Return the probability that a normal number lies below zero; certain where it has no spread.

    Parameters
    ----------
    expected, variance
        Mean and variance of each number. Zero itself is not below zero.
    """
    spread = np.sqrt(variance)
    standard = np.divide(expected, spread, out=np.zeros_like(spread), where=spread > 0)
    return np.where(spread > 0, normal_cdf(-standard), (expected < 0).astype(float))


def normal_cdf(standard: Floats) -> Floats:
    """Return the standard normal distribution function."""
    return np.asarray(_erfc(-np.asarray(standard, float) / sqrt(2)) / 2, dtype=float)


def relative_variance(scatter: Floats, design: Floats, floor: float) -> Floats:
    """Return by how much the variance of each row exceeds the average, by what the row is like.

    Parameters
    ----------
    scatter
        Absolute deviations, one a row; null rows are NaN.
    design
        The columns that the deviation may depend on; a row with NaN has the average.
    floor
        No row has less than this.

    References
    ----------
    Glejser 1969, JASA 64:316: absolute residuals regressed on what may drive their spread.
    """
    known = np.isfinite(design).all(axis=1)
    used = known & np.isfinite(scatter)
    result = np.ones(len(scatter))
    columns = np.column_stack([np.ones(len(design)), design])
    if used.sum() <= columns.shape[1]:
        return result
    fitted = columns[known] @ np.linalg.lstsq(columns[used], scatter[used], rcond=None)[0]
    squares = fitted**2
    average = squares.mean()
    if average > 0:
        result[known] = np.maximum(squares / average, floor)
    return result
