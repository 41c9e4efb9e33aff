"""The one declaration of every field; forms, checks, files, index, CSV and API derive from it."""

from lessons.domain.schema.check import check, too_long
from lessons.domain.schema.fields import Field, Seen, Shape, Type, Weigh
from lessons.domain.schema.shapes import SHAPES
from lessons.domain.schema.values import NotOfType, to_value, to_words

__all__ = [
    "FACETS", "SHAPES", "Field", "NotOfType", "Seen", "Shape", "Type", "Weigh", "check",
    "to_value", "to_words", "too_long",
]  # fmt: skip

# Facet fields over all kinds, by search parameter; `year` is derived from the date a record is about.
FACETS: dict[str, Field] = {
    field.param: field for shape in SHAPES.values() for field in shape.facets
}
