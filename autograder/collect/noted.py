"""What `autograder collect` has noted of a checkout.

Owns: finding it again. May not: look into the checkout, where a student may have put
anything.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

__all__ = ["LIST", "noted_time"]

#: The list of what was collected, in the folder of checkouts, beside each of them.
LIST = "collected.json"


def noted_time(checkout: Path) -> datetime | None:
    """When a collected checkout was handed in; None where nothing is noted of it.

    Args:
        checkout: The student's folder, in the folder that was collected into.
    """
    try:
        document = json.loads((checkout.parent / LIST).read_text("utf-8"))
        times = {each["student"]: each["time"] for each in document["students"]}
        time = datetime.fromisoformat(times[checkout.name])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it was put there by somebody else
    return time if time.tzinfo else None
