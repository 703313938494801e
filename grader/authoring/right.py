"""What must pass, and what must not yet: the starter, the reference, the library's own answer, the figures."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import numpy as np

from grader.authoring.findings import Finding
from grader.authoring.trials import Trials
from grader.course import Exercise, Figure
from grader.errors import CourseError
from grader.feedback.figures import objection
from grader.locale import say, say_many
from grader.results import CheckResult, Outcome
from grader.text import Text

ORACLE = "oracle.py"
Signatures = dict[str, str | None]


def starter_finding(trials: Trials) -> Finding:
    """The starter is not started; touched by a comment, it fails and does nothing worse; so in every language."""
    exercise = trials.exercise
    objections = [*_graded(trials, exercise.starter), *_other_signatures(exercise)]
    for code in exercise.languages:
        if (path := exercise.starter_path(code)).is_file():
            starter = exercise.starter_in(code)
            problems = (*_graded(trials, starter), *_other_code(exercise, starter))
            objections += [say("{file}: {problem}", file=path.name, problem=problem) for problem in problems]
    return Finding(
        question="starter",
        title=say("starter"),
        summary=say("not started as it is; with a comment added, failed"),
        objections=tuple(objections),
    )


def _graded(trials: Trials, starter: bytes) -> Iterator[Text]:
    untouched = trials.grade(starter, 0)
    touched = trials.grade(starter + b"\n# started\n", 0)
    if untouched.outcome is not Outcome.NOT_STARTED:
        yield say("The starter is {outcome}, and should be not_started.", outcome=untouched.outcome.value)
    if touched.outcome is not Outcome.FAILED:
        yield say("The starter with a comment is {outcome}, and should fail.", outcome=touched.outcome.value)


def _other_code(exercise: Exercise, starter: bytes) -> Iterator[Text]:
    """A starter in another language has other words and the same code."""
    try:
        same = _wordless(starter) == _wordless(exercise.starter)
    except (SyntaxError, ValueError):  # one that does not load is told already
        return
    if not same:
        yield say(
            "Its code is not that of {file}: only docstrings, comments and what a NotImplementedError says may differ.",
            file=exercise.manifest.file,
        )


def _wordless(source: bytes) -> str:
    """A source's code without the words that are translated."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body[0] = ast.Pass()
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "NotImplementedError":
            node.args = []
    return ast.dump(tree)


def _other_signatures(exercise: Exercise) -> Iterator[Text]:
    """A learner who keeps to the starter's signature must be asked what the reference is asked."""
    own, right = _signatures(exercise.starter.decode(), exercise), _signatures(exercise.reference, exercise)
    for name in exercise.manifest.entry_points:
        for file, signature in (("exercises", own[name]), ("solutions", right[name])):
            if signature is None:
                yield say("{file} does not define {name}.", file=f"{file}/{exercise.manifest.file}", name=f"`{name}`")
        if own[name] != right[name] and own[name] is not None and right[name] is not None:
            yield say(
                "{name} takes {own} in the starter and {right} in the reference.",
                name=f"`{name}`",
                own=f"`({own[name]})`",
                right=f"`({right[name]})`",
            )


def _signatures(source: str, exercise: Exercise) -> Signatures:
    found: Signatures = dict.fromkeys(exercise.manifest.entry_points)
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return found
    defined = (node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef))
    return found | {node.name: _taken(node) for node in defined if node.name in found}


def _taken(node: ast.FunctionDef | ast.ClassDef) -> str:
    """What a function takes, or each public method of a class, its constructor included."""
    if isinstance(node, ast.FunctionDef):
        return ast.unparse(node.args)
    methods = (part for part in node.body if isinstance(part, ast.FunctionDef))
    return "; ".join(
        f"{method.name}({ast.unparse(method.args)})"
        for method in methods
        if method.name == "__init__" or not method.name.startswith("_")
    )


def reference_finding(trials: Trials, seeds: int) -> Finding:
    """The reference passes at every seed."""
    reports = ((seed, trials.grade(trials.exercise.reference.encode(), seed)) for seed in range(seeds))
    objections = [
        say("Seed {seed}: {check} is {outcome}: {message}", seed=seed, check=check, outcome=outcome, message=message)
        for seed, report in reports
        for check, outcome, message in _first_failure(report.checks)
    ]
    return Finding(
        question="reference",
        title=say("reference"),
        summary=say_many("passes at the seed", "passes at {number} seeds", seeds),
        objections=tuple(objections),
    )


def oracle_finding(trials: Trials, seeds: int) -> Finding:
    """The library's own computation, written as a submission, passes the same checks."""
    path = trials.exercise.solution / ORACLE
    if not path.is_file():
        missing = say("There is no {file}: nothing shows that the reference is right.", file=ORACLE)
        return Finding(question="oracle", title=say("oracle"), summary=say("none"), objections=(missing,))
    source = path.read_text(encoding="utf-8")
    objections = [
        say("Seed {seed}: the library fails {check}: {message}", seed=seed, check=check, message=message)
        for seed in range(seeds)
        for checked in trials.check_all([source], seed, runtime="torch")
        for check, _, message in _first_failure(checked.results)
    ]
    return Finding(
        question="oracle",
        title=say("oracle"),
        summary=say_many("the library agrees at the seed", "the library agrees at {number} seeds", seeds),
        objections=tuple(objections),
    )


def _first_failure(results: Sequence[CheckResult]) -> Iterator[tuple[str, str, Text | str]]:
    """The most basic check that was not passed, how it ended, and why; nothing where all were."""
    for result in results:
        if result.outcome is not Outcome.PASSED:
            yield result.id, result.outcome.value, result.message or ""
            return


def figures_finding(trials: Trials) -> Finding:
    """What the manifest's figures and its trace draw can be drawn, of the reference at least."""
    manifest = trials.exercise.manifest
    functions = [figure.function for figure in manifest.figure]
    objections = [objection for figure in manifest.figure for objection in _drawn(trials, figure)]
    if manifest.trace is not None:
        functions.append(manifest.trace.function)
        objections += _tabulated(trials, manifest.trace.function)
    return Finding(
        question="figures",
        title=say("pictures"),
        summary=say("drawn by {functions}", functions=", ".join(functions)) if functions else say("none declared"),
        objections=tuple(objections),
    )


def _drawn(trials: Trials, figure: Figure) -> Iterator[Text]:
    seen = _seen(trials, figure.function)
    if isinstance(seen, Text):
        yield seen
        return
    why = objection(figure.kind, seen)
    if why is not None:
        yield say("What {function} returns cannot be drawn: {why}", function=figure.function, why=why)


def _tabulated(trials: Trials, function: str) -> Iterator[Text]:
    seen = _seen(trials, function)
    if isinstance(seen, Text):
        yield seen
        return
    columns, rows = (seen.get("columns"), seen.get("rows")) if isinstance(seen, dict) else (None, None)
    if not columns or not isinstance(rows, np.ndarray) or rows.ndim != 2 or rows.shape[1] != len(columns):
        yield say("What {function} returns is no table: columns, and rows as wide as they are many.", function=function)


def _seen(trials: Trials, function: str) -> object:
    """What a harness function returns of the reference, or why it returns nothing."""
    try:
        seen = trials.examiner.observe(trials.exercise, trials.exercise.reference.encode(), function)
    except CourseError as error:
        return error.message
    except Exception as error:  # a harness is course code, and may do anything
        return say("{function} fails on the reference: {problem}", function=function, problem=repr(error)[:300])
    return seen.problem if seen.problem is not None else seen.expected
