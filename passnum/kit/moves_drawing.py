"""Draws a table of moves for people: a Mermaid state diagram, then the same as a table (docs/etats)."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import models

from passnum.kit.moves import NOTHING, Moves

HEADER = """\
<!-- Dessiné par « manage.py draw_states » d'après states.py : ne pas modifier à la main. -->
"""


def _label(act: object) -> str:
    """French name of an act: the tables' keys are members of a TextChoices."""
    return str(getattr(act, "label", act))


def _ranked(statuses: type[models.TextChoices], found: Iterable[str]) -> list[str]:
    order = {str(value): rank for rank, value in enumerate([NOTHING, *statuses.values])}
    return sorted(found, key=lambda status: order[status])


def draw_moves(title: str, statuses: type[models.TextChoices], moves: Moves) -> str:
    """Return the Markdown page of one object: its states, the acts between them, where it ends.

    Raises KeyError when the table names a status that the choices do not have.
    """
    names = {str(status.value): str(status.label) for status in statuses}
    acts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for act, one in moves.items():
        for pair in one.pairs():
            acts[pair].append(_label(act))
    lines = [f"# {title}", "", HEADER, "```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{name}" as {status}' for status, name in names.items()]
    ranks = {status: rank for rank, status in enumerate(_ranked(statuses, [NOTHING, *names]))}
    for source, target in sorted(acts, key=lambda pair: (ranks[pair[0]], ranks[pair[1]])):
        lines.append(f"    {source or '[*]'} --> {target}: {' / '.join(acts[source, target])}")
    left = {source for source, _ in acts}
    lines += [f"    {status} --> [*]" for status in names if status not in left]
    lines += ["```", "", "| Acte | De | Vers |", "| --- | --- | --- |"]
    for act, one in moves.items():
        for source in _ranked(statuses, one.sources):
            targets = [names[t] for t in _ranked(statuses, one.targets) if (source, t) in one.pairs()]
            lines.append(f"| {_label(act)} | {names[source] if source else '(rien)'} | {', '.join(targets)} |")
    return "\n".join(lines) + "\n"
