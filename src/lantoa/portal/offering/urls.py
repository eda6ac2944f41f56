"""The addresses by which figures are given out and followed back."""

from django.urls import URLPattern, path

from lantoa.portal.offering import views

urlpatterns: list[URLPattern] = [
    path("portal/figures/campaigns/<int:campaign_id>/<int:unit_id>/", views.offer_campaign, name="offer_campaign"),
    path("portal/figures/sessions/<int:session_id>/", views.offer_session, name="offer_session"),
    path("portal/figures/<int:pk>/", views.figures_detail, name="figures_detail"),
]
