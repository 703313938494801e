"""A course's TOML files turned into validated values; the one place that knows where a course lies.

Checks, references and harnesses are code, so a course is only ever taken from where the person who runs
the grader said (`--course`, ``GRADE_COURSE``) or from the installed package. A working directory, a path
argument or a submission never leads to one: see docs/decisions/0001-where-the-course-comes-from.md.
"""

from __future__ import annotations

import re
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

from grader.errors import CourseError, UsageError
from grader.locale import say
from grader.results import decode_text
from grader.text import Text

Kind = TypeVar("Kind")
MARKER = "course.toml"
FOLDER = re.compile(r"(\d{2,})_([a-z0-9_]+)")
PositiveNumber = Annotated[float, msgspec.Meta(gt=0)]
Identifier = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
FileName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_]+\.py$")]


class Tolerance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Values are close when ``|got - expected| <= atol + rtol * |expected|``."""

    rtol: Annotated[float, msgspec.Meta(ge=0, lt=1)]
    atol: Annotated[float, msgspec.Meta(ge=0)]
    reason: Text


class ResourceLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one submission may use: seconds a call and in all, MiB of memory, KiB of printed text kept."""

    call_seconds: PositiveNumber = 5.0
    total_seconds: PositiveNumber = 30.0
    memory_mb: Annotated[int, msgspec.Meta(gt=0)] = 512
    output_kb: Annotated[int, msgspec.Meta(gt=0)] = 64


class Shortcut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A dotted name that would do the exercise for the learner, and why it is refused."""

    name: str
    reason: Text


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One claim about the learner's code, proved by ``test_<id>`` in the hidden checks."""

    id: Identifier
    claim: Text
    points: PositiveNumber
    needs: Identifier | None = None


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A picture of the learner's run beside the expected one; `function` stands in the harness."""

    kind: Literal["path", "schedule", "series", "matrix"]
    function: Identifier
    title: Text
    caption: Text
    x_label: Text
    y_label: Text


class Trace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The harness function whose table of steps `grade trace` shows."""

    function: Identifier


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What ``exercise.toml`` says."""

    number: Annotated[int, msgspec.Meta(gt=0)]
    id: Identifier
    version: Annotated[int, msgspec.Meta(gt=0)]
    runtime: Literal["numpy", "torch"]
    file: FileName
    entry_points: Annotated[tuple[Identifier, ...], msgspec.Meta(min_length=1)]
    concepts: tuple[str, ...]
    title: Text
    idea: Text
    convention: Text
    tolerance: Tolerance
    limits: ResourceLimits = ResourceLimits()
    forbidden: tuple[Shortcut, ...] = ()
    hint: tuple[Text, ...] = ()
    check: Annotated[tuple[Check, ...], msgspec.Meta(min_length=1)]
    figure: tuple[Figure, ...] = ()
    trace: Trace | None = None


class Edit(msgspec.Struct, frozen=True, rename={"before": "from", "after": "to"}, forbid_unknown_fields=True):
    """A replacement of a text that stands in the reference exactly once."""

    before: Annotated[str, msgspec.Meta(min_length=1)]
    after: str


class Misconception(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A known-wrong way, as code that does it and as words for the learner who holds it."""

    id: Identifier
    kind: Literal["misconception", "convention"] = "misconception"
    entry_points: Annotated[tuple[Identifier, ...], msgspec.Meta(min_length=1)]
    belief: Text
    explanation: Text
    question: Text
    terms: tuple[str, ...] = ()
    edit: tuple[Edit, ...] = ()
    file: bool = False
    predicate: Identifier | None = None


class EquivalentMutant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mutant of the reference that no check can tell apart, and why that is right."""

    line: str
    mutation: str
    reason: str


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``misconceptions.toml`` says."""

    misconception: tuple[Misconception, ...] = ()
    equivalent: tuple[EquivalentMutant, ...] = ()


class CourseInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``course.toml`` says."""

    id: str
    version: str
    languages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    title: Text


class Exercise:
    """One exercise: its manifest, and the files that stand beside it, read when they are asked for."""

    def __init__(self, folder: Path, solution: Path, languages: tuple[str, ...]) -> None:
        self.folder = folder
        self.solution = solution
        self.languages = languages
        self.manifest = _read(folder / "exercise.toml", Manifest)
        _check_manifest(self.manifest, folder, languages)

    @property
    def number(self) -> int:
        """The number a learner types; it never changes."""
        return self.manifest.number

    @property
    def id(self) -> str:
        """The slug, which is also the exercise's name in every record."""
        return self.manifest.id

    @property
    def max_points(self) -> float:
        """The points of all checks together."""
        return sum(check.points for check in self.manifest.check)

    @cached_property
    def starter(self) -> bytes:
        """The file a learner begins with, byte for byte."""
        return _bytes(self.folder / self.manifest.file)

    @cached_property
    def harness(self) -> str:
        """Source of the functions that drive the learner's code inside the sandbox; may be empty."""
        path = self.folder / "harness.py"
        return _bytes(path).decode() if path.exists() else ""

    @cached_property
    def reference(self) -> str:
        """Source of the right answer."""
        return _bytes(self.solution / self.manifest.file).decode()

    @property
    def checks_path(self) -> Path:
        """The hidden pytest module."""
        return self.solution / "checks.py"

    @cached_property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """The catalogue of known-wrong ways."""
        return self.catalogue.misconception

    @cached_property
    def catalogue(self) -> Catalogue:
        """Known-wrong ways and mutants known to be equivalent."""
        return _read(self.solution / "misconceptions.toml", Catalogue)

    def misconception_file(self, misconception_id: str) -> str:
        """Source of a variant that no edit of the reference can say."""
        return _bytes(self.solution / "misconceptions" / f"{misconception_id}.py").decode()

    def markdown(self, page: Literal["brief", "explanation"]) -> Text:
        """The brief, or the explanation shown after a pass, in each language that has it."""
        folder = self.folder if page == "brief" else self.solution
        pages = {path.name.split(".")[1]: _bytes(path).decode() for path in folder.glob(f"{page}.*.md")}
        if not pages:
            raise CourseError(say("{path} is missing.", path=folder / f"{page}.en.md"))
        return Text(pages)


class Course:
    """A course on disk: exercises, and beside them the solutions a learner's copy does not have."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.info = _read(root / MARKER, CourseInfo)

    @property
    def is_bundled(self) -> bool:
        """Whether this is the course that came with the package, which every machine that has the package has."""
        return self.root == bundled_root().resolve()

    @cached_property
    def folders(self) -> dict[int, Path]:
        """Exercise folders by number, without reading any."""
        found: dict[int, Path] = {}
        for path in sorted((self.root / "exercises").glob("*/")):
            if match := FOLDER.fullmatch(path.name):
                found.setdefault(int(match[1]), path)
        return found

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """Every exercise, in the order of their numbers."""
        return tuple(self._load(self.folders[number]) for number in sorted(self.folders))

    def exercise(self, wanted: str | int) -> Exercise:
        """The exercise with this number (``3``, ``"03"``), slug (``"adam_step"``) or folder name.

        Raises `UsageError` naming the nearest ones when there is none.
        """
        key = str(wanted).strip()
        if key.isdecimal() and int(key) in self.folders:
            return self._load(self.folders[int(key)])
        slug = key.replace("-", "_").removesuffix(".py")
        for path in self.folders.values():
            if slug in (path.name, path.name.partition("_")[2]):
                return self._load(path)
        raise UsageError(
            say("There is no exercise {wanted}.", wanted=_quoted(key)),
            say("Choose one of these: {known}.", known=", ".join(_label(path) for path in self.folders.values())),
        )

    def _load(self, folder: Path) -> Exercise:
        return Exercise(folder, self.root / "solutions" / folder.name, self.info.languages)


def open_course(explicit: Path | None = None) -> Course:
    """The trusted course: `explicit`, or the one that came with this package."""
    root = explicit if explicit is not None else bundled_root()
    if not (root / MARKER).is_file():
        raise UsageError(
            say("{path} is not a course: it has no course.toml.", path=root),
            say("Give the folder that holds course.toml, exercises and solutions."),
        )
    if not (root / "solutions").is_dir():
        raise UsageError(
            say("{path} is a learner's copy: it has no solutions to grade with.", path=root),
            say("Leave --course out to grade with the installed course."),
        )
    return Course(root.resolve())


def bundled_root() -> Path:
    """Root of the course that came with the package: inside a wheel, or the clone of an editable install."""
    package = Path(__file__).resolve().parent
    inside = package / "_course"
    return inside if inside.is_dir() else package.parent


def bundled_templates() -> Path:
    """Folder of the page templates that came with the package."""
    package = Path(__file__).resolve().parent
    inside = package / "_templates"
    return inside if inside.is_dir() else package.parent / "templates"


def _read(path: Path, kind: type[Kind]) -> Kind:
    try:
        return msgspec.convert(tomllib.loads(_bytes(path).decode()), kind, dec_hook=decode_text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(say("{path} is not valid TOML: {problem}.", path=path, problem=str(error))) from None
    except UnicodeDecodeError as error:
        raise CourseError(say("{path} is not UTF-8 (byte {place}).", path=path, place=error.start)) from None
    except msgspec.ValidationError as error:
        raise CourseError(_explain(path, str(error))) from None


def _explain(path: Path, problem: str) -> Text:
    """msgspec's sentence as ours: file, key, expected, found."""
    body, _, place = problem.partition(" - at ")
    key = place.strip("`").removeprefix("$").lstrip(".") or "(top)"
    if match := re.fullmatch(r"Object contains unknown field `(.+)`", body):
        return say("{path}: {key} has an unknown key `{unknown}`.", path=path, key=key, unknown=match[1])
    if match := re.fullmatch(r"Object missing required field `(.+)`", body):
        return say("{path}: {key} lacks the key `{missing}`.", path=path, key=key, missing=match[1])
    if match := re.fullmatch(r"Expected `(.+)`, got `(.+)`", body):
        return say(
            "{path}: {key}: expected {wanted}, found {found}.", path=path, key=key, wanted=match[1], found=match[2]
        )
    return say("{path}: {key}: {problem}.", path=path, key=key, problem=body)


def _check_manifest(manifest: Manifest, folder: Path, languages: tuple[str, ...]) -> None:
    """What types cannot say: names agree, references resolve, both languages stand."""
    path = folder / "exercise.toml"
    match = FOLDER.fullmatch(folder.name)
    if match is None or (int(match[1]), match[2]) != (manifest.number, manifest.id):
        raise CourseError(
            say(
                "{path}: number {number} and id {id} do not fit the folder's name.",
                path=path,
                number=manifest.number,
                id=manifest.id,
            )
        )
    seen: set[str] = set()
    for check in manifest.check:
        if check.id in seen:
            raise CourseError(say("{path}: the check {id} stands twice.", path=path, id=check.id))
        if check.needs is not None and check.needs not in seen:
            raise CourseError(
                say(
                    "{path}: check {id} needs {needs}, which does not stand before it.",
                    path=path,
                    id=check.id,
                    needs=check.needs,
                )
            )
        seen.add(check.id)
    for text in (
        manifest.title,
        manifest.idea,
        manifest.convention,
        *manifest.hint,
        *(c.claim for c in manifest.check),
    ):
        if missing := set(languages) - set(text):
            raise CourseError(
                say(
                    "{path}: «{start}…» is missing in language {language}.",
                    path=path,
                    start=str(text)[:40],
                    language=", ".join(sorted(missing)),
                )
            )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CourseError(
            say("{path} cannot be read: {problem}.", path=path, problem=error.strerror or str(error))
        ) from None


def _label(folder: Path) -> str:
    number, _, slug = folder.name.partition("_")
    return f"{int(number)} {slug}"


def _quoted(key: str) -> str:
    shortened = key if len(key) <= 60 else key[:57] + "…"
    return f"«{shortened}»" if shortened else "«»"
