"""The address at which a sign-in is confirmed, under the name by which allauth looks for it."""

from django.urls import path

from lantoa.accounts.second_factor import views

urlpatterns = [path("second-factor/", views.second_factor_ask, name="mfa_authenticate")]
