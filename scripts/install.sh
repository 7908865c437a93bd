#!/bin/sh
# Installs both plugins from a release: `sh install.sh`, with the archives beside it or on the web.
#
# It takes the archives for this machine, checks them against SHA256SUMS, and puts the programs where
# docker and kubectl look for plugins. Nothing is changed before everything was checked.
set -eu

# Where this release is. `make release` fills it in.
release=''

usage() {
    cat <<'HELP'
Installs docker ccr2tcr and kubectl tcr-switch.

  sh install.sh [--from FOLDER-OR-URL] [docker] [kubectl]
  sh install.sh --uninstall [docker] [kubectl]

  docker, kubectl     only this plugin; both if none is named
  --from PLACE        where the archives and SHA256SUMS are: a folder, or https://…
                      [default: beside this script, else where it was released]
  --docker-dir DIR    for docker's plugin [default: $DOCKER_CONFIG/cli-plugins, ~/.docker/cli-plugins]
  --bin-dir DIR       for kubectl's plugin, on the PATH [default: $XDG_BIN_HOME, ~/.local/bin]
  --uninstall         remove them again
HELP
}

fail() {
    echo "error: $1" >&2
    if [ $# -gt 1 ]; then echo "hint: $2" >&2; fi
    exit 1
}

from='' plugins='' action=install
docker_dir=${DOCKER_CONFIG:-${HOME:-}/.docker}/cli-plugins
bin_dir=${XDG_BIN_HOME:-${HOME:-}/.local/bin}
while [ $# -gt 0 ]; do
    case $1 in
    --from | --docker-dir | --bin-dir)
        [ $# -gt 1 ] || fail "$1 needs a value"
        case $1 in
        --from) from=$2 ;;
        --docker-dir) docker_dir=$2 ;;
        --bin-dir) bin_dir=$2 ;;
        esac
        shift
        ;;
    --uninstall) action=uninstall ;;
    docker | kubectl) plugins="$plugins $1" ;;
    -h | --help)
        usage
        exit
        ;;
    *) fail "unknown argument: $1" "sh install.sh --help" ;;
    esac
    shift
done
plugins=${plugins:-docker kubectl}

program() { if [ "$1" = docker ]; then echo docker-ccr2tcr; else echo kubectl-tcr_switch; fi; }
place() { if [ "$1" = docker ]; then echo "$docker_dir"; else echo "$bin_dir"; fi; }

if [ "$action" = uninstall ]; then
    for plugin in $plugins; do
        file=$(place "$plugin")/$(program "$plugin")
        if [ -e "$file" ]; then
            rm -- "$file"
            echo "removed: $file"
        else
            echo "not there: $file"
        fi
        # What `kubectl tcr-switch completion install` puts beside the plugin.
        link=$(place "$plugin")/kubectl_complete-tcr_switch
        if [ "$plugin" = kubectl ] && [ -L "$link" ]; then
            rm -- "$link"
            echo "removed: $link"
        fi
    done
    exit
fi

if [ -z "$from" ]; then
    # Read from a pipe it has no place.
    case $0 in
    *install.sh) if [ -f "$(dirname -- "$0")/SHA256SUMS" ]; then from=$(dirname -- "$0"); fi ;;
    esac
    from=${from:-$release}
fi
[ -n "$from" ] || fail "there are no archives beside this script" "sh install.sh --from FOLDER-OR-URL"
case $(uname -s) in
Linux) system=linux ;;
Darwin) system=darwin ;;
*) fail "this script doesn't know $(uname -s)" "unpack the archive by hand; for Windows it is a .zip" ;;
esac
case $(uname -m) in
x86_64 | amd64) machine=amd64 ;;
aarch64 | arm64) machine=arm64 ;;
*) fail "there is no archive for $(uname -m)" "cargo build --release builds from source" ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fetch() {
    case $from in
    https://*)
        if command -v curl >/dev/null 2>&1; then
            curl --proto '=https' --fail --silent --show-error --location --max-time 600 --output "$work/$1" "${from%/}/$1"
        elif command -v wget >/dev/null 2>&1; then
            wget --quiet --https-only --timeout=60 --tries=3 --output-document="$work/$1" "${from%/}/$1"
        else
            fail "there is neither curl nor wget" "fetch the archives by other means, then --from FOLDER"
        fi
        ;;
    *://*) fail "$from: only https and folders are taken" ;;
    *) cp -- "${from%/}/$1" "$work/$1" ;;
    esac || fail "$1 could not be had from $from"
}

if command -v sha256sum >/dev/null 2>&1; then
    sum() { sha256sum "$1" | cut -d ' ' -f 1; }
elif command -v shasum >/dev/null 2>&1; then
    sum() { shasum -a 256 "$1" | cut -d ' ' -f 1; }
else
    fail "there is neither sha256sum nor shasum to check the archives with"
fi

fetch SHA256SUMS
for plugin in $plugins; do
    program=$(program "$plugin")
    line=$(grep -E "^[0-9a-f]{64} [ *]$program-v[0-9][0-9A-Za-z.+-]*-$system-$machine\.tar\.gz\$" "$work/SHA256SUMS" || true)
    case $(printf '%s' "$line" | grep -c .) in
    1) ;;
    0) fail "SHA256SUMS has no archive of $program for $system-$machine" ;;
    *) fail "SHA256SUMS has several archives of $program for $system-$machine" ;;
    esac
    archive=${line#*[ *]} archive=${archive#[ *]}
    fetch "$archive"
    [ "$(sum "$work/$archive")" = "${line%% *}" ] ||
        fail "$archive is not what SHA256SUMS says: nothing was installed" "fetch it again"
    mkdir "$work/$plugin"
    tar -xzf "$work/$archive" -C "$work/$plugin" "$program" || fail "$archive has no $program"
    "$work/$plugin/$program" --version >/dev/null || fail "$program doesn't run on this machine: nothing was installed"
done
for plugin in $plugins; do
    program=$(program "$plugin") folder=$(place "$plugin")
    mkdir -p -- "$folder" || fail "can't make $folder" "--docker-dir or --bin-dir names another"
    # Beside its place, then moved: a program that runs keeps its file.
    cp -- "$work/$plugin/$program" "$folder/.$program.new" || fail "can't write to $folder" "--docker-dir or --bin-dir names another"
    chmod 755 "$folder/.$program.new"
    mv -f -- "$folder/.$program.new" "$folder/$program"
    echo "installed: $folder/$program ($("$folder/$program" --version))"
done
for plugin in $plugins; do
    if [ "$plugin" = docker ]; then
        if command -v docker >/dev/null 2>&1; then
            echo "next: docker ccr2tcr"
        else
            echo "next: $docker_dir/docker-ccr2tcr, which runs without docker, too"
        fi
        continue
    fi
    found=$(command -v kubectl-tcr_switch || true)
    case $found in
    "$bin_dir/kubectl-tcr_switch") ;;
    '') echo "hint: kubectl looks for plugins on the PATH: export PATH=\"$bin_dir:\$PATH\"" ;;
    *) echo "hint: kubectl takes $found, which is earlier on the PATH" ;;
    esac
    echo "next: kubectl tcr-switch --help"
done
