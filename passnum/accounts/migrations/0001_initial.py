import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="adresse électronique")),
                ("full_name", models.CharField(max_length=150, verbose_name="nom")),
                ("is_active", models.BooleanField(default=True, verbose_name="actif")),
                ("created_at", models.DateTimeField(verbose_name="créé le")),
            ],
            options={
                "verbose_name": "personne",
                "verbose_name_plural": "personnes",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="user_email_is_lower_case",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("METROPOLE", "Métropole"),
                            ("COMMUNE", "Mairie"),
                            ("DEPARTEMENT", "Département"),
                            ("ENTREPRISE", "Entreprise"),
                            ("CAF", "CAF"),
                            ("CCAS", "CCAS"),
                            ("ETAT", "État"),
                            ("ASSOCIATION", "Association"),
                            ("OTHER", "Autre"),
                        ],
                        max_length=12,
                        verbose_name="nature",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="nom")),
                ("siret", models.CharField(blank=True, max_length=14, verbose_name="SIRET")),
                ("commune_code", models.CharField(blank=True, max_length=5, verbose_name="commune (code INSEE)")),
                ("created_at", models.DateTimeField(verbose_name="créée le")),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relays",
                        to="accounts.organisation",
                        verbose_name="distributeur de rattachement",
                    ),
                ),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("ISSUER", "Fournisseur des chèques"),
                            ("FUNDER", "Agent d'un financeur"),
                            ("DISTRIBUTOR", "Agent d'un distributeur (CCAS)"),
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
                ("created_at", models.DateTimeField(verbose_name="créée le")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="finie le")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "rattachement",
                "verbose_name_plural": "rattachements",
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "by_kind",
                    models.CharField(
                        choices=[
                            ("USER", "Personne"),
                            ("DEVICE", "Appareil"),
                            ("TOKEN", "Jeton d'API"),
                            ("SYSTEM", "Système"),
                        ],
                        max_length=8,
                        verbose_name="acteur",
                    ),
                ),
                ("by_id", models.UUIDField(null=True, verbose_name="identifiant de l'acteur")),
                ("by_organisation", models.UUIDField(null=True, verbose_name="organisation de l'acteur")),
                ("by_role", models.CharField(blank=True, max_length=20, verbose_name="rôle de l'acteur")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                ("name", models.CharField(max_length=80, verbose_name="nom")),
                ("digest", models.BinaryField(max_length=32, unique=True, verbose_name="empreinte")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("ISSUER", "Fournisseur des chèques"),
                            ("FUNDER", "Agent d'un financeur"),
                            ("DISTRIBUTOR", "Agent d'un distributeur (CCAS)"),
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
                ("created_at", models.DateTimeField(verbose_name="créé le")),
                ("expires_at", models.DateTimeField(verbose_name="expire le")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="révoqué le")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to="accounts.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "jeton d'API",
                "verbose_name_plural": "jetons d'API",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OrganisationName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="nom")),
                ("commune_code", models.CharField(blank=True, max_length=5, verbose_name="commune (code INSEE)")),
                ("starts_on", models.DateField(verbose_name="à partir du")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="names", to="accounts.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "nom d'organisation",
                "verbose_name_plural": "noms d'organisation",
            },
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("siret", ""), ("siret__regex", "^\\d{14}$"), _connector="OR"),
                name="organisation_siret_has_14_digits",
                violation_error_message="Un SIRET a 14 chiffres.",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("siret", ""), _negated=True),
                fields=("siret", "kind"),
                name="organisation_siret_is_unique_per_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("user", "organisation", "role"),
                name="membership_is_held_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "ISSUER",
                            "FUNDER",
                            "DISTRIBUTOR",
                            "MEDIATOR",
                            "SITE_MANAGER",
                            "PILOT",
                            "EVALUATOR",
                            "LABEL_OFFICER",
                            "FINANCE",
                            "AUDITOR",
                        ],
                    )
                ),
                name="membership_role_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="apitoken_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("created_at"))), name="token_expires_after_creation"
            ),
        ),
        migrations.AddIndex(
            model_name="organisationname",
            index=models.Index(fields=["organisation", "starts_on", "recorded_at"], name="organisation_name_as_of"),
        ),
    ]
