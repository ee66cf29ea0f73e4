"""The environment variables of a kernel: one allow list for every wall.

Owns: the list. May not: pass on anything that is not named here.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["kernel_environment", "server_environment"]

#: Variables that are passed on unchanged; all others are dropped.
_INHERITED = (
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "LD_LIBRARY_PATH",
    "OPENBLAS_CORETYPE",
)

#: TensorFlow takes a GPU's memory as needed, leaving the rest to PyTorch in the same
#: notebook; matrix products are reproducible.
_ON_CUDA = {
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
}

#: nbgrader's reason for running a notebook, if it starts our kernel itself.
_NBGRADERS = ("NBGRADER_EXECUTION", "NBGRADER_VALIDATING")


def server_environment(*, device: str = "cpu") -> dict[str, str]:
    """What libraries read when they are imported; nothing of a submission's.

    Args:
        device: "cpu" or "cuda"; on the CPU the frameworks see no GPU.
    """
    inherited = {key: os.environ[key] for key in _INHERITED if key in os.environ}
    cuda = os.environ.get("CUDA_VISIBLE_DEVICES") if device == "cuda" else ""
    return {
        **inherited,
        **({} if cuda is None else {"CUDA_VISIBLE_DEVICES": cuda}),
        **(_ON_CUDA if device == "cuda" else {}),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONSAFEPATH": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "MALLOC_ARENA_MAX": "2",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "NVIDIA_TF32_OVERRIDE": "0",
    }


def kernel_environment(
    home: str, tmp: str, *, device: str = "cpu", gpu: str = ""
) -> dict[str, str]:
    """The complete environment of a kernel; nothing else gets in.

    Args:
        home: The student's home, a folder that is removed afterwards.
        tmp: For temporary files.
        device: "cpu" or "cuda".
        gpu: The one that this kernel sees; all of the server's if "".
    """
    return {
        **{key: os.environ[key] for key in _NBGRADERS if key in os.environ},
        **server_environment(device=device),
        **({"CUDA_VISIBLE_DEVICES": gpu} if gpu else {}),
        "HOME": home,
        "TMPDIR": tmp,
        "IPYTHONDIR": f"{home}/.ipython",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "JUPYTER_RUNTIME_DIR": f"{home}/.jupyter",
        "JUPYTER_CONFIG_DIR": f"{home}/.jupyter",
    }
