"""The hidden checks without any wall: as a pytest plugin for a fresh process, and as plain calls in this one."""

from __future__ import annotations

import importlib.util
import os
import zlib
from inspect import signature
from typing import Any

import numpy as np
import pytest

from grader.checker.expect import Expect
from grader.checker.learner import Proxy, callable_names
from grader.checker.reference import InProcess
from grader.course import Exercise, open_course


def proxy(exercise: Exercise) -> Proxy:
    """The reference as a learner whose code runs right here."""
    return Proxy(InProcess(exercise), callable_names(exercise.manifest.entry_points, exercise.harness))


def run_bare(exercise: Exercise, seed: int) -> None:
    """Call every check once."""
    spec = importlib.util.spec_from_file_location("bare_checks", exercise.checks_path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    learner, reference = proxy(exercise), proxy(exercise)
    for check in exercise.manifest.check:
        name = f"test_{check.id}"
        given: dict[str, Any] = {
            "learner": learner,
            "reference": reference,
            "rng": np.random.default_rng([seed, zlib.crc32(name.encode())]),
            "expect": Expect(exercise.manifest.tolerance),
        }
        function = getattr(module, name)
        function(**{wanted: given[wanted] for wanted in signature(function).parameters})


def _exercise() -> Exercise:
    return open_course().exercise(os.environ["BENCH_EXERCISE"])


@pytest.fixture(scope="session")
def learner() -> Proxy:
    return proxy(_exercise())


@pytest.fixture(scope="session")
def reference() -> Proxy:
    return proxy(_exercise())


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    return np.random.default_rng([0, zlib.crc32(request.node.name.encode())])


@pytest.fixture(scope="session")
def expect() -> Expect:
    return Expect(_exercise().manifest.tolerance)
