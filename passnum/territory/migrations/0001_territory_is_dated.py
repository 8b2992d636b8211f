import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Commune",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=5, unique=True, verbose_name="code INSEE")),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="territory.commune",
                        verbose_name="commune de rattachement",
                    ),
                ),
            ],
            options={
                "verbose_name": "commune",
                "verbose_name_plural": "communes",
            },
        ),
        migrations.CreateModel(
            name="CommunePeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="à partir du")),
                ("valid_until", models.DateField(null=True, verbose_name="jusqu'au (inclus)")),
                ("name", models.CharField(max_length=80, verbose_name="nom")),
                ("sort_key", models.CharField(db_collation="C", max_length=80, verbose_name="clé de tri")),
                ("departement", models.CharField(max_length=3, verbose_name="département")),
                ("siren", models.CharField(blank=True, max_length=9, verbose_name="SIREN")),
                (
                    "postal_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=5), size=None, verbose_name="codes postaux"
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="territory.commune"
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="territory.commune",
                        verbose_name="commune qui lui succède",
                    ),
                ),
            ],
            options={
                "verbose_name": "période de commune",
                "verbose_name_plural": "périodes de commune",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Ept",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=3, unique=True, verbose_name="numéro")),
                ("name", models.CharField(max_length=80, verbose_name="nom")),
                ("siren", models.CharField(blank=True, max_length=9, verbose_name="SIREN")),
            ],
            options={
                "verbose_name": "établissement public territorial",
                "verbose_name_plural": "établissements publics territoriaux",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__regex", "^T([1-9]|1[0-2])$")), name="ept_number_is_t1_to_t12"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EptMembership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="à partir du")),
                ("valid_until", models.DateField(null=True, verbose_name="jusqu'au (inclus)")),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="territory.commune"
                    ),
                ),
                (
                    "ept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="territory.ept"
                    ),
                ),
            ],
            options={
                "verbose_name": "appartenance à un EPT",
                "verbose_name_plural": "appartenances à un EPT",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Population",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(verbose_name="à partir du")),
                ("valid_until", models.DateField(null=True, verbose_name="jusqu'au (inclus)")),
                ("inhabitants_count", models.PositiveIntegerField(verbose_name="habitants")),
                ("census_year", models.PositiveSmallIntegerField(verbose_name="millésime")),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="territory.commune"
                    ),
                ),
            ],
            options={
                "verbose_name": "population",
                "verbose_name_plural": "populations",
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="commune",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^([013-9]\\d|2[AB1-9])\\d{3}$")),
                name="commune_code_is_one_of_insee",
                violation_error_message="Un code INSEE a cinq caractères (deux de département, trois chiffres).",
            ),
        ),
        migrations.AddConstraint(
            model_name="commune",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("code__regex", "^751(0[1-9]|1\\d|20)$"), ("parent__isnull", False)),
                    models.Q(
                        models.Q(("code__regex", "^751(0[1-9]|1\\d|20)$"), _negated=True), ("parent__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="commune_arrondissement_has_a_parent",
                violation_error_message="Un arrondissement de Paris se rattache à 75056.",
            ),
        ),
        migrations.AddConstraint(
            model_name="communeperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                ),
                name="communeperiod_dates_are_in_order",
                violation_error_message="La fin ne peut pas venir avant le début.",
            ),
        ),
        migrations.AddConstraint(
            model_name="communeperiod",
            constraint=models.UniqueConstraint(fields=("commune", "valid_from"), name="commune_period_starts_once"),
        ),
        migrations.AddConstraint(
            model_name="communeperiod",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(models.F("commune"), models.F("commune"), models.Value("[]"), function="int8range"),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_until"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="commune_period_never_overlaps",
                violation_error_message="Cette commune a déjà une ligne à ces dates.",
            ),
        ),
        migrations.AddConstraint(
            model_name="communeperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("successor__isnull", True), ("valid_until__isnull", False), _connector="OR"),
                name="commune_period_successor_follows_an_end",
                violation_error_message="Une commune qui dure n'a pas de successeur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="eptmembership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                ),
                name="eptmembership_dates_are_in_order",
                violation_error_message="La fin ne peut pas venir avant le début.",
            ),
        ),
        migrations.AddConstraint(
            model_name="eptmembership",
            constraint=models.UniqueConstraint(fields=("commune", "valid_from"), name="ept_membership_starts_once"),
        ),
        migrations.AddConstraint(
            model_name="eptmembership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(models.F("commune"), models.F("commune"), models.Value("[]"), function="int8range"),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_until"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="ept_membership_never_overlaps",
                violation_error_message="Cette commune a déjà une ligne à ces dates.",
            ),
        ),
        migrations.AddConstraint(
            model_name="population",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                ),
                name="population_dates_are_in_order",
                violation_error_message="La fin ne peut pas venir avant le début.",
            ),
        ),
        migrations.AddConstraint(
            model_name="population",
            constraint=models.UniqueConstraint(fields=("commune", "valid_from"), name="population_starts_once"),
        ),
        migrations.AddConstraint(
            model_name="population",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(models.F("commune"), models.F("commune"), models.Value("[]"), function="int8range"),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_until"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="population_never_overlaps",
                violation_error_message="Cette commune a déjà une ligne à ces dates.",
            ),
        ),
    ]
