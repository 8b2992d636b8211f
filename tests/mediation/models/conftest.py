from tests.world import bare, stocked

__all__ = ["bare", "stocked"]
