"""Print how many mutants the checks refuse: `python -m tests.mutation [ASSIGNMENT...]`.

Ends with 1 where an exercise refuses less than 98 % of those that are not equivalent,
where a mutant of the list of equivalent ones is refused, where a check could not be
run, and where a mutant got a false name.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from tests.meta.answers import LESSONS
from tests.meta.examiner import examiner
from tests.mutation.oracles import oracle_cases
from tests.mutation.running import SLOW, Case, Jury, Trial, cases

#: The least share of mutants that an exercise's checks must refuse.
ENOUGH = 0.98


@dataclass
class Tally:
    """What became of some mutants.

    Attributes:
        trials: One for each mutant.
    """

    trials: list[Trial] = field(default_factory=list)

    @property
    def refused(self) -> list[Trial]:
        """Those that a check refused."""
        return [trial for trial in self.trials if trial.refused_by]

    @property
    def equivalent(self) -> list[Trial]:
        """Those that no check can refuse, and none did."""
        return [t for t in self.trials if t.case.equivalent and not t.refused_by]

    @property
    def survivors(self) -> list[Trial]:
        """Those that should have been refused."""
        return [t for t in self.trials if not t.case.equivalent and not t.refused_by]

    @property
    def share(self) -> float:
        """Refused, of those that are not equivalent."""
        wrong = len(self.refused) + len(self.survivors)
        return len(self.refused) / wrong if wrong else 1.0

    @property
    def complaints(self) -> Iterator[str]:
        """What is to be mended, beside survivors."""
        for trial in self.trials:
            known = trial.case.equivalent
            if trial.refused_by and known and not known.is_free:
                yield f"{trial.case} is no equivalent: {trial.refused_by} refuses it"
            for fault in trial.faults:
                yield f"{trial.case}: a check could not be run: {fault}"
            for name in trial.names:
                if not name.is_true:
                    yield f"{trial.case} got a false name: {name.name}"


def wanted(assignment: str, options: argparse.Namespace) -> Iterator[Case]:
    """Each N-th mutant of each function asked for, in the notebook's order."""
    lesson = LESSONS[assignment]
    found = list(oracle_cases(lesson) if options.oracles else cases(lesson))
    found.sort(key=lambda case: list(lesson.points).index(case.grade_id))
    for name, group in groupby(found, key=lambda case: case.mutant.function):
        if options.function in (None, name, *name.split(".")):
            yield from list(group)[:: max(options.every, SLOW.get(name, 1))]


def row(table: Table, name: str, tally: Tally) -> None:
    """Add one exercise's numbers."""
    table.add_row(
        name,
        str(len(tally.trials)),
        str(len(tally.refused)),
        str(len(tally.equivalent)),
        str(len(tally.survivors)),
        f"{tally.share:.1%}",
    )


def _sampling(tally: Tally) -> str:
    """Say where not every mutant was tried for its slowness."""
    functions = {trial.case.mutant.function for trial in tally.trials}
    steps = [f"{name}: each {SLOW[name]}th" for name in sorted(functions & set(SLOW))]
    return f" ({', '.join(steps)})" if steps else ""


def tell(console: Console, assignment: str, tally: Tally) -> bool:
    """Print an assignment's table; returns whether all is well."""
    table = Table(title=assignment, title_justify="left")
    table.add_column("exercise")
    for column in ("mutants", "refused", "equivalent", "survivors", "share"):
        table.add_column(column, justify="right")
    by_exercise = [
        (name, Tally(list(group)))
        for name, group in groupby(tally.trials, key=lambda t: t.case.grade_id)
    ]
    for name, part in by_exercise:
        row(table, f"{name}{_sampling(part)}", part)
    table.add_section()
    row(table, "all", tally)
    console.print(table)
    for trial in tally.survivors:
        console.print(f"survivor: {escape(str(trial.case))}", soft_wrap=True)
    for trial in tally.trials:
        for name in trial.names:
            if name.is_true:
                text = f"true name: {trial.case}: {name.name}"
                console.print(escape(text), soft_wrap=True)
    complaints = list(tally.complaints)
    for complaint in complaints:
        console.print(escape(complaint), soft_wrap=True)
    return not complaints and all(part.share >= ENOUGH for _, part in by_exercise)


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT")
    parser.add_argument("--function", help="mutate this function or class only")
    parser.add_argument("--every", type=int, default=1, help="try each N-th mutant")
    parser.add_argument(
        "--oracles",
        action="store_true",
        help="mutate the oracles, not the notebooks' own solutions",
    )
    parser.add_argument(
        "--names",
        action="store_true",
        help="put all checks to each mutant, and list the known mistakes it is told",
    )
    options = parser.parse_args(arguments)
    if unknown := set(options.assignments) - set(LESSONS):
        parser.error(f"no such assignment: {', '.join(sorted(unknown))}")
    return options


def main() -> int:
    """Try the mutants and print one table an assignment."""
    options = parsed(sys.argv[1:])
    console = Console(emoji=False)
    is_well = True
    for assignment in options.assignments or LESSONS:
        found = list(wanted(assignment, options))
        shown = Console(stderr=True, emoji=False)
        with examiner(LESSONS[assignment]) as put:
            jury = Jury(put)
            cases_told = track(found, assignment, console=shown, transient=True)
            tally = Tally(
                [jury.trial(case, to_the_end=options.names) for case in cases_told]
            )
        is_well = tell(console, assignment, tally) and is_well
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
