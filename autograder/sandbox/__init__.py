"""Walls: what keeps a submission away from everything that is not its own.

A level is chosen by name; the name is written into every result.

    full     new user, pid, mount, network, ipc, uts and cgroup namespaces; only the
    interpreter and its libraries visible; no capability; a system call filter;
             limits on memory, processes, disk, files, time
    account  a child process with its own user account, which can't read the course; for
    containers that run as root and can't create namespaces process  a child process
    with a cleaned environment and a folder of its own; for machines that allow no more,
    if an operator asks for it by name
"""

from autograder.sandbox.box import Box
from autograder.sandbox.disposable import Budget, Disposable
from autograder.sandbox.environment import kernel_environment, server_environment
from autograder.sandbox.machine import (
    available_mib,
    low_disks,
    low_limits,
    temporary_folder,
)
from autograder.sandbox.process import KernelProcess, launch_process
from autograder.sandbox.runfolder import remove_tree, run_folder, temporary_files_in
from autograder.sandbox.visible import (
    cuda_devices,
    gpus,
    require_closed,
    require_hidden,
    require_readable,
    visible_paths,
)
from autograder.sandbox.watch import MemoryWatch, waited_below_s, waited_s

__all__ = [
    "LEVELS",
    "Box",
    "Budget",
    "Disposable",
    "KernelProcess",
    "MemoryWatch",
    "available_mib",
    "cuda_devices",
    "gpus",
    "kernel_environment",
    "launch_process",
    "low_disks",
    "low_limits",
    "remove_tree",
    "require_closed",
    "require_hidden",
    "require_readable",
    "run_folder",
    "server_environment",
    "temporary_files_in",
    "temporary_folder",
    "visible_paths",
    "waited_below_s",
    "waited_s",
]

#: Names of the walls, strongest first.
LEVELS = ("full", "account", "process")
