"""What does a node run on? The jars that pom.xml names, fetched by Maven, and Node.java, compiled; once."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass, replace
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

HASTE = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError")
"""Several nodes share few cores: what starts quickly is worth more than what runs faster after minutes."""

LASTING = ("-XX:+UseG1GC", "-XX:G1ReservePercent=25", "-XX:InitiatingHeapOccupancyPercent=30", "-XX:+ExitOnOutOfMemoryError")
"""As OpenSearch itself starts a node. After some 50,000 articles, documents are indexed with two thirds of the processor time."""


@dataclass(frozen=True)
class Runtime:
    """All that a JVM is started with to become a node."""

    java: Path
    jars: tuple[Path, ...]
    plugins: tuple[str, ...]
    classes: Path | None = None
    """Classes as the JVM has them in memory, which it then need not read, check and link: a node starts in little more than half the time."""
    flags: tuple[str, ...] = HASTE

    def command(self, home: Path, *options: str) -> list[str]:
        shared = [f"-XX:SharedArchiveFile={self.classes}"] if self.classes else []
        logging = f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}"
        return [str(self.java), *self.flags, *shared, *options, logging, "Node", str(home), *self.plugins]

    def environment(self) -> dict[str, str]:
        """The class path stands here, so that a list of processes stays readable."""
        return {**os.environ, "CLASSPATH": os.pathsep.join(map(str, self.jars))}


def version() -> str:
    """The release of OpenSearch that pom.xml names."""
    found = re.search(r"<opensearch\.version>([^<]+)</opensearch\.version>", POM.read_text("utf-8"))
    if found is None:
        raise ClusterUnavailable(f"{POM} names no opensearch.version.")
    return found[1]


def ready(*, secure: bool = False) -> Runtime:
    """Fetch, compile and prepare what is not there yet; several processes may ask at once."""
    java, javac, release = _jdk()
    STORE.mkdir(exist_ok=True)
    with FileLock(STORE / "lock"):
        core = _fetched("core")
        runtime = Runtime(java, (_launcher(javac, core), *_jars(core)), PLUGINS)
        runtime = replace(runtime, classes=_classes(runtime, release))
        if secure:
            # After the core's own: the plugin brings some of those along as well, at times in another release.
            runtime = replace(runtime, jars=(*runtime.jars, *_jars(_fetched("security"))), plugins=(*PLUGINS, SECURITY_PLUGIN))
    return runtime


def _jars(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jar"))


def _jdk() -> tuple[Path, Path, str]:
    java, javac = _tool("java"), _tool("javac")
    if java is None or javac is None:
        raise ClusterUnavailable(f"The cluster needs a JDK, {OLDEST_JAVA} or later, with java and javac on the PATH or JAVA_HOME set to it.")
    _, said = _run(javac, "-version")
    found = re.search(r"javac (\d+)", said)
    if found is None or int(found[1]) < OLDEST_JAVA:
        raise ClusterUnavailable(f"The cluster needs a JDK, {OLDEST_JAVA} or later; {javac} is {said or 'of no version'}.")
    return java, javac, said


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
    """Node.class, in a jar. Java would also run the source as it is, but would compile it anew for every node."""
    launcher = STORE / f"launcher-{_digest(LAUNCHER, POM)}.jar"
    if not launcher.exists():
        fresh = STORE / "launcher.compiling"
        shutil.rmtree(fresh, ignore_errors=True)
        ended, said = _run(javac, "--release", str(OLDEST_JAVA), "-d", fresh, "-cp", jars / "*", LAUNCHER)
        if ended != 0:
            raise ClusterUnavailable(f"{LAUNCHER} could not be compiled:\n{said}")
        shutil.make_archive(str(fresh / "launcher"), "zip", fresh)
        (fresh / "launcher.zip").rename(launcher)
        shutil.rmtree(fresh)
    return launcher


def _classes(runtime: Runtime, release: str) -> Path | None:
    """The classes that a node loads until it has started, kept by a node that starts for this only. It works without, and takes longer."""
    kept = STORE / f"classes-{_digest(LAUNCHER, POM, salt=release)}.jsa"
    if not kept.exists():
        fresh = STORE / "classes.jsa"
        fresh.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(prefix="dateline-cluster-") as folder:
            home = Path(folder)
            (home / "config").mkdir()
            lines = ("discovery.type: single-node", "network.host: 127.0.0.1", "http.port: 0", "transport.port: 0")
            (home / "config" / "opensearch.yml").write_text("\n".join(lines), "utf-8")
            command = runtime.command(home, f"-XX:ArchiveClassesAtExit={fresh}", "-Ddateline.rehearsal=true", "-Xlog:disable")
            with subprocess.Popen(  # noqa: S603 - our own command
                command, env=runtime.environment(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as rehearsal:
                try:
                    rehearsal.wait(120)
                except subprocess.TimeoutExpired:
                    rehearsal.kill()
        # Where it did not work, an empty file says so, and it is not tried again.
        if rehearsal.returncode != 0 or not fresh.exists():
            fresh.unlink(missing_ok=True)
            fresh.touch()
        fresh.rename(kept)
    return kept if kept.stat().st_size else None


def _digest(*files: Path, salt: str = "") -> str:
    digest = hashlib.sha256(salt.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _run(*command: str | Path) -> tuple[int, str]:
    """How a program ended, and the last lines of what it said."""
    # Programs from the PATH of the person who starts the cluster, with arguments of this file.
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.returncode, "\n".join((done.stdout + done.stderr).strip().splitlines()[-20:])
