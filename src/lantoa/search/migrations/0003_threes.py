"""The sums of three words in a row and the quarter among the words of each entry, so that less is read for a phrase."""

from typing import ClassVar

from django.db import migrations

_ADD = """
UPDATE search_searchentry SET vector = array_to_tsvector(
    tsvector_to_array(vector) || to_char(day, '"@"FMYYYY"q"Q') || (
        SELECT CASE
            WHEN 6 * count(*) + (SELECT sum(octet_length(lexeme)) FROM unnest(vector) AS known) <= 900000
            THEN array_agg(three)
            ELSE '{+}'
        END
        FROM (
            SELECT DISTINCT
                '+' || left(encode(sha256(convert_to(concat_ws('_', first, second, third), 'UTF8')), 'hex'), 5) AS three
            FROM (
                SELECT word AS first, lead(word) OVER following AS second, lead(word, 2) OVER following AS third
                FROM string_to_table(folded, E'\\n') WITH ORDINALITY AS lines (words, line),
                    string_to_table(btrim(words), ' ') WITH ORDINALITY AS parts (word, place)
                WINDOW following AS (PARTITION BY line ORDER BY place)
            ) AS rows
            WHERE third IS NOT NULL
        ) AS sums
    )
)
"""
_TAKE_AWAY = """
UPDATE search_searchentry SET vector = array_to_tsvector(ARRAY(
    SELECT lexeme FROM unnest(vector) AS known WHERE lexeme !~ '^([+]|@[0-9]+q)'
))
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("search", "0002_years")]
    operations: ClassVar = [
        # Ten times as fast as to keep the index while every entry changes. The next migration makes it again: in the
        # transaction of this one it would hold the rows as they were, too, and answer in three times the time.
        migrations.RemoveIndex(model_name="searchentry", name="search_entry_words"),
        migrations.RunSQL(_ADD, _TAKE_AWAY),
    ]
