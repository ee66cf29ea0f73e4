"""Answers that no check was written for."""

from autograder.audit.odd_answers import ODD


def test_there_are_sixty_odd_answers():
    assert len(ODD) >= 60
