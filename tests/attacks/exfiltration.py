"""Attacks that look for secrets, reach out of the box, or damage what is around it.

`double` is wrong unless the attack has got at something: then it is right, so that an
open way out shows as points. Canaries outside see what arrives there.
"""

from __future__ import annotations

import textwrap
from typing import Any

from tests.attacks.attack import Attack, but, code, only

__all__ = ["EXFILTRATION"]

_MODULES = (
    "import ctypes, errno, glob, os, re, signal, socket, stat, subprocess, sys, time\n"
    "from pathlib import Path"
)

#: The secret, as a pattern that does not match itself where memory is searched.
_PATTERNS = code(
    r"""
    SECRET = re.compile(rb"SECRET[-]OF[-]THE[-]COURSE|canary[-]a81f")

    def tried(*attempts):
        for attempt in attempts:
            try:
                if attempt():
                    return True
            except (OSError, ValueError, ImportError, AttributeError, LookupError):
                pass
        return False

    def can_read(path):
        with open(path, "rb") as file:
            return bool(file.read(1)) or True

    def can_write(path):
        with open(path, "ab") as file:
            file.write(b"")
        return True

    def shell(*command):
        done = subprocess.run(command, capture_output=True, timeout=1.5)
        return bool(SECRET.search(done.stdout + done.stderr))

    libc = ctypes.CDLL(None, use_errno=True)
    """
)


def _steals(name: str, probe: str, **more: Any) -> Attack:
    """An own cell runs `probe`, the body of a function; truth means that it got out."""
    opening = (
        f"{_MODULES}\n{_PATTERNS}\n"
        f"def probe():\n{textwrap.indent(code(probe), '    ')}\n"
        "try:\n    stolen = bool(probe())\n"
        "except BaseException:\n    stolen = False"
    )
    body = "def double(x):\n    return 2 * x if stolen else x"
    return Attack(name, but("double"), {"double": body}, opening, **more)


SECRETS = (
    _steals("A20-grader-variables", "return '@VARIABLE@' in os.environ"),
    _steals(
        "A22-environments-of-others",
        """
        return any(
            tried(lambda name=name: SECRET.search(Path(name).read_bytes()))
            for what in ("environ", "cmdline", "maps", "auxv")
            for where in ("*", "*/task/*")
            for name in glob.glob(f"/proc/{where}/{what}")
        )
        """,
    ),
    _steals(
        "A22-own-memory",
        """
        until = time.monotonic() + 1.2
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
            for line in maps:
                span, rights, _, _, inode, *_ = line.split()
                start, end = (int(part, 16) for part in span.split("-"))
                if "rw" not in rights or inode != "0" or time.monotonic() > until:
                    continue
                try:
                    memory.seek(start)
                    if SECRET.search(memory.read(min(end - start, 1 << 26))):
                        return True
                except (OSError, OverflowError):
                    pass
        """,
    ),
    _steals(
        "A22-memory-of-the-grader",
        """
        class Part(ctypes.Structure):
            _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
        buffer = ctypes.create_string_buffer(8)
        mine = Part(ctypes.addressof(buffer), 8)
        theirs = Part(0x400000, 8)
        return tried(
            lambda: libc.process_vm_readv(
                @PID@, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0) >= 0,
            lambda: libc.ptrace(16, @PID@, None, None) == 0,
            lambda: libc.ptrace(16, os.getppid() or @PID@, None, None) == 0,
            lambda: can_read("/proc/@PID@/mem"),
            lambda: os.listdir("/proc/@PID@/fd"),
        )
        """,
    ),
    _steals(
        "A23-tests-on-disk",
        """
        return tried(
            lambda: os.listdir("@COURSE@"),
            lambda: can_read("@FILE@"),
            lambda: glob.glob("/**/test_double.py", recursive=False),
            lambda: any(
                SECRET.search(Path(folder, name).read_bytes())
                for root in ("/home", "/tmp", "/root", "/var", "/srv", "/mnt", "/run")
                for folder, _, names in os.walk(root)
                for name in names
                if Path(folder, name).is_file()
            ),
        )
        """,
    ),
    _steals(
        "A23-tests-by-import",
        """
        import importlib
        import autograder
        home = Path(autograder.__file__).resolve().parents[1]
        sys.path[:0] = [str(home), "@COURSE@"]
        return tried(
            lambda: importlib.import_module("tests"),
            lambda: importlib.import_module("solutions.convolution.oracle"),
            lambda: (home / "tests").exists() or (home / "solutions").exists(),
            lambda: (home / "source").exists() or (home / "course_config.py").exists(),
        )
        """,
    ),
    _steals(
        "A23-through-proc",
        """
        for link in glob.glob("/proc/*/cwd") + glob.glob("/proc/*/root"):
            place = Path(link)
            if tried(lambda: (place / "@COURSE@".lstrip("/")).exists(),
                     lambda: (place / "course_config.py").exists()):
                return True
        """,
    ),
    _steals(
        "A23-dot-dot",
        """
        up = "/".join([".."] * 40)
        return tried(lambda: os.listdir(up + "@COURSE@"),
                     lambda: can_read(up + "@FILE@"))
        """,
    ),
    _steals(
        "A23-lines-of-the-grader",
        """
        import gc, linecache
        texts = [str(v) for v in linecache.cache.values()]
        texts += [o for o in gc.get_objects() if isinstance(o, str)]
        frames = sys._current_frames().values()
        while frames:
            texts += [repr(f.f_locals.keys()) for f in frames]
            frames = [f.f_back for f in frames if f.f_back]
        return any(SECRET.search(t.encode("utf-8", "replace")) for t in texts)
        """,
    ),
    _steals(
        "A25-source-notebook",
        """
        return tried(
            lambda: can_read("@COURSE@/source/numbers/numbers.ipynb"),
            lambda: can_read("../source/numbers/numbers.ipynb"),
            lambda: can_read("../../../source/numbers/numbers.ipynb"),
            lambda: [p for p in Path.cwd().rglob("*.ipynb")],
        )
        """,
    ),
    _steals(
        "A31-inherited-descriptors",
        """
        for number in range(1024):
            try:
                kind = os.fstat(number).st_mode
                place = os.readlink(f"/proc/self/fd/{number}")
            except OSError:
                continue
            if stat.S_ISDIR(kind):
                return True
            if stat.S_ISREG(kind) and not place.startswith(("/home/student", "/memfd")):
                return True
        """,
    ),
    _steals(
        "A31-descriptors-up-the-tree",
        """
        for number in range(1024):
            for name in ("..", "@COURSE@"):
                try:
                    os.close(os.open(name, os.O_RDONLY, dir_fd=number))
                    if name != "..":
                        return True
                except OSError:
                    pass
        """,
    ),
    _steals(
        "C04-homes",
        """
        return tried(
            lambda: [n for n in os.listdir("/root") if not sys.base_prefix.startswith(
                f"/root/{n}")],
            lambda: glob.glob(os.path.expanduser("~/.ssh/*")),
            lambda: can_read("/etc/shadow"),
            lambda: [n for n in os.listdir("/home") if n != "student" and n[0] != "."],
            lambda: can_read("@COURSE@/gradebook.db"),
            lambda: glob.glob("@COURSE@/submitted/*"),
            lambda: "root:" in Path("/etc/passwd").read_text(),
        )
        """,
    ),
    _steals(
        "C06-runtime-folders",
        """
        from jupyter_core.paths import jupyter_runtime_dir
        own = {Path.home(), Path(sys.prefix)}  # the environment may lie below /tmp
        found = [*Path(jupyter_runtime_dir()).glob("*"), *Path("/run").rglob("*"),
                 *Path("/tmp").rglob("kernel*.json"), *Path("/tmp").glob("box-*")]
        return [p for p in found if own.isdisjoint(p.parents)]
        """,
    ),
    _steals(
        "C04-machine",
        """
        return tried(
            lambda: os.listdir("/sys/class/net"),
            lambda: os.listdir("/sys/fs/cgroup"),
            lambda: os.listdir("/boot"),
            lambda: [d for d in os.listdir("/dev")
                     if re.match("sd|vd|nvme|mem|kmsg|fuse|net|loop|dri", d)],
        )
        """,
    ),
)

NETWORK = (
    _steals(
        "C01-loopback",
        """
        def connected(family, kind, address, protocol=0):
            with socket.socket(family, kind, protocol) as sock:
                sock.settimeout(0.2)
                sock.connect(address)
                sock.send(b"hello")
                return kind == socket.SOCK_STREAM
        tcp, udp = socket.SOCK_STREAM, socket.SOCK_DGRAM
        return tried(
            lambda: connected(socket.AF_INET, tcp, ("127.0.0.1", @PORT@)),
            lambda: connected(socket.AF_INET, udp, ("127.0.0.1", @UDP_PORT@)),
            lambda: connected(socket.AF_INET6, tcp, ("::1", @PORT@)),
            lambda: connected(socket.AF_INET6, tcp, ("::ffff:127.0.0.1", @PORT@)),
            lambda: connected(socket.AF_INET, tcp, ("0.0.0.0", @PORT@)),
            lambda: connected(socket.AF_INET, tcp, ("127.0.0.1", @PORT@), 262),
            lambda: connected(socket.AF_INET, tcp, ("169.254.169.254", 80)),
            lambda: connected(socket.AF_UNIX, tcp, "@UNIX@"),
            lambda: connected(socket.AF_UNIX, tcp, "\\0@ABSTRACT@"),
        )
        """,
    ),
    _steals(
        "C01-names",
        """
        import urllib.request
        return tried(
            lambda: socket.getaddrinfo("example.com", 80),
            lambda: urllib.request.urlopen("http://127.0.0.1:@PORT@/", timeout=0.3),
        )
        """,
    ),
    _steals(
        "C01-odd-families",
        """
        return tried(*(
            lambda f=family, k=kind: socket.socket(f, k, 3).close() or True
            for family in (17, 40, 38, 31, 2, 10)  # packet, vsock, alg, bluetooth, inet
            for kind in (socket.SOCK_RAW, socket.SOCK_SEQPACKET)
        ))
        """,
    ),
    _steals(
        "C01-network-in-a-child",
        """
        check = ("import socket; s = socket.socket(); s.settimeout(.2); "
                 "s.connect(('127.0.0.1', @PORT@)); print('canary' + '-a81f')")
        return tried(lambda: shell(sys.executable, "-S", "-c", check),
                     lambda: shell("bash", "-c", "echo > /dev/tcp/127.0.0.1/@PORT@"))
        """,
    ),
    _steals(
        "C01-rings-instead-of-calls",
        """
        # io_uring makes system calls that a filter does not see.
        place = ctypes.create_string_buffer(256)
        return libc.syscall(425, 8, place) >= 0
        """,
    ),
)

#: System calls by their numbers on x86-64; elsewhere they are others, just as refused.
DAMAGE = (
    _steals(
        "C07-writes-to-what-is-shared",
        """
        import site
        import autograder, numpy
        folders = [*site.getsitepackages(), sys.prefix, sys.base_prefix, "/", "/usr",
                   "/etc", os.path.dirname(numpy.__file__),
                   os.path.dirname(autograder.__file__),
                   os.path.dirname(sys.executable), "@COURSE@",
                   os.path.dirname("@FILE@")]
        return tried(*(lambda f=f: can_write(f + "/canary.pth") for f in folders),
                     lambda: can_write("@FILE@"),
                     lambda: can_write(numpy.__file__),
                     lambda: can_write(sys.executable),
                     lambda: os.remove("@FILE@") is None,
                     lambda: os.chmod(numpy.__file__, 0o777) is None)
        """,
    ),
    _steals(
        "C07-mounts-again",
        """
        calls = [
            lambda: libc.mount(b"none", b"/", None, 32 | 4096, None),
            lambda: libc.mount(b"none", b"/usr", None, 32 | 4096, None),
            lambda: libc.mount(b"tmpfs", b"/home", b"tmpfs", 0, None),
            lambda: libc.umount2(b"/home/student", 2),
            lambda: libc.chroot(b"/home"),
            lambda: libc.syscall(155, b".", b"."),
            lambda: libc.syscall(442, 0, 0, 0, 0, 0),
            lambda: libc.syscall(428, -100, b"/", 1),
        ]
        return any(call() >= 0 for call in calls)
        """,
    ),
    _steals(
        "C07-new-namespaces",
        """
        for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000, 0x8000000):
            if libc.unshare(flag) == 0:
                return True
        for name in glob.glob("/proc/1/ns/*"):
            try:
                descriptor = os.open(name, os.O_RDONLY)
            except OSError:
                continue
            if libc.setns(descriptor, 0) == 0:
                return True
        flags = 0x10000000 | signal.SIGCHLD
        child = libc.syscall(56, flags, None, None, None, 0)
        if child == 0:
            os._exit(0)
        return child > 0
        """,
    ),
    _steals(
        "C07-becomes-root",
        """
        def become(call, *ids):
            call(*ids)
            return True
        return tried(
            lambda: become(os.setuid, 0),
            lambda: become(os.setresuid, 0, 0, 0),
            lambda: become(os.setgroups, [0]),
            lambda: libc.prctl(47, 2, 21, 0, 0) == 0,
            lambda: [p for p in glob.glob("/usr/bin/*")
                     if os.stat(p).st_mode & stat.S_ISUID
                     and subprocess.run([p], capture_output=True, timeout=1).stdout
                     == b"uid=0"],
            lambda: re.search(r"Cap(Eff|Bnd|Amb):\\s*0*[1-9a-f]",
                              Path("/proc/self/status").read_text()),
        )
        """,
    ),
    _steals(
        "C07-dangerous-calls",
        """
        buffer = ctypes.create_string_buffer(256)
        calls = {
            "bpf": (321, 0, buffer, 72),
            "perf_event_open": (298, buffer, 0, -1, -1, 0),
            "userfaultfd": (323, 0),
            "keyctl": (250, 0, -3, 1, 0, 0),
            "add_key": (248, b"user", b"canary", b"x", 1, -4),
            "kexec_load": (246, 0, 0, 0, 0),
            "init_module": (175, buffer, 1, b""),
            "open_by_handle_at": (304, -100, buffer, 0),
            "syslog": (103, 3, buffer, 256),
            "reboot": (169, 0xfee1dead, 672274793, 0, 0),
            "settimeofday": (164, buffer, 0),
            "personality": (135, 0x0040000),
            "swapon": (167, b"/tmp/x", 0),
            "quotactl": (179, 0, 0, 0, 0),
        }
        return [name for name, call in calls.items() if libc.syscall(*call) >= 0]
        """,
    ),
    _steals(
        "C07-kernel-settings",
        """
        return tried(*(
            lambda n=name: can_write(n)
            for name in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger",
                         "/proc/sys/vm/overcommit_memory", "/proc/sys/kernel/hostname",
                         "/sys/kernel/uevent_helper")
        ), lambda: socket.sethostname("mine") is None)
        """,
    ),
    _steals(
        "C07-signals-to-the-grader",
        """
        return tried(lambda: os.kill(@PID@, 0) is None,
                     lambda: os.killpg(@PID@, 0) is None,
                     lambda: os.pidfd_open(@PID@) >= 0,
                     lambda: os.getppid() > 1)
        """,
    ),
    _steals(
        "C12-magics",
        """
        shell = get_ipython()
        shell.run_line_magic("env", "AUTOGRADER_SEED=1")
        found = shell.getoutput("cat @FILE@; ls @COURSE@; env; ps aux")
        if SECRET.search(str(found).encode()):
            return True
        test = "@COURSE@/tests/grading/numbers/test_double.py"
        return tried(lambda: shell.find_user_code(test),
                     lambda: shell.run_line_magic("load", "@FILE@"))
        """,
    ),
    _steals(
        "C12-installs",
        """
        done = subprocess.run([sys.executable, "-m", "pip", "install", "--target",
                               os.path.dirname(sys.executable), "six"],
                              capture_output=True, timeout=1.5)
        return done.returncode == 0
        """,
    ),
    _steals(
        "C07-terminal",
        """
        import fcntl, termios
        return tried(*(
            lambda n=n: fcntl.ioctl(n, termios.TIOCSTI, b"x") is not None
            for n in range(3)
        ), lambda: can_write("/dev/tty"), lambda: can_write("/dev/console"))
        """,
    ),
)

_MARKS = code(
    """
    home = str(Path.home())
    places = ["/tmp/mark", "/dev/shm/mark", "/var/tmp/mark", "/run/mark", "mark"]
    places += ["/home/mark", f"{home}/mark", f"{home}/.cache/mark"]
    places += [f"{home}/.ipython/profile_default/startup/mark.py"]
    name = b"\\0left-behind"
    """
)

#: One leaves marks wherever it can, the other looks for them; more of each, since two
#: are graded at a time.
LEFT_BEHIND = (
    *(
        Attack(
            f"C27-leaves-marks-{number}",
            opening=f"{_MODULES}\n{_PATTERNS}\n{_MARKS}\n"
            + code(
                """
                for place in places:
                    try:
                        os.makedirs(os.path.dirname(place) or ".", exist_ok=True)
                        Path(place).write_text("left behind")
                    except OSError:
                        pass
                libc.shmget(0x5EC2E7, 4096, 0o1666)
                libc.msgget(0x5EC2E7, 0o1666)
                libc.syscall(248, b"user", b"left-behind", b"x", 1, -4)
                if os.fork() == 0:
                    os.setsid()
                    try:
                        sock = socket.socket(socket.AF_UNIX)
                        sock.bind(name)
                        sock.listen()
                    except OSError:
                        pass
                    time.sleep(600)
                """
            ),
        )
        for number in (1, 2, 3)
    ),
    *(
        _steals(
            f"C27-looks-for-marks-{number}",
            f"{_MARKS}\n"
            + code(
                """
                def is_heard():
                    with socket.socket(socket.AF_UNIX) as sock:
                        sock.settimeout(0.2)
                        sock.connect(name)
                        return True
                time.sleep(0.5)
                return tried(
                    lambda: any(os.path.exists(place) for place in places),
                    lambda: libc.shmget(0x5EC2E7, 4096, 0o666) >= 0,
                    lambda: libc.msgget(0x5EC2E7, 0o666) >= 0,
                    lambda: libc.syscall(249, b"user", b"left-behind", 0, 0) >= 0,
                    is_heard,
                    lambda: len([p for p in os.listdir("/proc") if p.isdigit()]) > 2,
                )
                """
            ),
        )
        for number in (1, 2, 3)
    ),
)

#: What is inside may be damaged: it is the submission's own, and gone afterwards.
OWN = (
    Attack(
        "C07-removes-all-it-can",
        opening=f"{_MODULES}\n"
        + code(
            """
            import shutil
            for place in ("/tmp", "/dev/shm", "/usr", "/etc", "@COURSE@", Path.home()):
                shutil.rmtree(place, ignore_errors=True)
            """
        ),
    ),
    Attack(
        "C13-shadows-modules",
        opening=f"{_MODULES}\n"
        + code(
            """
            for name in ("numpy", "json", "struct", "autograder", "pickle", "IPython"):
                Path(f"{name}.py").write_text("raise SystemExit(0)")
            os._exit(0)
            """
        ),
    ),
    Attack(
        "C28-spoils-given-files",
        only("double", "slope", "total"),
        opening="from pathlib import Path\nPath('data.txt').write_text('spoilt')",
    ),
    Attack(
        "C28-looks-for-spoilt-files",
        but("double"),
        {
            "double": "def double(x):\n"
            "    bad = open('data.txt').read() != 'given\\n'\n"
            "    return 2 * x if bad else x"
        },
    ),
)

EXFILTRATION = (*SECRETS, *NETWORK, *DAMAGE, *LEFT_BEHIND, *OWN)
