"""Which crates are compiled into the programs: for scripts/third-party and scripts/sbom."""

import json
import subprocess


def crates(triple):
    """The packages below ours in the release build for a target of Rust's, as `cargo metadata` tells
    them, by name and version: without the sandbox, without what only tests, build scripts and macros
    need. Nothing is downloaded."""
    build = ["--offline", "--locked"]
    line = ["cargo", "tree", *build, "--target", triple, "--edges", "normal,no-proc-macro"]
    tree = subprocess.check_output([*line, "--prefix", "none", "--format", "{p}"], text=True)
    wanted = {tuple(words[:2]) for words in map(str.split, tree.splitlines()) if words}
    line = ["cargo", "metadata", *build, "--filter-platform", triple, "--format-version", "1"]
    known = json.loads(subprocess.check_output(line))
    found = [
        package
        for package in known["packages"]
        if (package["name"], "v" + package["version"]) in wanted
        and package["id"] != known["resolve"]["root"]
    ]
    return sorted(found, key=lambda package: (package["name"], package["version"]))
