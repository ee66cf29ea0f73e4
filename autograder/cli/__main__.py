"""`python -m autograder.cli`, for when the script is not on PATH."""

from autograder.cli import main

if __name__ == "__main__":
    main()
