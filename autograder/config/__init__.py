"""course_config.py, read and checked: one frozen `Settings` for a course.

Owns: which keys there are, what each may hold, and where the course's folders lie.
May not: change the working directory, or know what a limit is used for.
"""

from autograder.config.devices import DEVICES, HERE, hardware_of
from autograder.config.limits import MAX_SECONDS, Limits
from autograder.config.loading import (
    absolute_url,
    importable,
    load_settings,
    nbgrader_config,
)
from autograder.config.seed import SEED_VARIABLE
from autograder.config.settings import CONFIG_KEYS, Assignment, Settings
from autograder.config.wording import shown

__all__ = [
    "CONFIG_KEYS",
    "DEVICES",
    "HERE",
    "MAX_SECONDS",
    "SEED_VARIABLE",
    "Assignment",
    "Limits",
    "Settings",
    "absolute_url",
    "hardware_of",
    "importable",
    "load_settings",
    "nbgrader_config",
    "shown",
]
