"""The registry as a Django application."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Names the tables `registry_*`."""

    name = "khue.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
