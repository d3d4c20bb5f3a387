"""The wheel carries what Khuê needs: installed elsewhere it loads a demonstration and serves it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests import postgres
from tests.conftest import ROOT
from tests.work import HANG_S

FEW = 2
"""Data sets of the demonstration that are loaded here; the whole of it is loaded by other tests."""
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE", "packs", "src")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and, beside it, the packages that this one has."""
    folder = tmp_path_factory.mktemp("package")
    source = folder / "source"
    source.mkdir()
    for name in BUILT_FROM:
        if (ROOT / name).is_dir():
            leave = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(ROOT / name, source / name, symlinks=True, ignore=leave)
        else:
            shutil.copy(ROOT / name, source / name)
    # What else is on the path would count as installed already.
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", "dist", "."]
    subprocess.run([*pip, *build], cwd=source, env=own, check=True)
    (wheel,) = (source / "dist").glob("khue-*.whl")
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = str(environment / "bin" / "python")
    subprocess.run(
        [*pip, "--python", python, "install", "--no-deps", "--no-index", wheel],
        env=own,
        check=True,
    )
    (packages,) = environment.glob("lib/python3*/site-packages")
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"))
    shutil.rmtree(source)
    return environment


@pytest.fixture
def demo(installed: Path, tmp_path: Path) -> Iterator[str]:
    """The address of `khue demo`, of the first data sets, run in a folder of its own."""
    (packs,) = installed.glob("lib/python3*/site-packages/khue/packs")
    few = tmp_path / "few"
    shutil.copytree(packs / "hanoi", few)
    manifest = yaml.safe_load((few / "demo.yaml").read_text(encoding="utf-8"))
    manifest["batches"] = manifest["batches"][:FEW]
    del manifest["files"]  # of records that the rest brings
    (few / "demo.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {"KHUE_HOME": str(tmp_path / "home"), "KHUE_DEMO": str(few)}
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    process = subprocess.Popen(
        [installed / "bin" / "khue", "demo", "--port", str(port)],
        env=inherited | own | postgres.environment(tmp_path / "home"),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = next((one for one in process.stdout if str(port) in one), "")
        assert f"http://127.0.0.1:{port}/" in line
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=HANG_S)


def test_the_wheel_carries_front_end_templates_words_and_packs(installed: Path) -> None:
    (khue,) = installed.glob("lib/python3*/site-packages/khue")
    source = ROOT / "src" / "khue"
    for kind in ("*.py", "*.yaml", "*.html", "*.svg"):
        expected = {path.relative_to(source) for path in source.rglob(kind)}
        found = {path.relative_to(khue) for path in khue.rglob(kind)}
        assert expected - found == set()
    for here, there in (
        (ROOT / "packs", khue / "packs"),
        (source / "web/portal/static", khue / "web/portal/static"),
    ):
        files = {path.relative_to(here) for path in here.rglob("*") if path.is_file()}
        assert files
        assert {path for path in files if not (there / path).is_file()} == set()


def test_installed_elsewhere_it_loads_and_serves_the_demonstration(demo: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    page = opener.open(f"{demo}/search").read().decode()
    assert "/id/" in page
    assets = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert {address.rsplit(".", 1)[1] for address in assets} >= {"css", "js", "woff2", "svg"}
    for address in assets:
        assert opener.open(demo + address).status == 200, address
