"""Walls: what keeps a submission from everything that is not its own.

A level is chosen by name; the name is written into every result. For now there is one
level, `process`: a child process with a cleaned environment and a folder of its own.
"""

from autograder.sandbox.box import Box
from autograder.sandbox.process import KernelProcess, launch_process

__all__ = ["WALL", "Box", "KernelProcess", "launch_process"]

#: Name of the wall in force.
WALL = "process"
