from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("vouchers", "0002_status_follows_its_movement"),
    ]

    operations = [
        migrations.AddField(
            model_name="wave",
            name="issuer_address",
            field=models.CharField(
                blank=True, default="", max_length=120, verbose_name="adresse du fournisseur, imprimée"
            ),
        ),
        migrations.AddConstraint(
            model_name="wave",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("profile", "CAP"), _negated=True),
                    ("status", "DRAFT"),
                    ("issuer_address__regex", "\\S"),
                    _connector="OR",
                ),
                name="wave_cap_opens_with_its_issuers_address",
                violation_error_message="Un chèque d’accompagnement personnalisé porte l’adresse de son émetteur.",
            ),
        ),
    ]
