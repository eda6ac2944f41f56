"""The addresses of the search, under `/cong/`."""

from django.urls import URLPattern, path

from lantoa.portal.searching import views

urlpatterns: list[URLPattern] = [
    path("cong/tim-kiem/", views.search, name="search"),
    path("cong/goi-y/", views.suggestions, name="suggestions"),
]
