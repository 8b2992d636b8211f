from django.apps import AppConfig


class VouchersConfig(AppConfig):
    name = "vouchers"
    verbose_name = "Titres"

    def ready(self) -> None:
        from vouchers.actions import production, reissue_job  # noqa: F401  (register the runners of their jobs)
