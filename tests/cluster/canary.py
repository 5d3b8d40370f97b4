"""Every secret value that the test cluster holds, so that a test can search outputs for each of them.

The values have the shape of the real thing (32 hexadecimal digits for an API key, 32 or more characters
for a token) and are recognisable in a log. Nothing else in the tests may invent a secret value.
"""

from __future__ import annotations

API_KEY = "cafe0000c0ffee11canary22apikey33"
TOKEN = "canary-cluster-agent-token-0123456789abcdef"
OTHER_API_KEY = "cafe0000c0ffee11canary22other444"
OTHER_TOKEN = "canary-stale-cluster-agent-token-0123456789"
SHORT_TOKEN = "canary-short-token"
APP_PASSWORD = "canary-app-password-correct-horse"

ALL = (API_KEY, TOKEN, OTHER_API_KEY, OTHER_TOKEN, SHORT_TOKEN, APP_PASSWORD)
