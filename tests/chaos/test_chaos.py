import os
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def test_whoever_is_killed_every_accepted_job_is_made_and_shown_once(figures: list[str]) -> None:
    """A short run of `make chaos`, on SQLite and on Postgres."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "--seconds", "8"],
        cwd=_ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr[-3000:]}"
    figures += ended.stdout.splitlines()
