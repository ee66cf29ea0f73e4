"""autograder.execution.provisioner: an ordinary citizen of Jupyter's own programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager, KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from autograder.execution import provisioner
from autograder.execution.launchers import Launcher, WalledLauncher
from autograder.execution.provisioner import (
    KERNEL_NAME,
    WalledProvisioner,
    WalledSpecManager,
    install_kernel_spec,
    kernel_spec,
)

from .conftest import notebook

AMPLE_S = 60


@pytest.fixture(autouse=True)
def _shared(
    launcher: Launcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Let provisioners that nobody told a launcher use the tests' own."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(provisioner, "shared_launcher", lambda _level: launcher)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def manager() -> Iterator[KernelManager]:
    """A manager as Jupyter's programs make it, with a kernel that runs."""
    made = KernelManager(
        kernel_name=KERNEL_NAME, kernel_spec_manager=WalledSpecManager()
    )
    made.start_kernel()
    yield made
    made.shutdown_kernel(now=True)


def ask(manager: KernelManager, source: str) -> dict[str, Any]:
    """Run a line through a client of the manager; returns the reply."""
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=AMPLE_S)
        reply: dict[str, Any] = client.execute_interactive(
            source, timeout=AMPLE_S, output_hook=lambda _message: None
        )
        return reply["content"]
    finally:
        client.stop_channels()


def execute(*sources: str, **options: Any) -> Any:
    """Run cells as nbclient does for nbconvert and nbgrader; its kernel ends too."""
    manager = AsyncKernelManager(
        kernel_name=KERNEL_NAME, kernel_spec_manager=WalledSpecManager()
    )
    client = NotebookClient(notebook(*sources), km=manager, timeout=AMPLE_S, **options)
    client.owns_km = True  # it ends what it was given
    return client.execute()


# --- how it is found ------------------------------------------------------------------


def test_jupyter_finds_the_provisioner_by_its_entry_point():
    (found,) = entry_points(
        group="jupyter_client.kernel_provisioners", name="autograder"
    )
    assert found.load() is WalledProvisioner


def test_installed_spec_selects_the_provisioner(tmp_path, monkeypatch):
    written = install_kernel_spec(str(tmp_path))
    assert written == tmp_path / "share" / "jupyter" / "kernels" / "autograder"
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share" / "jupyter"))
    spec = KernelSpecManager().get_kernel_spec(KERNEL_NAME)
    assert spec.argv == kernel_spec().argv
    told = json.loads((written / "kernel.json").read_text())["metadata"]
    assert told["kernel_provisioner"]["provisioner_name"] == "autograder"


def test_any_kernel_name_is_answered_with_ours():
    spec = WalledSpecManager().get_kernel_spec("ir")
    assert (spec.name, spec.language) == ("autograder", "python")


# --- a manager's life -----------------------------------------------------------------


def test_manager_starts_interrupts_restarts_and_ends_a_kernel(manager):
    assert manager.is_alive()
    assert ask(manager, "a = 1")["status"] == "ok"
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=AMPLE_S)
    request = client.execute("import time\nprint('on')\ntime.sleep(1000)")
    while client.get_iopub_msg(timeout=AMPLE_S)["msg_type"] != "stream":
        continue
    manager.interrupt_kernel()
    reply = client.get_shell_msg(timeout=AMPLE_S)
    while reply["parent_header"].get("msg_id") != request:
        reply = client.get_shell_msg(timeout=AMPLE_S)
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert ask(manager, "assert a == 1")["status"] == "ok"
    client.stop_channels()
    manager.restart_kernel(now=True)
    assert ask(manager, "a")["ename"] == "NameError"
    manager.shutdown_kernel(now=True)
    assert not manager.is_alive()


def test_polite_shutdown_ends_the_kernel_too(manager):
    ask(manager, "1")
    manager.shutdown_kernel(now=False)
    assert not manager.is_alive()


def test_nothing_of_a_kernel_is_left_after_it():
    made = KernelManager(
        kernel_name=KERNEL_NAME, kernel_spec_manager=WalledSpecManager()
    )
    made.start_kernel()
    box = made.provisioner.box
    assert box.root.is_dir()
    ask(made, "1")
    made.shutdown_kernel(now=True)
    assert not box.root.exists()
    assert made.provisioner is None or made.provisioner.channel is None


def test_manager_sees_that_a_kernel_has_died(manager):
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=AMPLE_S)
    client.execute("import os\nos._exit(3)")
    deadline = time.monotonic() + AMPLE_S
    while manager.is_alive() and time.monotonic() < deadline:
        time.sleep(0.05)
    client.stop_channels()
    assert not manager.is_alive()
    manager.restart_kernel(now=True)
    assert ask(manager, "1")["status"] == "ok"


# --- other programs -------------------------------------------------------------------


def test_nbclient_executes_a_notebook(tmp_path):
    made = execute("x = 20", "x + 1")
    assert made.cells[1].outputs[0].data["text/plain"] == "21"


def test_nbclient_sees_an_error_as_with_any_kernel():
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        execute("1 / 0")


def test_nbclient_sees_a_death_as_with_any_kernel():
    with pytest.raises(DeadKernelError):
        execute("import os\nos._exit(1)")


def test_kernel_works_on_files_of_the_folder_it_was_started_in(tmp_path):
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "beside.py").write_text("ANSWER = 42\n")
    made = execute(
        "import beside\nbeside.ANSWER", resources={"metadata": {"path": str(folder)}}
    )
    assert made.cells[0].outputs[0].data["text/plain"] == "42"


@pytest.mark.slow
def test_nbconvert_executes_through_the_installed_spec(
    walled: WalledLauncher, tmp_path
):
    install_kernel_spec(str(tmp_path))
    nbformat.write(
        notebook("import os, socket\nprint(os.getpid(), socket.gethostname() != '')"),
        tmp_path / "in.ipynb",
    )
    subprocess.run(
        [
            *(sys.executable, "-m", "nbconvert", "--execute", "--to", "notebook"),
            f"--ExecutePreprocessor.kernel_name={KERNEL_NAME}",
            *("--output", "out.ipynb", "in.ipynb"),
        ],
        cwd=tmp_path,
        env={**os.environ, "JUPYTER_PATH": str(tmp_path / "share" / "jupyter")},
        check=True,
        capture_output=True,
        timeout=300,
    )
    made = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert made.cells[0].outputs[0].text == "1 True\n"  # process 1 of its box
