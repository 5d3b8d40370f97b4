"""Writes the pictures into docs/img: `python -m tests.screenshots [FOLDER]`. Into a folder also as PNG, to look at.

PNGs are made by Chromium, where it is installed (Debian: `apt-get install chromium`).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from .drawing import drawing
from .pictures import FOLDER, PICTURES, THEMES
from .terminal import on_terminal


def main(png_folder: Path | None) -> None:
    """All of them; pictures that are no more go."""
    FOLDER.mkdir(exist_ok=True)
    made = set()
    for picture in PICTURES:
        written = on_terminal(picture.words, columns=picture.columns)
        if picture.lines:
            written = "\n".join(written.split("\n")[: picture.lines])
        for theme in THEMES:
            svg = drawing(written.rstrip("\n"), title=picture.title, columns=picture.columns, theme=theme)
            path = picture.path(theme)
            path.write_text(svg, encoding="utf-8")
            made.add(path)
            if png_folder:
                photograph(path, png_folder / f"{path.stem}.png")
    for path in set(FOLDER.glob("*.svg")) - made:
        path.unlink()


def photograph(svg: Path, png: Path) -> None:
    """What a browser makes of it."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("no chromium: apt-get install chromium")
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg.read_text(encoding="utf-8"))
    assert size is not None, svg
    window = ",".join(str(int(float(one)) + 1) for one in size.groups())
    shot = ["--headless", "--no-sandbox", "--hide-scrollbars", f"--window-size={window}", f"--screenshot={png}"]
    subprocess.run([browser, *shot, svg.as_uri()], check=True, capture_output=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
