"""Builds what is released, into `dist/`: `make dist archive krew`. May not be imported by `kubectl_ddfargate`.

The sdist and the wheel are the same, byte by byte, when the same commit is built again; a test holds that. Of the
archive only the packing is: it holds whatever versions of the libraries pip finds.
"""
