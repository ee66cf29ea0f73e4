"""What each exercise's verdict depends on in the course's own code, as fingerprints.

Owns: which code counts for which exercise. A test file counts as a whole, and what it
uses from the course is followed definition by definition; where that is unclear, more
is included, never less. May not: import or run anything of the course.
"""

from __future__ import annotations

import gc
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.results.files import Files
from autograder.results.links import Course, Links
from autograder.results.modules import Item, Module
from autograder.results.statements import Content, Mistake

__all__ = ["ExercisePrint", "exercise_prints", "prints_of"]

#: Files that pytest loads for all tests beside and below them.
_AROUND = ("conftest.py", "__init__.py")

#: How a file marks checks that run on every device.
_ON_EACH_DEVICE = re.compile(rb"\bmark\s*\.\s*device\b")


@dataclass(frozen=True)
class ExercisePrint:
    """Fingerprints of everything an exercise's verdict depends on, SHA-256 in hex.

    Attributes:
        checks: Its tests, their conftest.py files and what these use nearby.
        oracle: What these use from the course's other code.
        mistakes: The known mistakes that its checks could name, without hints.
        hints: Their hints.
        devices: "each" if one of its checks may run on every device that the course
            grades on, otherwise "here".
    """

    checks: str
    oracle: str
    mistakes: str
    hints: str
    devices: str


def exercise_prints(
    course_root: Path, tests: Path, solutions: Path, grade_ids: Sequence[str]
) -> dict[str, ExercisePrint]:
    """Read an assignment's checks and everything they depend on.

    Args:
        course_root: Where the course's imports start.
        tests: The assignment's folder of tests; pytest reads a conftest.py in the
            folder above, too.
        solutions: The assignment's folder of solutions.
        grade_ids: The exercises.

    Raises:
        UnreadableError: The machine can't read a file that counts.
    """
    return prints_of(Files(), course_root, tests, solutions, grade_ids)


def prints_of(
    files: Files,
    course_root: Path,
    tests: Path,
    solutions: Path,
    grade_ids: Sequence[str],
) -> dict[str, ExercisePrint]:
    """`exercise_prints`, which reads the disk only through `files`."""
    root, tests, solutions = map(_absolute, (course_root, tests, solutions))
    is_collecting = gc.isenabled()
    gc.disable()  # garbage collection of syntax trees would take a third of the time
    try:
        return _Assignment(files, root, tests, solutions).prints(grade_ids)
    finally:
        if is_collecting:
            gc.enable()


@dataclass
class _Reached:
    """Everything needed by some code, directly or indirectly."""

    items: set[Item] = field(default_factory=set)
    modules: set[Module] = field(default_factory=set)
    mistakes: dict[tuple[Item, int], Mistake] = field(default_factory=dict)


class _Assignment:
    """The walk through one assignment's code."""

    def __init__(self, files: Files, root: Path, tests: Path, solutions: Path) -> None:
        self._from = files
        self._root, self._tests, self._solutions = root, tests, solutions
        self._names: dict[Path, bytes] = {}
        self._parts: dict[int, Links] = {}
        self._is_computed: bool | None = None
        self._course = Course(files, root, tests, solutions)
        python = [path for path in files.below(tests) if path.suffix == ".py"]
        packages = [each for each in tests.parents if each.is_relative_to(root)]
        above = [tests.parent / "conftest.py"]
        above += [each / "__init__.py" for each in packages]
        self._around = [path for path in above if files.is_file(path)]
        self._around += [path for path in python if path.name in _AROUND]
        self._files = [path for path in python if _is_test(path)]

    def prints(self, grade_ids: Sequence[str]) -> dict[str, ExercisePrint]:
        """The fingerprint of each exercise."""
        groups = {path: self._reach_files([path]) for path in self._files}
        shared = self._reach_files(self._around)
        everything = _merged([shared, *groups.values()])
        packages = self._packages(everything)
        known = self._reach(self._lists(packages), _always)
        loaded = everything.modules | known.modules
        effects = {item for each in loaded for item in each.items if item.has_effect}
        owners = {path: self._owners(path, groups[path], shared) for path in groups}
        shared = _merged([shared, self._reach(Links(effects), _always)])
        common = self._common({each for each in loaded if not each.is_parsed})
        made = {}
        for grade_id in grade_ids:
            own = [
                path for path, ids in owners.items() if ids is None or grade_id in ids
            ]
            reached = _merged([shared, *(groups[path] for path in own)])
            made[grade_id] = self._print(reached, packages, common, own)
        return made

    def _print(
        self,
        reached: _Reached,
        packages: list[Path],
        common: dict[str, list[bytes]],
        own: list[Path],
    ) -> ExercisePrint:
        """One exercise's fingerprint, from its own files and what its tests reach."""
        is_relevant = self._relevance(reached, packages)
        known = self._reach(self._lists(packages), is_relevant)
        mistakes = reached.mistakes | known.mistakes
        parts: dict[str, set[Item]] = {"checks": set(), "oracle": set()}
        parts["mistakes"] = known.items - reached.items
        for item in reached.items:
            parts[self._part_of(item.module.path, packages)].add(item)
        hints = Links()
        for (item, _), mistake in mistakes.items():
            hints.items |= self._needed(mistake.hint, item.module).items
        of_hints = self._reach(hints, _always, runs=False)
        contents = {key: mistake.content for key, mistake in mistakes.items()}
        texts = {key: mistake.hint for key, mistake in mistakes.items()}
        return ExercisePrint(
            checks=self._digest(parts["checks"], extra=common["checks"]),
            oracle=self._digest(parts["oracle"], extra=common["oracle"]),
            mistakes=self._digest(parts["mistakes"], contents, common["mistakes"]),
            hints=self._digest(of_hints.items, texts),
            devices="each" if self._names_devices(own) else "here",
        )

    def _names_devices(self, own: list[Path]) -> bool:
        """Whether a check in some files may be marked `device`."""
        modules = map(self._course.module, [*own, *self._around])
        return any(_ON_EACH_DEVICE.search(each.source) for each in modules)

    # --- what reaches what ---------------------------------------------------------

    def _reach_files(self, paths: Iterable[Path]) -> _Reached:
        modules = {self._course.module(path) for path in paths}
        items = {item for module in modules for item in module.items}
        return self._reach(Links(items, modules), _always)

    def _reach(
        self,
        links: Links,
        is_relevant: Callable[[Mistake], bool],
        *,
        runs: bool = True,
    ) -> _Reached:
        """Follow links to their end.

        Args:
            links: Where to start.
            is_relevant: Which of the known mistakes found count.
            runs: Whether what importing a module runs counts, too.
        """
        reached = _Reached()
        waiting = [links]
        while waiting:
            links = waiting.pop()
            fresh = links.items - reached.items
            reached.items |= fresh
            for item in fresh:
                waiting.append(self._course.links(item))
                for number, mistake in enumerate(item.content.mistakes):
                    if is_relevant(mistake):
                        reached.mistakes[item, number] = mistake
                        waiting.append(self._needed(mistake.content, item.module))
            modules = links.modules | {item.module for item in fresh}
            for module in modules - reached.modules:
                reached.modules.add(module)
                if runs:
                    waiting.append(self._course.start(module))
        return reached

    def _needed(self, content: Content, module: Module) -> Links:
        """What a part of a known mistake needs."""
        if id(content) not in self._parts:
            self._parts[id(content)] = self._course.links_of(content, module)
        return self._parts[id(content)]

    # --- known mistakes ------------------------------------------------------------

    def _packages(self, everything: _Reached) -> list[Path]:
        """Files that may hold a check's known mistakes."""
        folders = {self._solutions}
        for module in everything.modules:
            folder = module.path.parent
            is_package = module.path.name == "__init__.py"
            folders.add(folder.parent if is_package else folder)
        places = [self._course.find(folder, "misconceptions") for folder in folders]
        return sorted({place.file for place in places if place and place.file})

    def _lists(self, packages: Iterable[Path]) -> Links:
        links = Links()
        for path in packages:
            module = self._course.module(path)
            links.modules.add(module)
            items = module.bindings.get("MISCONCEPTIONS")
            links.items.update(module.items if items is None else items)
        return links

    def _makes_more(self, packages: list[Path]) -> bool:
        """Whether lists of known mistakes are computed rather than written out.

        Then a mistake may be derived from another one, and belong to another function.
        """
        if self._is_computed is None:
            lists = self._lists(packages)
            whole = self._reach(lists, _always)
            written = self._reach(lists, lambda _: False, runs=False).items
            written |= {
                item
                for item in whole.items
                if item.has_effect
                and self._part_of(item.module.path, packages) == "mistakes"
            }
            self._is_computed = any(item.content.calls for item in written)
        return self._is_computed

    def _relevance(
        self, reached: _Reached, packages: list[Path]
    ) -> Callable[[Mistake], bool]:
        """The known mistakes that an exercise's tests may name.

        A test names the student's function. If the name may be composed at run time, a
        string that begins or ends the name is enough.
        """
        if self._makes_more(packages):
            return _always
        contents = [
            item.content
            for item in reached.items
            if self._may_ask(item.module, packages)
        ]
        words = set().union(*(each.vocabulary for each in contents))
        ends: tuple[str, ...] = ()
        if any(each.asks_by_name for each in contents):
            texts = {text for item in reached.items for text in item.content.strings}
            words |= {word for text in texts for word in re.findall(r"\w+", text)}
            ends = tuple(text for text in texts if re.fullmatch(r"\w+", text))

        def is_relevant(mistake: Mistake) -> bool:
            if mistake.of is None or words.issuperset(re.findall(r"\w+", mistake.of)):
                return True
            return mistake.of.startswith(ends) or mistake.of.endswith(ends)

        return is_relevant

    # --- which exercise, which part ------------------------------------------------

    def _owners(
        self, path: Path, reached: _Reached, shared: _Reached
    ) -> set[str] | None:
        """The exercises that a test file belongs to; None for all."""
        own: set[str | None] = set()
        for item in reached.items:
            is_own = item.module.path == path
            own |= item.content.grades if is_own else _unclear(item)
        for item in shared.items:
            own |= _unclear(item)
        if not own or None in own:
            return None
        return {each for each in own if each is not None}

    def _may_ask(self, module: Module, packages: Iterable[Path]) -> bool:
        """Whether a module's code may get a function from a submission."""
        part = self._part_of(module.path, packages)
        has_means = b"submission" in module.source or b"autograder" in module.source
        return part == "checks" or (part == "oracle" and has_means)

    def _is_beside_tests(self, path: Path) -> bool:
        return path.is_relative_to(self._tests.parent)

    def _part_of(self, path: Path, packages: Iterable[Path]) -> str:
        if self._is_beside_tests(path):
            return "checks"
        for package in packages:
            is_folder_of = package.name == "__init__.py"
            if path == package or (
                is_folder_of and path.is_relative_to(package.parent)
            ):
                return "mistakes"
        if path.is_relative_to(self._solutions / "variants"):
            return "mistakes"  # right answers, of which known mistakes are edits
        return "oracle"

    # --- digests -------------------------------------------------------------------

    def _common(self, opaque: Iterable[Module]) -> dict[str, list[bytes]]:
        """What counts for every exercise: data and other non-Python files."""
        common: dict[str, list[bytes]] = {"checks": [], "oracle": [], "mistakes": []}
        folders = [("checks", self._tests), ("oracle", self._solutions)]
        for part, folder in folders:
            for path in self._from.below(folder):
                if path.suffix != ".py":
                    common[part] += [self._name(path), self._from.digest(path)]
        for module in sorted(opaque, key=lambda each: each.path):
            part = "checks" if self._is_beside_tests(module.path) else "oracle"
            digest = hashlib.sha256(module.source).digest()
            common[part] += [self._name(module.path), digest]
        return common

    def _digest(
        self,
        items: Iterable[Item],
        contents: dict[tuple[Item, int], Content] | None = None,
        extra: Iterable[bytes] = (),
    ) -> str:
        """SHA-256 of statements in source order."""
        parts = [
            (self._name(item.module.path), item.index, -1, item.digest)
            for item in items
        ]
        parts += [
            (self._name(item.module.path), item.index, number, each.digest)
            for (item, number), each in (contents or {}).items()
        ]
        digest = hashlib.sha256()
        for name, _, _, text in sorted(parts):
            digest.update(name + b"\0" + text)
        for piece in extra:
            digest.update(b"\1" + piece)
        return digest.hexdigest()

    def _name(self, path: Path) -> bytes:
        if path not in self._names:
            self._names[path] = os.fsencode(os.path.relpath(path, self._root))
        return self._names[path]


def _always(_: Mistake) -> bool:
    return True


def _unclear(item: Item) -> set[str | None]:
    """The reading of a grade mark outside a test's own file: it may be any."""
    return {None} if item.content.grades else set()


def _merged(several: Iterable[_Reached]) -> _Reached:
    whole = _Reached()
    for each in several:
        whole.items |= each.items
        whole.modules |= each.modules
        whole.mistakes |= each.mistakes
    return whole


def _is_test(path: Path) -> bool:
    return path.name.startswith("test_") or path.name.endswith("_test.py")


def _absolute(path: Path) -> Path:
    return Path.cwd() / path  # don't resolve links
