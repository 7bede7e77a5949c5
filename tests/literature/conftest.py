"""Records and tasks for the tests of published scores."""

from toys import found, tasks

__all__ = ["found", "tasks"]
