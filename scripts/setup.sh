#!/bin/sh
# Finds a Python new enough and hands over to bootstrap.py. PYTHON=… decides; otherwise the one
# already in .venv, then python3, then a newer one by name.
set -eu
cd "$(dirname "$0")/.."

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

first_new_enough() {
    for candidate in "$@"; do
        if new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

version_of() {
    "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null ||
        echo "not to be found"
}

if [ -n "${PYTHON:-}" ]; then
    chosen=$(first_new_enough "$PYTHON")
else
    ours=
    if [ -f .venv/pyvenv.cfg ]; then ours=.venv/bin/python; fi
    chosen=$(first_new_enough $ours python3 python3.13 python3.12 python3.11)
fi

if [ -z "$chosen" ]; then
    tried=${PYTHON:-python3}
    echo "setup: Lessons needs Python 3.11 or newer, and $tried is $(version_of "$tried")." \
        "Install one, or name it: make setup PYTHON=/path/to/python3.12" >&2
    exit 1
fi

# -E, -s and -S: nothing but the standard library, whatever the environment says; and quick.
exec "$chosen" -E -s -S scripts/bootstrap.py "$@"
