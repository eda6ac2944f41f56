"""The addresses of the counters for editors."""

from django.urls import URLPattern, path

from lantoa.portal.counters import views

urlpatterns: list[URLPattern] = [
    path("portal/<int:portal_id>/counters/", views.counters, name="counters"),
    path("portal/<int:portal_id>/counters/former/", views.opening_balance, name="opening_balance"),
]
