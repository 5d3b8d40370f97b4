"""A small client of the Kubernetes API for the test cluster: JSON in, JSON out.

Used instead of kubectl where a test would otherwise start a program a hundred times. It is not the client
that the tool uses, so an error in one does not hide an error in the other. May be shared by threads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3

from .resources import Resource, Resources

Manifest = dict[str, Any]

_PATCHES = {
    "merge": "application/merge-patch+json",
    "json": "application/json-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "apply": "application/apply-patch+yaml",
}


UNREACHABLE = 0


class ApiError(RuntimeError):
    """The API server's answer was not a success; `status` is the HTTP code, or UNREACHABLE."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message


class Api:
    """One user's way to the API server."""

    def __init__(self, server: str, authority: Path, token: str, *, agent: str = "tests") -> None:
        """`agent` is the User-Agent, which also names the field manager of what is written."""
        self._server = server
        self._pool = urllib3.PoolManager(
            ca_certs=str(authority),
            headers={"Authorization": f"Bearer {token}", "User-Agent": agent},
            maxsize=16,
            retries=urllib3.Retry(connect=0, read=0, redirect=0, status=0, other=0),
        )
        self._resources = Resources(self.request)

    def resource(self, kind: str, api_version: str | None = None) -> Resource:
        """How the API serves `kind`: a kind, a plural, or `plural.group`."""
        return self._resources.find(kind, api_version)

    def all_resources(self) -> Sequence[Resource]:
        """Every resource that the server has now."""
        return self._resources.refresh()

    def text(self, path: str) -> str:
        """The body of a GET of `path`."""
        return self._send("GET", path).data.decode()

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One request with a JSON body; the decoded JSON answer. Raises ApiError."""
        return json.loads(self._send(method, path, body, **headers).data or b"null")

    def get(self, kind: str, name: str, namespace: str | None = None) -> Manifest | None:
        """The object, or None when it is not there."""
        try:
            found: Manifest = self.request("GET", self.resource(kind).path(namespace, name))
        except ApiError as error:
            if error.status == 404:
                return None
            raise
        return found

    def items(self, kind: str, namespace: str | None = None, **selectors: str) -> list[Manifest]:
        """All objects of a kind; `selectors` are `labelSelector` and `fieldSelector`."""
        path = self.resource(kind).path(namespace)
        listed: list[Manifest] = self.request("GET", f"{path}?{urlencode(selectors)}")["items"]
        return listed

    def create(self, manifest: Mapping[str, Any], *, dry_run: bool = False) -> Manifest:
        """Create an object (or ask what creating it would give)."""
        metadata = manifest["metadata"]
        resource = self.resource(manifest["kind"], manifest["apiVersion"])
        path = resource.path(metadata.get("namespace"))
        created: Manifest = self.request("POST", path + ("?dryRun=All" if dry_run else ""), manifest)
        return created

    def apply(self, manifest: Mapping[str, Any], *, manager: str) -> Manifest:
        """Server-side apply, taking over fields that others own."""
        metadata = manifest["metadata"]
        resource = self.resource(manifest["kind"], manifest["apiVersion"])
        path = resource.path(metadata.get("namespace"), metadata["name"])
        query = urlencode({"fieldManager": manager, "force": "true"})
        applied: Manifest = self.request(
            "PATCH", f"{path}?{query}", manifest, **{"Content-Type": _PATCHES["apply"]}
        )
        return applied

    def patch(
        self,
        kind: str,
        name: str,
        namespace: str | None,
        patch: Any,
        *,
        form: str = "merge",
        subresource: str = "",
    ) -> Manifest:
        """Patch an object; `form` is merge, json or strategic."""
        path = self.resource(kind).path(namespace, name) + (f"/{subresource}" if subresource else "")
        patched: Manifest = self.request("PATCH", path, patch, **{"Content-Type": _PATCHES[form]})
        return patched

    def delete(self, kind: str, name: str, namespace: str | None = None, *, now: bool = False) -> None:
        """Delete an object if it is there; `now` gives a pod no time to end."""
        self.delete_path(self.resource(kind).path(namespace, name), now=now)

    def delete_path(self, path: str, *, now: bool = False) -> None:
        """Delete what stands at `path`, its dependents in the background."""
        options: Manifest = {"propagationPolicy": "Background"}
        if now:
            options["gracePeriodSeconds"] = 0
        try:
            self.request("DELETE", path, options)
        except ApiError as error:
            if error.status not in {404, 409}:
                raise

    def watch(self, path: str) -> Iterator[tuple[str, Manifest]]:
        """Event types and objects of a watch request, until the server ends it."""
        response = self._pool.request(
            "GET", self._server + path, preload_content=False, timeout=urllib3.Timeout(connect=5, read=310)
        )
        try:
            for line in response:
                event = json.loads(line)
                yield event["type"], event["object"]
        finally:
            response.close()

    def _send(self, method: str, path: str, body: Any = None, **headers: str) -> urllib3.BaseHTTPResponse:
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        try:
            response = self._pool.request(
                method,
                self._server + path,
                body=None if body is None else json.dumps(body),
                headers={**self._pool.headers, **headers},
                timeout=30,
            )
        except urllib3.exceptions.HTTPError as error:
            raise ApiError(UNREACHABLE, str(error)) from error
        if response.status >= 400:
            raise ApiError(response.status, _message(response.data))
        return response


def _message(data: bytes) -> str:
    try:
        return str(json.loads(data)["message"])
    except (ValueError, KeyError, TypeError):
        return data.decode(errors="replace")[:500]
