"""The app's entry in Django's registry."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "lantoa.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.account.signals import password_changed, password_reset

        from lantoa.accounts.passwords import keep_own_password

        for signal in (password_changed, password_reset):
            signal.connect(keep_own_password, dispatch_uid="accounts.keep_own_password")
