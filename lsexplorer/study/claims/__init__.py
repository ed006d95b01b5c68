"""The article on trial: nine claims, each an experiment with a verdict and the numbers it rests on."""

from lsexplorer.study.claims.result import VERDICTS, Claim, Evidence, Number, Outcome, Result, Table, Verdict
from lsexplorer.study.claims.runner import CLAIMS, InterruptedClaims, run_claims

__all__ = [
    "CLAIMS",
    "VERDICTS",
    "Claim",
    "Evidence",
    "InterruptedClaims",
    "Number",
    "Outcome",
    "Result",
    "Table",
    "Verdict",
    "run_claims",
]
