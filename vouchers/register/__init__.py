"""The append-only core. Only actions import its writer (import-linter holds it)."""
