"""What is released: how it is built (`building`), krew's rules for it, and tests of what a user gets (`built`)."""
