"""The pages of coverage."""

from django.urls import URLPattern, path

from lantoa.attendance.views import coverage

coverage_urls: list[URLPattern] = [
    path("campaigns/<int:campaign_id>/coverage/", coverage.coverage_campaign, name="coverage_campaign"),
    path("campaigns/<int:campaign_id>/coverage/<int:unit_id>/", coverage.coverage_unit, name="coverage_unit"),
    path(
        "campaigns/<int:campaign_id>/coverage/<int:unit_id>/persons/<int:entry_id>/",
        coverage.coverage_marks,
        name="coverage_marks",
    ),
]
