"""The addresses of those pages, beside the units that they belong to."""

from django.urls import URLPattern, path

from lantoa.portal.sites import views

urlpatterns: list[URLPattern] = [
    path("units/<int:pk>/portal/", views.site_edit, name="site_edit"),
]
