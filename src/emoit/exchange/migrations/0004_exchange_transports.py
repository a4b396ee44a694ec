"""Partners may also be reached by SOAP 1.1 and AS4; certificates may be for AS4."""

from django.db import migrations, models
from django.db.models import Q

VALUES = {
    "partner_transport": ("partner", "transport", ["https", "soap", "as4"]),
    "partner_format": ("partner", "format", ["json", "xml", "as4"]),
    "certificate_use": ("certificate", "use", ["sign", "tls", "as4"]),
}


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_exchange_find")]
    operations = [
        operation
        for name, (model, field, values) in VALUES.items()
        for operation in (
            migrations.RemoveConstraint(model_name=model, name=f"exchange_{name}"),
            migrations.AddConstraint(
                model_name=model,
                constraint=models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=f"exchange_{name}"),
            ),
        )
    ]
