"""Write statistics.json: Student's t, tests and adjusted p values by SciPy, for test_statistics.py to compare with.

Run by hand, from the root of the repository, with scipy>=1.12 installed:  python tests/reference/make_statistics.py
"""

import json
from pathlib import Path

import numpy as np
from scipy import integrate, stats

rng = np.random.default_rng(20)
SAMPLES = [(0.02 * rng.normal(size=n) + shift).round(6).tolist() for n in (5, 12, 24) for shift in (0.0, 0.004, 0.02)]
MARGIN = 0.02


def sample(values: list[float]) -> dict[str, object]:
    """Everything about one sample."""
    interval = stats.ttest_1samp(values, 0.0).confidence_interval(0.95)
    tost = [
        stats.ttest_1samp(values, side * MARGIN, alternative=way).pvalue for side, way in ((-1, "greater"), (1, "less"))
    ]
    flips = stats.permutation_test(
        (values,), np.mean, permutation_type="samples", n_resamples=np.inf if len(values) < 20 else 200_000, rng=1
    )
    return {
        "values": values,
        "interval": [interval.low, interval.high],
        "tost": max(tost),
        "noninferior": stats.ttest_1samp(values, 0.0, alternative="greater").pvalue,
        "sign_flip": flips.pvalue,
    }


def minimum_effect(values: list[float]) -> dict[str, object]:
    """Twice the one-sided p of a mean beyond a quarter of the margin, on the side where the mean is."""
    bound = MARGIN / 4 if np.mean(values) > 0 else -MARGIN / 4
    way = "greater" if bound > 0 else "less"
    return {"values": values, "p": min(1.0, 2 * stats.ttest_1samp(values, bound, alternative=way).pvalue)}


def power(mean: float, error: float, df: int, tests: int) -> dict[str, object]:
    """The power of TOST or the minimum-effect test within ±1 at 5 %; of the one-sided pair for −|mean|."""

    def below(bound: float, center: float, level: float) -> float:
        """P(mean + t·error < bound), by the noncentral t distribution."""
        return float(stats.nct.cdf(-stats.t.ppf(level, df), df, (center - bound) / error))

    one, two = 0.95, 1 - 0.025 / tests
    differs = below(-1, mean, two) + below(-1, -mean, two)

    def inside(ratio: float) -> float:
        """P(both t tests place the mean inside), the error being that many times the true one."""
        reach = stats.t.ppf(one, df) * ratio
        chance = stats.norm.cdf((1 - mean) / error - reach) - stats.norm.cdf((-1 - mean) / error + reach)
        return max(0.0, chance) * stats.chi.pdf(ratio * df**0.5, df) * df**0.5

    width = 8 / (2 * df) ** 0.5
    same = integrate.quad(inside, max(0, 1 - width), 1 + width, limit=500)[0]
    one_sided = below(-1, -abs(mean), two) + below(1, abs(mean), one)
    return {"mean": mean, "error": error, "df": df, "tests": tests, "power": same + differs, "one_sided": one_sided}


def main() -> None:
    """Write the file beside this one."""
    p = [0.001, 0.04, 0.03, 0.011, 0.9, 0.011]
    order = np.argsort(p)
    holm = np.minimum(1, np.maximum.accumulate(np.array(p)[order] * (len(p) - np.arange(len(p)))))[np.argsort(order)]
    found = {
        "scipy": __import__("scipy").__version__,
        "cdf": [
            [t, df, stats.t.cdf(t, df)] for df in (1, 2, 3, 4, 11, 23, 200) for t in (-3.0, -0.5, 0.0, 1.0, 2.5, 40.0)
        ],
        "quantile": [
            [q, df, stats.t.ppf(q, df)]
            for df in (1, 2, 5, 11, 23, 200, 201, 9999)
            for q in (0.05, 0.5, 0.9, 0.975, 0.9999)
        ],
        "margin": MARGIN,
        "samples": [sample(values) for values in SAMPLES],
        "minimum_effect": [minimum_effect(values) for values in SAMPLES],
        "power": [
            power(mean, error, df, tests)
            for mean, error, df, tests in (
                (0.0, 0.3, 11, 1),
                (0.5, 0.3, 11, 8),
                (1.5, 0.3, 5, 4),
                (-1.2, 0.1, 23, 8),
                (0.9, 0.1, 200, 1),
                (0.0, 0.6, 3, 1),
            )
        ],
        "holm": {"p": p, "adjusted": holm.tolist()},
    }
    Path(__file__).with_name("statistics.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
