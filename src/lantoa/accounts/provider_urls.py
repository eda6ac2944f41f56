"""The addresses of another system's sign-in, under the names by which allauth looks for them."""

from django.urls import path

from lantoa.accounts.views import provider

urlpatterns = [
    path("<slug:provider_id>/login/", provider.provider_login, name="openid_connect_login"),
    path("<slug:provider_id>/login/callback/", provider.provider_callback, name="openid_connect_callback"),
]
