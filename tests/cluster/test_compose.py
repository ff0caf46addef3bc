"""Is what compose.yaml starts the cluster that the tests run on? There need not be a Docker to tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from cryptography import x509

from cluster import certificates, cluster, jars, security

FOLDER = jars.HERE
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
SETTINGS: dict[str, Any] = yaml.safe_load((FOLDER / "opensearch.yml").read_text("utf-8"))
NODES = [f"opensearch-node{number}" for number in (1, 2, 3)]
HOME = "/usr/share/opensearch"


def mounts(service: str) -> dict[str, str]:
    """What a service finds where: by the path inside of it."""
    return {inside: outside for outside, inside, *_ in (volume.split(":") for volume in COMPOSE["services"][service]["volumes"])}


def test_all_run_the_release_that_the_tests_run() -> None:
    assert {service["image"] for service in COMPOSE["services"].values()} == {f"opensearchproject/opensearch:{jars.version()}"}
    assert list(COMPOSE["services"]) == [*NODES, "users"]


def test_three_nodes_look_for_each_other() -> None:
    assert SETTINGS["discovery.seed_hosts"] == SETTINGS["cluster.initial_cluster_manager_nodes"] == NODES
    for name in NODES:
        environment = COMPOSE["services"][name]["environment"]
        assert environment["node.name"] == environment["network.publish_host"] == name


def test_settings_are_those_of_the_cluster_but_for_what_suits_one_machine_only() -> None:
    assert {key: value for key, value in SETTINGS.items() if key.startswith("plugins.")} == security.SETTINGS
    used = {*cluster.DEFAULTS, *security.SETTINGS, *security.HASTE, "discovery.seed_hosts", "cluster.initial_cluster_manager_nodes"}
    assert {*SETTINGS} - used == {"bootstrap.memory_lock"}
    assert used - {*SETTINGS} == {"cluster.routing.allocation.disk.threshold_enabled", *security.HASTE}
    assert SETTINGS["cluster.name"] == cluster.DEFAULTS["cluster.name"]
    locked = {tuple(COMPOSE["services"][name]["ulimits"]["memlock"].items()) for name in NODES}
    assert locked == {(("soft", -1), ("hard", -1))}


def test_nothing_of_the_demo_and_no_port_for_others() -> None:
    for number, name in enumerate(NODES):
        service = COMPOSE["services"][name]
        assert service["environment"]["DISABLE_INSTALL_DEMO_CONFIG"] == "true"
        assert service["ports"] == [f"127.0.0.1:{9200 + number}:9200"]
    assert "ports" not in COMPOSE["services"]["users"]
    for variable in ("ADMIN_PASSWORD", "WRITER_PASSWORD", "READER_PASSWORD"):
        # Compose refuses to start without a value.
        assert COMPOSE["services"]["users"]["environment"][variable] == f"${{{variable}:?}}"


def test_every_node_has_data_of_its_own() -> None:
    volumes = [mounts(name)[f"{HOME}/data"] for name in NODES]
    assert volumes == list(COMPOSE["volumes"])


def test_what_is_mounted_is_there_and_what_settings_name_is_mounted(tmp_path: Path) -> None:
    certificates.write(tmp_path / "certs", NODES)
    for name in COMPOSE["services"]:
        for outside in mounts(name).values():
            if outside.startswith("./"):
                assert (tmp_path / outside).exists() or (FOLDER / outside).exists(), outside
    named = {f"{HOME}/config/{value}" for key, value in SETTINGS.items() if key.endswith("_filepath")}
    for name in NODES:
        mounted = mounts(name)
        assert named <= {*mounted}
        assert mounted[f"{HOME}/config/opensearch-security"] == "./security"
        assert mounted[f"{HOME}/config/opensearch.yml"] == "./opensearch.yml"
        assert mounted[f"{HOME}/config/node.pem"] == f"./certs/{name}.pem"
        assert mounted[f"{HOME}/config/node-key.pem"] == f"./certs/{name}-key.pem"
    users = COMPOSE["services"]["users"]
    assert users["entrypoint"] == ["sh", "/security/users.sh"]
    assert mounts("users") == {"/security": "./security", users["environment"]["CERTIFICATES"]: "./certs"}


def test_certificates_name_what_the_settings_trust(tmp_path: Path) -> None:
    made = certificates.write(tmp_path, NODES)

    def names(path: Path) -> str:
        return x509.load_pem_x509_certificate(path.read_bytes()).subject.rfc4514_string()

    assert [names(made.nodes[name].chain) for name in NODES] == [f"CN={name},OU=nodes,O=dateline" for name in NODES]
    assert SETTINGS["plugins.security.nodes_dn"] == ["CN=*,OU=nodes,O=dateline"]
    assert SETTINGS["plugins.security.authcz.admin_dn"] == [names(made.admin.chain)]
    hosts = x509.load_pem_x509_certificate(made.nodes[NODES[0]].chain.read_bytes()).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert hosts.value.get_values_for_type(x509.DNSName) == [NODES[0], "localhost"]
    assert [str(address) for address in hosts.value.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]


def test_users_of_the_roles_are_the_users_that_are_made() -> None:
    mapped = yaml.safe_load((security.CONFIG / "roles_mapping.yml").read_text("utf-8"))
    roles = yaml.safe_load((security.CONFIG / "roles.yml").read_text("utf-8"))
    del mapped["_meta"], roles["_meta"]
    assert sorted(user for role in mapped.values() for user in role["users"]) == sorted(security.USERS)
    assert {*mapped} == {*roles, "all_access"}
    assert {pattern for role in roles.values() for on in role["index_permissions"] for pattern in on["index_patterns"]} == {"dateline-*"}
