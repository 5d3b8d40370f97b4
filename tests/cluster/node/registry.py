"""Serves the images to containerd, under every registry's name: `python -m tests.cluster.node.registry PROGRAMS`.

PROGRAMS is a JSON object, program to path. containerd is told to ask here first whatever the image (`Node`), so
manifests keep the names of real images, and a pull is a real one. Only what a pull needs of the OCI distribution
API is there, and any tag means the same image.
"""

from __future__ import annotations

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from .images import MANIFEST, Images
from .names import ADDRESS, REGISTRY

_PATH = re.compile(r"/v2/(?P<name>.+)/(?P<kind>manifests|blobs)/(?P<reference>[^/]+)")


class Handler(BaseHTTPRequestHandler):
    """One connection of containerd."""

    protocol_version = "HTTP/1.1"
    images: Images

    def do_GET(self) -> None:
        """A manifest or a blob."""
        path = urlsplit(self.path).path
        found = _PATH.fullmatch(path)
        if path == "/v2/":
            self._answer(b"{}", "application/json")
        elif found and found["kind"] == "manifests":
            image = self.images.find(found["name"])
            self._answer(image.manifest if image else None, MANIFEST)
        elif found:
            self._answer(self.images.blob(found["reference"]), "application/octet-stream")
        else:
            self._answer(None, "")

    def do_HEAD(self) -> None:
        """The same without its body."""
        self.do_GET()

    def _answer(self, body: bytes | None, kind: str) -> None:
        unknown = json.dumps({"errors": [{"code": "NAME_UNKNOWN", "message": "no such repository"}]}).encode()
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", "application/json" if body is None else kind)
        body = unknown if body is None else body
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def main(programs: dict[str, str]) -> None:
    """Serve until killed."""
    images = Images({name: Path(path) for name, path in programs.items()})
    handler = type("ImagesHandler", (Handler,), {"images": images})
    ThreadingHTTPServer((ADDRESS, urlsplit(REGISTRY).port or 80), handler).serve_forever()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
