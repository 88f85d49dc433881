"""The project as a whole: licences of what it installs, a wheel that works alone, the layers."""

import ast
import json
import os
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COPYLEFT = ("GNU GENERAL", "GNU AFFERO", "GPLV", "GPL-2", "GPL-3", "AGPL")
# LGPL and MPL are weak copyleft: linking to them is free. tzdata and others say "public domain".


def licence(distribution: metadata.Distribution) -> str:
    """The licence expression, or the classifiers, or the first line of the licence text."""
    about = distribution.metadata
    classifiers = [c for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    field = str(about.get("License") or "").strip().splitlines()
    return " ; ".join([about.get("License-Expression") or "", *classifiers, *field[:1]]).upper()


def required(name: str, extras: tuple[str, ...], found: set[str]) -> set[str]:
    """The distributions that an installation with these extras brings."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    for text in metadata.requires(name) or []:
        requirement = Requirement(text)
        wanted = [requirement.marker is None or requirement.marker.evaluate({"extra": e}) for e in (*extras, "")]
        key = canonicalize_name(requirement.name)
        if any(wanted) and key not in found:
            found.add(key)
            required(key, tuple(requirement.extras), found)
    return found


def test_nothing_that_is_installed_is_under_gpl():
    names = required("scale-referee", ("data", "notebooks", "dev"), set())
    assert {"sympy", "torch", "scikit-learn"} <= names
    licences = {name: licence(metadata.distribution(name)).replace("LGPL", "") for name in names}
    assert {n: text for n, text in licences.items() if any(word in text for word in COPYLEFT)} == {}


def test_the_entry_point_needs_only_the_standard_library_and_pytest():
    tree = ast.parse((ROOT / "scale_referee.py").read_text())
    modules = {a.name for node in tree.body if isinstance(node, ast.Import) for a in node.names}
    modules |= {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert {m.split(".")[0] for m in modules} <= set(sys.stdlib_module_names) | {"pytest"}


@pytest.mark.parametrize("room", ["numpy", "torch", "numerics", "verify", "scipy"])
def test_theory_imports_nothing_that_rounds(room):
    for file in (ROOT / "theory").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert room not in {name.split(".")[0] for name in names}, file


def test_theory_has_no_floats():
    for file in (ROOT / "theory").rglob("*.py"):
        constants = [n.value for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.Constant)]
        assert [c for c in constants if isinstance(c, float)] == [], file


def test_torch_is_pinned_exactly():
    assert "torch==2.13.0" in (ROOT / "constraints.txt").read_text().split()


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """An environment with the built wheel and, by path, the dependencies of this one; no checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, text=True)
    wheel = next(folder.glob("*.whl"))
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = folder / "venv" / "bin" / "python"
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    where = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
    (Path(where.stdout.strip()) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)], check=True)
    return python


def test_an_installed_wheel_judges_a_page_in_a_temporary_folder(installed, tmp_path, write_page):
    write_page(
        '@page.reading("a", "squares", REFUTED, printed=True, x=every(x))\n'
        'def square(x):\n    """x² = x."""\n    return equal(x**2, x)\n'
    )
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    ran = subprocess.run(
        [installed, "-m", "pytest", "--verdicts-json", "out.json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 passed" in ran.stdout
    row = json.loads((tmp_path / "out.json").read_text())["readings"][0]
    assert (row["outcome"], row["witness"]["bindings"]) == ("REFUTED", {"x": "-1"})
    where = subprocess.run(
        [installed, "-c", "import verify; print(verify.__file__)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(ROOT) not in where.stdout


def test_an_installed_wheel_carries_the_paper_and_its_family(installed, tmp_path):
    ran = subprocess.run(
        [installed, "-m", "verify.commands.cli", "audit", "--help"], cwd=tmp_path, capture_output=True, check=False
    )
    code = (
        "from verify.auditing import PAPER\nfrom verify import records\nfrom numerics.families import family\n"
        "assert (PAPER / 'paper.md').is_file() and records.SCHEMA_FILE.is_file()\nprint(len(family().widths))"
    )
    told = subprocess.run([installed, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0
    assert int(told.stdout) >= 6, told.stderr


def test_the_contract_on_the_paper_names_every_engine_module():
    import tomllib

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    named = next(set(c["source_modules"]) for c in contracts if c["type"] == "forbidden")
    modules = {f"verify.{p.stem}" for p in (ROOT / "verify").glob("*.py")} - {"verify.__init__"}
    assert named == modules | {"verify.commands"}
