"""Runs the simulated Fargate until it is killed; writes its address into the file `url` of its folder."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path

import yaml

from ..api import Api
from .admission import SCHEDULER
from .namespaces import end_namespaces
from .pods import Pods
from .server import Server
from .state import State


def main() -> None:
    """Start the webhook server, the end of namespaces, and the loop over all pods."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("kubeconfig", "folder", "certificate", "key"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    options = parser.parse_args()
    state = State(options.folder)
    server = Server(state, options.certificate, options.key)
    port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (options.folder / "url").write_text(f"https://127.0.0.1:{port}", encoding="utf-8")
    threading.Thread(target=end_namespaces, args=[_api(options.kubeconfig, "tests")], daemon=True).start()
    Pods(_api(options.kubeconfig, SCHEDULER), _api(options.kubeconfig, "kubelet"), state, port).run()


def _api(path: Path, agent: str) -> Api:
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    cluster = config["clusters"][0]["cluster"]
    token = config["users"][0]["user"]["token"]
    return Api(cluster["server"], Path(cluster["certificate-authority"]), token, agent=agent)


if __name__ == "__main__":
    main()
