"""Times of deadlines have a zone, always."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from autograder.collect.moments import moment, nbgrader_time

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01T12:00:00Z",
        "2026-12-01 12:00 UTC",
        "2026-12-01 13:00 +0100",
        "2026-12-01T13:00+01:00",
        "2026-12-01 13:00 Europe/Berlin",
        " 2026-12-01 07:00 America/New_York ",
    ],
    ids=["Z", "UTC", "offset", "iso", "Berlin", "New York"],
)
def test_a_time_with_a_zone_is_read(text):
    assert moment(text) == NOON


@pytest.mark.parametrize("text", ["2026-12-01 12:00", "2026-12-01"])
def test_a_time_without_a_zone_is_refused(text):
    with pytest.raises(ValueError, match=r"has no time zone\. Write it like"):
        moment(text)


@pytest.mark.parametrize(
    "text", ["tomorrow", "", "2026-13-01 12:00 UTC", "2026-12-01 12:00 Mars/Base"]
)
def test_nonsense_is_no_time(text):
    with pytest.raises(ValueError, match=r"is not a time\. Write it like"):
        moment(text)


def test_nbgrader_reads_what_is_written():
    from nbgrader.utils import parse_utc

    assert nbgrader_time(NOON) == "2026-12-01 12:00:00 UTC"
    assert parse_utc(nbgrader_time(NOON)) == NOON.replace(tzinfo=None)
