"""The addresses of the beacon, and of the figures that a page asks for behind it."""

from django.urls import URLPattern, path

from lantoa.visits import views

app_name = "visits"
urlpatterns: list[URLPattern] = [
    path("dem/<int:site_id>.gif", views.beacon, name="beacon"),
    path("dem/<int:site_id>.json", views.figures, name="figures"),
    path("dem/<int:site_id>/<slug:kind>/<int:object_id>.json", views.figures, name="figures_of"),
    path("dem/<int:site_id>/<slug:kind>/<int:object_id>.gif", views.beacon, name="beacon_of"),
]
