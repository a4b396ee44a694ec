"""Writes of the catalogue, one verb each."""

from emoit.procedures.actions.beginnings import CodeTaken, begin_blank, begin_copy
from emoit.procedures.actions.drafts import (
    DraftOpen,
    confirm_fact,
    discard_draft,
    import_drafts,
    open_draft,
    save_part,
)
from emoit.procedures.actions.fields import add_field, add_page, change_field, move_field, remove_field, replace_form
from emoit.procedures.actions.publishing import DATA, InvalidProcedure, load_folder, publish
from emoit.procedures.actions.releases import publish_draft, reinstate, republish, withdraw

__all__ = [
    "DATA",
    "CodeTaken",
    "DraftOpen",
    "InvalidProcedure",
    "add_field",
    "add_page",
    "begin_blank",
    "begin_copy",
    "change_field",
    "confirm_fact",
    "discard_draft",
    "import_drafts",
    "load_folder",
    "move_field",
    "open_draft",
    "publish",
    "publish_draft",
    "reinstate",
    "remove_field",
    "replace_form",
    "republish",
    "save_part",
    "withdraw",
]
