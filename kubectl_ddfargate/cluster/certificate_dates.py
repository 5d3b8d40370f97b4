"""Reads when a certificate ends. Trusts and verifies nothing."""

from __future__ import annotations

import ssl
from datetime import datetime, timezone


def certificate_end(pem: bytes) -> datetime | None:
    """When the first certificate of a PEM text ends; None where that cannot be read.

    Walks RFC 5280's TBSCertificate: [version], serial, algorithm, issuer, validity {notBefore, notAfter}.
    The standard library has no public reader for a certificate that no connection has shown.
    """
    end_mark = b"-----END CERTIFICATE-----"
    try:
        first = pem[pem.index(b"-----BEGIN CERTIFICATE-----") :].split(end_mark)[0] + end_mark
        der = ssl.PEM_cert_to_DER_cert(first.decode("ascii"))
        tbs = _children(_children(der)[0][1])[0][1]
        fields = _children(tbs)
        if fields[0][0] == 0xA0:  # the explicit version
            fields = fields[1:]
        tag, text = _children(fields[3][1])[1]
        digits = text.decode("ascii")
        if tag == 0x17:  # UTCTime: two digits of the year, RFC 5280 4.1.2.5.1
            digits = ("19" if int(digits[:2]) >= 50 else "20") + digits
        return datetime.strptime(digits, "%Y%m%d%H%M%SZ").replace(tzinfo=timezone.utc)
    except (ValueError, IndexError):
        return None


def _children(der: bytes) -> list[tuple[int, bytes]]:
    """The elements of a DER content, as tag and content."""
    elements: list[tuple[int, bytes]] = []
    at = 0
    while at < len(der):
        tag, length = der[at], der[at + 1]
        at += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(der[at : at + size], "big")
            at += size
        if at + length > len(der):
            raise ValueError("cut off")
        elements.append((tag, der[at : at + length]))
        at += length
    return elements
