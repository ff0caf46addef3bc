"""TLS, users and roles: what the security plugin of OpenSearch is told, and how its cluster is spoken to."""

from __future__ import annotations

import base64
import secrets
import shutil
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from cluster import certificates
from cluster.certificates import Certificate, Certificates
from cluster.jars import HERE
from cluster.node import Settings

CONFIG = HERE / "security"
ADMIN, WRITER, READER = "admin", "dateline_writer", "dateline_reader"
USERS = (ADMIN, WRITER, READER)

SETTINGS: Settings = {
    "plugins.security.ssl.transport.pemcert_filepath": "node.pem",
    "plugins.security.ssl.transport.pemkey_filepath": "node-key.pem",
    "plugins.security.ssl.transport.pemtrustedcas_filepath": "ca.pem",
    "plugins.security.ssl.transport.enforce_hostname_verification": True,
    "plugins.security.ssl.http.enabled": True,
    "plugins.security.ssl.http.pemcert_filepath": "node.pem",
    "plugins.security.ssl.http.pemkey_filepath": "node-key.pem",
    "plugins.security.ssl.http.pemtrustedcas_filepath": "ca.pem",
    "plugins.security.nodes_dn": [certificates.NODES_DN],
    "plugins.security.authcz.admin_dn": [certificates.ADMIN_DN],
    # The admin may do the same with a password.
    "plugins.security.restapi.roles_enabled": ["all_access"],
    # The first start takes the files of security/ over into the cluster; afterwards what the cluster has is what holds.
    "plugins.security.allow_default_init_securityindex": True,
}
"""Settings of every node; compose.yaml has the same."""

HASTE: Settings = {"plugins.security.password.hashing.bcrypt.rounds": 4}
"""What is for passwords of chance only, which nobody can guess from however many tries: a password is checked at once."""


@dataclass(frozen=True)
class Access:
    """What somebody needs to speak to the cluster. Passwords stand in files that only their owner may read."""

    certificates: Certificates
    passwords: dict[str, Path]
    _contexts: dict[bool, ssl.SSLContext] = field(default_factory=dict, repr=False)

    @property
    def authority(self) -> Path:
        return self.certificates.authority

    def password(self, user: str) -> str:
        return self.passwords[user].read_text("utf-8").strip()

    def headers(self, user: str | None, password: str | None = None) -> dict[str, str]:
        """The header that names a user, with another password than the real one if it is given."""
        if user is None:
            return {}
        word = self.password(user) if password is None else password
        return {"Authorization": "Basic " + base64.b64encode(f"{user}:{word}".encode()).decode()}

    def context(self, *, as_admin: bool = False) -> ssl.SSLContext:
        """Trust this cluster's authority and no other; with the admin's certificate, everything is allowed."""
        if as_admin not in self._contexts:
            context = ssl.create_default_context(cafile=self.authority)
            if as_admin:
                context.load_cert_chain(self.certificates.admin.chain, self.certificates.admin.key)
            self._contexts[as_admin] = context
        return self._contexts[as_admin]


def prepare(directory: Path, nodes: list[str]) -> Access:
    """Certificates and passwords, made anew, and the files that the plugin reads in every node's folder."""
    made = certificates.write(directory / "certificates", nodes)
    for name, certificate in made.nodes.items():
        _install(directory / name / "config", made.authority, certificate)
    folder = directory / "passwords"
    folder.mkdir(exist_ok=True)
    passwords = {user: folder / user for user in USERS}
    for path in passwords.values():
        certificates.write_private(path, secrets.token_urlsafe(24).encode() + b"\n")
    return Access(made, passwords)


def _install(config: Path, authority: Path, certificate: Certificate) -> None:
    shutil.copytree(CONFIG, config / "opensearch-security", dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sh"))
    shutil.copy(authority, config / "ca.pem")
    shutil.copy(certificate.chain, config / "node.pem")
    shutil.copy(certificate.key, config / "node-key.pem")
