"""Accessibility rules of axe-core (npm, development only), told in French."""

import json
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core"


def faults_of(page: Page) -> list[str]:
    """Return what axe finds on the present page, WCAG and best practices alike: rule, sentence, element.

    The content security policy of our pages refuses scripts of others: axe is evaluated by the browser's own tools.
    """
    page.evaluate(f"() => {{ {(AXE / 'axe.min.js').read_text()} }}")
    page.evaluate("(locale) => axe.configure({locale})", json.loads((AXE / "locales" / "fr.json").read_text()))
    result = page.evaluate("() => axe.run({resultTypes: ['violations']})")
    return [
        f"{violation['id']} ({violation['help']}) : {node['html'][:160]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
