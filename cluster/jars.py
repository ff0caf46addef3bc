"""What does a node run on? The jars that pom.xml names, fetched once by Maven, and Node.java, compiled once."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from cluster.errors import ClusterUnavailable

HERE = Path(__file__).resolve().parent
POM = HERE / "pom.xml"
LAUNCHER = HERE / "Node.java"
STORE = HERE / ".jars"

OLDEST_JAVA = 17
PLUGINS = (
    "org.opensearch.transport.Netty4Plugin",
    "org.opensearch.analysis.common.CommonAnalysisPlugin",
    "org.opensearch.painless.PainlessPlugin",
    "org.opensearch.index.reindex.ReindexPlugin",
    "org.opensearch.index.mapper.MapperExtrasPlugin",
)
SECURITY_PLUGIN = "org.opensearch.security.OpenSearchSecurityPlugin"


@dataclass(frozen=True)
class Runtime:
    """All that a JVM is started with to become a node."""

    java: Path
    classpath: str
    plugins: tuple[str, ...]


def version() -> str:
    """The release of OpenSearch that pom.xml names."""
    found = re.search(r"<opensearch\.version>([^<]+)</opensearch\.version>", POM.read_text("utf-8"))
    if found is None:
        raise ClusterUnavailable(f"{POM} names no opensearch.version.")
    return found[1]


def ready(*, secure: bool = False) -> Runtime:
    """Fetch and compile what is not there yet; several processes may ask at once."""
    java, javac = _jdk()
    STORE.mkdir(exist_ok=True)
    with FileLock(STORE / "lock"):
        folders = [_launcher(javac, jars := _fetched("core")), jars]
        if secure:
            folders.append(_fetched("security"))
    # The core's own jars come first: the plugin brings some of them along, at times in another release.
    classpath = os.pathsep.join([str(folders[0]), *(str(folder / "*") for folder in folders[1:])])
    return Runtime(java, classpath, (*PLUGINS, SECURITY_PLUGIN) if secure else PLUGINS)


def _jdk() -> tuple[Path, Path]:
    java, javac = _tool("java"), _tool("javac")
    if java is None or javac is None:
        raise ClusterUnavailable(f"The cluster needs a JDK, {OLDEST_JAVA} or later, with java and javac on the PATH or JAVA_HOME set to it.")
    _, said = _run(javac, "-version")
    found = re.search(r"javac (\d+)", said)
    if found is None or int(found[1]) < OLDEST_JAVA:
        raise ClusterUnavailable(f"The cluster needs a JDK, {OLDEST_JAVA} or later; {javac} is {said or 'of no version'}.")
    return java, javac


def _tool(name: str) -> Path | None:
    home = os.environ.get("JAVA_HOME")
    found = shutil.which(name, path=str(Path(home, "bin"))) if home else None
    found = found or shutil.which(name)
    return Path(found) if found else None


def _fetched(profile: str) -> Path:
    """The folder with the jars of a profile of pom.xml; its name changes with the pom, so that a running node keeps the jars it was started with."""
    folder = STORE / f"{profile}-{_digest(POM)}"
    if folder.exists():
        return folder
    maven = shutil.which("mvn")
    if maven is None:
        raise ClusterUnavailable("The cluster needs Maven (mvn on the PATH) once, to fetch the jars of OpenSearch.")
    fresh = STORE / f"{profile}.fetching"
    shutil.rmtree(fresh, ignore_errors=True)
    wanted = ("-Psecurity", "-DincludeTypes=zip") if profile == "security" else ()
    ended, said = _run(maven, "-q", "-B", "-f", POM, *wanted, "dependency:copy-dependencies", f"-DoutputDirectory={fresh}")
    if ended != 0:
        raise ClusterUnavailable(f"Maven could not fetch the jars of OpenSearch:\n{said}")
    for archive in fresh.glob("*.zip"):
        with zipfile.ZipFile(archive) as plugin:
            plugin.extractall(fresh)
        archive.unlink()
    fresh.rename(folder)
    return folder


def _launcher(javac: Path, jars: Path) -> Path:
    """The folder with Node.class. Java would also run the source as it is, but would compile it anew for every node."""
    folder = STORE / f"launcher-{_digest(LAUNCHER, POM)}"
    if folder.exists():
        return folder
    fresh = STORE / "launcher.compiling"
    shutil.rmtree(fresh, ignore_errors=True)
    ended, said = _run(javac, "--release", str(OLDEST_JAVA), "-d", fresh, "-cp", jars / "*", LAUNCHER)
    if ended != 0:
        raise ClusterUnavailable(f"{LAUNCHER} could not be compiled:\n{said}")
    fresh.rename(folder)
    return folder


def _digest(*files: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _run(*command: str | Path) -> tuple[int, str]:
    """How a program ended, and the last lines of what it said."""
    # Programs from the PATH of the person who starts the cluster, with arguments of this file.
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.returncode, "\n".join((done.stdout + done.stderr).strip().splitlines()[-20:])
