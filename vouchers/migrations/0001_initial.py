import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FundingProof",
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
                        choices=[
                            ("MANDATE", "Mandat"),
                            ("TRANSFER_RECEIVED", "Virement reçu"),
                            ("PRIVATE_PAYMENT", "Paiement privé"),
                        ],
                        max_length=17,
                        verbose_name="nature",
                    ),
                ),
                ("reference", models.CharField(max_length=60, verbose_name="référence")),
                ("dated_on", models.DateField(verbose_name="datée du")),
                ("amount_cents", models.BigIntegerField(verbose_name="montant (centimes)")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistrée le")),
                ("verified_at", models.DateTimeField(null=True, verbose_name="vérifiée le")),
                ("verified_by_id", models.UUIDField(null=True, verbose_name="vérifiée par")),
            ],
            options={
                "verbose_name": "preuve de financement",
                "verbose_name_plural": "preuves de financement",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Booklet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                ("number", models.PositiveIntegerField(verbose_name="numéro")),
                ("size", models.PositiveSmallIntegerField(verbose_name="tickets")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("PRODUCED", "Produit"),
                            ("IN_TRANSIT", "En transit"),
                            ("IN_STOCK", "En stock"),
                            ("MISSING", "Manquant"),
                            ("HANDED_OVER", "Remis, non utilisé"),
                            ("REDEEMED", "Utilisé"),
                            ("EXPIRED", "Périmé"),
                            ("BLOCKED", "En opposition"),
                            ("CANCELLED", "Annulé"),
                            ("DESTROYED", "Détruit"),
                            ("REPLACED", "Remplacé"),
                        ],
                        max_length=12,
                        verbose_name="état",
                    ),
                ),
                (
                    "holder_kind",
                    models.CharField(
                        choices=[
                            ("ORGANISATION", "Organisation"),
                            ("PRINTER", "Imprimeur"),
                            ("PERSON", "Bénéficiaire"),
                            ("CONSUMED", "Consommé"),
                            ("VOID", "Sans valeur"),
                        ],
                        max_length=12,
                        verbose_name="détenteur",
                    ),
                ),
                ("funded_at", models.DateTimeField(null=True, verbose_name="financé le")),
                ("created_at", models.DateTimeField(verbose_name="créé le")),
                (
                    "distributor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned_booklets",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "funder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="funded_booklets",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_booklets",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="vouchers.booklet",
                    ),
                ),
                (
                    "funded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="booklets",
                        to="vouchers.fundingproof",
                    ),
                ),
            ],
            options={
                "verbose_name": "carnet",
                "verbose_name_plural": "carnets",
            },
        ),
        migrations.CreateModel(
            name="Handover",
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
                ("receipt", models.CharField(max_length=8, unique=True, verbose_name="numéro de reçu")),
                (
                    "channel",
                    models.CharField(
                        choices=[("IN_PERSON", "En main propre"), ("AT_USE", "Constatée à l'usage")],
                        max_length=9,
                        verbose_name="mode",
                    ),
                ),
                (
                    "carrier",
                    models.CharField(
                        choices=[
                            ("PERSON", "À la personne"),
                            ("GUARDIAN", "À son tuteur ou sa tutrice"),
                            ("OTHER", "À une personne de confiance"),
                        ],
                        default="PERSON",
                        max_length=8,
                        verbose_name="remis",
                    ),
                ),
                ("had_one_already", models.BooleanField(default=False, verbose_name="avait déjà un carnet")),
                ("is_late_entry", models.BooleanField(default=False, verbose_name="saisie différée")),
                ("happened_at", models.DateTimeField(verbose_name="remis le")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="annulée le")),
                (
                    "booklet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handovers", to="vouchers.booklet"
                    ),
                ),
                (
                    "distributor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handovers",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "remise",
                "verbose_name_plural": "remises",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HandoverProfile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("salt", models.BinaryField(max_length=16, verbose_name="sel")),
                (
                    "target_public",
                    models.CharField(
                        choices=[
                            ("demandeur-emploi-peu-qualifie", "Demandeur d'emploi peu ou pas qualifié"),
                            ("jeune-neet", "Jeune ni en emploi, ni en études, ni en formation"),
                            ("demandeurs-emploi", "Demandeur d'emploi"),
                            ("beneficiaires-des-minimas-sociaux", "Bénéficiaire des minima sociaux"),
                            ("senior-70-plus", "Personne de 70 ans et plus"),
                            ("seniors", "Senior"),
                            ("jeunes", "Jeune"),
                            ("etudiants", "Étudiante ou étudiant"),
                            ("familles", "Famille"),
                            ("femmes", "Femme"),
                            ("actifs", "Personne en emploi"),
                            ("personnes-en-situation-de-handicap", "Personne en situation de handicap"),
                            ("personnes-en-situation-durgence", "Personne en situation d'urgence"),
                            (
                                "personnes-en-situation-juridique-specifique",
                                "Personne en situation juridique spécifique",
                            ),
                            ("personnes-exilees", "Personne exilée"),
                            ("residents-qpv-frr", "Habitant d'un quartier prioritaire ou d'une zone rurale"),
                            ("habitant-qpv", "Habitant d'un quartier prioritaire"),
                            ("tous-publics", "Autre public"),
                            ("non_communique", "Non communiqué"),
                        ],
                        max_length=60,
                        verbose_name="public visé",
                    ),
                ),
                (
                    "age_band",
                    models.CharField(
                        choices=[
                            ("moins_de_douze", "Moins de 12 ans"),
                            ("douze_dix_huit", "12 - 17 ans"),
                            ("dix_huit_vingt_quatre", "18 - 24 ans"),
                            ("vingt_cinq_trente_neuf", "25 - 39 ans"),
                            ("quarante_cinquante_neuf", "40 - 59 ans"),
                            ("soixante_soixante_neuf", "60 - 69 ans"),
                            ("soixante_dix_plus", "70 ans et plus"),
                            ("non_communique", "Non communiqué"),
                        ],
                        max_length=24,
                        verbose_name="tranche d'âge",
                    ),
                ),
                (
                    "gender",
                    models.CharField(
                        choices=[("masculin", "Homme"), ("feminin", "Femme"), ("non_communique", "Non communiqué")],
                        max_length=16,
                        verbose_name="genre",
                    ),
                ),
                (
                    "social_status",
                    models.CharField(
                        choices=[
                            ("scolarise", "Scolarisé"),
                            ("sans_emploi", "Sans emploi"),
                            ("en_emploi", "En emploi"),
                            ("retraite", "Retraité"),
                            ("non_communique", "Non communiqué ou hétérogène"),
                        ],
                        max_length=16,
                        verbose_name="statut",
                    ),
                ),
                ("commune_code", models.CharField(blank=True, max_length=5, verbose_name="commune")),
                ("language", models.CharField(default="fr", max_length=8, verbose_name="langue")),
                ("lives_in_qpv", models.BooleanField(null=True, verbose_name="quartier prioritaire (déclaré)")),
                (
                    "autonomy",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("entierement_accompagne", "Avec guidage"),
                            ("partiellement_autonome", "Autonome avec guidage en cas de besoin"),
                            ("autonome", "Autonome"),
                        ],
                        max_length=24,
                        verbose_name="autonomie",
                    ),
                ),
                (
                    "handover",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="profile", to="vouchers.handover"
                    ),
                ),
            ],
            options={
                "verbose_name": "profil de remise",
                "verbose_name_plural": "profils de remise",
            },
        ),
        migrations.CreateModel(
            name="Movement",
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
                    "act",
                    models.CharField(
                        choices=[
                            ("PRODUCE", "Production"),
                            ("SEND", "Envoi"),
                            ("RECEIVE", "Réception"),
                            ("DECLARE_MISSING", "Constat de manque"),
                            ("FIND", "Retrouvé"),
                            ("HAND_OVER", "Remise"),
                            ("HAND_OVER_AT_USE", "Remise constatée à l'usage"),
                            ("UNDO_HANDOVER", "Annulation de remise"),
                            ("REDEEM", "Utilisation"),
                            ("UNDO_REDEMPTION", "Annulation d'utilisation"),
                            ("BLOCK", "Opposition"),
                            ("REISSUE", "Remplacement"),
                            ("EXPIRE", "Fin de validité"),
                            ("CANCEL", "Annulation"),
                            ("DESTROY", "Destruction"),
                            ("RECORD_CONTESTED", "Utilisation contestée"),
                            ("SETTLE_OWED", "Décision sur le dû"),
                        ],
                        max_length=20,
                        verbose_name="acte",
                    ),
                ),
                (
                    "from_kind",
                    models.CharField(
                        choices=[
                            ("ORGANISATION", "Organisation"),
                            ("PRINTER", "Imprimeur"),
                            ("PERSON", "Bénéficiaire"),
                            ("CONSUMED", "Consommé"),
                            ("VOID", "Sans valeur"),
                        ],
                        max_length=12,
                        verbose_name="de",
                    ),
                ),
                ("from_state", models.CharField(max_length=12, verbose_name="état de départ")),
                (
                    "to_kind",
                    models.CharField(
                        choices=[
                            ("ORGANISATION", "Organisation"),
                            ("PRINTER", "Imprimeur"),
                            ("PERSON", "Bénéficiaire"),
                            ("CONSUMED", "Consommé"),
                            ("VOID", "Sans valeur"),
                        ],
                        max_length=12,
                        verbose_name="vers",
                    ),
                ),
                ("to_state", models.CharField(max_length=12, verbose_name="état d'arrivée")),
                ("tickets_count", models.PositiveIntegerField(verbose_name="tickets")),
                ("happened_at", models.DateTimeField(verbose_name="advenu le")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
                (
                    "written_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="écrit le"),
                ),
                ("key", models.UUIDField(null=True, verbose_name="clé d'idempotence")),
                ("subject", models.UUIDField(null=True, verbose_name="objet")),
                ("commitment", models.BinaryField(max_length=32, null=True, verbose_name="engagement salé")),
                ("details", models.JSONField(default=dict, verbose_name="détails")),
                (
                    "from_organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="vouchers.movement",
                    ),
                ),
                (
                    "to_organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "mouvement",
                "verbose_name_plural": "mouvements",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="handover",
            name="movement",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="handover", to="vouchers.movement"
            ),
        ),
        migrations.CreateModel(
            name="Dispute",
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
                ("mask", models.PositiveSmallIntegerField(verbose_name="positions bloquées")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("LOST", "Perdu"),
                            ("STOLEN", "Volé"),
                            ("DAMAGED", "Abîmé ou illisible"),
                            ("OTHER", "Autre"),
                        ],
                        max_length=8,
                        verbose_name="motif",
                    ),
                ),
                ("happened_at", models.DateTimeField(verbose_name="le")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistrée le")),
                (
                    "booklet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="vouchers.booklet"
                    ),
                ),
                (
                    "replacement",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settles_dispute",
                        to="vouchers.booklet",
                    ),
                ),
                (
                    "movement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dispute", to="vouchers.movement"
                    ),
                ),
            ],
            options={
                "verbose_name": "opposition",
                "verbose_name_plural": "oppositions",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="booklet",
            name="movement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vouchers.movement"
            ),
        ),
        migrations.CreateModel(
            name="MovementLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mask", models.PositiveSmallIntegerField(verbose_name="positions")),
                ("tickets_count", models.PositiveSmallIntegerField(verbose_name="tickets")),
                (
                    "booklet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movement_lines",
                        to="vouchers.booklet",
                    ),
                ),
                (
                    "movement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="vouchers.movement"
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne de mouvement",
                "verbose_name_plural": "lignes de mouvement",
            },
        ),
        migrations.CreateModel(
            name="Order",
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
                ("reference", models.CharField(max_length=20, unique=True, verbose_name="numéro")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Brouillon"),
                            ("SUBMITTED", "Soumise"),
                            ("APPROVED", "Approuvée"),
                            ("IN_PRODUCTION", "En production"),
                            ("DELIVERED", "Livrée"),
                            ("CLOSED", "Close"),
                            ("CANCELLED", "Annulée"),
                        ],
                        default="DRAFT",
                        max_length=13,
                        verbose_name="état",
                    ),
                ),
                ("siret", models.CharField(max_length=14, verbose_name="SIRET facturé")),
                ("service_code", models.CharField(blank=True, max_length=100, verbose_name="code service")),
                ("commitment_number", models.CharField(blank=True, max_length=50, verbose_name="numéro d'engagement")),
                (
                    "fees_cents",
                    models.PositiveIntegerField(default=0, verbose_name="frais, hors valeur faciale (centimes)"),
                ),
                ("eligible_publics", models.TextField(blank=True, max_length=1000, verbose_name="publics visés")),
                ("letter", models.TextField(blank=True, max_length=600, verbose_name="mot du financeur")),
                ("created_at", models.DateTimeField(verbose_name="créée le")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="soumise le")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="approuvée le")),
                ("approved_by_id", models.UUIDField(null=True, verbose_name="approuvée par")),
                ("started_at", models.DateTimeField(null=True, verbose_name="lancée le")),
                ("delivered_at", models.DateTimeField(null=True, verbose_name="livrée le")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="close le")),
                ("cancelled_at", models.DateTimeField(null=True, verbose_name="annulée le")),
                (
                    "first_booklet_number",
                    models.PositiveIntegerField(null=True, verbose_name="premier numéro de carnet"),
                ),
                (
                    "funder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ordered",
                        to="accounts.organisation",
                        verbose_name="financeur",
                    ),
                ),
            ],
            options={
                "verbose_name": "commande",
                "verbose_name_plural": "commandes",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="fundingproof",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="proofs", to="vouchers.order"
            ),
        ),
        migrations.CreateModel(
            name="FundingLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                ("is_state", models.BooleanField(default=False, verbose_name="État")),
                ("rate_points", models.PositiveIntegerField(verbose_name="taux (centièmes de %)")),
                ("ceiling_cents", models.BigIntegerField(verbose_name="plafond (centimes)")),
                (
                    "base",
                    models.CharField(
                        choices=[
                            ("ORDERED", "Montant commandé"),
                            ("DISBURSED", "Montant déboursé"),
                            ("USED", "Tickets utilisés"),
                        ],
                        max_length=9,
                        verbose_name="assiette",
                    ),
                ),
                (
                    "target_publics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        default=list,
                        size=None,
                        verbose_name="publics ouvrant droit",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="créée le")),
                (
                    "co_funder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="funding_lines",
                        to="accounts.organisation",
                        verbose_name="cofinanceur",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="funding_lines", to="vouchers.order"
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne de financement",
                "verbose_name_plural": "lignes de financement",
            },
        ),
        migrations.AddField(
            model_name="booklet",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="booklets", to="vouchers.order"
            ),
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("size", models.PositiveSmallIntegerField(verbose_name="tickets par carnet")),
                ("quantity", models.PositiveIntegerField(verbose_name="nombre de carnets")),
                (
                    "distributor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_lines",
                        to="accounts.organisation",
                        verbose_name="distributeur",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="vouchers.order"
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne de commande",
                "verbose_name_plural": "lignes de commande",
                "ordering": ["order", "position"],
            },
        ),
        migrations.AddField(
            model_name="booklet",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="booklets", to="vouchers.orderline"
            ),
        ),
        migrations.CreateModel(
            name="OrderStep",
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
                ("act", models.CharField(max_length=20, verbose_name="acte")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Brouillon"),
                            ("SUBMITTED", "Soumise"),
                            ("APPROVED", "Approuvée"),
                            ("IN_PRODUCTION", "En production"),
                            ("DELIVERED", "Livrée"),
                            ("CLOSED", "Close"),
                            ("CANCELLED", "Annulée"),
                        ],
                        max_length=13,
                        verbose_name="état atteint",
                    ),
                ),
                ("happened_at", models.DateTimeField(verbose_name="le")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="vouchers.order"
                    ),
                ),
            ],
            options={
                "verbose_name": "étape de commande",
                "verbose_name_plural": "étapes de commande",
                "ordering": ["order", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ProductionFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                ("batch", models.PositiveIntegerField(verbose_name="lot")),
                ("first_number", models.PositiveIntegerField(verbose_name="premier carnet")),
                ("last_number", models.PositiveIntegerField(verbose_name="dernier carnet")),
                ("path", models.CharField(max_length=200, unique=True, verbose_name="chemin")),
                ("sha256", models.BinaryField(max_length=32, verbose_name="empreinte")),
                ("bytes_count", models.BigIntegerField(verbose_name="octets")),
                ("pages_count", models.PositiveIntegerField(verbose_name="pages")),
                ("tickets_count", models.PositiveIntegerField(verbose_name="tickets")),
                ("created_at", models.DateTimeField(verbose_name="créé le")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="vouchers.order"
                    ),
                ),
            ],
            options={
                "verbose_name": "fichier de production",
                "verbose_name_plural": "fichiers de production",
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True, verbose_name="numéro")),
                ("entries_count", models.PositiveIntegerField(verbose_name="faits")),
                ("hash", models.BinaryField(max_length=32, unique=True, verbose_name="empreinte")),
                ("sealed_at", models.DateTimeField(verbose_name="scellé le")),
                (
                    "written_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="écrit le"),
                ),
                (
                    "predecessor",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successor",
                        to="vouchers.seal",
                    ),
                ),
            ],
            options={
                "verbose_name": "scellé",
                "verbose_name_plural": "scellés",
            },
        ),
        migrations.CreateModel(
            name="SealEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField(verbose_name="rang")),
                ("fact_hash", models.BinaryField(max_length=32, verbose_name="empreinte du fait")),
                (
                    "movement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seal_entry", to="vouchers.movement"
                    ),
                ),
                (
                    "seal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="vouchers.seal"
                    ),
                ),
            ],
            options={
                "verbose_name": "fait scellé",
                "verbose_name_plural": "faits scellés",
            },
        ),
        migrations.CreateModel(
            name="Shipment",
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
                    "from_kind",
                    models.CharField(
                        choices=[
                            ("ORGANISATION", "Organisation"),
                            ("PRINTER", "Imprimeur"),
                            ("PERSON", "Bénéficiaire"),
                            ("CONSUMED", "Consommé"),
                            ("VOID", "Sans valeur"),
                        ],
                        max_length=12,
                        verbose_name="expéditeur",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("SENT", "Envoyé"),
                            ("RECEIVED", "Reçu, compte exact"),
                            ("RECEIVED_WITH_GAP", "Reçu avec écart"),
                        ],
                        default="SENT",
                        max_length=17,
                        verbose_name="état",
                    ),
                ),
                ("sent_count", models.PositiveIntegerField(verbose_name="carnets envoyés")),
                ("received_count", models.PositiveIntegerField(null=True, verbose_name="carnets reçus")),
                ("sent_at", models.DateTimeField(verbose_name="envoyé le")),
                ("received_at", models.DateTimeField(null=True, verbose_name="reçu le")),
                ("received_by_id", models.UUIDField(null=True, verbose_name="reçu par")),
                (
                    "from_organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent_shipments",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "to_organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received_shipments",
                        to="accounts.organisation",
                        verbose_name="destinataire",
                    ),
                ),
            ],
            options={
                "verbose_name": "envoi",
                "verbose_name_plural": "envois",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="booklet",
            name="shipment",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="booklets", to="vouchers.shipment"
            ),
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(verbose_name="identité")),
                ("generation", models.PositiveSmallIntegerField(default=1, verbose_name="tirage")),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("ref", models.CharField(max_length=10, unique=True, verbose_name="référence")),
                ("kid", models.PositiveSmallIntegerField(verbose_name="clé")),
                ("digest", models.BinaryField(max_length=32, unique=True, verbose_name="empreinte du code")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("PRODUCED", "Produit"),
                            ("IN_TRANSIT", "En transit"),
                            ("IN_STOCK", "En stock"),
                            ("MISSING", "Manquant"),
                            ("HANDED_OVER", "Remis, non utilisé"),
                            ("REDEEMED", "Utilisé"),
                            ("EXPIRED", "Périmé"),
                            ("BLOCKED", "En opposition"),
                            ("CANCELLED", "Annulé"),
                            ("DESTROYED", "Détruit"),
                            ("REPLACED", "Remplacé"),
                        ],
                        max_length=12,
                        verbose_name="état",
                    ),
                ),
                (
                    "booklet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="vouchers.booklet",
                    ),
                ),
                (
                    "movement",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vouchers.movement",
                    ),
                ),
            ],
            options={
                "verbose_name": "ticket",
                "verbose_name_plural": "tickets",
            },
        ),
        migrations.CreateModel(
            name="Wave",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                ("number", models.PositiveIntegerField(unique=True, verbose_name="numéro court")),
                ("name", models.CharField(max_length=80, verbose_name="nom")),
                (
                    "status",
                    models.CharField(
                        choices=[("DRAFT", "En préparation"), ("OPEN", "Ouverte"), ("CLOSED", "Close")],
                        default="DRAFT",
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                ("a_on", models.DateField(verbose_name="date A")),
                (
                    "a_meaning",
                    models.CharField(
                        choices=[
                            ("MARKET_AWARD", "Attribution du marché"),
                            ("ORDER_NOTIFIED", "Notification de la commande de la vague"),
                        ],
                        max_length=16,
                        verbose_name="sens de la date A",
                    ),
                ),
                ("contract_number", models.CharField(max_length=40, verbose_name="numéro du marché")),
                ("ceiling_cents", models.BigIntegerField(verbose_name="plafond (centimes)")),
                (
                    "profile",
                    models.CharField(
                        choices=[
                            ("MARCHE", "Titres achetés à un fournisseur (marché)"),
                            ("CAP", "Chèque d'accompagnement personnalisé (L.1611-6 CGCT)"),
                        ],
                        default="MARCHE",
                        max_length=8,
                        verbose_name="profil",
                    ),
                ),
                (
                    "face_value_cents",
                    models.PositiveIntegerField(default=1000, verbose_name="valeur faciale (centimes)"),
                ),
                (
                    "ticket_minutes",
                    models.PositiveSmallIntegerField(default=60, verbose_name="durée d'un ticket (minutes)"),
                ),
                (
                    "shortest_act_minutes",
                    models.PositiveSmallIntegerField(
                        default=45, verbose_name="durée minimale qui prend un ticket (minutes)"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="valable à partir du")),
                ("valid_until", models.DateField(verbose_name="valable jusqu'au (imprimé)")),
                ("grace_days", models.PositiveSmallIntegerField(default=30, verbose_name="jours de grâce")),
                (
                    "upload_days",
                    models.PositiveSmallIntegerField(
                        default=37, verbose_name="jours d'envoi tardif (après la validité)"
                    ),
                ),
                (
                    "silence_days",
                    models.PositiveSmallIntegerField(default=15, verbose_name="silence valant confirmation (jours)"),
                ),
                (
                    "undo_minutes",
                    models.PositiveSmallIntegerField(default=15, verbose_name="délai d'annulation (minutes)"),
                ),
                (
                    "late_entry_days",
                    models.PositiveSmallIntegerField(default=15, verbose_name="délai de saisie différée (jours)"),
                ),
                ("target_hours", models.PositiveIntegerField(null=True, verbose_name="objectif d'heures utilisées")),
                (
                    "next_booklet_number",
                    models.PositiveIntegerField(default=1, verbose_name="prochain numéro de carnet"),
                ),
                ("created_at", models.DateTimeField(verbose_name="créée le")),
                ("opened_at", models.DateTimeField(null=True, verbose_name="ouverte le")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="close le")),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issued_waves",
                        to="accounts.organisation",
                        verbose_name="fournisseur des chèques",
                    ),
                ),
            ],
            options={
                "verbose_name": "vague",
                "verbose_name_plural": "vagues",
            },
        ),
        migrations.AddField(
            model_name="shipment",
            name="wave",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="shipments", to="vouchers.wave"
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="wave",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="vouchers.wave"
            ),
        ),
        migrations.AddField(
            model_name="booklet",
            name="wave",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="booklets", to="vouchers.wave"
            ),
        ),
        migrations.CreateModel(
            name="HandoverConfirmation",
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
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("CONFIRMED", "Confirmée"),
                            ("DENIED", "Démentie"),
                            ("BY_SILENCE", "Acquise par silence"),
                        ],
                        max_length=10,
                        verbose_name="réponse",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="le")),
                (
                    "handover",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="confirmation", to="vouchers.handover"
                    ),
                ),
            ],
            options={
                "verbose_name": "confirmation de remise",
                "verbose_name_plural": "confirmations de remise",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                            models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                            _connector="OR",
                        ),
                        name="handoverconfirmation_has_one_actor",
                        violation_error_message="Un fait porte exactement un acteur.",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["subject"], name="movement_by_subject"),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="movement_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.UniqueConstraint(fields=("id", "to_state"), name="movement_leads_to_one_state"),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act__in", ("RECORD_CONTESTED", "SETTLE_OWED")), ("tickets_count", 0)),
                    models.Q(
                        models.Q(("act__in", ("RECORD_CONTESTED", "SETTLE_OWED")), _negated=True),
                        ("tickets_count__gte", 1),
                    ),
                    _connector="OR",
                ),
                name="movement_moves_titles_unless_it_declares",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("from_kind", "ORGANISATION"), ("from_organisation__isnull", False)),
                    models.Q(
                        models.Q(("from_kind", "ORGANISATION"), _negated=True), ("from_organisation__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="movement_from_organisation_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("to_kind", "ORGANISATION"), ("to_organisation__isnull", False)),
                    models.Q(models.Q(("to_kind", "ORGANISATION"), _negated=True), ("to_organisation__isnull", True)),
                    _connector="OR",
                ),
                name="movement_to_organisation_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reverses__isnull", True), models.Q(("reverses", models.F("id")), _negated=True), _connector="OR"
                ),
                name="movement_reverses_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="handover_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("booklet",),
                name="handover_of_a_booklet_is_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="dispute_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("mask__gte", 1), ("mask__lte", 1023)), name="dispute_blocks_tickets"
            ),
        ),
        migrations.AddConstraint(
            model_name="movementline",
            constraint=models.UniqueConstraint(fields=("movement", "booklet"), name="movement_line_is_one_per_booklet"),
        ),
        migrations.AddConstraint(
            model_name="movementline",
            constraint=models.CheckConstraint(
                condition=models.Q(("mask__gte", 1), ("mask__lte", 1023)), name="movement_line_mask_fits_a_booklet"
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingproof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="fundingproof_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingproof",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_cents__gte", 1)), name="funding_proof_amount_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingproof",
            constraint=models.UniqueConstraint(fields=("order", "kind", "reference"), name="funding_proof_counts_once"),
        ),
        migrations.AddConstraint(
            model_name="fundingproof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verified_by_id__isnull", True),
                    models.Q(("verified_by_id", models.F("by_id")), _negated=True),
                    _connector="OR",
                ),
                name="funding_proof_verifier_is_not_its_author",
                violation_error_message="Une preuve est vérifiée par une autre personne que son auteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingproof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verified_at__isnull", True), ("verified_by_id__isnull", True)),
                    models.Q(("verified_at__isnull", False), ("verified_by_id__isnull", False)),
                    _connector="OR",
                ),
                name="funding_proof_verification_has_date_and_actor",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingline",
            constraint=models.UniqueConstraint(fields=("order", "co_funder"), name="funding_line_is_one_per_co_funder"),
        ),
        migrations.AddConstraint(
            model_name="fundingline",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate_points__gte", 1), ("rate_points__lte", 10000)),
                name="funding_line_rate_is_a_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_state", False),
                    models.Q(("rate_points__gte", 2000), ("rate_points__lte", 6500)),
                    _connector="OR",
                ),
                name="funding_line_state_rate_is_20_to_65",
                violation_error_message="La part de l'État va de 20 à 65 % (appel à projets de mars 2019).",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundingline",
            constraint=models.CheckConstraint(
                condition=models.Q(("ceiling_cents__gte", 0)), name="funding_line_ceiling_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(fields=("order", "position"), name="order_line_position_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gte", 5), ("size__lte", 10)),
                name="order_line_size_is_5_to_10",
                violation_error_message="Un carnet compte de 5 à 10 tickets.",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 1)), name="order_line_quantity_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="orderstep_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="productionfile",
            constraint=models.UniqueConstraint(fields=("order", "batch"), name="production_file_is_made_once"),
        ),
        migrations.AddConstraint(
            model_name="seal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", 1), ("predecessor__isnull", True)),
                    models.Q(("number__gt", 1), ("predecessor__isnull", False)),
                    _connector="OR",
                ),
                name="seal_follows_another_but_the_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="seal",
            constraint=models.CheckConstraint(condition=models.Q(("entries_count__gte", 1)), name="seal_holds_facts"),
        ),
        migrations.AddConstraint(
            model_name="sealentry",
            constraint=models.UniqueConstraint(fields=("seal", "position"), name="seal_entry_position_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(fields=("booklet", "position"), name="ticket_position_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(fields=("uid", "generation"), name="ticket_generation_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "REPLACED"), _negated=True),
                fields=("uid",),
                name="ticket_identity_lives_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("position__gte", 1), ("position__lte", 10)), name="ticket_position_is_1_to_10"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("kid__gte", 1), ("kid__lte", 255)), name="ticket_kid_fits_a_byte"
            ),
        ),
        migrations.AddConstraint(
            model_name="wave",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1), ("number__lte", 65535)), name="wave_number_fits_the_paper"
            ),
        ),
        migrations.AddConstraint(
            model_name="wave",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_from__lte", models.F("valid_until"))), name="wave_validity_is_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="wave",
            constraint=models.CheckConstraint(
                condition=models.Q(("face_value_cents__gte", 1)), name="wave_face_value_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="wave",
            constraint=models.CheckConstraint(
                condition=models.Q(("ceiling_cents__gte", 0)), name="wave_ceiling_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="wave",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("shortest_act_minutes__gte", 1), ("shortest_act_minutes__lte", models.F("ticket_minutes"))
                ),
                name="wave_shortest_act_fits_a_ticket",
            ),
        ),
        migrations.AddConstraint(
            model_name="wave",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("profile", "CAP"), _negated=True),
                    models.Q(
                        ("grace_days", 0),
                        ("valid_from__year", models.F("valid_until__year")),
                        ("valid_until__day", 31),
                        ("valid_until__month", 12),
                    ),
                    _connector="OR",
                ),
                name="wave_cap_ends_with_its_year",
                violation_error_message="Un chèque d’accompagnement personnalisé vaut jusqu’au 31 décembre, sans grâce.",
            ),
        ),
        migrations.AddConstraint(
            model_name="wave",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("opened_at__isnull", True), ("status", "DRAFT")),
                    models.Q(("closed_at__isnull", True), ("opened_at__isnull", False), ("status", "OPEN")),
                    models.Q(("closed_at__isnull", False), ("opened_at__isnull", False), ("status", "CLOSED")),
                    _connector="OR",
                ),
                name="wave_dates_follow_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="shipment_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(("sent_count__gte", 1)), name="shipment_holds_booklets"
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("from_kind", "PRINTER"), ("from_organisation__isnull", True)),
                    models.Q(("from_kind", "ORGANISATION"), ("from_organisation__isnull", False)),
                    _connector="OR",
                ),
                name="shipment_comes_from_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("from_organisation__isnull", True),
                    models.Q(("from_organisation", models.F("to_organisation")), _negated=True),
                    _connector="OR",
                ),
                name="shipment_goes_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("received_at__isnull", True), ("received_count__isnull", True), ("status", "SENT")),
                    models.Q(
                        ("received_at__isnull", False),
                        ("received_count", models.F("sent_count")),
                        ("status", "RECEIVED"),
                    ),
                    models.Q(
                        ("received_at__isnull", False),
                        ("received_count__lt", models.F("sent_count")),
                        ("status", "RECEIVED_WITH_GAP"),
                    ),
                    _connector="OR",
                ),
                name="shipment_receipt_follows_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="order_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by_id__isnull", True),
                    models.Q(("approved_by_id", models.F("by_id")), _negated=True),
                    _connector="OR",
                ),
                name="order_approver_is_not_its_author",
                violation_error_message="Une commande est approuvée par une autre personne que son auteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", True), ("approved_by_id__isnull", True)),
                    models.Q(("approved_at__isnull", False), ("approved_by_id__isnull", False)),
                    _connector="OR",
                ),
                name="order_approval_has_date_and_actor",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["DRAFT", "SUBMITTED", "CANCELLED"]), ("approved_at__isnull", False), _connector="OR"
                ),
                name="order_goes_on_once_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["DRAFT", "CANCELLED"]), ("submitted_at__isnull", False), _connector="OR"
                ),
                name="order_submitted_at_follows_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("started_at__isnull", False), ("status__in", ["IN_PRODUCTION", "DELIVERED", "CLOSED"])),
                    models.Q(
                        ("started_at__isnull", True), ("status__in", ["DRAFT", "SUBMITTED", "APPROVED", "CANCELLED"])
                    ),
                    _connector="OR",
                ),
                name="order_started_at_follows_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first_booklet_number__isnull", True), ("started_at__isnull", True)),
                    models.Q(("first_booklet_number__isnull", False), ("started_at__isnull", False)),
                    _connector="OR",
                ),
                name="order_in_production_has_numbers",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancelled_at__isnull", False), ("status", "CANCELLED")),
                    models.Q(models.Q(("status", "CANCELLED"), _negated=True), ("cancelled_at__isnull", True)),
                    _connector="OR",
                ),
                name="order_cancelled_at_follows_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("siret__regex", "^\\d{14}$")), name="order_siret_has_14_digits"
            ),
        ),
        migrations.AddIndex(
            model_name="booklet",
            index=models.Index(fields=["holder", "status", "number"], name="booklet_by_holder"),
        ),
        migrations.AddConstraint(
            model_name="booklet",
            constraint=models.UniqueConstraint(fields=("wave", "number"), name="booklet_number_is_unique_in_its_wave"),
        ),
        migrations.AddConstraint(
            model_name="booklet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("size__gte", 5), ("size__lte", 10)),
                    models.Q(("replaces__isnull", False), ("size__gte", 1), ("size__lte", 10)),
                    _connector="OR",
                ),
                name="booklet_size_is_5_to_10_or_a_remainder",
            ),
        ),
        migrations.AddConstraint(
            model_name="booklet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaces__isnull", True), models.Q(("replaces", models.F("id")), _negated=True), _connector="OR"
                ),
                name="booklet_replaces_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="booklet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("holder__isnull", False), ("holder_kind", "ORGANISATION")),
                    models.Q(models.Q(("holder_kind", "ORGANISATION"), _negated=True), ("holder__isnull", True)),
                    _connector="OR",
                ),
                name="booklet_holder_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="booklet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("holder_kind", "PRINTER"), ("status", "PRODUCED")),
                    models.Q(
                        ("holder_kind__in", ["PRINTER", "ORGANISATION"]), ("status__in", ["IN_TRANSIT", "MISSING"])
                    ),
                    models.Q(("holder_kind", "ORGANISATION"), ("status", "IN_STOCK")),
                    models.Q(("holder_kind", "PERSON"), ("status", "HANDED_OVER")),
                    models.Q(
                        ("holder_kind", "VOID"),
                        ("status__in", ["EXPIRED", "BLOCKED", "CANCELLED", "DESTROYED", "REPLACED"]),
                    ),
                    _connector="OR",
                ),
                name="booklet_holder_follows_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="booklet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("funded_at__isnull", True), ("funded_by__isnull", True)),
                    models.Q(("funded_at__isnull", False), ("funded_by__isnull", False)),
                    _connector="OR",
                ),
                name="booklet_funding_has_date_and_proof",
            ),
        ),
    ]
