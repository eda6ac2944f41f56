"""The pages of this app."""

from django.urls import URLPattern, path

from lantoa.materials.views import item, library, shared

app_name = "materials"
urlpatterns: list[URLPattern] = [
    path("materials/", library.material_list, name="material_list"),
    path("materials/new/", library.material_create, name="material_create"),
    path("materials/<int:pk>/", item.material_detail, name="material_detail"),
    path("materials/<int:pk>/change/", library.material_change, name="material_change"),
    path("materials/<int:pk>/versions/", item.version_write, name="version_write"),
    path("materials/<int:pk>/withdraw/", item.material_withdraw, name="material_withdraw"),
    path("materials/<int:pk>/links/", item.link_make, name="link_make"),
    path("materials/<int:pk>/ledger/", item.publication_record, name="publication_record"),
    path("materials/versions/<int:pk>/accept/", item.version_accept, name="version_accept"),
    path("materials/versions/<int:pk>/return/", item.version_return, name="version_return"),
    path("materials/versions/<int:pk>/file/", item.version_fetch, name="version_fetch"),
    path("materials/links/<int:pk>/revoke/", item.link_revoke, name="link_revoke"),
    path("materials/ledger/<int:pk>/correct/", item.publication_correct, name="publication_correct"),
    path("s/<str:secret>/", shared.shared, name="shared"),
    path("s/<str:secret>/file/", shared.shared_fetch, name="shared_fetch"),
]
