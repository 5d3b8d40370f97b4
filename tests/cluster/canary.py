"""Every secret value that the test cluster holds, so that a test can search outputs for each of them.

The values have the shape of the real thing (32 hexadecimal digits for an API key, 32 or more characters
for a token) and are recognisable in a log. Nothing else in the tests may invent a secret value.
"""

from __future__ import annotations

import base64

API_KEY = "cafe0000c0ffee11canary22apikey33"
TOKEN = "canary-cluster-agent-token-0123456789abcdef"
OTHER_API_KEY = "cafe0000c0ffee11canary22other444"
OTHER_TOKEN = "canary-stale-cluster-agent-token-0123456789"
SHORT_TOKEN = "canary-short-token"
APP_PASSWORD = "canary-app-password-correct-horse"

ALL = (API_KEY, TOKEN, OTHER_API_KEY, OTHER_TOKEN, SHORT_TOKEN, APP_PASSWORD)


def spellings(value: str) -> tuple[bytes, ...]:
    """The value as plain text, and as it looks within base64, wherever in the encoded text it begins."""
    raw = value.encode()
    inside = []
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + raw)
        whole = (before + len(raw)) // 3 * 4
        inside.append(encoded[(0, 2, 3)[before] : whole])
    return (raw, *inside)


def found_in(output: bytes) -> list[str]:
    """The values that stand in an output, plain or encoded."""
    return [value for value in ALL if any(spelling in output for spelling in spellings(value))]
