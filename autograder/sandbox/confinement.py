"""The full wall: what a forked child does to itself before it runs student code.

Owns: the order of namespaces, mounts, ids, limits, capabilities and the filter. May
not: know kernels or notebooks. Nothing here runs in the trusted process.

There are two ways. As root the mounts are made with root's rights, then the id changes
to an unused one. Otherwise a user namespace comes first and gives the rights for the
mounts. Both end with: new user, pid, mount, network, ipc, uts and cgroup namespaces; a
root of its own with the interpreter and libraries read-only and one sized tmpfs; no
capability, and no way to gain one; limits; the filter.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from autograder.sandbox import seccomp, syscalls

__all__ = ["HOME", "WORK", "Confinement", "confine_mounts", "confine_self"]

#: The student's home and working folder inside.
HOME = "/home/student"
WORK = f"{HOME}/work"

_INNER_ID = 1000
_NAMESPACES = (
    syscalls.CLONE_NEWNS
    | syscalls.CLONE_NEWPID
    | syscalls.CLONE_NEWNET
    | syscalls.CLONE_NEWIPC
    | syscalls.CLONE_NEWUTS
    | syscalls.CLONE_NEWCGROUP
)
_DEVICES = ("null", "zero", "full", "random", "urandom")

#: The most terminals open at a time in a box.
_TERMINALS = 32

_PASSWD = (
    f"student:x:{_INNER_ID}:{_INNER_ID}:student:{HOME}:/bin/sh\n"
    "nobody:x:65534:65534:nobody:/:/bin/false\n"
)


@dataclass(frozen=True)
class Confinement:
    """What a child may see and use.

    Attributes:
        stage: An empty folder outside, on which the new root is mounted.
        visible: Files and folders that stay visible, read-only, at their own paths.
        work: A folder whose files are copied to the working folder.
        devices: Device nodes that stay visible, besides the harmless ones.
        memory_mib: Address space beyond what the fork server has itself.
        disk_mib: Size of the one writable file system.
        processes: Processes and threads at a time.
        open_files: File descriptors of a process.
        cpu_s: Processor seconds of a process.
    """

    stage: str
    visible: tuple[str, ...]
    work: str
    devices: tuple[str, ...] = field(default=())
    memory_mib: int = 4096
    disk_mib: int = 256
    processes: int = 256
    open_files: int = 512
    cpu_s: int = 3600


def confine_mounts(spec: Confinement, *, box_id: int) -> None:
    """First half, before the fork that creates process 1: namespaces and root.

    Args:
        spec: What is allowed.
        box_id: As root, the user and group id that `confine_self` will take.

    Raises:
        OSError: The kernel does not allow it on this machine.
    """
    os.umask(0o022)  # a stricter one would hide what is created here from the student
    uid, gid = os.getuid(), os.getgid()
    if _is_privileged():
        syscalls.unshare(_NAMESPACES)
        _build_root(spec, box_id)
    else:
        syscalls.unshare(syscalls.CLONE_NEWUSER | _NAMESPACES)
        _map_ids(uid, gid)
        _build_root(spec, None)


def confine_self(spec: Confinement, *, box_id: int) -> None:
    """Second half, in process 1: proc, ids, limits, capabilities, filter.

    Args:
        spec: What is allowed.
        box_id: As root, the user and group id to take; an unused one.
    """
    with contextlib.suppress(OSError):
        # Refused if the outer /proc is itself masked: then there is none inside.
        syscalls.mount("proc", "/proc", "proc", _SAFE)
    syscalls.detach("/.outside")
    Path("/.outside").rmdir()
    _remount_root_read_only()
    _set_limits(spec)
    if _is_privileged():
        os.setgroups([])
        os.setresgid(box_id, box_id, box_id)
        os.setresuid(box_id, box_id, box_id)
        syscalls.allow_look_in()
        syscalls.unshare(syscalls.CLONE_NEWUSER)
        _map_ids(box_id, box_id)
    with contextlib.suppress(OSError):
        Path("/proc/sys/user/max_user_namespaces").write_text("0")
    syscalls.drop_capabilities()
    syscalls.forbid_new_privileges()
    syscalls.load_filter(seccomp.program())
    os.chdir(WORK)


_SAFE = syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC


def _is_privileged() -> bool:
    """Whether we are root with the right to mount, in our user namespace."""
    if os.geteuid() != 0:
        return False
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> 21 & 1)
    return False


def _map_ids(uid: int, gid: int) -> None:
    """Be `student` inside and `uid` outside."""
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_INNER_ID} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{_INNER_ID} {gid} 1")


def _build_root(spec: Confinement, owner: int | None) -> None:
    """Make the new root over `stage`, move there, keep the old one at /.outside."""
    Path("/proc/self/oom_score_adj").write_text("1000")
    stage = Path(spec.stage)
    syscalls.mount("none", "/", flags=syscalls.MS_REC | syscalls.MS_PRIVATE)
    safe = syscalls.MS_NOSUID | syscalls.MS_NODEV
    syscalls.mount("tmpfs", str(stage), "tmpfs", safe, "size=4m,mode=755")
    _make_writable(stage, spec, owner)
    for path in _outermost(spec.visible):
        _show(path, stage)
    _make_devices(stage, spec)
    (stage / "proc").mkdir()
    _write(stage / "etc/passwd", _PASSWD)
    _write(stage / "etc/group", f"student:x:{_INNER_ID}:\nnogroup:x:65534:\n")
    (stage / ".outside").mkdir()
    os.chdir(stage)
    syscalls.pivot_root(".", ".outside")
    os.chdir("/")


def _make_writable(stage: Path, spec: Confinement, owner: int | None) -> None:
    """Mount one file system of limited size for home, /tmp and /dev/shm."""
    home = stage / "home"
    home.mkdir()
    size = f"size={spec.disk_mib}m,nr_inodes=16384,mode=755"
    safe = syscalls.MS_NOSUID | syscalls.MS_NODEV
    syscalls.mount("tmpfs", str(home), "tmpfs", safe, size)
    for name, place in ((".tmp", "tmp"), (".shm", "dev/shm")):
        (home / name).mkdir()
        (home / name).chmod(0o1777)
        (stage / place).mkdir(parents=True)
        _bind(home / name, stage / place)
    work = stage / WORK.lstrip("/")
    work.mkdir(parents=True)
    _copy_files(Path(spec.work), work)
    if owner is not None:
        for folder, _, names in os.walk(stage / HOME.lstrip("/")):
            for path in (Path(folder), *(Path(folder, name) for name in names)):
                os.chown(path, owner, owner)


def _copy_files(source: Path, target: Path) -> None:
    """Copy regular files and folders, without following links or opening pipes."""
    for entry in os.scandir(source):
        if entry.is_dir(follow_symlinks=False):
            (target / entry.name).mkdir()
            _copy_files(source / entry.name, target / entry.name)
        elif entry.is_file(follow_symlinks=False):
            descriptor = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW)
            with (
                os.fdopen(descriptor, "rb") as reader,
                (target / entry.name).open("wb") as writer,
            ):
                shutil.copyfileobj(reader, writer)


def _outermost(paths: tuple[str, ...]) -> list[str]:
    """Paths that are not below another one, shortest first."""
    kept: list[str] = []
    for path in sorted(set(paths), key=len):
        if not any(Path(path).is_relative_to(other) for other in kept):
            kept.append(path)
    return kept


def _show(path: str, stage: Path) -> None:
    """Make a file or folder visible, read-only, at its outside path."""
    target = stage / path.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    if Path(path).is_symlink():
        target.symlink_to(Path(path).readlink())
        return
    if Path(path).is_dir():
        target.mkdir(exist_ok=True)
    else:
        target.touch()
    _bind(Path(path), target)
    syscalls.make_read_only(str(target))


def _make_devices(stage: Path, spec: Confinement) -> None:
    folder = stage / "dev"
    folder.mkdir(exist_ok=True)
    for path in (*(f"/dev/{name}" for name in _DEVICES), *spec.devices):
        target = stage / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
        _bind(Path(path), target)
    for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        (folder / name).symlink_to(f"/proc/self/fd/{number}")
    (folder / "fd").symlink_to("/proc/self/fd")
    _make_terminals(folder)


def _make_terminals(folder: Path) -> None:
    """Mount the box's own terminals, for IPython's `!command`."""
    (folder / "pts").mkdir()
    options = f"newinstance,ptmxmode=0666,mode=0620,max={_TERMINALS}"
    flags = syscalls.MS_NOSUID | syscalls.MS_NOEXEC
    with contextlib.suppress(OSError):  # refused here: the notebook works without them
        syscalls.mount("devpts", str(folder / "pts"), "devpts", flags, options)
        (folder / "ptmx").symlink_to("pts/ptmx")


def _bind(source: Path, target: Path) -> None:
    flags = syscalls.MS_BIND | syscalls.MS_REC
    syscalls.mount(str(source), str(target), flags=flags)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def _remount_root_read_only() -> None:
    flags = syscalls.MS_REMOUNT | syscalls.MS_BIND | syscalls.MS_RDONLY
    syscalls.mount("none", "/", flags=flags | syscalls.MS_NOSUID | syscalls.MS_NODEV)


def _set_limits(spec: Confinement) -> None:
    """Set limits that the operating system enforces, each soft and hard."""
    now_mib = int(Path("/proc/self/statm").read_text().split()[0]) * _PAGE >> 20
    mib = 1 << 20
    for what, bound in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, (now_mib + 2 * spec.memory_mib) * mib),
        (resource.RLIMIT_FSIZE, spec.disk_mib * mib),
        (resource.RLIMIT_NOFILE, spec.open_files),
        (resource.RLIMIT_NPROC, spec.processes),
        (resource.RLIMIT_CPU, spec.cpu_s),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        _set_limit(what, bound)


def _set_limit(what: int, bound: int) -> None:
    """Set a limit, but not above this user's existing one."""
    try:
        resource.setrlimit(what, (bound, bound))
    except (ValueError, OSError):  # only root may raise one
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (min(bound, hard), min(bound, hard)))


_PAGE = resource.getpagesize()
