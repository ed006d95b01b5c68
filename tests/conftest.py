"""What every test shares: repeatable examples, the built-in data, and a small data set that trains fast."""

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

import lsexplorer as ls
from tests.support.helpers import small_data

# The same examples in every run, three times as many in that of the slow tests; 'explore' looks for new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=20, database=None)
settings.register_profile("thorough", settings.get_profile("repeatable"), max_examples=60)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture(scope="session", autouse=True)
def _state_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A state folder of the tests' own, so that the list of recent files of whoever runs them stays as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


def pytest_collection_finish() -> None:
    """Spare the garbage collector what is imported by now, which it would walk again and again; it takes a third."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Collect once more, so that warnings of what was left open are heard, and spare the exit what is then alive.

    pytest collects five times at the end and Python twice, which takes a second for a hundred screens. In a worker
    the plugin of snapshots looks for unused ones in all tests' names, for seconds, and nobody sees what it finds.
    """
    if hasattr(session.config, "workerinput"):
        session.config.pluginmanager.unregister(name="syrupy")
    gc.collect()
    gc.freeze()


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Bytes go by their argument's name: packed ones hold the time, so each process would name its test otherwise."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def iris() -> ls.Dataset:
    return ls.load_dataset("iris")


@pytest.fixture(scope="session")
def small() -> ls.Dataset:
    return small_data()


@pytest.fixture
def quick_match(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare's m makes a smaller match."""
    from tests.support.compare import short_match

    monkeypatch.setattr("lsexplorer.tui.compare.matching.match_all", short_match)
