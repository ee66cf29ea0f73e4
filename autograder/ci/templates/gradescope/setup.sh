#!/usr/bin/env bash
# Run once by Gradescope, as root, when it builds the autograder's image: Python, the
# packages that the course was graded with, the autograder.
set -euo pipefail

source="${AUTOGRADER_ROOT:-/autograder}/source"
environment="${AUTOGRADER_VENV:-/opt/autograder-venv}"

# Students' code is not to read what stands in here, wherever it has no rights of root.
chmod 0700 "$source"

find_python() {
  for version in 3.13 3.12 3.11; do
    if "python$version" -c 'import ensurepip, venv' 2>/dev/null; then
      echo "python$version"
      return
    fi
  done
  return 1
}

if ! python="$(find_python)"; then
  apt-get update
  for version in 3.13 3.12 3.11; do
    if apt-get install -y --no-install-recommends "python$version-venv"; then
      break
    fi
  done
  if ! python="$(find_python)"; then
    echo "setup.sh: no Python 3.11, 3.12 or 3.13 here; choose Ubuntu 22.04 or newer" >&2
    exit 1
  fi
fi

"$python" -m venv "$environment"
pip=("$environment/bin/python" -m pip install --no-cache-dir)
install=("${pip[@]}" --no-deps)
if [ -s "$source/torch-index.txt" ]; then # PyTorch's build for CPUs
  "${install[@]}" --index-url "$(cat "$source/torch-index.txt")" \
    -r "$source/requirements-torch.txt"
elif [ -s "$source/requirements-torch.txt" ]; then # the ordinary one, and what it needs
  "${pip[@]}" -r "$source/requirements-torch.txt"
fi
"${install[@]}" -r "$source/requirements.txt"
"${install[@]}" "$source"/autograder-*.whl
"$environment/bin/python" -m compileall -q "$environment/lib" || true
"$environment/bin/python" -c 'import autograder.ci.container'
