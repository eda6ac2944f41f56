"""The address of the beacon."""

from django.urls import URLPattern, path

from lantoa.visits import views

app_name = "visits"
urlpatterns: list[URLPattern] = [
    path("dem/<int:site_id>.gif", views.beacon, name="beacon"),
    path("dem/<int:site_id>/<slug:kind>/<int:object_id>.gif", views.beacon, name="beacon_of"),
]
