"""Finding pages and loading them: a file is a page when it says `page = Page(__doc__)` at module level.

Nothing else of a stranger's tree is imported: other files are read and parsed, never run. A page is
loaded once: under its real name when it lies in a package that Python would find there, otherwise by
path under a name of its own, so that two pages of one base name do not meet.
"""

import ast
import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from importlib.abc import Loader
from pathlib import Path
from types import ModuleType

from verify.pages import Page
from verify.readings import PageError

SKIPPED = {"__pycache__", "node_modules", "build", "dist", ".git", ".venv", "venv"}


def is_page(path: Path) -> bool:
    """Whether the file declares a page; a file that declares one and does not parse counts as one."""
    try:
        source = path.read_bytes()
    except OSError:
        return False
    if b"Page(__doc__" not in source:
        return False
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return any(line.replace(b" ", b"").startswith(b"page=Page(__doc__)") for line in source.splitlines())
    return any(_declares(node) for node in tree.body)


def _declares(node: ast.stmt) -> bool:
    if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
        return False
    called, arguments = node.value.func, node.value.args
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    of_doc = bool(arguments) and isinstance(arguments[0], ast.Name) and arguments[0].id == "__doc__"
    named = any(isinstance(target, ast.Name) and target.id == "page" for target in node.targets)
    return named and name == "Page" and of_doc


def pages_under(path: Path) -> Iterator[Path]:
    """The page files at or below a path, sorted; FileNotFoundError if it does not exist."""
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file or folder")
    if path.is_file():
        yield from [path] if is_page(path) else []
        return
    for file in sorted(path.rglob("*.py")):
        if not SKIPPED.intersection(file.relative_to(path).parts) and is_page(file):
            yield file


def package_root(path: Path) -> Path | None:
    """The topmost folder of the package that the file lies in, or None."""
    root = None
    folder = path.parent
    while (folder / "__init__.py").is_file():
        root, folder = folder, folder.parent
    return root


def real_name(path: Path) -> str | None:
    """The module's dotted name, if its package is the one that Python finds under that name."""
    root = package_root(path)
    if root is None:
        return None
    loaded = sys.modules.get(root.name)
    try:
        spec = getattr(loaded, "__spec__", None) if loaded else importlib.util.find_spec(root.name)
    except (ImportError, ValueError):
        return None
    places = [Path(p).resolve() for p in (spec.submodule_search_locations or [])] if spec else []
    if root.resolve() not in places:
        return None
    return ".".join(path.relative_to(root.parent).with_suffix("").parts)


def unique_name(path: Path) -> str:
    """A module name that no other path shares."""
    return f"page_{path.stem}_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]}"


def _in_package(path: Path, root: Path) -> str:
    """Load the stranger's package under its own name for the time of the import, if the name is free."""
    sys.path.insert(0, str(root.parent))
    try:
        name = real_name(path)
        if name:
            importlib.import_module(name)
    finally:
        sys.path.remove(str(root.parent))
    return name or ""


def load_module(path: Path, loader: Callable[[str, str], Loader] | None = None) -> ModuleType:
    """The page's module, loaded once. `loader` (name, path) may give an import loader of its own."""
    path = path.resolve()
    name = real_name(path)
    if name:
        return importlib.import_module(name)
    name = unique_name(path)
    if name in sys.modules:
        return sys.modules[name]
    root = package_root(path)
    if root is not None and root.name not in sys.modules:
        found = _in_package(path, root)
        if found:
            return sys.modules[found]
    spec = importlib.util.spec_from_file_location(name, path, loader=loader(name, str(path)) if loader else None)
    if spec is None or spec.loader is None:
        raise PageError(f"{path}: cannot be loaded as a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def load(path: Path, loader: Callable[[str, str], Loader] | None = None) -> Page:
    """The page in a file; PageError names what is wrong with it, whatever the file raised."""
    try:
        module = load_module(path, loader)
    except PageError:
        raise
    except SyntaxError as error:
        raise PageError(f"{path.name}, line {error.lineno}: does not parse: {error.msg}") from error
    except Exception as error:
        raise PageError(f"{path.name}: raised {type(error).__name__} when it was loaded: {error}") from error
    page = getattr(module, "page", None)
    if not isinstance(page, Page):
        raise PageError(f"{path.name}: `page` is {page!r}, not a Page; write page = Page(__doc__) at module level")
    return page
