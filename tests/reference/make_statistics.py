"""Write statistics.json: Student's t, tests and adjusted p values by SciPy, for test_statistics.py to compare with.

Run by hand, from the root of the repository, with scipy>=1.12 installed:  python tests/reference/make_statistics.py
"""

import json
from pathlib import Path

import numpy as np
from scipy import stats

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
        (values,), np.mean, permutation_type="samples", n_resamples=np.inf if len(values) < 20 else 200_000
    )
    return {
        "values": values,
        "interval": [interval.low, interval.high],
        "tost": max(tost),
        "noninferior": stats.ttest_1samp(values, 0.0, alternative="greater").pvalue,
        "sign_flip": flips.pvalue,
    }


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
            [q, df, stats.t.ppf(q, df)] for df in (1, 2, 5, 11, 23, 200) for q in (0.05, 0.5, 0.9, 0.975, 0.9999)
        ],
        "margin": MARGIN,
        "samples": [sample(values) for values in SAMPLES],
        "holm": {"p": p, "adjusted": holm.tolist()},
    }
    Path(__file__).with_name("statistics.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
