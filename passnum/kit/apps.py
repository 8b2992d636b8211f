from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "passnum.kit"
    label = "kit"
    verbose_name = "Fondations"
