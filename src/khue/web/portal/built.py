"""The built front end: which files carry the styles, the fonts and the islands.

Vite writes them from `frontend/` under names with a hash of what is in them, with a manifest that
tells the names (https://vite.dev/guide/backend-integration). The manifest is read once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.templatetags.static import static

from khue.model.errors import WrongUse

FOLDER = Path(__file__).parent / "static" / "portal" / "built"
SITE = "khue"
"""The entry of all pages, `frontend/src/khue.ts`."""
FIRST_FONTS = (
    "be-vietnam-pro-latin-400-normal",
    "be-vietnam-pro-vietnamese-400-normal",
    "literata-latin-500-normal",
    "literata-vietnamese-500-normal",
)
"""The faces of every page's running text and title: asked for before the styles have arrived."""


@dataclass(frozen=True)
class Island:
    """Addresses of what an entry needs: its script, the scripts that this imports, its styles."""

    script: str
    imports: tuple[str, ...]
    styles: tuple[str, ...]


@cache
def island(name: str, folder: Path = FOLDER) -> Island:
    """The entry `frontend/src/<name>.ts`. Raises `WrongUse` where there is no build, or no such
    entry in it."""
    chunks = manifest(folder)
    if f"src/{name}.ts" not in chunks:
        raise _not_built(f"src/{name}.ts")
    own, *others = _with_imports(f"src/{name}.ts", chunks)
    return Island(
        _address(own["file"]),
        tuple(_address(one["file"]) for one in others),
        tuple(_address(css) for one in (*others, own) for css in one.get("css", ())),
    )


@cache
def first_fonts(folder: Path = FOLDER) -> tuple[str, ...]:
    """Addresses of `FIRST_FONTS`. Raises `WrongUse` where there is no build."""
    files = {Path(src).stem: chunk["file"] for src, chunk in manifest(folder).items()}
    return tuple(_address(files[name]) for name in FIRST_FONTS)


def worker(folder: Path = FOLDER) -> str:
    """The script of the service worker, `frontend/worker/sw.ts`. Raises `WrongUse` where there is
    no build."""
    name = str(manifest(folder)["worker/sw.ts"]["file"])
    return (folder / name).read_text(encoding="utf-8")


@cache
def version(folder: Path = FOLDER) -> str:
    """A name of this build, another for another. Raises `WrongUse` where there is no build."""
    return sha256(json.dumps(manifest(folder), sort_keys=True).encode()).hexdigest()[:16]


def site_css(folder: Path = FOLDER) -> str:
    """The text of the style sheet of all pages. Raises `WrongUse` where there is no build."""
    files = manifest(folder)[f"src/{SITE}.ts"]["css"]
    return "".join((folder / file).read_text(encoding="utf-8") for file in files)


@cache
def manifest(folder: Path = FOLDER) -> dict[str, Any]:
    """What Vite wrote, by source file. Raises `WrongUse` where there is no build."""
    try:
        return dict(json.loads((folder / "manifest.json").read_bytes()))
    except FileNotFoundError as error:
        raise _not_built("manifest.json") from error


def _with_imports(source: str, chunks: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An entry, then what it imports at once, each only the first time."""
    waiting, seen = [source], set()
    while waiting:
        name = waiting.pop(0)
        if name not in seen:
            seen.add(name)
            yield chunks[name]
            waiting += chunks[name].get("imports", ())


def _address(file: str) -> str:
    return static(f"portal/built/{file}")


def _not_built(missing: str) -> WrongUse:
    return WrongUse(
        f"Giao diện web chưa được dựng: thiếu {missing}.",
        f"The front end has not been built: {missing} is missing.",
        mend_vi="Chạy `make setup`.",
        mend_en="Run `make setup`.",
    )
