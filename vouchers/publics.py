"""Who the Pass is for, in the words of the national standards (data-inclusion v1.0.8, La Coop): stored as written."""

from django.db import models


class TargetPublic(models.TextChoices):
    """data-inclusion `publics` and the categories of the 2019 call; never defaulted at the desk."""

    DEMANDEUR_EMPLOI_PEU_QUALIFIE = "demandeur-emploi-peu-qualifie", "Demandeur d’emploi peu ou pas qualifié"
    JEUNE_NEET = "jeune-neet", "Jeune ni en emploi, ni en études, ni en formation"
    DEMANDEURS_EMPLOI = "demandeurs-emploi", "Demandeur d’emploi"
    BENEFICIAIRES_DES_MINIMAS_SOCIAUX = "beneficiaires-des-minimas-sociaux", "Bénéficiaire des minima sociaux"
    SENIOR_70_PLUS = "senior-70-plus", "Personne de 70 ans et plus"
    SENIORS = "seniors", "Senior"
    JEUNES = "jeunes", "Jeune"
    ETUDIANTS = "etudiants", "Étudiante ou étudiant"
    FAMILLES = "familles", "Famille"
    FEMMES = "femmes", "Femme"
    ACTIFS = "actifs", "Personne en emploi"
    HANDICAP = "personnes-en-situation-de-handicap", "Personne en situation de handicap"
    URGENCE = "personnes-en-situation-durgence", "Personne en situation d’urgence"
    JURIDIQUE = "personnes-en-situation-juridique-specifique", "Personne en situation juridique spécifique"
    EXILEES = "personnes-exilees", "Personne exilée"
    RESIDENTS_QPV_FRR = "residents-qpv-frr", "Habitant d’un quartier prioritaire ou d’une zone rurale"
    HABITANT_QPV = "habitant-qpv", "Habitant d’un quartier prioritaire"
    TOUS_PUBLICS = "tous-publics", "Autre public"
    NON_COMMUNIQUE = "non_communique", "Non communiqué"


class AgeBand(models.TextChoices):
    MOINS_DE_DOUZE = "moins_de_douze", "Moins de 12 ans"
    DOUZE_DIX_HUIT = "douze_dix_huit", "12 - 17 ans"
    DIX_HUIT_VINGT_QUATRE = "dix_huit_vingt_quatre", "18 - 24 ans"
    VINGT_CINQ_TRENTE_NEUF = "vingt_cinq_trente_neuf", "25 - 39 ans"
    QUARANTE_CINQUANTE_NEUF = "quarante_cinquante_neuf", "40 - 59 ans"
    SOIXANTE_SOIXANTE_NEUF = "soixante_soixante_neuf", "60 - 69 ans"
    SOIXANTE_DIX_PLUS = "soixante_dix_plus", "70 ans et plus"
    NON_COMMUNIQUE = "non_communique", "Non communiqué"


class Gender(models.TextChoices):
    MASCULIN = "masculin", "Homme"
    FEMININ = "feminin", "Femme"
    NON_COMMUNIQUE = "non_communique", "Non communiqué"


class SocialStatus(models.TextChoices):
    SCOLARISE = "scolarise", "Scolarisé"
    SANS_EMPLOI = "sans_emploi", "Sans emploi"
    EN_EMPLOI = "en_emploi", "En emploi"
    RETRAITE = "retraite", "Retraité"
    NON_COMMUNIQUE = "non_communique", "Non communiqué ou hétérogène"


class Autonomy(models.TextChoices):
    ENTIEREMENT_ACCOMPAGNE = "entierement_accompagne", "Avec guidage"
    PARTIELLEMENT_AUTONOME = "partiellement_autonome", "Autonome avec guidage en cas de besoin"
    AUTONOME = "autonome", "Autonome"
