"""The pages of this app."""

from django.urls import URLPattern, path

from lantoa.attendance.coverage_urls import coverage_urls
from lantoa.attendance.views import make_ups, reflections, review, rolls, sheets, workbooks

app_name = "attendance"
urlpatterns: list[URLPattern] = [
    path("sites/<int:pk>/roll/", rolls.roll_detail, name="roll_detail"),
    path("sites/<int:pk>/roll/save/", rolls.roll_save, name="roll_save"),
    path("sites/<int:pk>/roll/marks/", rolls.roll_marks, name="roll_marks"),
    path("sites/<int:pk>/roll/news/", rolls.roll_news, name="roll_news"),
    path("sites/<int:pk>/roll/sheet/", sheets.roll_sheet, name="roll_sheet"),
    path("sites/<int:pk>/roll/workbook/", workbooks.roll_workbook, name="roll_workbook"),
    path("sites/<int:pk>/roll/close/", rolls.roll_close, name="roll_close"),
    path("sessions/<int:pk>/missed/", make_ups.missed_list, name="missed_list"),
    path("sessions/<int:pk>/missed/remind/", make_ups.missed_remind, name="missed_remind"),
    path("sessions/<int:pk>/make-up/", make_ups.make_up_new, name="make_up_new"),
    path("rolls/review/", review.review_list, name="review_list"),
    path("rolls/late/<int:pk>/accept/", review.late_accept, name="late_accept"),
    path("rolls/late/<int:pk>/reject/", review.late_reject, name="late_reject"),
    path(
        "rolls/conflicts/<int:session_id>/<int:entry_id>/settle/",
        review.conflict_settle,
        name="conflict_settle",
    ),
    path("campaigns/<int:campaign_id>/reflections/", reflections.reflection_list, name="reflection_list"),
    path("campaigns/<int:campaign_id>/reflections/ask/", reflections.reflection_ask, name="reflection_ask"),
    path("reflections/<int:entry_id>/", reflections.reflection_detail, name="reflection_detail"),
    path("reflections/<int:entry_id>/hand-in/", reflections.reflection_hand_in, name="reflection_hand_in"),
    path("reflections/<int:entry_id>/assess/", reflections.reflection_assess, name="reflection_assess"),
    path("reflections/<int:entry_id>/exempt/", reflections.reflection_exempt, name="reflection_exempt"),
    *coverage_urls,
]
