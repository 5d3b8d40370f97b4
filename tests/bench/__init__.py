"""How fast the tool is on a large cluster (`make bench`), and a guard that holds it there (`test_guard.py`)."""
