"""A Design as text: one stream, or the files of a folder."""

from __future__ import annotations

import json

from kubectl_ddfargate.manifests.kustomize import KUSTOMIZATION, folder, remarks, rendered_objects
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.render.manifest_yaml import manifest_stream, manifest_yaml


def render_stream(design: Design) -> str:
    """All manifests in the order of applying, with what they rest on as comments before them."""
    return manifest_stream((one.manifest for one in rendered_objects(design)), remarks=remarks(design))


def render_list(design: Design) -> str:
    """The same manifests as one JSON document: a List, as `kubectl get -o json` prints several objects."""
    items = [one.manifest for one in rendered_objects(design)]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=2, ensure_ascii=False) + "\n"


def render_files(design: Design, *, mark: str) -> dict[str, str]:
    """Name → text. `mark` stands first in the kustomization, so that the next run knows the folder as its own."""
    found = folder(design)
    files = {name: manifest_yaml(manifest) for name, manifest in {**found.objects, **found.patches}.items()}
    files[KUSTOMIZATION] = manifest_yaml(found.objects[KUSTOMIZATION], remarks=(mark, *found.remarks))
    return {**files, **found.texts}
