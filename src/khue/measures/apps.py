"""Computed values as a Django application."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """Names the tables `measures_*`."""

    name = "khue.measures"
