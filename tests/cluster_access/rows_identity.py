"""Tokens, passwords, client certificates, auth-providers, and whom they impersonate."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from tests.cluster_access.rows import Place, Row, row


@row
def token_flag_beats_the_file(p: Place) -> Row:
    return Row({"config": p.config({"token": "of-the-file"})}, flags={"token": "of-the-flag"})


@row
def token_file_relative_with_line_break(p: Place) -> Row:
    return Row({"config": p.config({"tokenFile": p.text("token", "from-file\n")})})


@row
def token_file_beats_token(p: Place) -> Row:
    return Row({"config": p.config({"token": "inline", "tokenFile": p.text("token", "from-file")})})


@row
def token_file_beats_token_flag(p: Place) -> Row:
    return Row({"config": p.config({"tokenFile": p.text("token", "from-file")})}, flags={"token": "flag"})


@row
def token_file_missing(p: Place) -> Row:
    return Row({"config": p.config({"tokenFile": "no-such"})}, requests=0)


@row
def token_file_missing_with_token(p: Place) -> Row:
    return Row({"config": p.config({"token": "inline", "tokenFile": "no-such"})})


@row
def token_file_empty(p: Place) -> Row:
    return Row({"config": p.config({"tokenFile": p.text("token", "\n")})}, requests=0)


@row
def token_with_line_break(p: Place) -> Row:
    return Row({"config": p.config({"token": "a\nb"})}, requests=0)


@row
def user_name_and_password(p: Place) -> Row:
    return Row({"config": p.config({"username": "ada", "password": "pä:ss"})})


@row
def user_name_and_password_flags(p: Place) -> Row:
    return Row({"config": p.config({})}, flags={"username": "ada", "password": "secret"})


@row
def token_and_password(p: Place) -> Row:
    return Row({"config": p.config({"token": "t", "username": "ada", "password": "x"})}, requests=0)


@row
def client_certificate_inline(p: Place) -> Row:
    return Row({"config": p.config(p.pem("carla"))})


@row
def client_certificate_files(p: Place) -> Row:
    return Row({"config": p.config(p.pem_files("carla"))})


@row
def client_certificate_and_token(p: Place) -> Row:
    return Row({"config": p.config({**p.pem("carla"), "token": "t"})})


@row
def client_certificate_flags_replace_inline(p: Place) -> Row:
    files = p.pem_files("dora")
    flags = {"client_certificate": files["client-certificate"], "client_key": files["client-key"]}
    return Row({"config": p.config(p.pem("carla"))}, flags=flags)


@row
def client_certificate_without_key(p: Place) -> Row:
    user = p.pem("carla")
    del user["client-key-data"]
    return Row({"config": p.config(user)}, requests=0)


@row
def client_certificate_with_a_foreign_key(p: Place) -> Row:
    user = {**p.pem("carla"), "client-key-data": p.pem("dora")["client-key-data"]}
    return Row({"config": p.config(user)}, requests=0)


@row
def client_certificate_file_and_data(p: Place) -> Row:
    return Row({"config": p.config({**p.pem("carla"), **p.pem_files("carla")})}, requests=0)


@row
def client_certificate_file_missing(p: Place) -> Row:
    return Row({"config": p.config({"client-certificate": "no.crt", "client-key": "no.key"})}, requests=0)


@row
def impersonation_of_the_file(p: Place) -> Row:
    user = {
        "token": "t",
        "as": "system:serviceaccount:a:b",
        "as-uid": "u-1",
        "as-groups": ["g1", "g 2", "größe"],
        "as-user-extra": {"scopes": ["view", "edit"], "Example.com/Tür%": ["x"]},
    }
    return Row({"config": p.config(user)})


@row
def impersonation_flags(p: Place) -> Row:
    flags = {"as_": "eve", "as_uid": "u", "as_group": ("g1", "g2"), "as_user_extra": ("k=a", "k=b=c")}
    return Row({"config": p.config({"token": "t"})}, flags=flags)


@row
def impersonation_flag_keeps_the_files_groups(p: Place) -> Row:
    user = {"token": "t", "as": "bob", "as-groups": ["g"], "as-user-extra": {"k": ["v"]}}
    return Row({"config": p.config(user)}, flags={"as_": "eve"})


@row
def impersonation_flags_replace_groups_and_merge_extras(p: Place) -> Row:
    user = {"token": "t", "as": "bob", "as-groups": ["g"], "as-user-extra": {"k": ["v"], "l": ["w"]}}
    return Row({"config": p.config(user)}, flags={"as_group": ("h",), "as_user_extra": ("k=z",)})


@row
def impersonation_extra_without_value(p: Place) -> Row:
    flags = {"as_": "eve", "as_user_extra": ("scopes",)}
    return Row({"config": p.config({"token": "t"})}, flags=flags, requests=0, ours="error; kubectl drops it")


@row
def impersonation_of_groups_alone(p: Place) -> Row:
    return Row({"config": p.config({"token": "t", "as-groups": ["g"]})}, requests=0)


@row
def auth_provider_gcp_is_gone(p: Place) -> Row:
    return Row({"config": p.config({"auth-provider": {"name": "gcp", "config": {}}})}, requests=0)


@row
def auth_provider_unknown(p: Place) -> Row:
    return Row({"config": p.config({"auth-provider": {"name": "acme"}})}, requests=0)


def _oidc(seconds: float) -> dict[str, Any]:
    parts = [{"alg": "none"}, {"exp": int(time.time() + seconds)}]
    token = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    config = {"idp-issuer-url": "https://127.0.0.1:1", "client-id": "c", "id-token": f"{token}.c2ln"}
    return {"auth-provider": {"name": "oidc", "config": config}}


@row
def auth_provider_oidc_with_a_good_token(p: Place) -> Row:
    return Row({"config": p.config(_oidc(3600))})


@row
def auth_provider_oidc_that_has_ended(p: Place) -> Row:
    return Row({"config": p.config(_oidc(-1))}, requests=0)
