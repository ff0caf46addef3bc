"""One node: a JVM, its folder, its log."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from cluster.errors import NodeFailed
from cluster.jars import Runtime

Value = str | int | bool | Sequence[str]
Settings = Mapping[str, Value]


class Node:
    """The process of a node. It ends when this one does, in whatever way: the pipe to its standard input then closes."""

    def __init__(self, name: str, home: Path, runtime: Runtime, settings: Settings, heap: str) -> None:
        self.name = name
        self.home = home
        self.log = home / "node.log"
        self.settings = settings
        self._runtime = runtime
        self._heap = heap
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        config = self.home / "config"
        config.mkdir(parents=True, exist_ok=True)
        # What is JSON is YAML.
        lines = [f"{key}: {json.dumps(value if isinstance(value, (str, int)) else list(value))}\n" for key, value in self.settings.items()]
        (config / "opensearch.yml").write_text("".join(lines), "utf-8")
        # The property lets the processes be told apart in a list of them.
        command = self._runtime.command(self.home, f"-Xms{self._heap}", f"-Xmx{self._heap}", f"-Ddateline.node={self.name}")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command, env=self._runtime.environment(), stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT, cwd=self.home
            )

    def signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def kill(self) -> None:
        """End the process as a crash or a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._forget(self._process)

    def end(self, seconds: float = 15) -> None:
        """Let the node close its files; one that does not in time is killed."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._forget(self._process)

    def _forget(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        if process.stdin is not None:
            process.stdin.close()
        self._process = None

    def failed(self, what: str) -> NodeFailed:
        """The error that says so, with the end of the log."""
        log = self.log.read_text("utf-8", "replace") if self.log.exists() else ""
        end = "\n".join(line[:500] for line in log.splitlines()[-30:])
        return NodeFailed(f"{self.name} {what}. The end of {self.log}:\n{end}")
