"""Publishing: one file per format, each a pure function of public documents.

    for part in FORMATS["csv"].write(documents, Edition(context, type)):
        stream.write(part)

A module of this package that has a `FORMAT` is a format; adding one is adding a file. Which
documents are written, and who may have them, is decided by those who call.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from khue.publish.format import Edition, Format, Write

FORMATS: Mapping[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__))
    if hasattr(module, "FORMAT")
}

__all__ = ["FORMATS", "Edition", "Format", "Write"]
