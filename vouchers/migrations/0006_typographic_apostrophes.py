from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_typographic_apostrophes"),
        ("vouchers", "0005_ticket_gone_by_booklet"),
    ]

    operations = [
        migrations.AlterField(
            model_name="handover",
            name="channel",
            field=models.CharField(
                choices=[("IN_PERSON", "En main propre"), ("AT_USE", "Constatée à l’usage")],
                max_length=9,
                verbose_name="mode",
            ),
        ),
        migrations.AlterField(
            model_name="handoverprofile",
            name="age_band",
            field=models.CharField(
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
                verbose_name="tranche d’âge",
            ),
        ),
        migrations.AlterField(
            model_name="handoverprofile",
            name="target_public",
            field=models.CharField(
                choices=[
                    ("demandeur-emploi-peu-qualifie", "Demandeur d’emploi peu ou pas qualifié"),
                    ("jeune-neet", "Jeune ni en emploi, ni en études, ni en formation"),
                    ("demandeurs-emploi", "Demandeur d’emploi"),
                    ("beneficiaires-des-minimas-sociaux", "Bénéficiaire des minima sociaux"),
                    ("senior-70-plus", "Personne de 70 ans et plus"),
                    ("seniors", "Senior"),
                    ("jeunes", "Jeune"),
                    ("etudiants", "Étudiante ou étudiant"),
                    ("familles", "Famille"),
                    ("femmes", "Femme"),
                    ("actifs", "Personne en emploi"),
                    ("personnes-en-situation-de-handicap", "Personne en situation de handicap"),
                    ("personnes-en-situation-durgence", "Personne en situation d’urgence"),
                    ("personnes-en-situation-juridique-specifique", "Personne en situation juridique spécifique"),
                    ("personnes-exilees", "Personne exilée"),
                    ("residents-qpv-frr", "Habitant d’un quartier prioritaire ou d’une zone rurale"),
                    ("habitant-qpv", "Habitant d’un quartier prioritaire"),
                    ("tous-publics", "Autre public"),
                    ("non_communique", "Non communiqué"),
                ],
                max_length=60,
                verbose_name="public visé",
            ),
        ),
        migrations.AlterField(
            model_name="movement",
            name="act",
            field=models.CharField(
                choices=[
                    ("PRODUCE", "Production"),
                    ("SEND", "Envoi"),
                    ("RECEIVE", "Réception"),
                    ("DECLARE_MISSING", "Constat de manque"),
                    ("FIND", "Retrouvé"),
                    ("HAND_OVER", "Remise"),
                    ("HAND_OVER_AT_USE", "Remise constatée à l’usage"),
                    ("UNDO_HANDOVER", "Annulation de remise"),
                    ("REDEEM", "Utilisation"),
                    ("UNDO_REDEMPTION", "Annulation d’utilisation"),
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
        migrations.AlterField(
            model_name="movement",
            name="key",
            field=models.UUIDField(null=True, verbose_name="clé d’idempotence"),
        ),
        migrations.AlterField(
            model_name="movement",
            name="to_state",
            field=models.CharField(max_length=12, verbose_name="état d’arrivée"),
        ),
        migrations.AlterField(
            model_name="order",
            name="commitment_number",
            field=models.CharField(blank=True, max_length=50, verbose_name="numéro d’engagement"),
        ),
        migrations.AlterField(
            model_name="wave",
            name="profile",
            field=models.CharField(
                choices=[
                    ("MARCHE", "Titres achetés à un fournisseur (marché)"),
                    ("CAP", "Chèque d’accompagnement personnalisé (L.1611-6 CGCT)"),
                ],
                default="MARCHE",
                max_length=8,
                verbose_name="profil",
            ),
        ),
        migrations.AlterField(
            model_name="wave",
            name="target_hours",
            field=models.PositiveIntegerField(null=True, verbose_name="objectif d’heures utilisées"),
        ),
        migrations.AlterField(
            model_name="wave",
            name="ticket_minutes",
            field=models.PositiveSmallIntegerField(default=60, verbose_name="durée d’un ticket (minutes)"),
        ),
        migrations.AlterField(
            model_name="wave",
            name="undo_minutes",
            field=models.PositiveSmallIntegerField(default=15, verbose_name="délai d’annulation (minutes)"),
        ),
        migrations.AlterField(
            model_name="wave",
            name="upload_days",
            field=models.PositiveSmallIntegerField(default=37, verbose_name="jours d’envoi tardif (après la validité)"),
        ),
        migrations.AlterField(
            model_name="wave",
            name="valid_until",
            field=models.DateField(verbose_name="valable jusqu’au (imprimé)"),
        ),
        migrations.AlterConstraint(
            model_name="fundingline",
            name="funding_line_state_rate_is_20_to_65",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_state", False),
                    models.Q(("rate_points__gte", 2000), ("rate_points__lte", 6500)),
                    _connector="OR",
                ),
                name="funding_line_state_rate_is_20_to_65",
                violation_error_message="La part de l’État va de 20 à 65 % (appel à projets de mars 2019).",
            ),
        ),
    ]
