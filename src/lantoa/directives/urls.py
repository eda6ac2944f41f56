"""The pages of this app."""

from django.urls import URLPattern, path

from lantoa.directives import views

app_name = "directives"
urlpatterns: list[URLPattern] = [
    path("directives/", views.directive_list, name="directive_list"),
    path("directives/new/", views.directive_create, name="directive_create"),
    path("directives/<int:pk>/", views.directive_detail, name="directive_detail"),
    path("directives/<int:pk>/change/", views.directive_change, name="directive_change"),
    path("directives/<int:pk>/relate/", views.directive_relate, name="directive_relate"),
    path("directives/<int:pk>/relate/<int:other>/back/", views.directive_unrelate, name="directive_unrelate"),
]
