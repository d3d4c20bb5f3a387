"""Khuê: the registry and observatory of a city's heritage and creative economy.

The rooms and the floors they stand on are listed in `pyproject.toml` under `importlinter`.
"""

__version__ = "0.1.0"
