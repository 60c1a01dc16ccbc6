"""The backend of `pip install .` (PEP 517): the wheel, and the source archive."""

import base64
import gzip
import hashlib
import io
import os
import platform
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# So that the same source gives the same archive.
EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH", "946684800"))
ALIAS = b'#!/bin/sh\nexec "$(dirname "$0")/tandem" "$@"\n'


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """Build the executable, and the wheel around it; return the wheel's name."""
    with tempfile.TemporaryDirectory() as folder:
        run("executable", folder)
        run("manual", os.path.join(folder, "man1"), os.path.join(folder, "tandem"))
        executable = read(folder, "tandem")
        licences = read_all(folder, "licences")
        pages = read_all(folder, "man1")
    # The newest glibc that a symbol asks for; Packaging/wheel holds it to what auditwheel says.
    minor = max(int(minor) for minor in re.findall(rb"GLIBC_2\.(\d+)\0", executable))
    tag = f"py3-none-manylinux_2_{minor}_{platform.machine()}"
    stem = "tandem_why-" + version()
    module = os.path.join(ROOT, "Python", "tandem")
    files = {
        "tandem/" + name: read(module, name)
        for name in os.listdir(module)
        if name.endswith((".py", ".typed"))
    }
    files[stem + ".data/scripts/tandem"] = executable
    # `uvx tandem-why` and `pipx run tandem-why` look for a command of the distribution's name.
    files[stem + ".data/scripts/tandem-why"] = ALIAS
    for name, text in licences.items():
        files[f"{stem}.dist-info/licenses/{name}"] = text
    for name, text in pages.items():
        files[f"{stem}.data/data/share/man/man1/{name}"] = text
    files[stem + ".dist-info/METADATA"] = metadata()
    files[stem + ".dist-info/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: tandem\nRoot-Is-Purelib: false\nTag: {tag}\n"
    ).encode()
    name = f"{stem}-{tag}.whl"
    write_wheel(os.path.join(wheel_directory, name), files, stem + ".dist-info/RECORD")
    return name


def run(script, *arguments):
    """Run a script of this folder, which says itself what is missing."""
    status = subprocess.call([os.path.join(ROOT, "Packaging", script), *arguments])
    if status:
        sys.exit(status)


def write_wheel(path, files, record):
    """Write the files and the list of them."""
    lines = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name in sorted(files):
            digest = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).rstrip(b"=")
            lines.append(f"{name},sha256={digest.decode()},{len(files[name])}")
            add(wheel, name, files[name])
        add(wheel, record, "\n".join([*lines, record + ",,", ""]).encode())


def add(wheel, name, content):
    """Add one file; what is a script may be executed."""
    entry = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
    entry.external_attr = (0o100755 if ".data/scripts/" in name else 0o100644) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    wheel.writestr(entry, content)


def build_sdist(sdist_directory, config_settings=None):
    """Archive the tree's sources; return the archive's name."""
    stem = "tandem_why-" + version()
    name = stem + ".tar.gz"
    with gzip.GzipFile(os.path.join(sdist_directory, name), "wb", mtime=EPOCH) as packed:
        with tarfile.open(fileobj=packed, mode="w") as archive:
            for source in sources():
                file = os.path.join(ROOT, source)
                mode = 0o755 if os.access(file, os.X_OK) else 0o644
                append(archive, f"{stem}/{source}", read(file), mode)
            append(archive, stem + "/PKG-INFO", metadata(), 0o644)
    return name


def sources():
    """Return what git has of the tree; of an unpacked source archive, all but what was built."""
    listed = b""
    if os.path.exists(os.path.join(ROOT, ".git")):
        command = ["git", "-C", ROOT, "ls-files", "-z"]
        listed = subprocess.run(command, check=False, stdout=subprocess.PIPE).stdout
    names = listed.decode().split("\0")[:-1]
    if not names:
        for folder, folders, files in os.walk(ROOT):
            built = [f for f in folders if f in (".git", "__pycache__") or f.startswith(".build")]
            folders[:] = set(folders).difference(built)
            names += [os.path.relpath(os.path.join(folder, file), ROOT) for file in files]
    return sorted(n for n in names if n != "PKG-INFO" and os.path.isfile(os.path.join(ROOT, n)))


def append(archive, name, content, mode):
    """Add one file to the source archive."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(content), mode, EPOCH
    archive.addfile(entry, io.BytesIO(content))


def version():
    """Return the version, which one file of the source has."""
    source = read(ROOT, "Sources", "TandemModel", "TandemVersion.swift").decode()
    return re.search(r'current = "([^"]+)"', source).group(1)


def metadata():
    """Return what an index and an installer read (PEP 566)."""
    head = f"""\
Metadata-Version: 2.1
Name: tandem-why
Version: {version()}
Summary: Threads or processes? Tandem measures which, and says why.
License: Apache-2.0
Requires-Python: >=3.6
Classifier: Operating System :: POSIX :: Linux
Classifier: Programming Language :: Python :: 3
Classifier: Programming Language :: Swift
Classifier: Topic :: Software Development :: Debuggers
Classifier: Framework :: IPython
Description-Content-Type: text/markdown

"""
    return head.encode() + read(ROOT, "README.md")


def read_all(*parts):
    """Return the bytes of each file in a folder, by name."""
    return {name: read(*parts, name) for name in os.listdir(os.path.join(*parts))}


def read(*parts):
    """Return a file's bytes."""
    with open(os.path.join(*parts), "rb") as file:
        return file.read()
