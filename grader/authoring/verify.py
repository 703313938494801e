"""An exercise turned into a verdict on its checks: may anyone be graded with them?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from grader.authoring.files import files_finding
from grader.authoring.findings import Finding, Verdict
from grader.authoring.languages import languages_finding
from grader.checker import run_checks
from grader.checker.submissions import Checked
from grader.course import Exercise
from grader.diagnosis import mutants, singles
from grader.grading import Examiner
from grader.locale import say, say_many
from grader.results import Outcome, Report
from grader.text import Text

LEAST_MARGIN = 100.0
REFERENCE_SEEDS = range(50)
VARIANT_SEEDS = range(20)
MUTANT_SEED = 0

Tick = Callable[[Text], None]


def verify(
    examiner: Examiner,
    exercise: Exercise,
    *,
    reference_seeds: Sequence[int] = REFERENCE_SEEDS,
    variant_seeds: Sequence[int] = VARIANT_SEEDS,
    tick: Tick = lambda _: None,
) -> Verdict:
    """Ask every question about one exercise; `tick` hears which is being asked."""
    proof = _Proof(examiner, exercise, reference_seeds, variant_seeds)
    findings = []
    for title, ask in proof.questions():
        tick(title)
        findings.append(ask())
    return Verdict(number=exercise.number, id=exercise.id, findings=tuple(findings))


class _Proof:
    """The questions that need something to be run."""

    def __init__(
        self, examiner: Examiner, exercise: Exercise, reference_seeds: Sequence[int], variant_seeds: Sequence[int]
    ) -> None:
        self.examiner = examiner
        self.exercise = exercise
        self.reference_seeds = reference_seeds
        self.variant_seeds = variant_seeds
        self.failed_checks: set[str] = set()

    def questions(self) -> Iterator[tuple[Text, Callable[[], Finding]]]:
        yield say("files"), lambda: files_finding(self.exercise)
        yield say("languages"), lambda: languages_finding(self.exercise)
        yield say("starter"), self.starter
        yield say("reference"), self.reference
        yield say("oracle"), self.oracle
        yield say("misconceptions"), self.misconceptions
        yield say("checks"), self.checks
        yield say("mutants"), self.mutants

    def starter(self) -> Finding:
        """The starter is not started; touched by a comment, it fails and does nothing worse."""
        untouched = self._grade(self.exercise.starter, 0)
        touched = self._grade(self.exercise.starter + b"\n# started\n", 0)
        objections = []
        if untouched.outcome is not Outcome.NOT_STARTED:
            objections.append(say("The starter is {outcome}, and should be not started.", outcome=untouched.outcome.value))
        if touched.outcome is not Outcome.FAILED:
            objections.append(say("The starter with a comment is {outcome}, and should fail.", outcome=touched.outcome.value))
        return Finding(
            question="starter",
            title=say("starter"),
            summary=say("not started as it is; with a comment added, failed"),
            objections=tuple(objections),
        )

    def reference(self) -> Finding:
        """The reference passes, and is never diagnosed, at every seed."""
        objections = [
            say("Seed {seed}: {problem}", seed=seed, problem=_problem(report))
            for seed, report in self._at_every_seed(self.exercise.reference, self.reference_seeds)
            if report.outcome is not Outcome.PASSED or report.diagnosis
        ]
        count = len(self.reference_seeds)
        return Finding(
            question="reference",
            title=say("reference"),
            summary=say_many("passes at the seed", "passes at {number} seeds", count),
            objections=tuple(objections),
        )

    def oracle(self) -> Finding:
        """The library's own computation, written as a submission, passes the same checks."""
        path = self.exercise.solution / "oracle.py"
        title = say("oracle")
        if not path.exists():
            missing = say("There is no {file}: nothing shows that the reference is right.", file=path.name)
            return Finding(question="oracle", title=title, summary=say("none"), objections=(missing,))
        source = path.read_bytes()
        objections = []
        for seed in self.variant_seeds:
            for checked in self._check([source], seed, trusted_torch=True):
                failing = [result for result in checked.results if result.outcome is not Outcome.PASSED]
                objections += [
                    say("Seed {seed}: the library fails {check}: {message}",
                        seed=seed, check=result.id, message=result.message or "")
                    for result in failing[:1]
                ]  # fmt: skip
        summary = say_many("the library agrees at the seed", "the library agrees at {number} seeds", len(self.variant_seeds))
        return Finding(question="oracle", title=title, summary=summary, objections=tuple(objections))

    def misconceptions(self) -> Finding:
        """Every entry of the catalogue is caught and named as itself, alone, at every seed, by a wide margin."""
        variants = singles(self.exercise)
        sources = [variant.source.encode() for variant in variants]
        objections: list[Text] = []
        smallest = float("inf")
        for seed in self.variant_seeds:
            for index, report in self._grade_all(sources, seed):
                name = variants[index].ids[0]
                self._remember_failures(report)
                objections += [say("{id}, seed {seed}: {problem}", id=name, seed=seed, problem=problem)
                               for problem in _wrongly_told(report, name)]  # fmt: skip
                smallest = min(smallest, _margin(report))
        return Finding(
            question="misconceptions",
            title=say("misconceptions"),
            summary=say("{number} named at {seeds} seeds, the smallest margin {margin:.1e} tolerances",
                        number=len(variants), seeds=len(self.variant_seeds), margin=smallest),
            objections=tuple(objections[:20]),
        )  # fmt: skip

    def checks(self) -> Finding:
        """No check that nothing can fail."""
        manifest = self.exercise.manifest
        idle = [check.id for check in manifest.check if check.id not in self.failed_checks]
        return Finding(
            question="checks",
            title=say("checks"),
            summary=say("{number} checks, {points:g} points", number=len(manifest.check), points=self.exercise.max_points),
            objections=tuple(say("No misconception fails the check {id}.", id=name) for name in idle),
        )

    def mutants(self) -> Finding:
        """Small random slips in the reference are caught too; the survivors are shown or known to be equivalent."""
        made = mutants(self.exercise.reference)
        known = {(one.line, one.mutation) for one in self.exercise.catalogue.equivalent}
        sources = [mutant.source.encode() for mutant in made]
        survivors = [
            made[index]
            for index, checked in enumerate(self._check(sources, MUTANT_SEED, trusted_torch=False))
            if all(result.outcome is Outcome.PASSED for result in checked.results)
        ]
        unknown = [mutant for mutant in survivors if (mutant.original, mutant.mutation) not in known]
        killed = len(made) - len(survivors)
        share = 100 * killed / len(made) if made else 100.0
        return Finding(
            question="mutants",
            title=say("mutants"),
            summary=say("{killed} of {all} killed ({share:.0f} %), {known} known to be equivalent",
                        killed=killed, all=len(made), share=share, known=len(survivors) - len(unknown)),
            notes=tuple(say("survives: line {line}: {original}  [{mutation}]",
                            line=mutant.line, original=mutant.original, mutation=mutant.mutation) for mutant in unknown),
        )  # fmt: skip

    # Running

    def _grade(self, content: bytes, seed: int) -> Report:
        return self.examiner.grade(self.exercise, content, seed=seed)

    def _grade_all(self, contents: Sequence[bytes], seed: int) -> list[tuple[int, Report]]:
        reports: list[tuple[int, Report]] = []
        self.examiner.grade_all(
            self.exercise, contents, seed=seed, on_report=lambda index, report: reports.append((index, report))
        )
        return reports

    def _at_every_seed(self, source: str, seeds: Sequence[int]) -> Iterator[tuple[int, Report]]:
        for seed in seeds:
            yield seed, self._grade(source.encode(), seed)

    def _check(self, contents: Sequence[bytes], seed: int, *, trusted_torch: bool) -> list[Checked]:
        """Run the checks on course code in the trusted interpreter, without a diagnosis."""
        runtime = "torch" if trusted_torch else self.exercise.manifest.runtime
        checked: dict[int, Checked] = {}
        run_checks(
            self.exercise,
            contents,
            pool=lambda: self.examiner.pool(runtime, trusted=True),
            reference=lambda: self.examiner.reference(self.exercise, seed),
            seed=seed,
            on_checked=checked.__setitem__,
            lint=False,
        )
        return [checked[index] for index in range(len(contents))]

    def _remember_failures(self, report: Report) -> None:
        self.failed_checks |= {
            check.id for check in report.checks if check.outcome not in (Outcome.PASSED, Outcome.BLOCKED)
        }


def _wrongly_told(report: Report, name: str) -> Iterator[Text]:
    """What is wrong with how one variant was reported."""
    if report.outcome is Outcome.PASSED:
        yield say("it is not caught")
        return
    told = [tuple(belief.id for belief in diagnosis.beliefs) for diagnosis in report.diagnosis]
    if told != [(name,)]:
        yield say("it is told as {told}", told=" + ".join(" | ".join(ids) for ids in told) or "—")
    elif _margin(report) < LEAST_MARGIN:
        yield say("its margin is only {margin:.1f} tolerances", margin=_margin(report))


def _margin(report: Report) -> float:
    """The widest margin among a report's evidence, in tolerances; infinite where values differ in kind."""
    margins = [evidence.margin for diagnosis in report.diagnosis for evidence in diagnosis.evidence]
    return max((margin if isinstance(margin, float) else float("inf") for margin in margins), default=float("inf"))


def _problem(report: Report) -> Text:
    failure = report.first_failure
    if failure is None:
        return say("it is diagnosed although it passes")
    return say("{check} is {outcome}", check=failure.id, outcome=failure.outcome.value)
