"""The mutants themselves: every fault that is asked for, in words, once."""

from __future__ import annotations

import ast

import pytest

from autograder.audit.mutants import mutants

PLACES = '''
def places(n, k, s=1):
    """Count the places.

    Of a kernel of 3 on 5 pixels there are 3.
    """
    if k > n or s < 1:
        raise ValueError(f"no {k + 1} in {n}")
    return (n - k) // s
'''

OF_PLACES = [
    "default of s: `1` -> `2`",
    "default of s: `1` -> `0`",
    "line 1: `k > n or s < 1` -> `k > n and s < 1`",
    "line 1: `k > n or s < 1` -> `s < 1`",
    "line 1: `k > n or s < 1` -> `k > n`",
    "line 1: `k > n` -> `k >= n`",
    "line 1: `k > n` -> `k < n`",
    "line 1: `s < 1` -> `s <= 1`",
    "line 1: `s < 1` -> `s > 1`",
    "line 1: `s < 1` -> `s < 2`",
    "line 1: `s < 1` -> `s < 0`",
    "line 2: `raise ValueError(f'no {k + 1} in {n}')` -> `nothing`",
    "line 3: `(n - k) // s` -> `(n - k) * s`",
    "line 3: `(n - k) // s` -> `(n - k) / s`",
    "line 3: `(n - k) // s` -> `n - k`",
    "line 3: `(n - k) // s` -> `s`",
    "line 3: `n - k` -> `n + k`",
    "line 3: `n - k` -> `n`",
    "line 3: `n - k` -> `k`",
]

TOTAL = """
def total(x, axis=None):
    count = 0
    for i in range(len(x)):
        count += -x[i]
    return count
"""

OF_TOTAL = [
    "line 1: `count = 0` -> `nothing`",
    "line 1: `count = 0` -> `count = 1`",
    "line 1: `count = 0` -> `count = -1`",
    "line 2: `for i in range(len(x)): ...` -> `nothing`",
    "line 2: `range(len(x))` -> `range(len(x) + 1)`",
    "line 2: `range(len(x))` -> `range(len(x) - 1)`",
    "line 3: `count += -x[i]` -> `nothing`",
    "line 3: `count += -x[i]` -> `count += x[i]`",
    "line 3: `count += -x[i]` -> `count -= -x[i]`",
]

INNER = """
def inner(x, step):
    return x[1:-1, step::step]
"""

OF_INNER = [
    "line 1: `x[1:-1, step::step]` -> `x[2:-1, step::step]`",
    "line 1: `x[1:-1, step::step]` -> `x[0:-1, step::step]`",
    "line 1: `x[1:-1, step::step]` -> `x[1:1, step::step]`",
    "line 1: `x[1:-1, step::step]` -> `x[1:-2, step::step]`",
    "line 1: `x[1:-1, step::step]` -> `x[1:-0, step::step]`",
    "line 1: `x[1:-1, step::step]` -> `x[1:-1, step + 1::step]`",
    "line 1: `x[1:-1, step::step]` -> `x[1:-1, step - 1::step]`",
    "line 1: `x[1:-1, step::step]` -> `x[1:-1, step:-1:step]`",
    "line 1: `x[1:-1, step::step]` -> `x[1:-1, step:]`",
]

WINS = """
def wins(x, y):
    found = ~np.equal(x, y, dtype=bool)
    x = np.maximum(x, 0.5)
    return found if x is y else x.sum(axis=0, keepdims=True)
"""

OF_WINS = [
    "line 1: `found = ~np.equal(x, y, dtype=bool)` -> "
    "`found = np.equal(x, y, dtype=bool)`",
    "line 1: `np.equal(x, y, dtype=bool)` -> `np.equal(y, x, dtype=bool)`",
    "line 1: `np.equal(x, y, dtype=bool)` -> `np.equal(x, y)`",
    "line 2: `x = np.maximum(x, 0.5)` -> `nothing`",
    "line 2: `np.maximum(x, 0.5)` -> `np.maximum(x, 1.0)`",
    "line 3: `found if x is y else x.sum(axis=0, keepdims=True)` -> `found`",
    "line 3: `found if x is y else x.sum(axis=0, keepdims=True)` -> "
    "`x.sum(axis=0, keepdims=True)`",
    "line 3: `x is y` -> `x is not y`",
    "line 3: `x.sum(axis=0, keepdims=True)` -> `x.sum(axis=1, keepdims=True)`",
    "line 3: `x.sum(axis=0, keepdims=True)` -> `x.sum(axis=-1, keepdims=True)`",
    "line 3: `x.sum(axis=0, keepdims=True)` -> `x.sum(axis=0, keepdims=False)`",
]

ALIKE = """
def frame(x):
    return np.pad(x, [[2, 2], [2, 2]])
"""

OF_ALIKE = [
    "line 1: `np.pad(x, [[2, 2], [2, 2]])` -> `np.pad([[2, 2], [2, 2]], x)`",
    "line 1: `np.pad(x, [[2, 2], [2, 2]])` -> `np.pad(x, [[3, 2], [2, 2]])`",
    "line 1: `np.pad(x, [[2, 2], [2, 2]])` -> `np.pad(x, [[1, 2], [2, 2]])`",
    "line 1: `np.pad(x, [[2, 2], [2, 2]])` -> `np.pad(x, [[2, 3], [2, 2]])`",
    "line 1: `np.pad(x, [[2, 2], [2, 2]])` -> `np.pad(x, [[2, 1], [2, 2]])`",
    "line 1: `np.pad(x, [[2, 2], [2, 2]])` -> `np.pad(x, [[2, 2], [3, 2]])`",
    "line 1: `np.pad(x, [[2, 2], [2, 2]])` -> `np.pad(x, [[2, 2], [1, 2]])`",
    "line 1: `np.pad(x, [[2, 2], [2, 2]])` -> `np.pad(x, [[2, 2], [2, 3]])`",
    "line 1: `np.pad(x, [[2, 2], [2, 2]])` -> `np.pad(x, [[2, 2], [2, 1]])`",
]

SQUARES = """
def squares(x):
    return x * x + x * x
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(PLACES, OF_PLACES, id="operators, comparisons, a refusal"),
        pytest.param(TOTAL, OF_TOTAL, id="statements and ranges"),
        pytest.param(INNER, OF_INNER, id="slices"),
        pytest.param(WINS, OF_WINS, id="calls and conditions"),
        pytest.param(ALIKE, OF_ALIKE, id="numbers that look alike"),
    ],
)
def test_a_function_has_these_mutants(source, expected):
    assert [mutant.description for mutant in mutants(source)] == expected


def test_equal_changes_in_two_places_of_a_line_are_told_apart():
    found = [m.description for m in mutants(SQUARES) if "`x / x`" in m.change]
    assert found == [
        "line 1: `x * x` -> `x / x`",
        "line 1: `x * x` -> `x / x` (its place 2)",
    ]


def test_a_mutant_is_the_whole_cell_with_one_fault():
    mutant = next(m for m in mutants(PLACES + TOTAL) if m.function == "total")
    assert str(mutant) == "total, line 1: `count = 0` -> `nothing`"
    whole = ast.parse(PLACES + TOTAL)
    whole.body[1].body[0] = ast.Pass()
    assert ast.unparse(ast.parse(mutant.code)) == ast.unparse(whole)


def test_no_mutant_is_the_cell_itself_or_another_mutant():
    codes = [mutant.code for mutant in mutants(PLACES + WINS)]
    assert len(set(codes)) == len(codes) == len(OF_PLACES) + len(OF_WINS)
    assert ast.unparse(ast.parse(PLACES + WINS)) not in codes


def test_methods_are_mutated_and_named_after_their_class():
    cell = (
        "class Cell(Module):\n"
        '    """A cell."""\n\n'
        "    def __init__(self, size):\n"
        "        super().__init__()\n"
        "        self.size = size\n\n"
        "    def forward(self, x):\n"
        '        """Multiply."""\n'
        "        return x @ self.weight\n"
    )
    assert [str(mutant) for mutant in mutants(cell)] == [
        "Cell.__init__, line 1: `super().__init__()` -> `nothing`",
        "Cell.__init__, line 2: `self.size = size` -> `nothing`",
        "Cell.forward, line 1: `x @ self.weight` -> `x * self.weight`",
        "Cell.forward, line 1: `x @ self.weight` -> `x`",
        "Cell.forward, line 1: `x @ self.weight` -> `self.weight`",
    ]


def test_a_mutant_is_shown_as_the_diff_of_its_function():
    mutant = next(m for m in mutants(PLACES + TOTAL) if m.function == "total")
    assert mutant.diff == (
        "--- right\n"
        "+++ wrong: total, line 1: `count = 0` -> `nothing`\n"
        "@@ -1,5 +1,5 @@\n"
        " def total(x, axis=None):\n"
        "-    count = 0\n"
        "+    pass\n"
        "     for i in range(len(x)):\n"
        "         count += -x[i]\n"
        "     return count"
    )


def test_a_refusal_left_out_is_known_as_one():
    refusals = [m.change for m in mutants(PLACES) if m.is_refusal]
    assert refusals == ["`raise ValueError(f'no {k + 1} in {n}')` -> `nothing`"]
