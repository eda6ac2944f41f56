"""The pages of this app."""

from django.urls import URLPattern, path

from lantoa.ui import views

app_name = "ui"
urlpatterns: list[URLPattern] = [
    path("gallery/", views.gallery, name="gallery"),
    path("gallery/form/", views.gallery_form, name="gallery_form"),
    path("preferences/", views.preferences, name="preferences"),
]
