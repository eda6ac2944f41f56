"""The addresses of the public register, under `/cong/`, and of the steps that change it."""

from django.urls import URLPattern, path

from lantoa.portal.documents import views

urlpatterns: list[URLPattern] = [
    path("cong/van-ban/", views.document_list, name="document_list"),
    path("cong/van-ban/atom.xml", views.document_feed, name="document_feed"),
    path("cong/van-ban/<int:pk>/", views.document_detail, name="document_detail"),
    path("cong/van-ban/<int:pk>/tep/<int:file_id>/", views.document_file, name="document_file"),
    path("portal/<int:portal_id>/documents/<int:directive_id>/", views.document_publish, name="document_publish"),
    path("portal/documents/<int:pk>/withdraw/", views.document_withdraw, name="document_withdraw"),
]
