"""The pages of wall codes, and of those who check in by them."""

from django.urls import URLPattern, path

from lantoa.rollcall.views import check_in, walls

wall_urls: list[URLPattern] = [
    path("sites/<int:pk>/wall/", walls.wall_detail, name="wall_detail"),
    path("sites/<int:pk>/wall/open/", walls.wall_open, name="wall_open"),
    path("sites/<int:pk>/wall/close/", walls.wall_close, name="wall_close"),
    path("c/", check_in.check_in, name="check_in"),
    path("c/here/", check_in.check_in_here, name="check_in_here"),
    path("c/<int:site>/<int:step>/<str:code>", check_in.check_in_scan, name="check_in_scan"),
]
