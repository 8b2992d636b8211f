from django.apps import AppConfig


class RoofConfig(AppConfig):
    """The roof: base templates, static files, and the queue, which shared tasks find once it is imported."""

    name = "passnum"
    verbose_name = "Pass numérique"

    def ready(self) -> None:
        from passnum import celery  # noqa: F401  (its import declares the application of the tasks)
