"""Which server, trusted how, and through which proxy."""

from __future__ import annotations

import trustme

from tests.cluster_access.builders import ca_data, data
from tests.cluster_access.rows import Place, Row, row


@row
def server_flag(p: Place) -> Row:
    return Row({"config": p.config({"token": "t"}, server="https://127.0.0.1:1")}, flags={"server": p.server.url})


@row
def server_by_name_sends_it(p: Place) -> Row:
    return Row({"config": p.config({"token": "t"}, server=f"https://localhost:{p.server.port}")})


@row
def server_with_prefix(p: Place) -> Row:
    return Row({"config": p.config({"token": "t"}, server=f"{p.server.url}/k8s/clusters/c-1/")})


@row
def server_without_scheme_is_plain_http_without_credentials(p: Place) -> Row:
    return Row({"config": p.config({"token": "t", "as": "x"}, server=f"127.0.0.1:{p.plain.port}")})


@row
def plain_http_sends_no_credentials(p: Place) -> Row:
    return Row({"config": p.config({"token": "t"}, server=p.plain.url)})


@row
def plain_http_does_not_run_plugins(p: Place) -> Row:
    return Row({"config": p.config(p.exec("garbage"), server=p.plain.url)})


@row
def tls_server_name_of_the_file(p: Place) -> Row:
    return Row({"config": p.config({"token": "t"}, cluster={"tls-server-name": "api.test"})})


@row
def tls_server_name_flag(p: Place) -> Row:
    return Row({"config": p.config({"token": "t"})}, flags={"tls_server_name": "api.test"})


@row
def tls_server_name_wrong(p: Place) -> Row:
    return Row({"config": p.config({"token": "t"}, cluster={"tls-server-name": "other.test"})}, requests=0)


@row
def server_flag_drops_the_files_tls_server_name(p: Place) -> Row:
    return Row(
        {"config": p.config({"token": "t"}, cluster={"tls-server-name": "other.test"})},
        flags={"server": p.server.url},
    )


@row
def ca_file_beside_the_kubeconfig(p: Place) -> Row:
    p.text("ca.crt", p.authority.cert_pem.bytes().decode())
    cluster = {"certificate-authority-data": None, "certificate-authority": "ca.crt"}
    return Row({"config": p.config({"token": "t"}, cluster=cluster)})


@row
def ca_file_missing(p: Place) -> Row:
    cluster = {"certificate-authority-data": None, "certificate-authority": "no.crt"}
    return Row({"config": p.config({"token": "t"}, cluster=cluster)}, requests=0)


@row
def ca_file_and_data(p: Place) -> Row:
    p.text("ca.crt", p.authority.cert_pem.bytes().decode())
    return Row({"config": p.config({"token": "t"}, cluster={"certificate-authority": "ca.crt"})}, requests=0)


@row
def ca_data_of_somebody_else(p: Place) -> Row:
    other = trustme.CA(key_type=trustme.KeyType.ECDSA)
    return Row(
        {"config": p.config({"token": "t"}, cluster={"certificate-authority-data": ca_data(other)})}, requests=0
    )


@row
def ca_data_is_no_certificate(p: Place) -> Row:
    cluster = {"certificate-authority-data": data(b"nonsense")}
    return Row({"config": p.config({"token": "t"}, cluster=cluster)}, requests=0)


@row
def ca_flag_replaces_data_and_insecure(p: Place) -> Row:
    p.text("ca.crt", p.authority.cert_pem.bytes().decode())
    cluster = {"certificate-authority-data": None, "insecure-skip-tls-verify": True}
    return Row({"config": p.config({"token": "t"}, cluster=cluster)}, flags={"certificate_authority": "ca.crt"})


@row
def no_authority_means_the_machines_own(p: Place) -> Row:
    return Row({"config": p.config({"token": "t"}, cluster={"certificate-authority-data": None})}, requests=0)


@row
def insecure_flag_drops_the_authority(p: Place) -> Row:
    other = trustme.CA(key_type=trustme.KeyType.ECDSA)
    return Row(
        {"config": p.config({"token": "t"}, cluster={"certificate-authority-data": ca_data(other)})},
        flags={"insecure_skip_tls_verify": True},
    )


@row
def insecure_and_authority_in_the_file(p: Place) -> Row:
    return Row({"config": p.config({"token": "t"}, cluster={"insecure-skip-tls-verify": True})}, requests=0)


@row
def intermediate_authority_alone_is_trusted(p: Place) -> Row:
    child = p.authority.create_child_ca(key_type=trustme.KeyType.ECDSA)
    leaf = child.issue_cert("127.0.0.1")
    assert p.server.context is not None
    leaf.configure_cert(p.server.context)
    return Row({"config": p.config({"token": "t"}, cluster={"certificate-authority-data": ca_data(child)})})


@row
def proxy_url_of_the_cluster_even_for_loopback(p: Place) -> Row:
    cluster = {"proxy-url": f"http://us%40er:pa%3Ass@127.0.0.1:{p.proxy.port}"}
    return Row({"config": p.config({"token": "t"}, cluster=cluster)})


@row
def proxy_variable_for_a_name(p: Place) -> Row:
    config = p.config({"token": "t"}, server=f"https://api.test:{p.server.port}")
    return Row({"config": config}, env={"HTTPS_PROXY": f"http://127.0.0.1:{p.proxy.port}"})


@row
def proxy_variable_without_scheme_in_lower_case(p: Place) -> Row:
    config = p.config({"token": "t"}, server=f"https://api.test:{p.server.port}")
    return Row({"config": config}, env={"https_proxy": f"127.0.0.1:{p.proxy.port}"})


@row
def proxy_variable_not_for_loopback(p: Place) -> Row:
    return Row({"config": p.config({"token": "t"})}, env={"HTTPS_PROXY": "http://127.0.0.1:1"})


@row
def proxy_variable_not_for_no_proxy(p: Place) -> Row:
    config = p.config({"token": "t"}, server=f"https://api.test:{p.server.port}")
    env = {"HTTPS_PROXY": f"http://127.0.0.1:{p.proxy.port}", "NO_PROXY": "10.0.0.0/8,.test"}
    return Row({"config": config}, env=env, requests=0)
