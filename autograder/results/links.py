"""Resolve names in the course's code to statements of its files.

Owns: finding modules below the course's folder as Python and pytest do, and following
imports and attributes to definitions. May not: import or run what it finds. What it
can't follow, it includes whole.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain as joined
from pathlib import Path

from autograder.results.files import Files
from autograder.results.modules import MISCONCEPTION, Import, Item, Module
from autograder.results.statements import Builder, Content

__all__ = ["Course", "Links", "Place"]

_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+")


@dataclass(frozen=True)
class Place:
    """What a module's name refers to.

    Attributes:
        file: Its code; None for a folder without `__init__.py`.
        folder: Where its submodules are; None for a plain module.
    """

    file: Path | None
    folder: Path | None


@dataclass
class Links:
    """What a piece of code needs.

    Attributes:
        items: Statements.
        modules: Files that are imported on the way.
    """

    items: set[Item] = field(default_factory=set)
    modules: set[Module] = field(default_factory=set)


class Course:
    """The course's code, read on demand.

    Args:
        files: Reads the files.
        root: The course's folder, where its imports start.
        tests: The assignment's tests.
        solutions: The assignment's solutions.
    """

    def __init__(self, files: Files, root: Path, tests: Path, solutions: Path) -> None:
        self._files = files
        self.root = root
        self._folders = tests, solutions
        above = tests
        while files.is_file(above / "__init__.py"):
            above = above.parent
        # pytest names a package of tests relative to the folder above.
        self._roots = list(dict.fromkeys((root, above if above != tests else root)))
        self._parsed: dict[Path, Module] = {}
        self._finished: set[Path] = set()
        self._places: dict[tuple[Path, str], Place | None] = {}
        self._links: dict[Item, Links] = {}
        self._starts: dict[Module, Links] = {}

    def module(self, path: Path) -> Module:
        """Read a Python file once.

        Raises:
            UnreadableError: The machine can't read it.
        """
        module = self._parse(path)
        if path not in self._finished:
            self._finished.add(path)
            module.builders = self._builders(module)
            module.classify(self._is_of_course)
        return module

    def find(self, folder: Path, name: str) -> Place | None:
        """What `name` refers to in a folder, as Python looks it up."""
        key = folder, name
        if key not in self._places:
            self._places[key] = self._place(folder, name)
        return self._places[key]

    def links(self, item: Item) -> Links:
        """What a statement needs, apart from its known mistakes."""
        if item not in self._links:
            is_class = isinstance(item.node, ast.ClassDef)
            links = self.links_of(item.content, item.module, is_class=is_class)
            self._links[item] = links
            for name in item.binds:
                links.items.update(item.module.touched.get(name, ()))
            if "pytest_plugins" in item.binds:
                self._follow_texts(item.content.strings, links)
        return self._links[item]

    def links_of(
        self, content: Content, module: Module, *, is_class: bool = False
    ) -> Links:
        """What a piece of a module's code needs.

        Args:
            content: The piece.
            module: The module.
            is_class: Whether its imports may be used from outside, as attributes.
        """
        links = Links()
        local: dict[str, list[Import]] = {}
        follower = _Follower(self, links)
        for node in content.imports:
            for alias in node.names:
                each = Import(module, node, alias)
                self._load_import(each, links)
                follower.imported(each, (), is_used=is_class)
                local.setdefault(each.binds, []).append(each)
        for chain in content.chains:
            follower.chain(module, chain)
            for each in local.get(chain[0], ()):
                follower.imported(each, chain[1:], is_used=True)
        follower.finish()
        self._follow_texts(filter(_DOTTED.fullmatch, content.strings), links)
        if content.finds_own:
            links.items.update(module.items)
        if content.finds_modules:
            for folder in self._folders:
                self.take_whole(Place(None, folder), links)
        return links

    def start(self, module: Module) -> Links:
        """What importing a module runs: its own effects and its imports."""
        if module in self._starts:
            return self._starts[module]
        links = self._starts[module] = Links()
        for item in module.items:
            if item.has_effect or item.runs_course:
                links.items.add(item)
            if each := item.imported:
                self._load_import(each, links)
                if each.name == "*" and self.bases_of(each):
                    links.items.add(item)
        self._load_packages(module.path.parent, links)
        return links

    def take_whole(self, place: Place, links: Links) -> None:
        """Need all of a module, and of a package all of its modules.

        What an assignment excepts from its audit is none of them: it can't change a
        score.
        """
        paths = [place.file] if place.file else []
        if place.folder:
            paths += [
                path
                for path in self._files.below(place.folder)
                if path.suffix == ".py" and not self._is_for_audits(path)
            ]
        for path in paths:
            module = self.module(path)
            links.modules.add(module)
            links.items.update(module.items)

    def _is_for_audits(self, path: Path) -> bool:
        _, solutions = self._folders
        if not path.is_relative_to(solutions):
            return False
        return path.relative_to(solutions).parts[0] in ("exceptions.py", "exceptions")

    def bases_of(self, each: Import) -> list[list[Place]]:
        """The places along an import's dotted name, one list per reading."""
        if each.level:
            folder = each.module.path.parent
            for _ in range(each.level - 1):
                folder = folder.parent
            initial = folder / "__init__.py"
            start = Place(initial if self._files.is_file(initial) else None, folder)
            return [self._along(start, each.parts)]
        parts = each.parts
        if not parts or parts[0] == "autograder":
            return []  # the autograder itself is covered by its version
        readings = (self._along(Place(None, root), parts) for root in self._roots)
        return [found[1:] for found in readings if len(found) > 1]

    def _parse(self, path: Path) -> Module:
        if path not in self._parsed:
            self._parsed[path] = Module(path, self._files.read(path))
        return self._parsed[path]

    def _place(self, folder: Path, name: str) -> Place | None:
        """What Python would find; a folder without `__init__.py` comes last."""
        package, plain = folder / name, folder / f"{name}.py"
        initial = package / "__init__.py"
        if self._files.is_file(initial):
            return Place(initial, package)
        if self._files.is_file(plain):
            return Place(plain, None)
        return Place(None, package) if self._files.is_folder(package) else None

    def _along(self, start: Place, parts: Sequence[str]) -> list[Place]:
        """The places from one on, as far as they exist."""
        places = [start]
        for part in parts:
            folder = places[-1].folder
            place = self.find(folder, part) if folder else None
            if place is None:
                break
            places.append(place)
        return places

    def _load_import(self, each: Import, links: Links) -> None:
        for places in self.bases_of(each):
            folder = places[-1].folder
            sub = self.find(folder, each.name) if each.is_from and folder else None
            for place in (*places, sub):
                if place and place.file:
                    links.modules.add(self.module(place.file))

    def _load_packages(self, folder: Path, links: Links) -> None:
        """Importing a module imports the packages that contain it."""
        while folder.is_relative_to(self.root):
            initial = self.find(folder, "__init__")
            if initial and initial.file:
                links.modules.add(self.module(initial.file))
            folder = folder.parent

    def _is_of_course(self, each: Import) -> bool:
        return bool(self.bases_of(each))

    def _follow_texts(self, texts: Iterable[str], links: Links) -> None:
        """A string that names a module may be used to import it."""
        for text in texts:
            parts = text.split(".")
            if parts[0] == "autograder":
                continue
            for root in self._roots:
                places = self._along(Place(None, root), parts)[1:]
                if places and places[-1].file:
                    self.take_whole(Place(places[-1].file, None), links)

    def _builders(self, module: Module) -> dict[str, Builder]:
        """Calls in a module that build known mistakes, by their names there."""
        builders = {"Misconception": MISCONCEPTION}
        for item in module.items:
            builders |= module.edits_of(item)
            each = item.imported
            if each and each.name == "Misconception":
                found: Builder | None = MISCONCEPTION
            elif each:
                found = self._builder_behind(each)
            else:
                found = module.builder_in(item)
            if found:
                builders |= dict.fromkeys(item.binds, found)
            elif "Misconception" in item.binds:  # another class of that name
                builders.pop("Misconception", None)
        return builders

    def _builder_behind(self, each: Import) -> Builder | None:
        """How an imported function builds known mistakes, if it does."""
        for places in self.bases_of(each) if each.is_from else ():
            if places[-1].file is None:
                continue
            behind = self._parse(places[-1].file)
            for item in behind.bindings.get(each.name, ()):
                if builder := behind.builder_in(item):
                    return builder
        return None


class _Follower:
    """Follows names through imports to their definitions, each step once."""

    def __init__(self, course: Course, links: Links) -> None:
        self._course = course
        self._links = links
        self._seen: set[tuple[Module, tuple[str, ...], bool]] = set()
        self._waiting: list[tuple[Import, tuple[str, ...], bool]] = []

    def chain(
        self, module: Module, chain: tuple[str, ...], *, is_used: bool = True
    ) -> bool:
        """Need what a dotted name stands for; return whether it is known.

        For a name that is only re-imported, the next import is enough, since its own
        links are followed from there.
        """
        if (module, chain, is_used) in self._seen:
            return True
        self._seen.add((module, chain, is_used))
        bindings = module.bindings.get(chain[0], ())
        is_known = bool(bindings)
        for item in bindings:
            self._links.items.add(item)
            if is_used or chain[1:]:
                for each in _imports_of(item, chain[0]):
                    self.imported(each, chain[1:], is_used=is_used)
        for star in module.bindings.get("*", ()):
            bases = map(self._course.bases_of, _imports_of(star, "*"))
            for places in joined.from_iterable(bases):
                if places[-1].file:
                    behind = self._course.module(places[-1].file)
                    is_known |= self.chain(behind, chain, is_used=is_used)
        return is_known

    def imported(
        self, each: Import, rest: tuple[str, ...], *, is_used: bool = False
    ) -> None:
        """Need what an import provides, with the attributes that follow.

        Args:
            each: The import.
            rest: The attributes accessed on it.
            is_used: Whether it is used, so that a module without attributes is needed
                whole, not just imported.
        """
        self._waiting.append((each, rest, is_used))

    def finish(self) -> None:
        """Follow every import found so far."""
        while self._waiting:
            each, rest, is_used = self._waiting.pop()
            for places in self._course.bases_of(each):
                self._from(places, each, rest, is_used=is_used)

    def _from(
        self,
        places: list[Place],
        each: Import,
        rest: tuple[str, ...],
        *,
        is_used: bool,
    ) -> None:
        if each.is_from and not each.level and len(places) < len(each.parts):
            return  # not below the course's folder
        if each.is_from and each.name == "*":
            self._course.take_whole(places[-1], self._links)
        elif each.is_from:
            self._attributes(places[-1], (each.name, *rest), is_used=is_used)
        elif each.alias.asname:
            behind = tuple(each.parts[len(places) :])
            self._attributes(places[-1], (*behind, *rest), is_used=is_used)
        else:
            self._attributes(places[0], rest, is_used=is_used)

    def _attributes(
        self, place: Place, names: tuple[str, ...], *, is_used: bool
    ) -> None:
        """Need what attributes of a module stand for; the whole module if unknown."""
        if not names:
            if is_used:
                self._course.take_whole(place, self._links)
            return
        is_known = False
        if place.file:
            module = self._course.module(place.file)
            self._links.modules.add(module)
            is_known = self.chain(module, names, is_used=is_used)
        sub = self._course.find(place.folder, names[0]) if place.folder else None
        if sub:
            self._attributes(sub, names[1:], is_used=is_used)
        elif not is_known and place.file:
            self._course.take_whole(Place(place.file, None), self._links)


def _imports_of(item: Item, name: str) -> Iterator[Import]:
    """The imports by which a top-level statement may bind a name."""
    if item.imported:
        yield item.imported
    elif item.has_effect:
        for node in item.content.imports:
            for alias in node.names:
                each = Import(item.module, node, alias)
                if each.binds == name:
                    yield each
