"""What the one-folder program starts with. It is both programs: which one, its name says.

Kept apart from the package: only a bundle has an environment to put right.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def _give_back_the_library_path() -> None:
    """Take back what the bootloader set, which has served its purpose: a credential plugin has its own libraries.

    https://pyinstaller.org/en/stable/runtime-information.html#ld-library-path-libpath-considerations
    """
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)


if sys.platform == "linux":
    _give_back_the_library_path()
if Path(sys.argv[0]).stem == "kubectl_complete-ddfargate":
    from kubectl_ddfargate.cli.kubectl_complete import complete

    complete()
else:
    from kubectl_ddfargate.__main__ import main

    main()
