"""What a user was granted. Names and passwords are Django's."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Grant(models.Model):
    """The roles of a user, and their limits: present units and record types, null for none."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True)
    roles = models.JSONField()
    units = models.JSONField(null=True)
    types = models.JSONField(null=True)
