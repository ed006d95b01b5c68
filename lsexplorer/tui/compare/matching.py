"""A match in the background: a thread that waits for the processes that do the work."""

import contextlib
import sys
from multiprocessing import resource_tracker

from lsexplorer.data import Dataset
from lsexplorer.run import Hyperparameters
from lsexplorer.study.jobs.executors import cores
from lsexplorer.study.match.matching import Matches, match_all
from lsexplorer.tui.compare.match_settings import MatchSettings
from lsexplorer.tui.compare.texts import matching
from lsexplorer.tui.widgets.background import Background, Report


class MatchProgress(Background):
    """Matches remedies to label smoothing; one line says how far the match is while it is under way."""

    def start(self, data: Dataset, smoothing: Hyperparameters, settings: MatchSettings) -> None:
        """Start a match; `Ended` is posted at its end."""
        if not self.app.is_web:
            _prepare_processes()
        a = smoothing.label_smoothing

        def work(report: Report) -> Matches:
            return match_all(
                data,
                smoothing,
                label_smoothing=a,
                remedies=settings.remedies,
                criterion=settings.criterion,
                all_criteria=settings.is_single,
                seeds=settings.seeds,
                workers=None if self.app.is_web else cores(),  # a visitor has this process
                progress=lambda phase, done, total: report(matching(settings.who, a, phase, done, total)),
            )

        self.begin(work, matching(settings.who, a), "match")


def _prepare_processes() -> None:
    """Start what multiprocessing needs to start processes, while it can.

    It hands stderr's file on, and the object that textual puts in stderr's place has none.
    """
    with contextlib.redirect_stderr(sys.__stderr__ or sys.stderr):
        resource_tracker.ensure_running()
