"""Finding pages: by what the file says, whatever it is called and wherever it lies."""

import subprocess
import sys
from pathlib import Path

import pytest

from verify.collection import is_page, load, pages_under
from verify.pages import Page
from verify.readings import PageError

READING = '''
@page.reading("a", "squares", PROVED, printed=True, x=every(x))
def square(x):
    """(x + 1)² = x² + 2x + 1."""
    return equal((x + 1) ** 2, x**2 + 2 * x + 1)
'''
STRANGER = "raise SystemExit('a stranger file was imported')\n"


def run(*arguments, cwd, code=None):
    """pytest (or python -c) in a process of its own, as a user would run it."""
    command = [sys.executable, *(("-c", code) if code else ("-m", "pytest", "-p", "no:cacheprovider", *arguments))]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    "source, expected",
    [
        ("page = Page(__doc__)\n", True),
        ("import verify\npage = verify.Page(__doc__)\n", True),
        ("page = Page(__doc__)\ndef broken(:\n", True),
        ("# page = Page(__doc__)\n", False),
        ("def f():\n    page = Page(__doc__)\n", False),
        ("text = 'page = Page(__doc__)'\n", False),
        ("pages = Page(__doc__)\n", False),
        ("page = Page('other')\n", False),
        ("page = Notebook(__doc__)\n", False),
    ],
)
def test_a_file_is_a_page_when_it_says_so_at_module_level(tmp_path, source, expected):
    file = tmp_path / "anything.py"
    file.write_text(source)
    assert is_page(file) is expected


def test_only_pages_are_loaded_and_nothing_else_runs(tmp_path, write_page):
    (tmp_path / "stranger.py").write_text(STRANGER)
    (tmp_path / "mentions.py").write_text(STRANGER + "# page = Page(__doc__)\n")
    page = write_page(READING)
    assert list(pages_under(tmp_path)) == [page]


def test_two_pages_of_one_base_name_are_two_pages(tmp_path, write_page):
    first = load(write_page(READING, folder=tmp_path / "one", title="Claim 1: first."))
    second = load(write_page(READING, folder=tmp_path / "two", title="Claim 2: second."))
    assert (first.label, second.label) == ("Claim 1", "Claim 2")


def test_a_page_is_loaded_once(write_page):
    path = write_page(READING)
    assert load(path) is load(path)


def test_a_page_in_a_package_has_its_real_name():
    import verify.claims

    page = load(Path(verify.claims.__file__).parent / "theorem_3.py")
    assert page.module == "verify.claims.theorem_3"


def test_a_page_in_a_strangers_package_may_import_its_neighbour(tmp_path, write_page):
    folder = tmp_path / "paper_of_a_stranger"
    path = write_page("from .neighbour import VALUE\n" + READING, folder=folder)
    (folder / "__init__.py").write_text("")
    (folder / "neighbour.py").write_text("VALUE = 3\n")
    assert load(path).module == "paper_of_a_stranger.claim_1"


@pytest.mark.parametrize(
    "body, told",
    [
        ("def broken(:\n", "does not parse"),
        ("1 / 0\n", "raised ZeroDivisionError"),
        ("import a_package_nobody_has\n", "raised ModuleNotFoundError"),
        ("page = 3\n", "not a Page"),
    ],
)
def test_a_page_that_cannot_be_loaded_says_why(write_page, body, told):
    with pytest.raises(PageError, match=told):
        load(write_page(body, name="claim_" + told.split()[-1].lower()))


def test_a_module_that_fails_is_not_left_behind(write_page):
    path = write_page("1 / 0\n", name="failing")
    for _ in range(2):
        with pytest.raises(PageError, match="ZeroDivisionError"):
            load(path)


@pytest.mark.parametrize("mode", ["prepend", "append", "importlib"])
def test_same_base_names_and_every_import_mode(tmp_path, write_page, mode):
    write_page(READING, folder=tmp_path / "one")
    write_page(READING, folder=tmp_path / "two")
    write_page(READING, name="test_with_a_page", folder=tmp_path / "three")
    result = run(f"--import-mode={mode}", "-q", cwd=tmp_path)
    assert result.returncode == 0, result.stdout
    assert "3 passed" in result.stdout


def test_a_test_module_with_a_page_keeps_its_tests_and_is_loaded_once(tmp_path, write_page):
    body = READING + "\nprint('LOADED')\n\ndef test_ordinary():\n    assert 1 + 1 == 2\n"
    write_page(body, name="test_both")
    for arguments in ((), ("test_both.py",)):
        result = run("-s", "-v", *arguments, cwd=tmp_path)
        assert "2 passed" in result.stdout
        assert result.stdout.count("LOADED") == 1
        assert "test_both.py::a PASSED" in result.stdout


def test_a_page_that_does_not_parse_is_one_red_item_and_hides_no_other(tmp_path, write_page):
    write_page("def broken(:\n", name="broken")
    write_page(READING, name="sound")
    result = run(cwd=tmp_path)
    assert result.returncode == 1
    assert "1 failed, 1 passed" in result.stdout
    assert "broken.py::page" in result.stdout
    assert "does not parse" in result.stdout


def test_an_unrelated_project_with_its_own_verify_package_runs_its_tests(tmp_path):
    (tmp_path / "verify").mkdir()
    (tmp_path / "verify" / "__init__.py").write_text("ANSWER = 42\n")
    (tmp_path / "verify" / "test_it.py").write_text("import verify\n\ndef test_it():\n    assert verify.ANSWER == 42\n")
    (tmp_path / "conftest.py").write_text("import verify\n")
    result = run(cwd=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 passed" in result.stdout


def test_another_verify_in_the_way_of_a_page_is_a_usage_error_with_ways_out(tmp_path, write_page):
    (tmp_path / "verify").mkdir()
    (tmp_path / "verify" / "__init__.py").write_text("")
    page = write_page(READING)
    result = run(cwd=tmp_path)
    assert result.returncode == 4
    for told in (page, tmp_path / "verify", "-p no:scale_referee"):
        assert str(told) in result.stderr + result.stdout


def test_pages_of_an_installed_package_are_found_by_its_name(tmp_path):
    result = run("--pyargs", "verify.claims", "--collect-only", "-q", cwd=tmp_path)
    assert result.returncode == 0, result.stdout
    assert "theorem_3.py::A1" in result.stdout


def test_collecting_pages_and_importing_rooms_loads_no_torch(tmp_path):
    code = (
        "import sys, theory, verify, numerics, verify.auditing, verify.plugin, verify.commands.cli\n"
        "from verify.auditing import PAPER, opened\nfrom verify.collection import pages_under\n"
        "pages = [opened(p) for p in pages_under(PAPER)]\nassert len(pages) >= 6\n"
        "print('torch' in sys.modules)"
    )
    assert run(cwd=tmp_path, code=code).stdout.strip() == "False"


def test_the_entry_point_costs_a_project_without_pages_nothing(tmp_path):
    code = (
        "import sys, pytest, scale_referee\nfrom pathlib import Path\n"
        "Path('test_x.py').write_text('def test_x(): pass')\n"
        "assert pytest.main(['-q', 'test_x.py']) == 0\n"
        "print([m for m in ('verify', 'theory', 'numerics', 'sympy', 'torch') if m in sys.modules])"
    )
    assert run(cwd=tmp_path, code=code).stdout.strip().endswith("[]")


def test_a_loaded_page_is_a_page(write_page):
    assert isinstance(load(write_page(READING)), Page)
