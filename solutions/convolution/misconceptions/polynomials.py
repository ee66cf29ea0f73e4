"""Wrong answers to the products of polynomials and the matrices that make them."""

from autograder.checks import Misconception, RightAnswer

from ..variants import place_by_place, plain_loops

__all__ = ["MISCONCEPTIONS"]

by_pairs = RightAnswer(place_by_place.polynomial_product)
by_powers = RightAnswer(plain_loops.polynomial_product)
by_columns = RightAnswer(place_by_place.toeplitz_matrix)
by_entries = RightAnswer(plain_loops.toeplitz_matrix)

MISCONCEPTIONS: tuple[Misconception, ...] = (
    by_pairs.but(
        "product_not_flipped",
        {"beta[j]": "beta[n - 1 - j]"},
        "This is a correlation: beta was read from its other end. In every product "
        "that goes into one coefficient the two indices must add up to the same "
        "power.",
    ),
    by_pairs.but(
        "product_cut_to_longer_input",
        {"return delta": "return delta[: max(m, n)]"},
        "The highest powers are cut off: the result is only as long as the longer "
        "input. What is the highest power in the product of the two polynomials?",
    ),
    by_pairs.but(
        "product_same_mode",
        {
            "return delta": """
                start = (min(m, n) - 1) // 2
                return delta[start : start + max(m, n)]
            """,
        },
        "This is the middle part of the convolution, known as mode 'same'. A product "
        "of polynomials needs the full one, with every overlap of the two.",
    ),
    by_pairs.but(
        "product_valid_mode",
        {"return delta": "return delta[min(m, n) - 1 : max(m, n)]"},
        "Only the places where the shorter polynomial lies wholly inside the longer "
        "one were kept (mode 'valid'). The lowest and highest powers come from "
        "partial overlaps.",
    ),
    by_powers.but(
        "product_highest_power_missing",
        {"range(len(delta))": "range(len(delta) - 1)"},
        "The coefficient of the highest power was left at zero. Look at where the "
        "loop over the powers ends.",
    ),
    by_pairs.but(
        "product_one_power_too_many",
        {"m + n - 1": "m + n"},
        "There is one coefficient too many, a zero at the end. Multiply a constant by "
        "a constant in your head: how many coefficients has the result?",
    ),
    by_powers.but(
        "product_bound_of_first",
        {"j < len(beta)": "j < min(len(alpha), len(beta))"},
        "The index into beta was bounded by the length of alpha, so products are lost "
        "when beta is the longer one. Check each index against its own array.",
    ),
    by_pairs.but(
        "product_overwritten",
        {"+=": "="},
        "Each coefficient holds only the last product that belongs to it. Several "
        "pairs (i, j) share one power: what must happen to the earlier ones?",
    ),
    by_pairs.but(
        "product_elementwise",
        {
            "delta[i + j] += alpha[i] * beta[j]": """
                if i == j:
                    delta[i] += alpha[i] * beta[j]
            """,
        },
        "Coefficients of equal power were multiplied with each other only. Every term "
        "of one polynomial meets every term of the other.",
    ),
    by_pairs.but(
        "product_in_integers",
        {
            "np.result_type(alpha, beta)": "int",
            "alpha[i] * beta[j]": "int(alpha[i] * beta[j])",
        },
        "The fractions are gone: the products were collected in an array of integers. "
        "Look at the dtype of the array that you fill.",
    ),
    by_pairs.but(
        "product_in_double",
        {", dtype=np.result_type(alpha, beta)": ""},
        "The numbers are right, but float32 coefficients came back as float64. Look "
        "at the dtype of the array that you fill: what does numpy choose when it "
        "isn't told?",
    ),
    by_columns.but(
        "toeplitz_transposed",
        {"return matrix": "return matrix.T"},
        "This is the transposed matrix: alpha lies along the rows. T @ beta adds up "
        "columns of T, so think of what one column must hold.",
    ),
    by_entries.but(
        "toeplitz_square",
        {"rows = len(alpha) + n - 1": "rows = n = len(alpha) + n - 1"},
        "The matrix is square. It must take a beta of length n: how many columns does "
        "that leave?",
    ),
    by_entries.but(
        "toeplitz_rows_cut",
        {"rows = len(alpha) + n - 1": "rows = n"},
        "The matrix has only n rows, so T @ beta is cut off. It has as many rows as "
        "the product of the two polynomials has coefficients.",
    ),
    by_entries.but(
        "toeplitz_symmetric",
        {"0 <= i - j": "abs(i - j)", "alpha[i - j]": "alpha[abs(i - j)]"},
        "The values are mirrored above the diagonal, as scipy's toeplitz does when it "
        "gets no first row. What is the first row of T in the text?",
    ),
    by_entries.but(
        "toeplitz_shifted_up",
        {"0 <= i - j": "0 <= i - j + 1", "alpha[i - j]": "alpha[i - j + 1]"},
        "Every column sits one row too high, and the first value of alpha is lost in "
        "the first one. Where does alpha begin in column 0?",
    ),
    by_columns.but(
        "toeplitz_not_shifted",
        {"j : j + m, j": ":m, j"},
        "All columns are the same. Column j stands for alpha times the j-th power, "
        "which moves every coefficient.",
    ),
    by_columns.but(
        "toeplitz_reversed",
        {"j] = alpha": "j] = alpha[::-1]"},
        "alpha runs through the columns from its other end: this matrix correlates. "
        "Write out T @ beta for two short inputs and compare.",
    ),
    by_columns.but(
        "toeplitz_one_row_too_many",
        {"m + n - 1": "m + n"},
        "There is one row too many, and it is zero. Count the coefficients of the "
        "product again.",
    ),
    by_columns.but(
        "toeplitz_in_double",
        {", dtype=alpha.dtype": ""},
        "The numbers are right, but a float32 alpha gave a float64 matrix. Look at "
        "the dtype of the array that you fill.",
    ),
)
