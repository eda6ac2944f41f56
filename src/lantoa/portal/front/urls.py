"""The addresses of what stands around a first page, and of the figures of its banners."""

from django.urls import URLPattern, path

from lantoa.portal.front import views

urlpatterns: list[URLPattern] = [
    path("cong/bang-ron/<int:pk>/", views.banner_follow, name="banner_follow"),
    path("cong/lien-he/", views.contact, name="contact"),
    path("cong/so-do/", views.way_through, name="way_through"),
    path("portal/<int:portal_id>/banners/", views.banner_counts, name="banner_counts"),
]
