# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What the installer's scripts share. They read it first: . "$(dirname "$0")/lib.sh"

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export HEADRACE_CACHE=${HEADRACE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/headrace}
export CCACHE_DIR=${CCACHE_DIR:-$HEADRACE_CACHE/ccache}
export PATH=$HEADRACE_CACHE/go-1.26.6/bin:$PATH
jobs=$(nproc)

note() {
    printf '%s\n' "$*" >&2
}

fail() {
    printf 'headrace installer: %s\n' "$*" >&2
    exit 1
}

# need_space FOLDER MEGABYTES PURPOSE: FOLDER need not exist yet.
need_space() {
    local folder=$1 free
    while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
    free=$(df --output=avail -m "$folder" | tail -n 1)
    [ "$free" -ge "$2" ] ||
        fail "The disk of '$folder' has $((free)) MB free, but $3 needs $2 MB: free some space and call this again."
}

# last_line FILE: what a failed command said last, for the sentence that reports it.
last_line() {
    grep -v '^[[:space:]]*$' "$1" | tail -n 1
}

# configure PRESET: writes the build files of build/PRESET where they are missing or older than the presets.
configure() {
    local folder=$root/build/$1
    [ ! "$folder/build.ninja" -nt "$root/CMakePresets.json" ] || return 0
    need_space "$folder" 3000 "the build"
    note "Configuring the build in '$folder'."
    (cd "$root" && cmake --preset "$1" -DHEADRACE_CACHE="$HEADRACE_CACHE") >&2 ||
        fail "CMake could not configure the build; its message is above."
}

# build PRESET [TARGET…]: builds build/PRESET; all messages go to stderr.
build() {
    local preset=$1
    shift
    configure "$preset"
    cmake --build "$root/build/$preset" -j "$jobs" ${1:+--target "$@"} >&2 ||
        fail "The build stopped; the compiler's message is above."
}
