"""Change every figure of law/parameters.py in turn and see a test go red (part of bench/mutation).

mutmut changes functions only; the dated tables of the law are module constants, so this script
changes them: each amount and rate by one unit of its last digit, each day by one day, each whole
number by one. Usage: python bench/mutate_tables.py FOLDER, with a copy of law/ and tests/law in it.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

# The test files that state figures, the likeliest to notice a change first: it ends the run.
LIKELIEST = (
    "vectors_fee",
    "interest",
    "chapters",
    "notice",
    "collector",
    "collection_fee",
    "basics",
)


def mutations(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line, description, changed source) for each figure in the module."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            changed = _changed_call(node)
        elif isinstance(node, (ast.Assign, ast.keyword)) and isinstance(node.value, ast.Constant):
            node, changed = node.value, _changed_constant(node.value)
        else:
            continue
        if changed:
            segment = ast.get_source_segment(source, node) or ""
            yield node.lineno, f"{segment} -> {changed}", _replace(source, node, changed)


def _changed_call(node: ast.Call) -> str | None:
    values = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name == "Decimal":
        number = Decimal(str(values[0]))
        return f'Decimal("{number + Decimal((0, (1,), number.as_tuple().exponent))}")'
    if name == "date" and len(values) == 3:
        moved = date(*values) + timedelta(days=1)
        return f"date({moved.year}, {moved.month}, {moved.day})"
    if name == "DatedNumber":
        return f"DatedNumber({ast.unparse(node.args[0])}, {values[-1] + 1})"
    return None


def _changed_constant(node: ast.Constant) -> str | None:
    return str(node.value + 1) if type(node.value) is int else None


def _replace(source: str, node: ast.expr, text: str) -> str:
    lines = source.splitlines(keepends=True)
    start, end = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    head, tail = lines[start][: node.col_offset], lines[end][node.end_col_offset :]
    return "".join([*lines[:start], head + text + tail, *lines[end + 1 :]])


def is_caught(folder: Path) -> bool:
    """Run the plain tests of the law; True when one fails."""
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-m", "not hypothesis"]
    command += ["-p", "no:cacheprovider", *(f"tests/law/test_{name}.py" for name in LIKELIEST)]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 1


def main() -> int:
    """Print what survives and the score; return 1 when something does."""
    folder = Path(sys.argv[1])
    path = folder / "law" / "parameters.py"
    source = path.read_text()
    if is_caught(folder):
        print("the tests are red before any change")
        return 2
    found = list(mutations(source))
    survivors = []
    try:
        for line, description, changed in found:
            path.write_text(changed)
            if not is_caught(folder):
                survivors.append(f"law/parameters.py:{line}: {description}")
    finally:
        path.write_text(source)
    print(*survivors, sep="\n")
    print(f"{len(found) - len(survivors)} of {len(found)} changed figures caught")
    return 1 if survivors else 0


if __name__ == "__main__":
    raise SystemExit(main())
