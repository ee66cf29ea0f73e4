"""Run a command as Docker's default profile has root: no namespaces, no mounts.

`python docker.py COMMAND ...`. What Docker's filter refuses without CAP_SYS_ADMIN and
what the wall needs is refused here, with the same error.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

#: clone3 is refused as Docker does: as if there were none, so that clone is called.
_REFUSED = {
    "x86_64": {
        "mount": 165,
        "umount2": 166,
        "pivot_root": 155,
        "unshare": 272,
        "setns": 308,
        "open_tree": 428,
        "move_mount": 429,
        "mount_setattr": 442,
    },
    "aarch64": {
        "mount": 40,
        "umount2": 39,
        "pivot_root": 41,
        "unshare": 97,
        "setns": 268,
        "open_tree": 428,
        "move_mount": 429,
        "mount_setattr": 442,
    },
}
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


def refuse_namespaces() -> None:
    """From now on, this process and its children get "not permitted"."""
    code = struct.pack("HBBI", _LOAD, 0, 0, 0)
    for number in _REFUSED[platform.machine()].values():
        code += struct.pack("HBBI", _EQUAL, 0, 1, number)
        code += struct.pack("HBBI", _RETURN, 0, 0, _ERRNO | errno.EPERM)
    code += struct.pack("HBBI", _RETURN, 0, 0, _ALLOW)
    program = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0),
    ):
        if libc.prctl(*arguments):
            raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    refuse_namespaces()
    os.execvp(sys.argv[1], sys.argv[1:])
