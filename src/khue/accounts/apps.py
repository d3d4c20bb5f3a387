"""Accounts as a Django application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Names the tables `accounts_*`, and settles what a sign-in writes."""

    name = "khue.accounts"

    def ready(self) -> None:
        """Log no field of a form, and write nothing into the database that an import may hold."""
        from django.contrib.auth.signals import user_logged_in

        from khue.accounts import signins

        user_logged_in.disconnect(dispatch_uid="update_last_login")
        signins.connect()
