"""What is owed for a line of an act, in a sentence."""

from django import template

from mediation.queries.acts import ActLine
from mediation.reasons import owed_sentence

register = template.Library()


@register.filter
def owed_words(line: ActLine) -> str:
    """Return why the tickets of a line are owed to the place, or not."""
    return owed_sentence(line.owed, line.reason)
