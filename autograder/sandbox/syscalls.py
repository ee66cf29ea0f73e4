"""Linux system calls that Python does not wrap, through libc.

Owns: numbers, flags and error checking of unshare, mount, pivot_root, prctl, capset and
madvise. May not: decide what to call when; `confinement` does.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct

__all__ = [
    "CLONE_NEWCGROUP",
    "CLONE_NEWIPC",
    "CLONE_NEWNET",
    "CLONE_NEWNS",
    "CLONE_NEWPID",
    "CLONE_NEWUSER",
    "CLONE_NEWUTS",
    "MS_BIND",
    "MS_NODEV",
    "MS_NOEXEC",
    "MS_NOSUID",
    "MS_PRIVATE",
    "MS_RDONLY",
    "MS_REC",
    "MS_REMOUNT",
    "allow_look_in",
    "collapse",
    "detach",
    "die_with_parent",
    "drop_capabilities",
    "forbid_new_privileges",
    "hide_memory",
    "load_filter",
    "make_read_only",
    "mount",
    "pivot_root",
    "unshare",
]

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
_MNT_DETACH = 2

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP = 1, 4, 24
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT = 22, 38, 47
_PR_CAP_AMBIENT_CLEAR_ALL, _SECCOMP_MODE_FILTER = 4, 2
_CAP_LAST = 40
_CAPABILITY_VERSION_3 = 0x20080522

_AT_RECURSIVE, _AT_FDCWD = 0x8000, -100
_MOUNT_ATTR_RDONLY, _MOUNT_ATTR_NOSUID, _MOUNT_ATTR_NODEV = 1, 2, 4

#: mount_setattr and pivot_root have no wrapper in older C libraries.
_MOUNT_SETATTR = 442
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}

_MADV_COLLAPSE = 25

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(name: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """Move this process (and for PID its children) to new namespaces."""
    _checked("unshare", _libc.unshare(ctypes.c_int(flags)))


def mount(
    source: str, target: str, kind: str = "", flags: int = 0, data: str = ""
) -> None:
    """Mount a file system, or bind a file or folder to another place."""
    result = _libc.mount(
        source.encode(),
        target.encode(),
        kind.encode() or None,
        ctypes.c_ulong(flags),
        data.encode() or None,
    )
    _checked(f"mount {target}", result)


def make_read_only(target: str, *, devices: bool = False) -> None:
    """Make a mount and all below it read-only and without set-user-id programs."""
    wanted = _MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NOSUID
    if not devices:
        wanted |= _MOUNT_ATTR_NODEV
    attributes = struct.pack("<QQQQ", wanted, 0, 0, 0)
    result = _libc.syscall(
        ctypes.c_long(_MOUNT_SETATTR),
        ctypes.c_int(_AT_FDCWD),
        target.encode(),
        ctypes.c_uint(_AT_RECURSIVE),
        attributes,
        ctypes.c_size_t(len(attributes)),
    )
    _checked(f"mount_setattr {target}", result)


def pivot_root(new: str, old: str) -> None:
    """Make `new` the root and move the old root to `old`."""
    number = _PIVOT_ROOT[platform.machine()]
    result = _libc.syscall(ctypes.c_long(number), new.encode(), old.encode())
    _checked("pivot_root", result)


def detach(target: str) -> None:
    """Detach a mount from the tree at once, even if it is in use."""
    _checked(f"umount {target}", _libc.umount2(target.encode(), _MNT_DETACH))


def collapse(address: int, size: int) -> None:
    """Move this process's memory to huge pages, as far as possible."""
    begin, length = ctypes.c_void_p(address), ctypes.c_size_t(size)
    _checked("madvise", _libc.madvise(begin, length, ctypes.c_int(_MADV_COLLAPSE)))


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send us a signal when our parent thread ends."""
    _prctl(_PR_SET_PDEATHSIG, signal_number)


def hide_memory() -> None:
    """Keep the same user's processes from reading this one by /proc or ptrace."""
    _prctl(_PR_SET_DUMPABLE, 0)


def allow_look_in() -> None:
    """Undo `hide_memory`; a process needs that to write its own id maps."""
    _prctl(_PR_SET_DUMPABLE, 1)


def forbid_new_privileges() -> None:
    """Keep programs that are started from here from gaining rights."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Give up every capability, for good: bounding, ambient and own sets."""
    for capability in range(_CAP_LAST + 1):
        _libc.prctl(_PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0)
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = struct.pack("<II", _CAPABILITY_VERSION_3, 0)
    nothing = struct.pack("<6I", 0, 0, 0, 0, 0, 0)
    _checked("capset", _libc.capset(header, nothing))


def load_filter(program: bytes) -> None:
    """Install a seccomp filter; needs `forbid_new_privileges` first.

    Args:
        program: BPF instructions, 8 bytes each.
    """
    buffer = ctypes.create_string_buffer(program, len(program))
    address = ctypes.addressof(buffer)
    header = ctypes.create_string_buffer(
        struct.pack("<HxxxxxxQ", len(program) // 8, address), 16
    )
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(header))


def _prctl(option: int, *arguments: int) -> None:
    values = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    _checked("prctl", _libc.prctl(ctypes.c_int(option), *values))
