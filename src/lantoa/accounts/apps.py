"""The app's entry in Django's registry."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "lantoa.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.account.signals import password_changed, password_reset
        from django.contrib.auth.signals import user_logged_in

        from lantoa.accounts import fillings
        from lantoa.accounts.passwords import keep_own_password
        from lantoa.accounts.sessions import note_sign_in
        from lantoa.ui import slots

        slots.fill("ui.account_links", fillings.account_links)
        slots.fill("ui.head", fillings.idle_refresh)
        slots.fill("ui.sign_in", fillings.invitation_link)
        slots.fill("ui.frame", fillings.idle_dialog)
        user_logged_in.connect(note_sign_in, dispatch_uid="accounts.note_sign_in")

        for signal in (password_changed, password_reset):
            signal.connect(keep_own_password, dispatch_uid="accounts.keep_own_password")
