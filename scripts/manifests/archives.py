"""The archives in a folder of a release: their names, places, checksums and contents."""

import hashlib
import os
import re
import sys
import tarfile
import tomllib
import zipfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
with open(os.path.join(ROOT, "Cargo.toml"), "rb") as file:
    PACKAGE = tomllib.load(file)["package"]
VERSION = PACKAGE["version"]
# Until a release has a place: a host that is reserved for examples, as in krew-manifest.yaml.
NOWHERE = f"https://downloads.example.com/v{VERSION}"


class Archive:
    """One archive. `url` is where it will be had."""

    def __init__(self, path, place):
        self.path = path
        self.name = os.path.basename(path)
        self.url = f"{place}/{self.name}"
        with open(path, "rb") as file:
            self.sha256 = hashlib.file_digest(file, "sha256").hexdigest()

    def names(self):
        """The files in it, sorted."""
        if self.name.endswith(".zip"):
            with zipfile.ZipFile(self.path) as archive:
                return sorted(name for name in archive.namelist() if not name.endswith("/"))
        with tarfile.open(self.path) as archive:
            return sorted(member.name for member in archive if member.isfile())


def place(url):
    """Where the archives will be had, without a slash at the end."""
    return (url or NOWHERE).rstrip("/")


def homepage(url):
    """The project's page: on GitHub the repository of the release, else where the archives are."""
    return place(url).split("/releases/download/")[0]


def archives(folder, program, url):
    """The archives of a program, by platform: those that are in the folder and no other."""
    pattern = re.compile(
        rf"{re.escape(program)}-v{re.escape(VERSION)}-([a-z]+-[a-z0-9]+)\.(tar\.gz|zip)"
    )
    found = {}
    for name in sorted(os.listdir(folder)):
        if match := pattern.fullmatch(name):
            found[match[1]] = Archive(os.path.join(folder, name), place(url))
    return found


def arguments():
    """FOLDER [URL]"""
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(f"usage: {sys.argv[0]} FOLDER [URL]")
    return sys.argv[1], (sys.argv[2:] + [""])[0]


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
