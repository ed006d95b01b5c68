"""The article on trial: nine claims, each an experiment with a verdict and the numbers it rests on."""

from lsexplorer.study.claims.registry import CLAIMS
from lsexplorer.study.claims.result import Claim, ClaimVerdict, Evidence, Number, Outcome, Result, Table
from lsexplorer.study.claims.runner import InterruptedClaims, run_claims

__all__ = [
    "CLAIMS",
    "Claim",
    "ClaimVerdict",
    "Evidence",
    "InterruptedClaims",
    "Number",
    "Outcome",
    "Result",
    "Table",
    "run_claims",
]
