# Sourced by every script: finds the folder of shared code (LIB) and a Python that can run it (PYTHON).
LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

PYTHON="${ASSETREG_VAR:-$LIB/../../var}/venv/bin/python"
if ! { [ -x "$PYTHON" ] && is_new_enough "$PYTHON"; }; then
  PYTHON=
  # The distribution's own Python first, where it is complete: it is built with optimisations that one compiled by hand
  # or by pyenv lacks, and answers a page in three quarters of the time (script/bench search).
  for candidate in /usr/bin/python3.11 /usr/bin/python3; do
    if is_new_enough "$candidate" && "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then
      PYTHON=$candidate && break
    fi
  done
fi
if [ -z "$PYTHON" ]; then
  for candidate in python3.11 python3 python3.12 python3.13 python3.14; do
    if is_new_enough "$candidate"; then PYTHON=$candidate && break; fi
  done
fi
if [ -z "$PYTHON" ]; then
  echo "Python 3.11 or newer is needed and was not found. Install it (Debian 12: apt-get install python3), then run this again." >&2
  exit 1
fi
