"""At how many seeds the content is tried: one where somebody waits, as many as `--seeds` says where nobody does."""

from __future__ import annotations

import pytest


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for `each_seed` every seed that was ordered."""
    if "each_seed" in metafunc.fixturenames:
        metafunc.parametrize("each_seed", range(metafunc.config.getoption("--seeds")))
