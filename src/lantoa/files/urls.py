"""The pages of this app."""

from django.urls import URLPattern, path

from lantoa.files import views

app_name = "files"
urlpatterns: list[URLPattern] = [path("files/<int:pk>/", views.file_download, name="file_download")]
