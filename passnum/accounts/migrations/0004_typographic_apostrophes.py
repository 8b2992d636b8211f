from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_names_say_after_which_line"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="apitoken",
            options={"verbose_name": "jeton d’API", "verbose_name_plural": "jetons d’API"},
        ),
        migrations.AlterModelOptions(
            name="organisationname",
            options={"verbose_name": "nom d’organisation", "verbose_name_plural": "noms d’organisation"},
        ),
        migrations.AlterField(
            model_name="apitoken",
            name="role",
            field=models.CharField(
                choices=[
                    ("ISSUER", "Fournisseur des chèques"),
                    ("FUNDER", "Agent d’un financeur"),
                    ("DISTRIBUTOR", "Agent d’un distributeur (CCAS)"),
                    ("MEDIATOR", "Médiatrice ou médiateur"),
                    ("SITE_MANAGER", "Responsable de lieu"),
                    ("PILOT", "Pilote (Métropole)"),
                    ("EVALUATOR", "Évaluatrice ou évaluateur"),
                    ("LABEL_OFFICER", "Chargé·e de labellisation"),
                    ("FINANCE", "Agent des finances"),
                    ("AUDITOR", "Auditrice ou auditeur"),
                ],
                max_length=20,
                verbose_name="rôle",
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("ISSUER", "Fournisseur des chèques"),
                    ("FUNDER", "Agent d’un financeur"),
                    ("DISTRIBUTOR", "Agent d’un distributeur (CCAS)"),
                    ("MEDIATOR", "Médiatrice ou médiateur"),
                    ("SITE_MANAGER", "Responsable de lieu"),
                    ("PILOT", "Pilote (Métropole)"),
                    ("EVALUATOR", "Évaluatrice ou évaluateur"),
                    ("LABEL_OFFICER", "Chargé·e de labellisation"),
                    ("FINANCE", "Agent des finances"),
                    ("AUDITOR", "Auditrice ou auditeur"),
                ],
                max_length=20,
                verbose_name="rôle",
            ),
        ),
    ]
