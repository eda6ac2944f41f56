"""The pages of this app."""

from django.urls import path

from lantoa.privacy.views import erasures, own_data, purposes, requests

app_name = "privacy"

urlpatterns = [
    path("privacy/", purposes.purpose_list, name="purpose_list"),
    path("privacy/notice/", purposes.notice, name="notice"),
    path("privacy/mine/", own_data.own_data, name="own_data"),
    path("privacy/mine/export/", own_data.own_data_export, name="own_data_export"),
    path("privacy/mine/request/", requests.own_request, name="own_request"),
    path("persons/<int:person>/request/", requests.request_ask, name="request_ask"),
    path("requests/", requests.request_list, name="request_list"),
    path("requests/<int:pk>/", requests.request_detail, name="request_detail"),
    path("requests/<int:pk>/decide/", requests.request_decide, name="request_decide"),
    path("persons/<int:person>/data/", own_data.hand_over, name="hand_over"),
    path("units/<int:unit>/former/", erasures.former_list, name="former_list"),
    path("persons/<int:person>/erasure/", erasures.erasure_ask, name="erasure_ask"),
    path("erasures/", erasures.erasure_list, name="erasure_list"),
    path("erasures/<int:pk>/", erasures.erasure_detail, name="erasure_detail"),
    path("erasures/<int:pk>/decide/", erasures.erasure_decide, name="erasure_decide"),
]
