"""Printed pieces of the titles: dataclass in, bytes out, no database."""
