"""A column of lexemes, and the question whether it meets a query."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Lookup
from django.db.models.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    LexemesBase = Field[Iterable[str], str]
    MeetsBase = Lookup[bool]
else:
    LexemesBase, MeetsBase = Field, Lookup


class LexemesField(LexemesBase):
    """A `tsvector` of lexemes that Python made; no parser or dictionary of the database has a say."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """The column's type."""
        return "tsvector"

    def get_prep_value(self, value: Any) -> Any:
        """The lexemes in one text, for no lexeme holds a blank."""
        return " ".join(value)

    def get_placeholder(self, value: Any, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> str:
        """How the text is written: sorted and without repetitions, as the type wants it."""
        return "array_to_tsvector(string_to_array(%s, ' '))"


@LexemesField.register_lookup
class Meets(MeetsBase):
    """`vector__meets="'nghi' & 'quyet'"`: the row has the lexemes that a `tsquery` asks for."""

    lookup_name = "meets"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """The condition and its parameters."""
        left, left_parameters = self.process_lhs(compiler, connection)
        right, right_parameters = self.process_rhs(compiler, connection)
        return f"{left} @@ {right}::tsquery", (*left_parameters, *right_parameters)
