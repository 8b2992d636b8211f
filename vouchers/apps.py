from django.apps import AppConfig


class VouchersConfig(AppConfig):
    name = "vouchers"
    verbose_name = "Titres"

    def ready(self) -> None:
        from vouchers.actions import production  # noqa: F401  (registers the runner of its jobs)
