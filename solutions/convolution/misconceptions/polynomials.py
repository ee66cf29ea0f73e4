"""Wrong answers to the products of polynomials and the matrices that make them."""

import numpy as np

from autograder.checks import Misconception

__all__ = ["MISCONCEPTIONS"]


# polynomial_product


def _product_not_flipped(alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    m, n = len(alpha), len(beta)
    if m == 0 or n == 0:
        raise ValueError("both polynomials need coefficients")
    delta = np.zeros(m + n - 1, dtype=np.result_type(alpha, beta))
    for i in range(m):
        for j in range(n):
            delta[i + j] += alpha[i] * beta[n - 1 - j]
    return delta


def _product_cut_to_longer_input(alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    m, n = len(alpha), len(beta)
    if m == 0 or n == 0:
        raise ValueError("both polynomials need coefficients")
    delta = np.zeros(max(m, n), dtype=np.result_type(alpha, beta))
    for i in range(m):
        for j in range(n):
            if i + j < len(delta):
                delta[i + j] += alpha[i] * beta[j]
    return delta


def _product_same_mode(alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    m, n = len(alpha), len(beta)
    if m == 0 or n == 0:
        raise ValueError("both polynomials need coefficients")
    delta = np.zeros(m + n - 1, dtype=np.result_type(alpha, beta))
    for i in range(m):
        delta[i : i + n] += alpha[i] * beta
    start = (min(m, n) - 1) // 2
    return delta[start : start + max(m, n)]


def _product_valid_mode(alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    m, n = len(alpha), len(beta)
    if m == 0 or n == 0:
        raise ValueError("both polynomials need coefficients")
    delta = np.zeros(m + n - 1, dtype=np.result_type(alpha, beta))
    for i in range(m):
        delta[i : i + n] += alpha[i] * beta
    return delta[min(m, n) - 1 : max(m, n)]


def _product_highest_power_missing(alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    m, n = len(alpha), len(beta)
    if m == 0 or n == 0:
        raise ValueError("both polynomials need coefficients")
    delta = np.zeros(m + n - 1, dtype=np.result_type(alpha, beta))
    for k in range(m + n - 2):
        for i in range(m):
            if 0 <= k - i < n:
                delta[k] += alpha[i] * beta[k - i]
    return delta


def _product_one_power_too_many(alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    m, n = len(alpha), len(beta)
    if m == 0 or n == 0:
        raise ValueError("both polynomials need coefficients")
    delta = np.zeros(m + n, dtype=np.result_type(alpha, beta))
    for i in range(m):
        for j in range(n):
            delta[i + j] += alpha[i] * beta[j]
    return delta


def _product_bound_of_first(alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    m, n = len(alpha), len(beta)
    if m == 0 or n == 0:
        raise ValueError("both polynomials need coefficients")
    delta = np.zeros(m + n - 1, dtype=np.result_type(alpha, beta))
    for k in range(m + n - 1):
        for i in range(min(k + 1, m)):
            if k - i < m and k - i < n:
                delta[k] += alpha[i] * beta[k - i]
    return delta


def _product_overwritten(alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    m, n = len(alpha), len(beta)
    if m == 0 or n == 0:
        raise ValueError("both polynomials need coefficients")
    delta = np.zeros(m + n - 1, dtype=np.result_type(alpha, beta))
    for i in range(m):
        for j in range(n):
            delta[i + j] = alpha[i] * beta[j]
    return delta


def _product_elementwise(alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    m, n = len(alpha), len(beta)
    if m == 0 or n == 0:
        raise ValueError("both polynomials need coefficients")
    delta = np.zeros(m + n - 1, dtype=np.result_type(alpha, beta))
    shorter = min(m, n)
    delta[:shorter] = alpha[:shorter] * beta[:shorter]
    return delta


def _product_in_integers(alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    m, n = len(alpha), len(beta)
    if m == 0 or n == 0:
        raise ValueError("both polynomials need coefficients")
    delta = np.zeros(m + n - 1, dtype=int)
    for i in range(m):
        for j in range(n):
            delta[i + j] += int(alpha[i] * beta[j])
    return delta


def _product_in_double(alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    m, n = len(alpha), len(beta)
    if m == 0 or n == 0:
        raise ValueError("both polynomials need coefficients")
    delta = np.zeros(m + n - 1)
    for i in range(m):
        for j in range(n):
            delta[i + j] += alpha[i] * beta[j]
    return delta


# toeplitz_matrix


def _toeplitz_transposed(alpha: np.ndarray, n: int) -> np.ndarray:
    m = len(alpha)
    if m == 0 or n < 1:
        raise ValueError("alpha needs coefficients and n must be at least 1")
    matrix = np.zeros((n, m + n - 1), dtype=alpha.dtype)
    for j in range(n):
        matrix[j, j : j + m] = alpha
    return matrix


def _toeplitz_square(alpha: np.ndarray, n: int) -> np.ndarray:
    m = len(alpha)
    if m == 0 or n < 1:
        raise ValueError("alpha needs coefficients and n must be at least 1")
    size = m + n - 1
    matrix = np.zeros((size, size), dtype=alpha.dtype)
    for i in range(size):
        for j in range(size):
            if 0 <= i - j < m:
                matrix[i, j] = alpha[i - j]
    return matrix


def _toeplitz_rows_cut(alpha: np.ndarray, n: int) -> np.ndarray:
    m = len(alpha)
    if m == 0 or n < 1:
        raise ValueError("alpha needs coefficients and n must be at least 1")
    matrix = np.zeros((n, n), dtype=alpha.dtype)
    for i in range(n):
        for j in range(n):
            if 0 <= i - j < m:
                matrix[i, j] = alpha[i - j]
    return matrix


def _toeplitz_symmetric(alpha: np.ndarray, n: int) -> np.ndarray:
    m = len(alpha)
    if m == 0 or n < 1:
        raise ValueError("alpha needs coefficients and n must be at least 1")
    matrix = np.zeros((m + n - 1, n), dtype=alpha.dtype)
    for i in range(m + n - 1):
        for j in range(n):
            if abs(i - j) < m:
                matrix[i, j] = alpha[abs(i - j)]
    return matrix


def _toeplitz_shifted_up(alpha: np.ndarray, n: int) -> np.ndarray:
    m = len(alpha)
    if m == 0 or n < 1:
        raise ValueError("alpha needs coefficients and n must be at least 1")
    matrix = np.zeros((m + n - 1, n), dtype=alpha.dtype)
    for i in range(m + n - 1):
        for j in range(n):
            if 0 <= i - j + 1 < m:
                matrix[i, j] = alpha[i - j + 1]
    return matrix


def _toeplitz_not_shifted(alpha: np.ndarray, n: int) -> np.ndarray:
    m = len(alpha)
    if m == 0 or n < 1:
        raise ValueError("alpha needs coefficients and n must be at least 1")
    matrix = np.zeros((m + n - 1, n), dtype=alpha.dtype)
    for j in range(n):
        matrix[:m, j] = alpha
    return matrix


def _toeplitz_reversed(alpha: np.ndarray, n: int) -> np.ndarray:
    m = len(alpha)
    if m == 0 or n < 1:
        raise ValueError("alpha needs coefficients and n must be at least 1")
    matrix = np.zeros((m + n - 1, n), dtype=alpha.dtype)
    for j in range(n):
        matrix[j : j + m, j] = alpha[::-1]
    return matrix


def _toeplitz_one_row_too_many(alpha: np.ndarray, n: int) -> np.ndarray:
    m = len(alpha)
    if m == 0 or n < 1:
        raise ValueError("alpha needs coefficients and n must be at least 1")
    matrix = np.zeros((m + n, n), dtype=alpha.dtype)
    for j in range(n):
        matrix[j : j + m, j] = alpha
    return matrix


def _toeplitz_in_double(alpha: np.ndarray, n: int) -> np.ndarray:
    m = len(alpha)
    if m == 0 or n < 1:
        raise ValueError("alpha needs coefficients and n must be at least 1")
    matrix = np.zeros((m + n - 1, n))
    for j in range(n):
        matrix[j : j + m, j] = alpha
    return matrix


MISCONCEPTIONS: tuple[Misconception, ...] = (
    Misconception(
        name="product_not_flipped",
        of="polynomial_product",
        hint=(
            "This is a correlation: beta was read from its other end. In every product "
            "that goes into one coefficient the two indices must add up to the same "
            "power."
        ),
        code=_product_not_flipped,
    ),
    Misconception(
        name="product_cut_to_longer_input",
        of="polynomial_product",
        hint=(
            "The highest powers are cut off: the result is only as long as the longer "
            "input. What is the highest power in the product of the two polynomials?"
        ),
        code=_product_cut_to_longer_input,
    ),
    Misconception(
        name="product_same_mode",
        of="polynomial_product",
        hint=(
            "This is the middle part of the convolution, known as mode 'same'. A "
            "product of polynomials needs the full one, with every overlap of the two."
        ),
        code=_product_same_mode,
    ),
    Misconception(
        name="product_valid_mode",
        of="polynomial_product",
        hint=(
            "Only the places where the shorter polynomial lies wholly inside the "
            "longer one were kept (mode 'valid'). The lowest and highest powers come "
            "from partial overlaps."
        ),
        code=_product_valid_mode,
    ),
    Misconception(
        name="product_highest_power_missing",
        of="polynomial_product",
        hint=(
            "The coefficient of the highest power was left at zero. Look at where the "
            "loop over the powers ends."
        ),
        code=_product_highest_power_missing,
    ),
    Misconception(
        name="product_one_power_too_many",
        of="polynomial_product",
        hint=(
            "There is one coefficient too many, a zero at the end. Multiply a constant "
            "by a constant in your head: how many coefficients has the result?"
        ),
        code=_product_one_power_too_many,
    ),
    Misconception(
        name="product_bound_of_first",
        of="polynomial_product",
        hint=(
            "The index into beta was bounded by the length of alpha, so products are "
            "lost when beta is the longer one. Check each index against its own array."
        ),
        code=_product_bound_of_first,
    ),
    Misconception(
        name="product_overwritten",
        of="polynomial_product",
        hint=(
            "Each coefficient holds only the last product that belongs to it. Several "
            "pairs (i, j) share one power: what must happen to the earlier ones?"
        ),
        code=_product_overwritten,
    ),
    Misconception(
        name="product_elementwise",
        of="polynomial_product",
        hint=(
            "Coefficients of equal power were multiplied with each other only. Every "
            "term of one polynomial meets every term of the other."
        ),
        code=_product_elementwise,
    ),
    Misconception(
        name="product_in_integers",
        of="polynomial_product",
        hint=(
            "The fractions are gone: the products were collected in an array of "
            "integers. Look at the dtype of the array that you fill."
        ),
        code=_product_in_integers,
    ),
    Misconception(
        name="product_in_double",
        of="polynomial_product",
        hint=(
            "The numbers are right, but float32 coefficients came back as float64. "
            "Look at the dtype of the array that you fill: what does numpy choose when "
            "it isn't told?"
        ),
        code=_product_in_double,
    ),
    Misconception(
        name="toeplitz_transposed",
        of="toeplitz_matrix",
        hint=(
            "This is the transposed matrix: alpha lies along the rows. T @ beta adds "
            "up columns of T, so think of what one column must hold."
        ),
        code=_toeplitz_transposed,
    ),
    Misconception(
        name="toeplitz_square",
        of="toeplitz_matrix",
        hint=(
            "The matrix is square. It must take a beta of length n: how many columns "
            "does that leave?"
        ),
        code=_toeplitz_square,
    ),
    Misconception(
        name="toeplitz_rows_cut",
        of="toeplitz_matrix",
        hint=(
            "The matrix has only n rows, so T @ beta is cut off. It has as many rows "
            "as the product of the two polynomials has coefficients."
        ),
        code=_toeplitz_rows_cut,
    ),
    Misconception(
        name="toeplitz_symmetric",
        of="toeplitz_matrix",
        hint=(
            "The values are mirrored above the diagonal, as scipy's toeplitz does when "
            "it gets no first row. What is the first row of T in the text?"
        ),
        code=_toeplitz_symmetric,
    ),
    Misconception(
        name="toeplitz_shifted_up",
        of="toeplitz_matrix",
        hint=(
            "Every column sits one row too high, and the first value of alpha is lost "
            "in the first one. Where does alpha begin in column 0?"
        ),
        code=_toeplitz_shifted_up,
    ),
    Misconception(
        name="toeplitz_not_shifted",
        of="toeplitz_matrix",
        hint=(
            "All columns are the same. Column j stands for alpha times the j-th power, "
            "which moves every coefficient."
        ),
        code=_toeplitz_not_shifted,
    ),
    Misconception(
        name="toeplitz_reversed",
        of="toeplitz_matrix",
        hint=(
            "alpha runs through the columns from its other end: this matrix "
            "correlates. Write out T @ beta for two short inputs and compare."
        ),
        code=_toeplitz_reversed,
    ),
    Misconception(
        name="toeplitz_one_row_too_many",
        of="toeplitz_matrix",
        hint=(
            "There is one row too many, and it is zero. Count the coefficients of the "
            "product again."
        ),
        code=_toeplitz_one_row_too_many,
    ),
    Misconception(
        name="toeplitz_in_double",
        of="toeplitz_matrix",
        hint=(
            "The numbers are right, but a float32 alpha gave a float64 matrix. Look at "
            "the dtype of the array that you fill."
        ),
        code=_toeplitz_in_double,
    ),
)
