"""What of the pictures and files a public page shows: these everybody may fetch, and nothing else."""

from functools import cache

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, CharField, ForeignKey, Model, Q, QuerySet
from django.db.models.functions import Cast
from modelcluster.fields import ParentalKey
from wagtail.images.models import AbstractRendition
from wagtail.models import Page, ReferenceIndex


def is_shown(model: type[Model]) -> Q:
    """What of a model a published page uses, or something that is no page and stands on many, such as a site's logo."""
    found = Q(pk__in=used_on(Page.objects.live(), model))
    for user, name in users_of(model):
        found |= Q(pk__in=user._base_manager.filter(**{f"{name}__isnull": False}).values(name))
    return found


def used_on(pages: "QuerySet[Page]", model: type[Model]) -> "QuerySet[ReferenceIndex, int]":
    """The numbers of the objects of a model that some pages use, for `pk__in`.

    Wagtail keeps the references of the page as it was published; those of a draft stand in its revision alone.
    """
    rows = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=pages.annotate(key=Cast("pk", CharField())).values("key"),
        to_content_type=ContentType.objects.get_for_model(model),
    )
    used: QuerySet[ReferenceIndex, int] = rows.annotate(used=Cast("to_object_id", BigIntegerField())).values_list(
        "used", flat=True
    )
    return used


@cache
def users_of(model: type[Model], *, parts: bool = False) -> list[tuple[type[Model], str]]:
    """The models that are neither pages nor (unless `parts`) parts of one and refer to the model, and by which
    field."""
    found = []
    for relation in model._meta.get_fields(include_hidden=True):
        user = relation.related_model
        if not isinstance(getattr(relation, "field", None), ForeignKey) or not isinstance(user, type):
            continue
        is_part = any(isinstance(field, ParentalKey) for field in user._meta.get_fields())
        if relation.auto_created and (parts or not is_part) and not issubclass(user, Page | AbstractRendition):
            found.append((user, relation.field.name))  # type: ignore[union-attr]
    return found
