"""The addresses of what sites above offer."""

from django.urls import URLPattern, path

from lantoa.portal.sharing import views

urlpatterns: list[URLPattern] = [
    path("portal/<int:portal_id>/shared/", views.share_list, name="share_list"),
    path("portal/<int:portal_id>/shared/<int:article_id>/to/<int:section_id>/", views.share_take, name="share_take"),
    path("portal/<int:portal_id>/shared/<int:article_id>/return/", views.share_return, name="share_return"),
]
