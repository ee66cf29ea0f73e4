"""The command line: words in, tables and JSON out, no logic.

Exit codes:

    0    all is well
    1    one clear line on stderr says what is wrong; with several assignments, the
    others were graded 2    the command was used wrongly 3    everything ran, but a
    person has to look at something: a submission that is
         malformed or missing, one that could not be graded or recorded
    4    `grade --ci --fail-under`: everything was graded, and a share is too low
    129  the terminal was closed (SIGHUP)
    130  interrupted (Ctrl-C)
    143  terminated (SIGTERM)

This package imports only what `main` needs first, so that even Ctrl-C in the first
second gives one line.
"""

from autograder.cli.signals import Signals

__all__ = ["main"]


def main() -> None:
    """Run the command line; any failure gives one line and an exit code."""
    with Signals() as signals:
        from autograder.cli.streams import mended

        with mended():
            from autograder.cli.app import run

            run(signals)
