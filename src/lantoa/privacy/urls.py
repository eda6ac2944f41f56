"""The pages of this app."""

from django.urls import path

from lantoa.privacy import views

app_name = "privacy"

urlpatterns = [
    path("units/<int:unit>/former/", views.former_list, name="former_list"),
    path("persons/<int:person>/erasure/", views.erasure_ask, name="erasure_ask"),
    path("erasures/", views.erasure_list, name="erasure_list"),
    path("erasures/<int:pk>/", views.erasure_detail, name="erasure_detail"),
    path("erasures/<int:pk>/decide/", views.erasure_decide, name="erasure_decide"),
]
