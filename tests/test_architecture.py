"""The shape of the code: who imports whom, what stays unloaded, what is public."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = {"index": set[str](), "qa": {"index"}, "eval": {"index", "qa"}}
FACES = {"qa.cli": {"index", "qa", "eval"}, "qa.server": {"index", "qa", "eval"}}
PUBLIC = ["Answer", "Assistant", "Citation", "Conversation", "Position", "Question", "Turn"]
HEAVY = {
    "faiss",
    "fastapi",
    "mcp",
    "onnx",
    "onnxruntime",
    "rich",
    "sentence_transformers",
    "sklearn",
    "tokenizers",
    "torch",
    "trafilatura",
    "transformers",
}


def modules() -> dict[str, Path]:
    files = [path for package in LAYERS for path in (ROOT / package).rglob("*.py")]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in files}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("name", sorted(modules()))
def test_imports_point_down(name: str) -> None:
    face = next((f for f in FACES if name == f or name.startswith(f + ".")), None)
    package = name.split(".")[0]
    allowed = FACES[face] if face else LAYERS[package] | {package}
    for imported in imports(modules()[name]):
        assert imported.split(".")[0] not in set(LAYERS) - allowed, f"{name} imports {imported}"
        if face is None:
            assert not imported.startswith(tuple(FACES)), f"{name} imports the face {imported}"


def loaded_after(code: str, *, cwd: Path) -> set[str]:
    """Return the heavy modules in a fresh interpreter after `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print('\\n'.join(sys.modules), file=sys.stderr)"],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return HEAVY & set(done.stderr.splitlines())


def run_qa(*arguments: str) -> str:
    return (
        f"import sys\nfrom qa.cli import app\nsys.argv = {['qa', *arguments]}\ntry:\n    app()\nexcept SystemExit: pass"
    )


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    assert loaded_after(run_qa("--help"), cwd=tmp_path) <= {"rich"}


def test_importing_the_packages_loads_nothing_heavy(tmp_path: Path) -> None:
    code = "import index, qa, qa.cli; from qa import Assistant"
    assert loaded_after(code, cwd=tmp_path) == set()


@pytest.mark.model
def test_ask_runs_on_onnxruntime_and_tokenizers_and_never_imports_torch(tmp_path: Path) -> None:
    question = "When does New START expire?"
    # The first command that needs a model makes its ONNX file, with torch; that is not the one to look at.
    for arguments in (["add", str(ROOT / "seeds")], ["ask", question]):
        subprocess.run(
            [sys.executable, "-m", "qa.cli", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
        )
    loaded = loaded_after(run_qa("ask", question), cwd=tmp_path)
    assert {"onnxruntime", "tokenizers", "faiss"} <= loaded
    assert not {"torch", "transformers", "sentence_transformers", "sklearn"} & loaded


def test_every_folder_of_code_is_a_package_and_so_in_the_wheel() -> None:
    folders = {path.parent for path in modules().values()}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_public_names_of_qa_are_these() -> None:
    import qa

    assert qa.__all__ == sorted(qa.__all__) == PUBLIC
    assert all(hasattr(qa, name) for name in qa.__all__)


def test_every_dependency_has_its_line_in_the_docs() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    documented = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    named = [*project["dependencies"], *(name for extra in project["optional-dependencies"].values() for name in extra)]
    names = [requirement.split("=")[0].split(">")[0].split("<")[0] for requirement in named]
    assert [name for name in names if f"| {name} |" not in documented] == []
