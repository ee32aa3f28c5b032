"""A pytest plugin: which tests hold which settings, into a file.

`pytest -p tests.settings.held --held FILE -m holds` runs the tests that are marked
`@pytest.mark.holds("zoom", …)` and writes the ids of those that passed by the settings they hold.
With `--collect-only` it writes those that there are.
"""

import json
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

import pytest

from engine.settings import Settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--held", type=Path, required=True, help="the file to write")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_Held(config.option.held, config.option.collectonly))


class _Held:
    """Tests by their functions: one of many parameters passes if it does for all of them."""

    def __init__(self, file: Path, collect_only: bool) -> None:
        self._file = file
        self._passed_at_once = collect_only
        self._settings: dict[str, set[str]] = defaultdict(set)
        self._seen: set[str] = set()
        self._not_passed: set[str] = set()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        known = Settings.options()
        for item in session.items:
            for mark in item.iter_markers("holds"):
                unknown = [name for name in mark.args if name not in known]
                if unknown:
                    raise pytest.UsageError(f"{item.nodeid} holds no setting {unknown[0]!r}")
                self._settings[_function(item)].update(mark.args)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        self._seen.add(_function(item))
        if report.outcome != "passed":
            self._not_passed.add(_function(item))
        return report

    def pytest_sessionfinish(self) -> None:
        passed = self._settings.keys() if self._passed_at_once else self._seen - self._not_passed
        held: dict[str, list[str]] = {}
        for function in sorted(passed):
            for setting in sorted(self._settings[function]):
                held.setdefault(setting, []).append(function)
        self._file.write_text(json.dumps(held))


def _function(item: pytest.Item) -> str:
    """A test's id without its parameters."""
    return item.nodeid.partition("[")[0]
