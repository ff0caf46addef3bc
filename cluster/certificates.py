"""Certificates for a cluster: an authority of its own, one certificate for each node, and one that makes users.

    python -m cluster.certificates certs opensearch-node1 opensearch-node2 opensearch-node3

writes those that compose.yaml mounts.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from cluster.errors import ClusterUnavailable

ORGANIZATION = "dateline"
NODES_DN = f"CN=*,OU=nodes,O={ORGANIZATION}"
"""What certificates of nodes have in common; the nodes take nobody else for one of theirs."""
ADMIN_DN = f"CN=admin,OU=clients,O={ORGANIZATION}"
"""The certificate whose bearer may do everything without a password, such as give passwords."""


@dataclass(frozen=True)
class Certificate:
    chain: Path
    key: Path


@dataclass(frozen=True)
class Certificates:
    authority: Path
    nodes: dict[str, Certificate]
    admin: Certificate


def write(folder: Path, names: list[str]) -> Certificates:
    """Make them anew. Each node's certificate also holds for this machine, where nodes of one machine meet each other and their users."""
    try:
        import trustme
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
    except ImportError as error:
        raise ClusterUnavailable("Certificates need the package trustme: pip install '.[test]'") from error

    def issued(name: str, unit: str, *hosts: str) -> Certificate:
        made = authority.issue_cert(*hosts, common_name=name, organization_name=ORGANIZATION, organization_unit_name=unit)
        certificate = Certificate(folder / f"{name}.pem", folder / f"{name}-key.pem")
        certificate.chain.write_bytes(b"".join(blob.bytes() for blob in made.cert_chain_pems))
        # OpenSearch reads keys in this form only.
        key = load_pem_private_key(made.private_key_pem.bytes(), None)
        write_private(certificate.key, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return certificate

    folder.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA(organization_name=ORGANIZATION)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    nodes = {name: issued(name, "nodes", name, "localhost", "127.0.0.1") for name in names}
    return Certificates(folder / "ca.pem", nodes, issued("admin", "clients", "admin"))


def write_private(path: Path, content: bytes) -> None:
    """Write a file that nobody else may read, not even while it is written."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: python -m cluster.certificates FOLDER NODE...")
    write(Path(sys.argv[1]), sys.argv[2:])
