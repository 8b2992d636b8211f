import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("vouchers", "0002_status_follows_its_movement"),
    ]

    operations = [
        migrations.CreateModel(
            name="Redemption",
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
                ("commune_code", models.CharField(max_length=5, verbose_name="commune du lieu")),
                (
                    "type",
                    models.CharField(
                        choices=[("individuel", "Accompagnement individuel"), ("collectif", "Atelier collectif")],
                        max_length=10,
                        verbose_name="type",
                    ),
                ),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="durée réelle (minutes)")),
                (
                    "extra_paid_cents",
                    models.PositiveIntegerField(default=0, verbose_name="reste payé par la personne (centimes)"),
                ),
                ("is_offline", models.BooleanField(default=False, verbose_name="hors ligne")),
                ("is_late_entry", models.BooleanField(default=False, verbose_name="saisie différée")),
                ("device_at", models.DateTimeField(null=True, verbose_name="heure de l'appareil")),
                ("happened_at", models.DateTimeField(verbose_name="advenue le")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistrée le")),
                ("key", models.UUIDField(unique=True, verbose_name="clé d'idempotence")),
            ],
            options={
                "verbose_name": "utilisation",
                "verbose_name_plural": "utilisations",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ActRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "place_type",
                    models.CharField(
                        choices=[
                            ("lieu_activite", "Au lieu de médiation"),
                            ("domicile", "À domicile"),
                            ("a_distance", "À distance"),
                            ("autre", "Autre lieu"),
                        ],
                        max_length=14,
                        verbose_name="type de lieu",
                    ),
                ),
                (
                    "themes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("diagnostic_numerique", "Diagnostic numérique"),
                                ("prendre_en_main_du_materiel", "Prendre en main du matériel"),
                                ("maintenance_de_materiel", "Maintenance de matériel"),
                                ("gere_ses_contenus_numeriques", "Gérer ses contenus numériques"),
                                ("navigation_sur_internet", "Navigation sur internet"),
                                ("email", "E-mail"),
                                ("bureautique", "Bureautique"),
                                ("reseaux_sociaux", "Réseaux sociaux"),
                                ("sante", "Santé"),
                                ("banque_et_achats_en_ligne", "Banque et achats en ligne"),
                                ("entrepreneuriat", "Entrepreneuriat"),
                                ("insertion_professionnelle", "Insertion professionnelle"),
                                ("securite_numerique", "Sécurité numérique"),
                                ("parentalite", "Parentalité"),
                                ("scolarite_et_numerique", "Scolarité et numérique"),
                                ("creer_avec_le_numerique", "Créer avec le numérique"),
                                ("culture_numerique", "Culture numérique"),
                                ("intelligence_artificielle", "Intelligence artificielle"),
                                ("aide_aux_demarches_administratives", "Aide aux démarches administratives"),
                            ],
                            max_length=40,
                        ),
                        default=list,
                        size=None,
                        verbose_name="thématiques",
                    ),
                ),
                (
                    "equipment",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("ordinateur", "Ordinateur"),
                                ("telephone", "Téléphone"),
                                ("tablette", "Tablette"),
                                ("autre", "Autre"),
                                ("aucun", "Aucun"),
                            ],
                            max_length=12,
                        ),
                        default=list,
                        size=None,
                        verbose_name="matériel",
                    ),
                ),
                ("autonomy", models.CharField(blank=True, max_length=24, verbose_name="autonomie")),
                ("is_first", models.BooleanField(null=True, verbose_name="premier accompagnement")),
                (
                    "redemption",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="record", to="mediation.redemption"
                    ),
                ),
            ],
            options={
                "verbose_name": "compte rendu d'activité",
                "verbose_name_plural": "comptes rendus d'activité",
            },
        ),
        migrations.CreateModel(
            name="RedemptionLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mask", models.PositiveSmallIntegerField(verbose_name="positions")),
                ("tickets_count", models.PositiveSmallIntegerField(verbose_name="tickets")),
                ("price_cents", models.PositiveIntegerField(verbose_name="prix d'un ticket (centimes)")),
                (
                    "booklet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemption_lines",
                        to="vouchers.booklet",
                    ),
                ),
                (
                    "distributor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                    ),
                ),
                (
                    "funder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                    ),
                ),
                (
                    "movement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemption_lines",
                        to="vouchers.movement",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemption_lines",
                        to="vouchers.order",
                    ),
                ),
                (
                    "redemption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="mediation.redemption"
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="redemption_lines", to="vouchers.wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne d'utilisation",
                "verbose_name_plural": "lignes d'utilisation",
            },
        ),
        migrations.CreateModel(
            name="OwedDecision",
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
                ("rank", models.PositiveSmallIntegerField(verbose_name="rang")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("RECORD", "Enregistrement"),
                            ("CONFIRM", "Confirmation de la remise"),
                            ("SILENCE", "Silence du distributeur"),
                            ("DENY", "Démenti de la remise"),
                            ("SETTLE", "Décision d'un agent des finances"),
                            ("UNDO", "Annulation"),
                        ],
                        max_length=8,
                        verbose_name="acte",
                    ),
                ),
                (
                    "owed",
                    models.CharField(
                        choices=[
                            ("PAYABLE", "À payer"),
                            ("PENDING_CONFIRMATION", "En attente de confirmation"),
                            ("CONTESTED", "Contesté"),
                            ("REFUSED", "Refusé"),
                            ("UNDONE", "Annulé"),
                        ],
                        max_length=20,
                        verbose_name="dû",
                    ),
                ),
                ("reason", models.CharField(max_length=40, verbose_name="motif")),
                ("happened_at", models.DateTimeField(verbose_name="advenue le")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistrée le")),
                (
                    "movement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owed_decisions",
                        to="vouchers.movement",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="mediation.redemptionline",
                    ),
                ),
            ],
            options={
                "verbose_name": "décision sur le dû",
                "verbose_name_plural": "décisions sur le dû",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                (
                    "theme",
                    models.CharField(
                        choices=[
                            ("Aide aux démarches administratives", "Aide aux démarches administratives"),
                            (
                                "Maîtrise des outils numériques du quotidien",
                                "Maîtrise des outils numériques du quotidien",
                            ),
                            (
                                "Insertion professionnelle via le numérique",
                                "Insertion professionnelle via le numérique",
                            ),
                            ("Utilisation sécurisée du numérique", "Utilisation sécurisée du numérique"),
                            (
                                "Parentalité et éducation avec le numérique",
                                "Parentalité et éducation avec le numérique",
                            ),
                            ("Loisirs et créations numériques", "Loisirs et créations numériques"),
                            ("Compréhension du monde numérique", "Compréhension du monde numérique"),
                            ("Accès internet et matériel informatique", "Accès internet et matériel informatique"),
                            (
                                "Acquisition de matériel informatique à prix solidaire",
                                "Acquisition de matériel informatique à prix solidaire",
                            ),
                        ],
                        max_length=60,
                        verbose_name="thème national",
                    ),
                ),
                ("labelling_body", models.CharField(default="La MedNum", max_length=80, verbose_name="labellisé par")),
                ("label_reference", models.CharField(max_length=40, verbose_name="référence du label")),
                ("starts_on", models.DateField(verbose_name="à partir du")),
                ("ends_on", models.DateField(null=True, verbose_name="jusqu'au")),
            ],
            options={
                "verbose_name": "service",
                "verbose_name_plural": "services",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="service_dates_are_in_order",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="redemption",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="redemptions", to="mediation.service"
            ),
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                ("source", models.CharField(max_length=120, verbose_name="structure qui a collecté la donnée")),
                ("source_id", models.CharField(max_length=120, verbose_name="identifiant chez cette structure")),
                ("pivot", models.CharField(blank=True, max_length=14, verbose_name="SIRET ou RNA")),
                ("name", models.CharField(max_length=200, verbose_name="nom")),
                ("commune_code", models.CharField(max_length=5, verbose_name="commune (code INSEE)")),
                (
                    "arrondissement_code",
                    models.CharField(blank=True, max_length=5, verbose_name="arrondissement de Paris (code INSEE)"),
                ),
                ("postal_code", models.CharField(max_length=5, verbose_name="code postal")),
                ("address", models.CharField(max_length=255, verbose_name="adresse")),
                (
                    "address_complement",
                    models.CharField(blank=True, max_length=255, verbose_name="complément d'adresse"),
                ),
                (
                    "latitude",
                    models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name="latitude (WGS84)"),
                ),
                (
                    "longitude",
                    models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name="longitude (WGS84)"),
                ),
                (
                    "typologies",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None, verbose_name="typologies"
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=16, verbose_name="téléphone")),
                (
                    "emails",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=254), default=list, size=None, verbose_name="courriels"
                    ),
                ),
                (
                    "websites",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=500), default=list, size=None, verbose_name="sites web"
                    ),
                ),
                (
                    "opening_hours",
                    models.CharField(blank=True, max_length=1000, verbose_name="horaires (notation d'OpenStreetMap)"),
                ),
                ("summary", models.CharField(blank=True, max_length=280, verbose_name="présentation")),
                ("description", models.TextField(blank=True, max_length=5000, verbose_name="présentation détaillée")),
                (
                    "itinerances",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None, verbose_name="itinérance"
                    ),
                ),
                ("parent_structure", models.CharField(blank=True, max_length=200, verbose_name="structure parente")),
                ("updated_on", models.DateField(null=True, verbose_name="mis à jour le")),
                (
                    "services",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None, verbose_name="services"
                    ),
                ),
                (
                    "publics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80),
                        default=list,
                        size=None,
                        verbose_name="publics spécifiquement adressés",
                    ),
                ),
                (
                    "specific_care",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80),
                        default=list,
                        size=None,
                        verbose_name="prise en charge spécifique",
                    ),
                ),
                (
                    "fees",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80),
                        default=list,
                        size=None,
                        verbose_name="frais à charge",
                    ),
                ),
                (
                    "national_programmes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80),
                        default=list,
                        size=None,
                        verbose_name="dispositifs et programmes nationaux",
                    ),
                ),
                (
                    "trainings_labels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80),
                        default=list,
                        size=None,
                        verbose_name="formations et labels",
                    ),
                ),
                (
                    "other_trainings_labels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        default=list,
                        size=None,
                        verbose_name="autres formations et labels",
                    ),
                ),
                (
                    "access_modes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80),
                        default=list,
                        size=None,
                        verbose_name="modalités d'accès",
                    ),
                ),
                (
                    "support_modes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80),
                        default=list,
                        size=None,
                        verbose_name="modalités d'accompagnement",
                    ),
                ),
                ("accessibility_url", models.URLField(blank=True, max_length=500, verbose_name="fiche Accès libre")),
                ("booking_url", models.URLField(blank=True, max_length=500, verbose_name="prise de rendez-vous")),
                ("is_trial", models.BooleanField(default=False, verbose_name="donnée d'essai")),
                ("created_at", models.DateTimeField(verbose_name="créé le")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
                (
                    "operator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="accounts.organisation",
                        verbose_name="structure qui tient le lieu",
                    ),
                ),
            ],
            options={
                "verbose_name": "lieu",
                "verbose_name_plural": "lieux",
            },
        ),
        migrations.AddField(
            model_name="redemption",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="redemptions", to="mediation.site"
            ),
        ),
        migrations.CreateModel(
            name="Label",
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
                ("starts_on", models.DateField(verbose_name="à partir du")),
                ("ends_on", models.DateField(verbose_name="jusqu'au (inclus)")),
                ("charter_version", models.CharField(max_length=20, verbose_name="version de la charte")),
                ("reasons", models.TextField(max_length=2000, verbose_name="motifs de la décision")),
                ("decided_at", models.DateTimeField(verbose_name="décidé le")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="fin décidée le")),
                ("ended_by_id", models.UUIDField(null=True, verbose_name="fin décidée par")),
                ("end_reason", models.TextField(blank=True, max_length=2000, verbose_name="motif de la fin")),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="labels", to="mediation.site"
                    ),
                ),
            ],
            options={
                "verbose_name": "label",
                "verbose_name_plural": "labels",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Attempt",
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
                (
                    "kind",
                    models.CharField(
                        choices=[("CHECK", "Contrôle"), ("REDEEM", "Utilisation"), ("UNDO", "Annulation")],
                        max_length=6,
                        verbose_name="nature",
                    ),
                ),
                ("key", models.UUIDField(null=True, verbose_name="clé d'idempotence")),
                ("digests", models.JSONField(default=list, verbose_name="empreintes")),
                ("is_accepted", models.BooleanField(verbose_name="acceptée")),
                ("is_replay", models.BooleanField(default=False, verbose_name="déjà traitée")),
                ("reason", models.CharField(blank=True, max_length=40, verbose_name="code du motif")),
                ("device_at", models.DateTimeField(null=True, verbose_name="heure de l'appareil")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistrée le")),
                (
                    "written_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="écrite le"
                    ),
                ),
                (
                    "redemption",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="mediation.redemption",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="mediation.site",
                    ),
                ),
            ],
            options={
                "verbose_name": "tentative",
                "verbose_name_plural": "tentatives",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SiteName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="nom")),
                ("commune_code", models.CharField(max_length=5, verbose_name="commune (code INSEE)")),
                ("starts_on", models.DateField(verbose_name="à partir du")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="names", to="mediation.site"
                    ),
                ),
            ],
            options={
                "verbose_name": "nom de lieu",
                "verbose_name_plural": "noms de lieu",
            },
        ),
        migrations.CreateModel(
            name="WaveScope",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("commune_code", models.CharField(blank=True, max_length=5, verbose_name="commune")),
                (
                    "service",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mediation.service"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mediation.site"
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scopes", to="vouchers.wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "périmètre de vague",
                "verbose_name_plural": "périmètres de vague",
            },
        ),
        migrations.AddIndex(
            model_name="redemptionline",
            index=models.Index(fields=["wave", "funder"], name="redemption_line_by_wave"),
        ),
        migrations.AddConstraint(
            model_name="redemptionline",
            constraint=models.UniqueConstraint(
                fields=("redemption", "booklet", "mask"), name="redemption_line_is_said_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="redemptionline",
            constraint=models.CheckConstraint(
                condition=models.Q(("mask__gte", 1), ("mask__lte", 1023)), name="redemption_line_mask_fits_a_booklet"
            ),
        ),
        migrations.AddConstraint(
            model_name="redemptionline",
            constraint=models.CheckConstraint(
                condition=models.Q(("tickets_count__gte", 1)), name="redemption_line_takes_a_ticket"
            ),
        ),
        migrations.AddConstraint(
            model_name="oweddecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="oweddecision_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="oweddecision",
            constraint=models.UniqueConstraint(fields=("line", "rank"), name="owed_decision_rank_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="oweddecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act", "RECORD"), ("rank", 1)),
                    models.Q(("rank__gt", 1), models.Q(("act", "RECORD"), _negated=True)),
                    _connector="OR",
                ),
                name="owed_decision_starts_once",
            ),
        ),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(fields=["commune_code"], name="site_by_commune"),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.UniqueConstraint(
                fields=("source", "source_id"),
                name="site_is_known_once_per_source",
                violation_error_message="Ce lieu est déjà connu sous cet identifiant.",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source", ""), _negated=True),
                    models.Q(("source_id", ""), _negated=True),
                    models.Q(("name", ""), _negated=True),
                ),
                name="site_has_a_source_an_id_and_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(("pivot", ""), ("pivot__regex", "^[a-zA-Z0-9]{9,14}$"), _connector="OR"),
                name="site_pivot_has_9_to_14_characters",
                violation_error_message="Le SIRET ou le RNA a de 9 à 14 lettres ou chiffres.",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("commune_code__regex", "^([013-9]\\d|2[AB1-9])\\d{3}$"),
                    models.Q(("commune_code__regex", "^751\\d\\d$"), _negated=True),
                    models.Q(
                        ("arrondissement_code", ""),
                        models.Q(("arrondissement_code__regex", "^751(0[1-9]|1\\d|20)$"), ("commune_code", "75056")),
                        _connector="OR",
                    ),
                ),
                name="site_commune_is_the_one_that_governs",
                violation_error_message="La commune est 75056 pour Paris ; l'arrondissement est un détail.",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(("postal_code__regex", "^\\d{5}$")), name="site_postal_code_has_5_digits"
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                    models.Q(
                        ("latitude__isnull", False),
                        ("longitude__isnull", False),
                        ("latitude__gte", -90),
                        ("latitude__lte", 90),
                        ("longitude__gte", -180),
                        ("longitude__lte", 180),
                    ),
                    _connector="OR",
                ),
                name="site_coordinates_come_together",
                violation_error_message="La latitude et la longitude vont ensemble.",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(("phone", ""), ("phone__regex", "^\\+\\d{8,15}$"), _connector="OR"),
                name="site_phone_is_international",
                violation_error_message="Le téléphone s'écrit +33 suivi de neuf chiffres, sans espace.",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "typologies__contained_by",
                        [
                            "ACI",
                            "ACIPHC",
                            "AFPA",
                            "AI",
                            "ASE",
                            "ASSO",
                            "ASSO_CHOMEUR",
                            "Autre",
                            "AVIP",
                            "BIB",
                            "CAARUD",
                            "CADA",
                            "CAF",
                            "CAP_EMPLOI",
                            "CAVA",
                            "CC",
                            "CCAS",
                            "CCONS",
                            "CD",
                            "CDAS",
                            "CFP",
                            "CHRS",
                            "CHU",
                            "CIAS",
                            "CIDFF",
                            "CITMET",
                            "CMP",
                            "CMS",
                            "CPAM",
                            "CPH",
                            "CS",
                            "CSAPA",
                            "CSC",
                            "DEETS",
                            "DEPT",
                            "DIPLP",
                            "E2C",
                            "EA",
                            "EATT",
                            "EI",
                            "EITI",
                            "ENM",
                            "EPCI",
                            "EPI",
                            "EPIDE",
                            "EPN",
                            "ES",
                            "ESAT",
                            "ESS",
                            "ETTI",
                            "EVS",
                            "FABLAB",
                            "FABRIQUE",
                            "FAIS",
                            "FT",
                            "GEIQ",
                            "HUDA",
                            "LA_POSTE",
                            "MDE",
                            "MDEF",
                            "MDH",
                            "MDPH",
                            "MDS",
                            "MJC",
                            "ML",
                            "MQ",
                            "MSA",
                            "MSAP",
                            "MUNI",
                            "OACAS",
                            "ODC",
                            "OF",
                            "OIL",
                            "OPCS",
                            "PAD",
                            "PENSION",
                            "PI",
                            "PIJ_BIJ",
                            "PIMMS",
                            "PJJ",
                            "PLIE",
                            "PREF",
                            "PREVENTION",
                            "REG",
                            "RELAIS_LECTURE",
                            "RESSOURCERIE",
                            "RFS",
                            "RS_FJT",
                            "SCP",
                            "SPIP",
                            "TIERS_LIEUX",
                            "UDAF",
                        ],
                    )
                ),
                name="site_typologies_are_listed",
                violation_error_message="Une valeur n'est pas dans la liste du standard national.",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(("itinerances__contained_by", ["Itinérant", "Fixe"])),
                name="site_itinerances_are_listed",
                violation_error_message="Une valeur n'est pas dans la liste du standard national.",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "services__contained_by",
                        [
                            "Aide aux démarches administratives",
                            "Maîtrise des outils numériques du quotidien",
                            "Insertion professionnelle via le numérique",
                            "Utilisation sécurisée du numérique",
                            "Parentalité et éducation avec le numérique",
                            "Loisirs et créations numériques",
                            "Compréhension du monde numérique",
                            "Accès internet et matériel informatique",
                            "Acquisition de matériel informatique à prix solidaire",
                        ],
                    )
                ),
                name="site_services_are_listed",
                violation_error_message="Une valeur n'est pas dans la liste du standard national.",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("publics__contained_by", ["Jeunes", "Étudiants", "Familles et/ou enfants", "Seniors", "Femmes"])
                ),
                name="site_publics_are_listed",
                violation_error_message="Une valeur n'est pas dans la liste du standard national.",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "specific_care__contained_by",
                        [
                            "Surdité",
                            "Handicaps moteurs",
                            "Handicaps mentaux",
                            "Illettrisme",
                            "Langues étrangères (anglais)",
                            "Langues étrangères (autres)",
                            "Déficience visuelle",
                        ],
                    )
                ),
                name="site_specific_care_are_listed",
                violation_error_message="Une valeur n'est pas dans la liste du standard national.",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(("fees__contained_by", ["Gratuit", "Gratuit sous condition", "Payant"])),
                name="site_fees_are_listed",
                violation_error_message="Une valeur n'est pas dans la liste du standard national.",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "national_programmes__contained_by",
                        [
                            "Aidants Connect",
                            "Bibliothèques numérique de référence",
                            "Certification PIX",
                            "Conseillers numériques",
                            "Emmaüs Connect",
                            "France Services",
                            "Grande école du numérique",
                            "La Croix Rouge",
                            "Point d'accès numérique CAF",
                            "Promeneurs du net",
                            "Relais numérique (Emmaüs Connect)",
                        ],
                    )
                ),
                name="site_national_programmes_are_listed",
                violation_error_message="Une valeur n'est pas dans la liste du standard national.",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "trainings_labels__contained_by",
                        [
                            "Formé à « Mon Espace Santé »",
                            "Formé à « DUPLEX » (illettrisme)",
                            "Arnia/MedNum BFC (Bourgogne-Franche-Comté)",
                            "Collectif ressources et acteurs réemploi (Normandie)",
                            "Étapes numériques (La Poste)",
                            "Fabriques de Territoire",
                            "Les Éclaireurs du numérique (Drôme)",
                            "Mes Papiers (Métropole de Lyon)",
                            "ORDI 3.0",
                            "SUD LABS (PACA)",
                        ],
                    )
                ),
                name="site_trainings_labels_are_listed",
                violation_error_message="Une valeur n'est pas dans la liste du standard national.",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "access_modes__contained_by",
                        [
                            "Se présenter",
                            "Téléphoner",
                            "Contacter par mail",
                            "Prendre un RDV en ligne",
                            "Ce lieu n'accueille pas de public",
                            "Envoyer un mail avec une fiche de prescription",
                        ],
                    )
                ),
                name="site_access_modes_are_listed",
                violation_error_message="Une valeur n'est pas dans la liste du standard national.",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "support_modes__contained_by",
                        ["En autonomie", "Accompagnement individuel", "Dans un atelier collectif", "À distance"],
                    )
                ),
                name="site_support_modes_are_listed",
                violation_error_message="Une valeur n'est pas dans la liste du standard national.",
            ),
        ),
        migrations.AddIndex(
            model_name="redemption",
            index=models.Index(fields=["site", "recorded_at"], name="redemption_by_site"),
        ),
        migrations.AddConstraint(
            model_name="redemption",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="redemption_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="redemption",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__gte", 1), ("minutes__lte", 1440)), name="redemption_lasts_a_day_at_most"
            ),
        ),
        migrations.AddConstraint(
            model_name="label",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="label_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="label",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__gte", models.F("starts_on")), ("ended_at__isnull", False), _connector="OR"
                ),
                name="label_dates_are_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="label",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_reason", ""), ("ended_at__isnull", True), ("ended_by_id__isnull", True)),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by_id__isnull", False),
                        models.Q(("end_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="label_end_has_date_actor_and_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["site", "recorded_at"], name="attempt_by_site"),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("is_accepted", False)), fields=["by_id", "recorded_at"], name="attempt_refused"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="attempt_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_accepted", True), ("reason", "")),
                    models.Q(("is_accepted", False), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="attempt_refused_has_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="sitename",
            index=models.Index(fields=["site", "starts_on", "recorded_at"], name="site_name_as_of"),
        ),
        migrations.AddConstraint(
            model_name="wavescope",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("commune_code", ""), ("service__isnull", False), ("site__isnull", True)),
                    models.Q(("commune_code", ""), ("service__isnull", True), ("site__isnull", False)),
                    models.Q(
                        ("service__isnull", True), ("site__isnull", True), models.Q(("commune_code", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="wave_scope_names_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="wavescope",
            constraint=models.UniqueConstraint(
                fields=("wave", "service", "site", "commune_code"), name="wave_scope_says_it_once", nulls_distinct=False
            ),
        ),
    ]
