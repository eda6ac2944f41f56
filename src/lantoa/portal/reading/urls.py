"""The addresses of what belongs to reading, under `/cong/`."""

from django.urls import URLPattern, path

from lantoa.portal.reading import views

urlpatterns: list[URLPattern] = [
    path("cong/bai/<int:pk>/ma-qr.svg", views.article_qr, name="article_qr"),
    path("cong/bai/<int:pk>/cac-ban/", views.article_versions, name="article_versions"),
    path("cong/bai/<int:pk>/cac-ban/<int:number>/", views.article_version, name="article_version"),
    path("cong/the/<slug:kind>/<int:pk>/<slug:mark>.png", views.card, name="card"),
]
