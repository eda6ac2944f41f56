"""Cards of records that went into another one, however many times: they stay good for the record that is kept."""

from collections.abc import Collection

from django.db import connection

_HOLDERS = """
WITH RECURSIVE holder (number, is_replaced, person_id) AS (
  SELECT number, replaced_at IS NOT NULL, person_id FROM rollcall_card WHERE number = ANY(%s)
  UNION
  SELECT holder.number, holder.is_replaced, merge.kept_id
  FROM holder JOIN organizations_personmerge merge ON merge.merged_id = holder.person_id AND merge.undone_at IS NULL
)
SELECT entry.id, holder.number, holder.is_replaced
FROM holder JOIN plans_summonsentry entry ON entry.person_id = holder.person_id
WHERE entry.id = ANY(%s)
"""
_OTHERS = """
WITH RECURSIVE part (person_id, kept_id) AS (
  SELECT merged_id, kept_id FROM organizations_personmerge WHERE kept_id = ANY(%s) AND undone_at IS NULL
  UNION
  SELECT merge.merged_id, part.kept_id
  FROM part JOIN organizations_personmerge merge ON merge.kept_id = part.person_id AND merge.undone_at IS NULL
)
SELECT part.kept_id, card.number
FROM part JOIN rollcall_card card ON card.person_id = part.person_id AND card.replaced_at IS NULL
ORDER BY part.kept_id, card.number
"""


def holders_among(entry_ids: Collection[int], numbers: Collection[str]) -> dict[tuple[int, str], bool]:
    """By entry and number, those of the cards that are the entry's person's, and whether each was replaced (one
    query)."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, [list(numbers), list(entry_ids)])
        return {(entry, number): replaced for entry, number, replaced in cursor.fetchall()}


def other_numbers(person_ids: Collection[int]) -> list[tuple[int, str]]:
    """The good cards, beside their own, of those into whose records others went (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, [list(person_ids)])
        return [(person, number) for person, number in cursor.fetchall()]
