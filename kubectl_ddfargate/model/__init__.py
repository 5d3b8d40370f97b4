"""Plain data that the layers hand to each other. Nothing here reads, writes or decides."""
