"""Where a run is stopped: each boundary of what it writes, by a short name."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

__all__ = ["BOUNDARIES", "Boundary"]


@dataclass(frozen=True)
class Boundary:
    """A function at whose call a run can be stopped.

    Attributes:
        module: Where it is looked up.
        path: Its name there, with that of its class.
        nth: The call at which to stop; by then one student is done, or more.
    """

    module: str
    path: str
    nth: int = 1

    def place(self) -> tuple[Any, str]:
        """What holds the function, and its name there."""
        owner: Any = importlib.import_module(self.module)
        *above, name = self.path.split(".")
        for each in above:
            owner = getattr(owner, each)
        return owner, name


_STORE, _BOOK = "autograder.results", "autograder.gradebook"
_RUN, _PROJECTION = "autograder.grading.run", "autograder.grading.projection"

BOUNDARIES = {
    "open the store": Boundary(_STORE, "Store.__init__"),
    "hire": Boundary(_RUN, "Run._hired"),
    "open the gradebook": Boundary(_BOOK, "Gradebook.__init__"),
    "make the assignment known": Boundary(_BOOK, "Gradebook.ensure_assignment"),
    "put": Boundary(_STORE, "Store.put", 2),
    "begin to write": Boundary(_PROJECTION, "Projection._contents", 2),
    "note that it is not written": Boundary(_STORE, "Store.note_projected", 3),
    "write the notebook": Boundary(_BOOK, "write_autograded", 2),
    "rename a draft": Boundary("pathlib", "Path.replace", 3),
    "write what it showed": Boundary(_BOOK, "write_executed", 2),
    "write scores": Boundary(_BOOK, "Gradebook.write_scores", 2),
    "flush scores": Boundary("sqlalchemy.orm", "Session.flush", 5),
    "commit scores": Boundary("sqlalchemy.orm", "Session.commit", 2),
    "note that it is written": Boundary(_STORE, "Store.note_projected", 4),
    "a statement of the store": Boundary(
        "autograder.results.database", "Database.execute", 40
    ),
    "note the gradebook's state": Boundary(_PROJECTION, "Projection.note_state"),
    "close the gradebook": Boundary(_BOOK, "Gradebook.close"),
    "tell": Boundary("autograder.cli.table", "show_class"),
}
