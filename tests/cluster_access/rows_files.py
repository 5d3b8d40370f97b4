"""Which kubeconfig counts, and which context, cluster and user of it."""

from __future__ import annotations

from tests.cluster_access.rows import Place, Row, as_text, row


@row
def kubeconfig_list_first_current_context_wins(p: Place) -> Row:
    return Row(
        {"a": p.config({"token": "of-a"}, name="a"), "b": p.config({"token": "of-b"}, name="b")},
        env={"KUBECONFIG": "a:b"},
    )


@row
def kubeconfig_list_with_missing_and_empty_parts(p: Place) -> Row:
    return Row({"b": p.config({"token": "of-b"})}, env={"KUBECONFIG": "nowhere::b:b"})


@row
def kubeconfig_list_same_user_in_both_first_wins_whole(p: Place) -> Row:
    return Row(
        {"a": p.config({"token": "of-a"}), "b": p.config({"token": "of-b", "as": "somebody"})},
        env={"KUBECONFIG": "a:b"},
    )


@row
def kubeconfig_list_current_context_only_in_the_second(p: Place) -> Row:
    return Row(
        {
            "a": p.config({"token": "of-a"}, name="a", current=None),
            "b": {"apiVersion": "v1", "kind": "Config", "current-context": "a"},
        },
        env={"KUBECONFIG": "a:b"},
    )


@row
def kubeconfig_list_one_is_broken(p: Place) -> Row:
    return Row({"a": "a: [", "b": p.config({"token": "of-b"})}, env={"KUBECONFIG": "a:b"}, requests=0)


@row
def kubeconfig_flag_beats_the_variable(p: Place) -> Row:
    return Row(
        {"a": p.config({"token": "of-a"}), "b": p.config({"token": "of-b"})},
        flags={"kubeconfig": "b"},
        env={"KUBECONFIG": "a"},
    )


@row
def kubeconfig_flag_must_exist(p: Place) -> Row:
    return Row({"a": p.config({"token": "t"})}, flags={"kubeconfig": "no"}, env={"KUBECONFIG": "a"}, requests=0)


@row
def kubeconfig_in_the_home_folder(p: Place) -> Row:
    return Row({"home/.kube/config": p.config({"token": "home"})}, env={"KUBECONFIG": ""})


@row
def context_flag(p: Place) -> Row:
    return Row(
        {"a": p.config({"token": "of-a"}, name="a"), "b": p.config({"token": "of-b"}, name="b")},
        flags={"context": "b"},
        env={"KUBECONFIG": "a:b"},
    )


@row
def context_flag_unknown(p: Place) -> Row:
    return Row({"config": p.config({"token": "t"})}, flags={"context": "mian"}, requests=0)


@row
def current_context_unknown(p: Place) -> Row:
    return Row({"config": p.config({"token": "t"}, current="gone")}, requests=0)


@row
def user_flag(p: Place) -> Row:
    return Row(
        {"a": p.config({"token": "of-a"}, name="a"), "b": p.config({"token": "of-b"}, name="b")},
        flags={"user": "b"},
        env={"KUBECONFIG": "a:b"},
    )


@row
def user_flag_unknown(p: Place) -> Row:
    return Row({"config": p.config({"token": "t"})}, flags={"user": "no"}, requests=0)


@row
def cluster_flag(p: Place) -> Row:
    return Row(
        {
            "a": p.config({"token": "of-a"}, name="a", server="https://127.0.0.1:1"),
            "b": p.config({"token": "of-b"}, name="b"),
        },
        flags={"cluster": "b"},
        env={"KUBECONFIG": "a:b"},
    )


@row
def cluster_flag_unknown(p: Place) -> Row:
    return Row({"config": p.config({"token": "t"})}, flags={"cluster": "no"}, requests=0)


@row
def same_name_twice_in_one_file(p: Place) -> Row:
    content = p.config({"token": "t"})
    content["users"] *= 2
    return Row({"config": content}, requests=0)


@row
def same_key_twice_in_one_mapping(p: Place) -> Row:
    text = as_text(p, "token: first, token: second")
    return Row({"config": text})


@row
def kind_of_something_else(p: Place) -> Row:
    return Row({"config": {**p.config({"token": "t"}), "kind": "Pod"}}, requests=0)


@row
def number_where_text_belongs(p: Place) -> Row:
    return Row({"config": p.config({"token": 12345})}, requests=0)


@row
def unquoted_date_is_text(p: Place) -> Row:
    return Row({"config": as_text(p, "token: 2026-01-02")})


@row
def nulls_are_absent(p: Place) -> Row:
    content = p.config({"token": "t", "exec": None, "as": None, "as-groups": None})
    return Row({"config": {**content, "extensions": None, "preferences": None}})


@row
def user_of_the_context_is_missing(p: Place) -> Row:
    content = p.config({"token": "t"}, context={"user": "gone"})
    return Row({"config": content}, requests=0)
