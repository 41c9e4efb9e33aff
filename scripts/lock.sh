#!/bin/sh
# Renews the lock files from pyproject.toml and package.json, for every Python and system we support.
set -eu
cd "$(dirname "$0")/.."

compile() {
    "$BIN/uv" pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-annotate \
        --custom-compile-command "make lock" "$@"
}

compile pyproject.toml --output-file requirements.lock "$@"
compile pyproject.toml --extra dev --constraint requirements.lock \
    --output-file requirements-dev.lock "$@"
compile scripts/node.in --output-file scripts/node.lock "$@"
if command -v npm >/dev/null 2>&1; then
    npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts \
        --no-audit --no-fund
else
    echo "lock: package-lock.json is left as it is, since there is no npm here" >&2
fi
