"""The documents that can be made, the data of each, and what comes back.

Every value is a str, int, `date`, aware `datetime`, list or one of the small dictionaries here. Texts are plain: a line
feed starts a new line, nothing else has a meaning. An empty string leaves the line out where the form allows it.
"""

from emoit.printing.types.pieces import Applicant, Contact, Document, Fact, Letterhead, Paper, Reason, Signatory
from emoit.printing.types.results import (
    CertificateOfOriginData,
    Chemical,
    ChemicalDeclarationData,
    ImportedGoods,
    ImportLicenceData,
    LicenceData,
    MarketedGoods,
    MultilevelMarketingData,
    OriginItem,
    PromotionConfirmationData,
    RefusalLetterData,
    RepresentativeOfficeData,
)
from emoit.printing.types.slips import (
    ApologyData,
    ControlSlipData,
    ControlStep,
    InspectionNoticeData,
    IntakeRefusalData,
    ReceiptData,
    RegisterData,
    RegisterRow,
    StopNoticeData,
    SupplementData,
    SupplementRequest,
    TeamMember,
)
from emoit.printing.types.templates import TEMPLATES, Box, Rendered, Template, TemplateDataError

__all__ = [
    "TEMPLATES",
    "ApologyData",
    "Applicant",
    "Box",
    "CertificateOfOriginData",
    "Chemical",
    "ChemicalDeclarationData",
    "Contact",
    "ControlSlipData",
    "ControlStep",
    "Document",
    "Fact",
    "ImportLicenceData",
    "ImportedGoods",
    "InspectionNoticeData",
    "IntakeRefusalData",
    "Letterhead",
    "LicenceData",
    "MarketedGoods",
    "MultilevelMarketingData",
    "OriginItem",
    "Paper",
    "PromotionConfirmationData",
    "Reason",
    "ReceiptData",
    "RefusalLetterData",
    "RegisterData",
    "RegisterRow",
    "Rendered",
    "RepresentativeOfficeData",
    "Signatory",
    "StopNoticeData",
    "SupplementData",
    "SupplementRequest",
    "TeamMember",
    "Template",
    "TemplateDataError",
]
