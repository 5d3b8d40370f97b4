"""A simulated Fargate: its admission webhook, its scheduler, its nodes, and every kubelet of the test cluster.

It runs as one process of its own (`python -m tests.cluster.fargate`), and is told what to do by JSON files in
its folder (`state.py`), read anew at each question. It shows what the API of a real cluster shows; nothing is
executed, and what no public source tells is marked "ours" where it stands.
"""
