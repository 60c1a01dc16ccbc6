"""Prints the figures that SciPyFiguresTests.swift compares with.

Run with Python 3.11, NumPy 2.4 and SciPy 1.17: python scipy_figures.py
The figures in the test are this script's output; nothing here runs during the tests.
"""

import types
import warnings

import numpy
import scipy
from scipy import stats

# Wall times in seconds with two slow runs, as a busy machine gives them.
EIGHT = [0.512, 0.498, 0.505, 0.541, 0.499, 0.507, 0.623, 0.502]
TWENTY_ONE = [
    1.021, 0.984, 1.003, 1.117, 0.978, 1.049, 0.991, 1.302, 1.012, 0.969, 1.074,
    0.995, 1.038, 1.161, 0.987, 1.006, 1.093, 0.973, 1.027, 1.015, 1.058,
]
FIRST = [0.97, 1.02, 0.99, 1.10, 0.95, 1.01, 1.04, 0.98]
SECOND = [0.52, 0.50, 0.55, 0.53, 0.51, 0.56, 0.49, 0.54]
TIES = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0]


def given(sample, distribution, method):
    """The interval that SciPy makes of a given bootstrap distribution."""
    earlier = types.SimpleNamespace(bootstrap_distribution=numpy.array(distribution))
    interval = stats.bootstrap(
        (numpy.array(sample),), numpy.median, n_resamples=0, method=method,
        bootstrap_result=earlier, vectorized=True,
    ).confidence_interval
    return float(interval.low), float(interval.high)


def drawn(sample, method):
    """SciPy's own interval, from so many resamples that chance hardly moves it."""
    interval = stats.bootstrap(
        (numpy.array(sample),), numpy.median, n_resamples=200_000, method=method,
        rng=numpy.random.default_rng(7), batch=10_000,
    ).confidence_interval
    return float(interval.low), float(interval.high)


warnings.simplefilter("error")
print("numpy", numpy.__version__, "scipy", scipy.__version__)
for name, sample in [("eight", EIGHT), ("twenty_one", TWENTY_ONE)]:
    quantiles = [float(numpy.quantile(sample, p)) for p in (0.025, 0.25, 0.5, 0.75, 0.975)]
    print(name, "quantiles", quantiles)

# A made-up distribution, the same formula in the Swift test: 1 + (k * 37 mod 101) / 1000.
made_up = [1 + (k * 37 % 101) / 1000 for k in range(101)]
print("given percentile", given(TWENTY_ONE, made_up, "percentile"))
print("given BCa", given(TWENTY_ONE, made_up, "BCa"))
print("drawn eight percentile", drawn(EIGHT, "percentile"))
print("drawn twenty_one percentile", drawn(TWENTY_ONE, "percentile"))
print("drawn twenty_one BCa", drawn(TWENTY_ONE, "BCa"))
logs = numpy.log(numpy.array(FIRST) / numpy.array(SECOND))
print("ratio", float(numpy.exp(numpy.median(logs))))
print("ratio interval", tuple(float(numpy.exp(end)) for end in drawn(logs, "percentile")))
print("spearman twenty_one", float(stats.spearmanr(range(21), TWENTY_ONE).statistic))
print("spearman ties", float(stats.spearmanr(range(10), TIES).statistic))
print(
    "spearman ties, permuted p",
    float(stats.permutation_test(
        (TIES,), lambda x: stats.spearmanr(range(10), x).statistic, permutation_type="pairings",
        n_resamples=20_000, rng=numpy.random.default_rng(7)).pvalue),
)
print("normal", [float(stats.norm.ppf(p)) for p in (1e-9, 0.025, 0.3, 0.975)],
      [float(stats.norm.cdf(z)) for z in (-6.0, -1.0, 0.5, 3.0)])
print("student t", [
    float(stats.t.sf(t, degrees))
    for t, degrees in [
        (2.5, 1), (2.5, 2), (4.2, 3), (1.1, 4), (-0.7, 5), (9.5, 6), (3.3, 11), (6.0, 19),
    ]
])


def trimmed(sample):
    """The mean without one value at each end, its standard error, and the t interval."""
    share = 1 / len(sample)
    mean = float(stats.trim_mean(sample, share))
    error = float(stats.mstats.trimmed_stde(numpy.ma.array(sample), (share, share)))
    half = float(stats.t.ppf(0.975, len(sample) - 3)) * error
    return mean, error, mean - half, mean + half


print("trimmed eight", trimmed(EIGHT))
print("trimmed ratio", tuple(float(numpy.exp(end)) for end in trimmed(logs)[2:]))


def trimmed_difference(one, other):
    """Welch's t interval of the difference of two trimmed means, whole degrees of freedom."""
    (mean, error, *_), (second, second_error, *_) = trimmed(one), trimmed(other)
    own, its = error**2, second_error**2
    degrees = (own + its) ** 2 / (own**2 / (len(one) - 3) + its**2 / (len(other) - 3))
    half = float(stats.t.ppf(0.975, int(degrees))) * (own + its) ** 0.5
    return degrees, mean - second, (own + its) ** 0.5, mean - second - half, mean - second + half


print("trimmed difference", trimmed_difference(numpy.log(FIRST), numpy.log(SECOND)))
