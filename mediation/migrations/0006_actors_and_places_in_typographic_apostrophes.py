from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_actors_and_places_in_typographic_apostrophes"),
        ("mediation", "0005_places_say_after_which_seal"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="actrecord",
            options={"verbose_name": "compte rendu d’activité", "verbose_name_plural": "comptes rendus d’activité"},
        ),
        migrations.AlterModelOptions(
            name="redemptionline",
            options={"verbose_name": "ligne d’utilisation", "verbose_name_plural": "lignes d’utilisation"},
        ),
        migrations.AlterField(
            model_name="attempt",
            name="by_id",
            field=models.UUIDField(null=True, verbose_name="identifiant de l’acteur"),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="by_kind",
            field=models.CharField(
                choices=[("USER", "Personne"), ("DEVICE", "Appareil"), ("TOKEN", "Jeton d’API"), ("SYSTEM", "Système")],
                max_length=8,
                verbose_name="acteur",
            ),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="by_organisation",
            field=models.UUIDField(null=True, verbose_name="organisation de l’acteur"),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="by_role",
            field=models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur"),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="device_at",
            field=models.DateTimeField(null=True, verbose_name="heure de l’appareil"),
        ),
        migrations.AlterField(
            model_name="attempt",
            name="key",
            field=models.UUIDField(null=True, verbose_name="clé d’idempotence"),
        ),
        migrations.AlterField(
            model_name="goodwillline",
            name="by_id",
            field=models.UUIDField(null=True, verbose_name="identifiant de l’acteur"),
        ),
        migrations.AlterField(
            model_name="goodwillline",
            name="by_kind",
            field=models.CharField(
                choices=[("USER", "Personne"), ("DEVICE", "Appareil"), ("TOKEN", "Jeton d’API"), ("SYSTEM", "Système")],
                max_length=8,
                verbose_name="acteur",
            ),
        ),
        migrations.AlterField(
            model_name="goodwillline",
            name="by_organisation",
            field=models.UUIDField(null=True, verbose_name="organisation de l’acteur"),
        ),
        migrations.AlterField(
            model_name="goodwillline",
            name="by_role",
            field=models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur"),
        ),
        migrations.AlterField(
            model_name="label",
            name="by_id",
            field=models.UUIDField(null=True, verbose_name="identifiant de l’acteur"),
        ),
        migrations.AlterField(
            model_name="label",
            name="by_kind",
            field=models.CharField(
                choices=[("USER", "Personne"), ("DEVICE", "Appareil"), ("TOKEN", "Jeton d’API"), ("SYSTEM", "Système")],
                max_length=8,
                verbose_name="acteur",
            ),
        ),
        migrations.AlterField(
            model_name="label",
            name="by_organisation",
            field=models.UUIDField(null=True, verbose_name="organisation de l’acteur"),
        ),
        migrations.AlterField(
            model_name="label",
            name="by_role",
            field=models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur"),
        ),
        migrations.AlterField(
            model_name="label",
            name="ends_on",
            field=models.DateField(verbose_name="jusqu’au (inclus)"),
        ),
        migrations.AlterField(
            model_name="oweddecision",
            name="act",
            field=models.CharField(
                choices=[
                    ("RECORD", "Enregistrement"),
                    ("CONFIRM", "Confirmation de la remise"),
                    ("SILENCE", "Silence du distributeur"),
                    ("DENY", "Démenti de la remise"),
                    ("SETTLE", "Décision d’un agent des finances"),
                    ("CORRECT", "Correction"),
                    ("UNDO", "Annulation"),
                ],
                max_length=8,
                verbose_name="acte",
            ),
        ),
        migrations.AlterField(
            model_name="oweddecision",
            name="by_id",
            field=models.UUIDField(null=True, verbose_name="identifiant de l’acteur"),
        ),
        migrations.AlterField(
            model_name="oweddecision",
            name="by_kind",
            field=models.CharField(
                choices=[("USER", "Personne"), ("DEVICE", "Appareil"), ("TOKEN", "Jeton d’API"), ("SYSTEM", "Système")],
                max_length=8,
                verbose_name="acteur",
            ),
        ),
        migrations.AlterField(
            model_name="oweddecision",
            name="by_organisation",
            field=models.UUIDField(null=True, verbose_name="organisation de l’acteur"),
        ),
        migrations.AlterField(
            model_name="oweddecision",
            name="by_role",
            field=models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur"),
        ),
        migrations.AlterField(
            model_name="papersample",
            name="by_id",
            field=models.UUIDField(null=True, verbose_name="identifiant de l’acteur"),
        ),
        migrations.AlterField(
            model_name="papersample",
            name="by_kind",
            field=models.CharField(
                choices=[("USER", "Personne"), ("DEVICE", "Appareil"), ("TOKEN", "Jeton d’API"), ("SYSTEM", "Système")],
                max_length=8,
                verbose_name="acteur",
            ),
        ),
        migrations.AlterField(
            model_name="papersample",
            name="by_organisation",
            field=models.UUIDField(null=True, verbose_name="organisation de l’acteur"),
        ),
        migrations.AlterField(
            model_name="papersample",
            name="by_role",
            field=models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur"),
        ),
        migrations.AlterField(
            model_name="redemption",
            name="by_id",
            field=models.UUIDField(null=True, verbose_name="identifiant de l’acteur"),
        ),
        migrations.AlterField(
            model_name="redemption",
            name="by_kind",
            field=models.CharField(
                choices=[("USER", "Personne"), ("DEVICE", "Appareil"), ("TOKEN", "Jeton d’API"), ("SYSTEM", "Système")],
                max_length=8,
                verbose_name="acteur",
            ),
        ),
        migrations.AlterField(
            model_name="redemption",
            name="by_organisation",
            field=models.UUIDField(null=True, verbose_name="organisation de l’acteur"),
        ),
        migrations.AlterField(
            model_name="redemption",
            name="by_role",
            field=models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur"),
        ),
        migrations.AlterField(
            model_name="redemption",
            name="device_at",
            field=models.DateTimeField(null=True, verbose_name="heure de l’appareil"),
        ),
        migrations.AlterField(
            model_name="redemption",
            name="key",
            field=models.UUIDField(unique=True, verbose_name="clé d’idempotence"),
        ),
        migrations.AlterField(
            model_name="redemptionline",
            name="price_cents",
            field=models.PositiveIntegerField(verbose_name="prix d’un ticket (centimes)"),
        ),
        migrations.AlterField(
            model_name="service",
            name="ends_on",
            field=models.DateField(null=True, verbose_name="jusqu’au"),
        ),
        migrations.AlterField(
            model_name="site",
            name="address_complement",
            field=models.CharField(blank=True, max_length=255, verbose_name="complément d’adresse"),
        ),
        migrations.AlterField(
            model_name="site",
            name="is_trial",
            field=models.BooleanField(default=False, verbose_name="donnée d’essai"),
        ),
        migrations.AlterField(
            model_name="site",
            name="opening_hours",
            field=models.CharField(blank=True, max_length=1000, verbose_name="horaires (notation d’OpenStreetMap)"),
        ),
        migrations.AlterConstraint(
            model_name="site",
            name="site_commune_is_the_one_that_governs",
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
                violation_error_message="La commune est 75056 pour Paris ; l’arrondissement est un détail.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="site",
            name="site_phone_is_international",
            constraint=models.CheckConstraint(
                condition=models.Q(("phone", ""), ("phone__regex", "^\\+\\d{8,15}$"), _connector="OR"),
                name="site_phone_is_international",
                violation_error_message="Le téléphone s’écrit +33 suivi de neuf chiffres, sans espace.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="site",
            name="site_typologies_are_listed",
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
                violation_error_message="Une valeur n’est pas dans la liste du standard national.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="site",
            name="site_itinerances_are_listed",
            constraint=models.CheckConstraint(
                condition=models.Q(("itinerances__contained_by", ["Itinérant", "Fixe"])),
                name="site_itinerances_are_listed",
                violation_error_message="Une valeur n’est pas dans la liste du standard national.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="site",
            name="site_services_are_listed",
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
                violation_error_message="Une valeur n’est pas dans la liste du standard national.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="site",
            name="site_publics_are_listed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("publics__contained_by", ["Jeunes", "Étudiants", "Familles et/ou enfants", "Seniors", "Femmes"])
                ),
                name="site_publics_are_listed",
                violation_error_message="Une valeur n’est pas dans la liste du standard national.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="site",
            name="site_specific_care_are_listed",
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
                violation_error_message="Une valeur n’est pas dans la liste du standard national.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="site",
            name="site_fees_are_listed",
            constraint=models.CheckConstraint(
                condition=models.Q(("fees__contained_by", ["Gratuit", "Gratuit sous condition", "Payant"])),
                name="site_fees_are_listed",
                violation_error_message="Une valeur n’est pas dans la liste du standard national.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="site",
            name="site_national_programmes_are_listed",
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
                violation_error_message="Une valeur n’est pas dans la liste du standard national.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="site",
            name="site_trainings_labels_are_listed",
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
                violation_error_message="Une valeur n’est pas dans la liste du standard national.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="site",
            name="site_access_modes_are_listed",
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
                violation_error_message="Une valeur n’est pas dans la liste du standard national.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="site",
            name="site_support_modes_are_listed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "support_modes__contained_by",
                        ["En autonomie", "Accompagnement individuel", "Dans un atelier collectif", "À distance"],
                    )
                ),
                name="site_support_modes_are_listed",
                violation_error_message="Une valeur n’est pas dans la liste du standard national.",
            ),
        ),
    ]
