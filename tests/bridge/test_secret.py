"""The secret beside the database is made once, and whole, whoever starts first."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bridge.start import installation_secret

_NOTHING_CONFIGURED: Any = SimpleNamespace(server=SimpleNamespace(secret_key=None))


def test_of_processes_that_start_at_once_each_has_the_same_whole_secret(tmp_path: Path) -> None:
    for number in range(20):
        database = tmp_path / f"{number}.db"
        with ThreadPoolExecutor(8) as starts:
            found = starts.map(installation_secret, [_NOTHING_CONFIGURED] * 8, [database] * 8)
            assert len(set(found)) == 1
        assert [one.name for one in tmp_path.glob(f"{number}.*")] == [f"{number}.secret"]
        assert database.with_suffix(".secret").stat().st_mode & 0o777 == 0o600
