"""The pages of this app."""

from django.urls import URLPattern, path

from lantoa.organizations.views import (
    access,
    appointments,
    counterparts,
    event_placing,
    import_choices,
    imports,
    merges,
    persons,
    sight,
    terms,
    transfers,
    unit_events,
    unit_tree,
    units,
)

app_name = "organizations"

UNITS: list[URLPattern] = [
    path("units/", unit_tree.unit_list, name="unit_list"),
    path("units/<int:pk>/", units.unit_detail, name="unit_detail"),
    path("units/<int:pk>/counterparts/", counterparts.unit_counterparts, name="unit_counterparts"),
    path("units/<int:pk>/new/", units.unit_create, name="unit_create"),
    path("units/<int:pk>/edit/", units.unit_edit, name="unit_edit"),
    path("units/<int:pk>/rename/", units.unit_rename, name="unit_rename"),
    path("units/<int:pk>/sight/", sight.unit_sight, name="unit_sight"),
    path("units/<int:pk>/events/", unit_events.unit_events, name="unit_events"),
    path("units/<int:pk>/transfer/", unit_events.unit_transfer, name="unit_transfer"),
    path("units/<int:pk>/merge/", unit_events.unit_merge, name="unit_merge"),
    path("units/<int:pk>/split/", unit_events.unit_split, name="unit_split"),
    path("units/<int:pk>/dissolve/", unit_events.unit_dissolve, name="unit_dissolve"),
    path("unit-events/<int:pk>/", unit_events.event_preview, name="event_preview"),
    path("unit-events/<int:pk>/placing/", event_placing.event_placing, name="event_placing"),
    path("unit-events/<int:pk>/people/", event_placing.event_people, name="event_people"),
    path("unit-events/<int:pk>/apply/", unit_events.event_apply, name="event_apply"),
    path("unit-events/<int:pk>/give-up/", unit_events.event_give_up, name="event_give_up"),
    path("units/<int:pk>/appointments/", appointments.appointment_list, name="appointment_list"),
    path("units/<int:pk>/appointments/new/", appointments.appointment_create, name="appointment_create"),
    path("units/<int:pk>/appointments/ending/", terms.appointment_ending, name="appointment_ending"),
    path("appointments/<int:pk>/renew/", terms.appointment_renew, name="appointment_renew"),
    path("appointments/<int:pk>/end/", appointments.appointment_end, name="appointment_end"),
    path("appointments/<int:pk>/account/", appointments.account_open, name="account_open"),
    path("appointments/<int:pk>/account/renew/", appointments.account_renew, name="account_renew"),
    path("appointments/<int:pk>/account/close/", appointments.account_close, name="account_close"),
    path("appointments/<int:pk>/account/sign-out/", appointments.account_sign_out, name="account_sign_out"),
    path("appointments/<int:pk>/account/reset-factor/", appointments.account_reset_factor, name="account_reset_factor"),
    path("appointments/<int:pk>/account/reopen/", appointments.account_reopen, name="account_reopen"),
]

PERSONS: list[URLPattern] = [
    path("units/<int:unit>/persons/", persons.person_list, name="person_list"),
    path("units/<int:unit>/persons/new/", persons.person_create, name="person_create"),
    path("units/<int:unit>/persons/export/", persons.person_export, name="person_export"),
    path("persons/<int:pk>/", persons.person_detail, name="person_detail"),
    path("persons/<int:pk>/edit/", persons.person_edit, name="person_edit"),
    path("persons/<int:person>/exemptions/new/", persons.exemption_create, name="exemption_create"),
    path("units/<int:unit>/duplicates/", merges.duplicate_list, name="duplicate_list"),
    path("persons/<int:person>/merge/<int:other>/", merges.merge_create, name="merge_create"),
    path("merges/<int:pk>/undo/", merges.merge_undo, name="merge_undo"),
    path("persons/<int:person>/transfer/", transfers.transfer_create, name="transfer_create"),
    path("units/<int:unit>/transfers/", transfers.transfer_list, name="transfer_list"),
    path("transfers/<int:pk>/accept/", transfers.transfer_accept, name="transfer_accept"),
    path("transfers/<int:pk>/refuse/", transfers.transfer_refuse, name="transfer_refuse"),
    path("transfers/<int:pk>/withdraw/", transfers.transfer_withdraw, name="transfer_withdraw"),
    path("stays/<int:pk>/end/", transfers.stay_end, name="stay_end"),
    path("exemptions/<int:pk>/end/", persons.exemption_end, name="exemption_end"),
    path("units/<int:unit>/imports/new/", imports.import_create, name="import_create"),
    path("imports/template/", imports.import_template, name="import_template"),
    path("imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path("imports/<int:pk>/rows/<int:number>/", imports.import_decide, name="import_decide"),
    path("imports/<int:pk>/rows/", imports.import_decide_many, name="import_decide_many"),
    path("imports/<int:pk>/columns/", import_choices.import_columns, name="import_columns"),
    path("imports/<int:pk>/sheet/", import_choices.import_sheet, name="import_sheet"),
    path("imports/<int:pk>/cells/", import_choices.import_units, name="import_units"),
    path("imports/<int:pk>/errors/", imports.import_errors, name="import_errors"),
    path("imports/<int:pk>/apply/", imports.import_apply, name="import_apply"),
    path("imports/<int:pk>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<int:pk>/cancel/", imports.import_cancel, name="import_cancel"),
]

ACCESS: list[URLPattern] = [
    path("access/", access.access_rules, name="access_rules"),
]

urlpatterns = [*UNITS, *PERSONS, *ACCESS]
