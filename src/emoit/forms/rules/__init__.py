"""The rules of forms: what a form may contain, and how its conditions and cross-field rules are judged."""

from emoit.forms.rules.checking import check_form
from emoit.forms.rules.identifiers import is_cas_number, is_tax_code

__all__ = ["check_form", "is_cas_number", "is_tax_code"]
