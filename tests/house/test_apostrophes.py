"""What people read is typeset: typographic apostrophes, and the no-break spaces of French, which keep a « : » from
beginning a line on a phone. Sentences of refusals, names of models and choices, forms.

The syntax tree is read, so that a docstring or a line of SQL is left alone.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("passnum", "vouchers", "reporting", "mediation")
STRAIGHT = re.compile(r"[A-Za-zÀ-ÿ]'[A-Za-zÀ-ÿ]")
LOOSE = re.compile("(?<=[\\w»)}’…])\x20(?=[:;?!»])|(?<=«)\x20")
# What a person reads when it is given to one of these names.
READ_NAMES = {"message", "label", "help_text", "verbose_name", "verbose_name_plural", "violation_error_message"}
READ_ARGUMENTS = READ_NAMES | {"sentence", "reason", "error_messages", "choices"}
READ_BY_CALLS = {"ValidationError", "add_error", "success", "error", "warning", "info"}


def texts(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of every literal below a node."""
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.lineno, one.value


def called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def is_choices(node: ast.ClassDef) -> bool:
    return any(
        getattr(base, "attr", getattr(base, "id", "")) in {"TextChoices", "IntegerChoices"} for base in node.bases
    )


def read_by_people(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of what a module shows to people."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef() if is_choices(node):
                for one in (n for n in node.body if isinstance(n, ast.Assign)):
                    yield from texts(one.value)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in READ_NAMES:
                yield from texts(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.AST() as value) if name in READ_NAMES:
                yield from texts(value)
            case ast.Call():
                for keyword in node.keywords:
                    if keyword.arg in READ_ARGUMENTS:
                        yield from texts(keyword.value)
                if called(node).endswith("Field") or called(node) in READ_BY_CALLS:
                    for argument in node.args:
                        yield from texts(argument)
            case _:
                pass


def wrong(path: Path, pattern: re.Pattern[str]) -> list[str]:
    found = {(line, text) for line, text in read_by_people(ast.parse(path.read_text())) if pattern.search(text)}
    return [f"{path.relative_to(ROOT)}:{line}: {text}" for line, text in sorted(found)]


def modules(*left_out: str) -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if not {"migrations", *left_out} & set(path.parts)
    ]


def test_people_read_typographic_apostrophes() -> None:
    assert [told for path in modules() for told in wrong(path, STRAIGHT)] == []


def test_people_read_no_break_spaces() -> None:
    # Names of models and descriptions of the API are read by those who build, on wide screens.
    assert [told for path in modules("models", "api") for told in wrong(path, LOOSE)] == []


def test_the_test_itself_sees_them() -> None:
    source = (
        'class A(DomainError):\n    message = "L\'acte"\n'
        "class B(models.TextChoices):\n    X = 'X', \"L'un\"\n"
        'f = models.CharField("l\'autre")\ng = forms.CharField(label="d\'ici")\n'
        'raise InvalidInput(sentence="qu\'il")\nh = "l\'inverse, que personne ne lit"\n'
    )
    assert sum(bool(STRAIGHT.search(text)) for _, text in read_by_people(ast.parse(source))) == 5
    loose = (
        'class A(DomainError):\n    message = "Fini : non"\nb = forms.CharField(label="Où ?", help_text="« a\u00a0»")\n'
    )
    assert sum(bool(LOOSE.search(text)) for _, text in read_by_people(ast.parse(loose))) == 3
