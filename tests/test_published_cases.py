"""The formulas that the income analysis rests on give the numbers of published examples."""

from __future__ import annotations

import numpy as np
import pytest

from fanpin_analysis.analysis.back_testing import auc, brier
from fanpin_analysis.analysis.poverty import fgt
from fanpin_analysis.analysis.shrinkage import between_variance, kept_share, random_intercepts

# Efron & Morris 1975, JASA 70:311: eighteen players of 1970, their averages in the first 45 at
# bats, and the James-Stein estimates, made on the arc-sine scale and told as averages again. Their
# article of 1977 (Scientific American 236(5):119) stays on the plain scale: factor 0.212.
FIRST_45 = [
    0.400, 0.378, 0.356, 0.333, 0.311, 0.311, 0.289, 0.267, 0.244,
    0.244, 0.222, 0.222, 0.222, 0.222, 0.222, 0.200, 0.178, 0.156,
]  # fmt: skip
JAMES_STEIN = [
    0.290, 0.286, 0.281, 0.277, 0.273, 0.273, 0.268, 0.264, 0.259,
    0.259, 0.254, 0.254, 0.254, 0.254, 0.254, 0.249, 0.244, 0.239,
]  # fmt: skip

# Davies 1947: the yield of dyestuff of six batches; the estimates as lme4 prints them by REML
# (Bates, lme4: Mixed-effects modeling with R, ch. 1).
DYESTUFF = {
    "A": [1545, 1440, 1440, 1520, 1580],
    "B": [1540, 1555, 1490, 1560, 1495],
    "C": [1595, 1550, 1605, 1510, 1560],
    "D": [1445, 1440, 1595, 1465, 1545],
    "E": [1595, 1630, 1515, 1635, 1625],
    "F": [1520, 1455, 1450, 1480, 1445],
}
BATCH_EFFECTS = [-17.6069, 0.3912, 28.5622, -23.0845, 56.7331, -44.9949]


def shrunken(values: np.ndarray, error: float) -> tuple[float, np.ndarray]:
    """Return the factor of James and Stein, and the values pulled to their mean by it."""
    centre, errors = values.mean(), np.full(len(values), error)
    between = between_variance(values, errors, np.full_like(values, centre), lost=3)
    kept = kept_share(between, errors)
    return float(kept[0]), centre + kept * (values - centre)


def test_baseball_averages_shrink_as_efron_and_morris_shrank_them():
    """On the scale where errors are alike, the published estimates come out to a thousandth."""
    scaled = np.sqrt(45) * np.arcsin(2 * np.array(FIRST_45) - 1)
    kept, estimates = shrunken(scaled, 1.0)
    assert kept == pytest.approx(0.209, abs=0.001)
    assert (np.sin(estimates / np.sqrt(45)) + 1) / 2 == pytest.approx(JAMES_STEIN, abs=0.0011)


def test_a_plain_average_keeps_a_fifth_of_its_distance():
    """On the plain scale the factor is that of the article in Scientific American."""
    averages = np.array(FIRST_45)
    centre = averages.mean()
    kept, estimates = shrunken(averages, centre * (1 - centre) / 45)
    assert centre == pytest.approx(0.265, abs=0.0005)
    assert kept == pytest.approx(0.212, abs=0.003)
    assert estimates[0] == pytest.approx(0.294, abs=0.001)


def test_dyestuff_batches_have_the_published_components_and_effects():
    """In a balanced design the moments are the REML estimates, and so are the predictions."""
    values = np.array([y for batch in DYESTUFF.values() for y in batch], dtype=float)
    fitted = random_intercepts(values, np.repeat(np.arange(6), 5))
    assert fitted.between == pytest.approx(1764.05, abs=0.01)
    assert fitted.within == pytest.approx(2451.25, abs=0.01)
    assert fitted.centre == pytest.approx(np.full(6, 1527.5))
    assert fitted.predicted == pytest.approx(BATCH_EFFECTS, abs=0.001)


@pytest.mark.parametrize(
    ("incomes", "order", "index"),
    [
        ([100, 100, 150, 150], 0, 0.5),
        ([100, 100, 150, 150], 1, 0.10),
        ([110, 110, 150, 150], 1, 0.06),
        ([100, 100, 150, 150], 2, 0.02),
        ([125, 125, 150, 150], 0, 0.0),
    ],
)
def test_poverty_indices_are_those_of_the_definition(incomes, order, index):
    """Worked by hand from Foster, Greer & Thorbecke 1984, with a line of 125."""
    assert fgt(np.array(incomes) / 125, order) == pytest.approx(index)


def test_ranks_give_the_area_that_pairs_give():
    """Worked by hand: of four pairs three are in order, so the area is 0.75 (Mann & Whitney)."""
    assert auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) == pytest.approx(0.75)
    assert auc([0.5, 0.5], [0, 1]) == pytest.approx(0.5)
    assert auc([0.2, 0.3], [0, 0]) is None
    assert brier([0.0, 1.0, 0.5], [0, 1, 1]) == pytest.approx(0.25 / 3)
