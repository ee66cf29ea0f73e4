"""The command line: words in, tables and JSON out, no logic.

Exit codes: 0 all is well; 1 one clear line says what is wrong; 2 the command was used
wrongly; 3 everything ran, but a person has to look at something.
"""

from autograder.cli.app import main

__all__ = ["main"]
