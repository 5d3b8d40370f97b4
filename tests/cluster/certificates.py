"""The certificates of one test cluster: its authority, its servers, and its users.

One authority signs everything; a kubeconfig of the cluster trusts only it. Keys stay in the cluster's folder.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


@dataclass(frozen=True)
class KeyPair:
    """A certificate and its private key, both as PEM files."""

    certificate: Path
    key: Path


class Authority:
    """Signs server and client certificates into one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ca = trustme.CA(organization_name="ddfargate test cluster")
        self.certificate = folder / "ca.crt"
        self._ca.cert_pem.write_to_path(str(self.certificate))

    def server(self, name: str, hosts: Sequence[str]) -> KeyPair:
        """A serving certificate for `hosts` (names and IP addresses)."""
        leaf = self._ca.issue_cert(*hosts)
        pair = self._pair(name)
        leaf.private_key_pem.write_to_path(str(pair.key))
        leaf.cert_chain_pems[0].write_to_path(str(pair.certificate))
        return pair

    def client(self, user: str, groups: Sequence[str] = (), *, days: int = 7) -> KeyPair:
        """A client certificate that Kubernetes reads as `user` in `groups`. Negative `days`: expired so long."""
        # Not by trustme: it can name one organisation only, and an organisation is a group here.
        key = ec.generate_private_key(ec.SECP256R1())
        subject = [x509.NameAttribute(NameOID.COMMON_NAME, user)]
        subject += [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
        authority = x509.load_pem_x509_certificate(self._ca.cert_pem.bytes())
        now = datetime.datetime.now(datetime.timezone.utc)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name(subject))
            .issuer_name(authority.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=30))
            .not_valid_after(now + datetime.timedelta(days=days))
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .sign(self._signing_key(), hashes.SHA256())
        )
        pair = self._pair(f"user-{user.replace(':', '-').replace('/', '-')}")
        pair.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        write_key(pair.key, key)
        return pair

    def _pair(self, name: str) -> KeyPair:
        return KeyPair(certificate=self._folder / f"{name}.crt", key=self._folder / f"{name}.key")

    def _signing_key(self) -> ec.EllipticCurvePrivateKey:
        key = serialization.load_pem_private_key(self._ca.private_key_pem.bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the authority's key is not an elliptic curve key")
        return key


def write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Write a private key, readable by its owner only."""
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )


def service_account_keys(folder: Path) -> KeyPair:
    """The key that signs the tokens of ServiceAccounts, and its public half."""
    key = ec.generate_private_key(ec.SECP256R1())
    pair = KeyPair(certificate=folder / "service-account.pub", key=folder / "service-account.key")
    write_key(pair.key, key)
    pair.certificate.write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return pair
