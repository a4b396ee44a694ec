"""A Debian 12 with nothing but Python, in a chroot, to prove that nothing was already installed.

Run by itself:  python tests/nightly/bare_debian.py FOLDER [--user NAME] -- COMMAND …   (as root; FOLDER is made anew)
"""

from __future__ import annotations

import argparse
import configparser
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
SUITE = "bookworm"
USER = "newcomer"
_MOUNTS = (
    ("proc", "proc", "proc"),
    ("sysfs", "sys", "sysfs"),
    ("tmpfs", "dev/shm", "tmpfs"),
    ("devpts", "dev/pts", "devpts"),
)
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
# What tells the clients of this machine where packages come from. Copied as it is; nothing of it stands in our tree.
_SETTINGS = (
    "/etc/pip.conf", "/usr/etc/npmrc", "/etc/npmrc", "/etc/resolv.conf", "/etc/hosts",
    "/usr/local/share/ca-certificates",
    "/etc/apt/sources.list", "/etc/apt/sources.list.d", "/etc/apt/apt.conf.d", "/etc/apt/auth.conf.d",
    "/etc/apt/trusted.gpg.d", "/etc/apt/keyrings",
)  # fmt: skip
BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
_HOME_SETTINGS = (".npmrc", ".pip/pip.conf", ".config/pip/pip.conf")
_VARIABLES = re.compile(
    r"^(PIP_.*|NPM_CONFIG_.*|npm_config_.*|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE"
    r"|(https?|no|all)_proxy|(HTTPS?|NO|ALL)_PROXY)$"
)


def mirror() -> str:
    """The address of the first Debian archive that this machine's apt knows."""
    policy = subprocess.run(["apt-cache", "policy"], capture_output=True, text=True, check=True).stdout
    found = re.search(rf"(\S+://\S+) {SUITE}/main", policy)
    if not found:
        raise SystemExit(f"apt knows no archive of {SUITE}; run apt-get update")
    return found.group(1)


def local_folders() -> list[Path]:
    """Folders of this machine that pip's settings lead to (find-links, file: indexes)."""
    words = [os.environ.get("PIP_FIND_LINKS", ""), os.environ.get("PIP_EXTRA_INDEX_URL", "")]
    files = [Path("/etc/pip.conf"), *(Path.home() / name for name in _HOME_SETTINGS if name.endswith("pip.conf"))]
    for file in files:
        if file.exists():
            parser = configparser.RawConfigParser()
            parser.read(file)
            words += [value for section in parser.sections() for _, value in parser.items(section)]
    found = set()
    for word in " ".join(words).split():
        path = Path(unquote(urlsplit(word).path)) if word.startswith("file:") else Path(word)
        if path.is_absolute() and path.is_dir() and (word.startswith("file:") or path == Path(word)):
            # An index's `simple` folder links to its neighbours.
            found.add(path.parent if path.name == "simple" else path)
    return sorted(found)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, symlinks=False, ignore_dangling_symlinks=True)
    elif source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def bootstrap(folder: Path) -> None:
    """The smallest Debian with Python and certificates, and this machine's ways to its packages."""
    log = folder.with_name(folder.name + ".log")
    with log.open("wb") as output:
        done = subprocess.run(
            ["debootstrap", "--variant=minbase", "--include=python3,ca-certificates", SUITE, folder, mirror()],
            stdout=output, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    if done.returncode:
        raise SystemExit("\n".join(log.read_text(errors="replace").splitlines()[-20:]))
    shutil.rmtree(folder / "etc/apt/sources.list.d", ignore_errors=True)
    (folder / "etc/apt/sources.list").unlink(missing_ok=True)
    for name in _SETTINGS:
        _copy(Path(name), folder / name.lstrip("/"))
    subprocess.run(["chroot", folder, "update-ca-certificates"], stdout=subprocess.DEVNULL, check=True)
    _copy(BUNDLE, folder / str(BUNDLE).lstrip("/"))
    subprocess.run(["chroot", folder, "useradd", "-m", "-s", "/bin/sh", USER], check=True)
    (folder / "home" / USER).chmod(0o700)
    uid = (folder / "home" / USER).stat().st_uid
    for home, owner in ((folder / "root", 0), (folder / "home" / USER, uid)):
        for name in _HOME_SETTINGS:
            if (Path.home() / name).exists():
                _copy(Path.home() / name, home / name)
                for path in (home / name, *(p for p in (home / name).parents if p.is_relative_to(home) and p != home)):
                    os.chown(path, owner, owner)


@contextmanager
def mounted(folder: Path) -> Iterator[None]:
    """With /proc, /sys, /dev and the local package folders. Everything is unmounted again, whatever happens."""
    with ExitStack() as stack:

        def mount(*arguments: str | Path, at: Path) -> None:
            at.mkdir(parents=True, exist_ok=True)
            subprocess.run(["mount", *map(str, arguments), str(at)], check=True)
            stack.callback(subprocess.run, ["umount", "-l", str(at)], check=False)

        for name in _DEVICES:
            node, original = folder / "dev" / name, Path("/dev") / name
            if not node.is_char_device():
                node.unlink(missing_ok=True)
                os.mknod(node, original.stat().st_mode, original.stat().st_rdev)
                node.chmod(0o666)
        for what, where, kind in _MOUNTS:
            mount("-t", kind, *(["-o", "mode=1777"] if where == "dev/shm" else []), what, at=folder / where)
        for local in local_folders():
            mount("--bind", "-o", "ro", local, at=folder / str(local).lstrip("/"))
        yield


def clone(folder: Path, name: str) -> str:
    """A clean clone of the committed tree in `name`'s home; gives its path inside."""
    home = "root" if name == "root" else f"home/{name}"
    target = folder / home / "emoit"
    shutil.rmtree(target, ignore_errors=True)
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(target)], check=True)
    owner = (folder / home).stat().st_uid
    for path in (target, *target.rglob("*")):
        os.lchown(path, owner, owner)
    return f"/{home}/emoit"


def run(folder: Path, name: str, command: Sequence[str], *, cwd: str, shown: bool = True) -> tuple[int, str]:
    """Run in the chroot as `name`; gives the exit code and what was printed."""
    home = "/root" if name == "root" else f"/home/{name}"
    env = {key: value for key, value in os.environ.items() if _VARIABLES.match(key)}
    env |= {"HOME": home, "USER": name, "LOGNAME": name, "LANG": "C.UTF-8", "TERM": "dumb"}
    env |= {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    enter = ["chroot", *([f"--userspec={name}:{name}"] if name != "root" else []), str(folder)]
    process = subprocess.Popen(
        [*enter, "/bin/sh", "-c", 'cd "$0" && exec "$@"', cwd, *command],
        env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace",
    )  # fmt: skip
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if shown:
            sys.stdout.write(line)
            sys.stdout.flush()
    return process.wait(), "".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--user", default="root")
    parser.add_argument("--keep", action="store_true", help="use the folder as it is")
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args()
    if not asked.keep:
        bootstrap(asked.folder)
    with mounted(asked.folder):
        home = "root" if asked.user == "root" else f"home/{asked.user}"
        inside = f"/{home}/emoit"
        if not asked.keep or not (asked.folder / inside.lstrip("/")).exists():
            inside = clone(asked.folder, asked.user)
        return run(asked.folder, asked.user, asked.command, cwd=inside)[0]


if __name__ == "__main__":
    sys.exit(main())
