"""The pages of this app."""

from django.urls import URLPattern, path, register_converter

from lantoa.plans.converters import FileKindConverter, ItemKindConverter, PlanStepConverter
from lantoa.plans.views import (
    audience,
    campaigns,
    cascade,
    charges,
    contents,
    deadlines,
    numbering,
    plans,
    progress,
    summons,
    workflow,
)

register_converter(FileKindConverter, "file_kind")
register_converter(ItemKindConverter, "item_kind")
register_converter(PlanStepConverter, "plan_step")

app_name = "plans"

campaign_pages: list[URLPattern] = [
    path("campaigns/", campaigns.campaign_list, name="campaign_list"),
    path("campaigns/new/", campaigns.campaign_create, name="campaign_create"),
    path("campaigns/<int:campaign_id>/", campaigns.campaign_detail, name="campaign_detail"),
    path("campaigns/<int:campaign_id>/change/", campaigns.campaign_change, name="campaign_change"),
    path("campaigns/<int:campaign_id>/start/", campaigns.campaign_start, name="campaign_start"),
    path("campaigns/<int:campaign_id>/open/", campaigns.campaign_open, name="campaign_open"),
    path("campaigns/<int:campaign_id>/exceptions/", audience.exception_add, name="exception_add"),
    path(
        "campaigns/<int:campaign_id>/exceptions/<int:exception_id>/withdraw/",
        audience.exception_withdraw,
        name="exception_withdraw",
    ),
    path("campaigns/<int:campaign_id>/finish/", campaigns.campaign_finish, name="campaign_finish"),
    path("campaigns/<int:campaign_id>/units/", cascade.cascade, name="cascade"),
    path("campaigns/<int:campaign_id>/units/<int:unit_id>/charge/", charges.charge_name, name="charge_name"),
    path("campaigns/<int:campaign_id>/deadlines/", deadlines.deadline_move, name="deadline_move"),
]

summons_pages: list[URLPattern] = [
    path("campaigns/<int:campaign_id>/summons/", summons.summons_list, name="summons_list"),
    path("campaigns/<int:campaign_id>/summons/<int:unit_id>/", summons.summons_unit, name="summons_unit"),
    path("campaigns/<int:campaign_id>/summons/<int:unit_id>/new/", summons.summons_create, name="summons_create"),
    path("campaigns/<int:campaign_id>/summons/<int:unit_id>/export/", summons.summons_export, name="summons_export"),
    path("summons/<int:summons_id>/", summons.summons_detail, name="summons_detail"),
    path("summons/<int:summons_id>/letter.<file_kind:kind>", summons.summons_letter, name="summons_letter"),
    path("summons/<int:summons_id>/add/", summons.summons_add, name="summons_add"),
    path("summons/entries/<int:entry_id>/remove/", summons.summons_remove, name="summons_remove"),
]

plan_pages: list[URLPattern] = [
    path("units/<int:unit_id>/numbers/", numbering.number_patterns, name="number_patterns"),
    path("campaigns/<int:campaign_id>/plans/", plans.plan_list, name="plan_list"),
    path("plans/<int:pk>/", plans.plan_detail, name="plan_detail"),
    path("plans/<int:pk>/plan.<file_kind:kind>", plans.plan_document, name="plan_document"),
    path("plans/<int:pk>/difference/", plans.plan_difference, name="plan_difference"),
    path("plans/<int:pk>/edit/", contents.plan_edit, name="plan_edit"),
    path("plans/<int:pk>/contents/", contents.plan_contents, name="plan_contents"),
    path("plans/<int:pk>/inherit/", contents.plan_inherit, name="plan_inherit"),
    path("plans/<int:pk>/results/", progress.plan_results, name="plan_results"),
    path("plans/<int:pk>/readings/", progress.reading_add, name="reading_add"),
    path("plans/<int:pk>/evidence/", progress.evidence_add, name="evidence_add"),
    path("plans/<int:pk>/annexes/", progress.annex_add, name="annex_add"),
    path("plans/<int:pk>/annexes/<int:file_pk>/remove/", progress.annex_remove, name="annex_remove"),
    path("plans/<int:pk>/<item_kind:kind>/add/", contents.item_add, name="item_add"),
    path("plans/<int:pk>/<item_kind:kind>/<int:item_pk>/edit/", contents.item_edit, name="item_edit"),
    path("plans/<int:pk>/<item_kind:kind>/<int:item_pk>/remove/", contents.item_remove, name="item_remove"),
    path("plans/<int:pk>/<item_kind:kind>/<int:item_pk>/restore/", contents.item_restore, name="item_restore"),
    path("plans/<int:pk>/<item_kind:kind>/<int:item_pk>/move/", contents.item_move, name="item_move"),
    path("plans/<int:pk>/steps/<plan_step:step>/", workflow.plan_step, name="plan_step"),
]

urlpatterns: list[URLPattern] = [*campaign_pages, *summons_pages, *plan_pages]
