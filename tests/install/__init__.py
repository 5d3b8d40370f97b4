"""`install`, `diff` and `uninstall` on the real control plane, with each injector."""
