"""A filter of system calls that a notebook never needs.

Owns: the list and its translation to classic BPF. The list is short on purpose: the
namespaces are the wall; this only closes what namespaces do not cover (keyrings,
vsock) and parts of the kernel that have often had holes. AF_NETLINK stays: libzmq
aborts without it.
"""

from __future__ import annotations

import errno
import platform
import struct

__all__ = ["program"]

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

#: System calls that are refused with EPERM, by architecture.
_X86_64 = {
    "ptrace": 101,
    "syslog": 103,
    "personality": 135,
    "pivot_root": 155,
    "chroot": 161,
    "mount": 165,
    "umount2": 166,
    "swapon": 167,
    "reboot": 169,
    "init_module": 175,
    "delete_module": 176,
    "quotactl": 179,
    "add_key": 248,
    "request_key": 249,
    "keyctl": 250,
    "unshare": 272,
    "perf_event_open": 298,
    "open_by_handle_at": 304,
    "setns": 308,
    "process_vm_readv": 310,
    "process_vm_writev": 311,
    "finit_module": 313,
    "kexec_file_load": 320,
    "bpf": 321,
    "userfaultfd": 323,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "mount_setattr": 442,
}
_AARCH64 = {
    "umount2": 39,
    "mount": 40,
    "pivot_root": 41,
    "chroot": 51,
    "quotactl": 60,
    "personality": 92,
    "unshare": 97,
    "init_module": 105,
    "delete_module": 106,
    "syslog": 116,
    "ptrace": 117,
    "reboot": 142,
    "add_key": 217,
    "request_key": 218,
    "keyctl": 219,
    "swapon": 224,
    "perf_event_open": 241,
    "open_by_handle_at": 265,
    "setns": 268,
    "process_vm_readv": 270,
    "process_vm_writev": 271,
    "finit_module": 273,
    "bpf": 280,
    "userfaultfd": 282,
    "kexec_file_load": 294,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "mount_setattr": 442,
}
#: Refused with ENOSYS, so that libraries use alternatives. clone3 hides its flags in
#: memory; the others are memory that belongs to no process and is not counted.
_ABSENT = {
    "x86_64": {"shmget": 29, "memfd_create": 319, "clone3": 435, "memfd_secret": 447},
    "aarch64": {"shmget": 194, "memfd_create": 279, "clone3": 435, "memfd_secret": 447},
}
_SOCKET = {"x86_64": 41, "aarch64": 198}
_CLONE = {"x86_64": 56, "aarch64": 220}
_SETSOCKOPT = {"x86_64": 54, "aarch64": 208}
_X32_BIT = 0x40000000

#: Socket families that may be opened: UNIX, INET, INET6, NETLINK. The network namespace
#: is empty; other families (vsock among them) are not all bound to one.
_FAMILIES = (1, 2, 10, 16)

#: A socket's buffer belongs to no process; at its default size it can be counted.
_SOL_SOCKET, _SO_SNDBUF, _SO_SNDBUFFORCE = 1, 7, 32

_CLONE_NEW = 0x7E020000  # every CLONE_NEW* flag of a namespace

_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCH, _ARGUMENT_0, _ARGUMENT_1, _ARGUMENT_2 = 0, 4, 16, 24, 32


def program() -> bytes:
    """The filter for this machine, as BPF instructions.

    Raises:
        KeyError: The architecture is unknown.
    """
    machine = platform.machine()
    refuse = _ERRNO | errno.EPERM
    code = [
        _op(_LOAD, _ARCH),
        _op(_EQUAL, _AUDIT_ARCH[machine], yes=1),
        _op(_RETURN, _KILL),
        _op(_LOAD, _NUMBER),
    ]
    if machine == "x86_64":
        code += [_op(_AT_LEAST, _X32_BIT, no=1), _op(_RETURN, _KILL)]
    for number in sorted(_table(machine).values()):
        code += [_op(_EQUAL, number, no=1), _op(_RETURN, refuse)]
    for number in sorted(_ABSENT[machine].values()):
        code += [_op(_EQUAL, number, no=1), _op(_RETURN, _ERRNO | errno.ENOSYS)]
    code += [
        _op(_EQUAL, _SETSOCKOPT[machine], no=7),
        _op(_LOAD, _ARGUMENT_1),
        _op(_EQUAL, _SOL_SOCKET, no=4),
        _op(_LOAD, _ARGUMENT_2),
        _op(_EQUAL, _SO_SNDBUF, yes=1),
        _op(_EQUAL, _SO_SNDBUFFORCE, no=1),
        _op(_RETURN, refuse),
        _op(_RETURN, _ALLOW),
    ]
    code += [
        _op(_EQUAL, _CLONE[machine], no=4),
        _op(_LOAD, _ARGUMENT_0),
        _op(_ANY_BIT, _CLONE_NEW, no=1),
        _op(_RETURN, refuse),
        _op(_RETURN, _ALLOW),
    ]
    code += [_op(_EQUAL, _SOCKET[machine], yes=1), _op(_RETURN, _ALLOW)]
    code += [_op(_LOAD, _ARGUMENT_0)]
    for family in _FAMILIES:
        code += [_op(_EQUAL, family, no=1), _op(_RETURN, _ALLOW)]
    code += [_op(_RETURN, _ERRNO | errno.EAFNOSUPPORT)]
    return b"".join(code)


def _table(machine: str) -> dict[str, int]:
    return {"x86_64": _X86_64, "aarch64": _AARCH64}[machine]


def _op(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    """One instruction; `yes` and `no` are how many to skip after a comparison."""
    return struct.pack("<HBBI", code, yes, no, value)
