"""Words of the national standard of places, stored as written (standard-mediation-num v1.0.2, Licence Ouverte 2.0).

Sources: the schema of LaMednum/standard-mediation-num; typologies of the national map's own library.
"""

from typing import Final

ITINERANCES: Final = ("Itinérant", "Fixe")

SERVICES: Final = (
    "Aide aux démarches administratives",
    "Maîtrise des outils numériques du quotidien",
    "Insertion professionnelle via le numérique",
    "Utilisation sécurisée du numérique",
    "Parentalité et éducation avec le numérique",
    "Loisirs et créations numériques",
    "Compréhension du monde numérique",
    "Accès internet et matériel informatique",
    "Acquisition de matériel informatique à prix solidaire",
)

PUBLICS: Final = ("Jeunes", "Étudiants", "Familles et/ou enfants", "Seniors", "Femmes")

SPECIFIC_CARE: Final = (
    "Surdité",
    "Handicaps moteurs",
    "Handicaps mentaux",
    "Illettrisme",
    "Langues étrangères (anglais)",
    "Langues étrangères (autres)",
    "Déficience visuelle",
)

FEES: Final = ("Gratuit", "Gratuit sous condition", "Payant")

NATIONAL_PROGRAMMES: Final = (
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
)

TRAININGS_AND_LABELS: Final = (
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
)

ACCESS_MODES: Final = (
    "Se présenter",
    "Téléphoner",
    "Contacter par mail",
    "Prendre un RDV en ligne",
    "Ce lieu n'accueille pas de public",
    "Envoyer un mail avec une fiche de prescription",
)

SUPPORT_MODES: Final = ("En autonomie", "Accompagnement individuel", "Dans un atelier collectif", "À distance")

# fmt: off
TYPOLOGIES: Final = (
    "ACI", "ACIPHC", "AFPA", "AI", "ASE", "ASSO", "ASSO_CHOMEUR", "Autre", "AVIP", "BIB", "CAARUD", "CADA",
    "CAF", "CAP_EMPLOI", "CAVA", "CC", "CCAS", "CCONS", "CD", "CDAS", "CFP", "CHRS", "CHU", "CIAS", "CIDFF",
    "CITMET", "CMP", "CMS", "CPAM", "CPH", "CS", "CSAPA", "CSC", "DEETS", "DEPT", "DIPLP", "E2C", "EA",
    "EATT", "EI", "EITI", "ENM", "EPCI", "EPI", "EPIDE", "EPN", "ES", "ESAT", "ESS", "ETTI", "EVS", "FABLAB",
    "FABRIQUE", "FAIS", "FT", "GEIQ", "HUDA", "LA_POSTE", "MDE", "MDEF", "MDH", "MDPH", "MDS", "MJC", "ML",
    "MQ", "MSA", "MSAP", "MUNI", "OACAS", "ODC", "OF", "OIL", "OPCS", "PAD", "PENSION", "PI", "PIJ_BIJ",
    "PIMMS", "PJJ", "PLIE", "PREF", "PREVENTION", "REG", "RELAIS_LECTURE", "RESSOURCERIE", "RFS", "RS_FJT",
    "SCP", "SPIP", "TIERS_LIEUX", "UDAF",
)
# fmt: on

TYPOLOGY_LABELS: Final = {
    "ASSO": "Association",
    "BIB": "Bibliothèque ou médiathèque",
    "CAF": "Caisse d'allocations familiales",
    "CCAS": "Centre communal d'action sociale",
    "CIAS": "Centre intercommunal d'action sociale",
    "CS": "Centre social",
    "CSC": "Centre socioculturel",
    "DEPT": "Service social du département",
    "EPCI": "Intercommunalité",
    "EPN": "Espace public numérique",
    "ESS": "Entreprise de l'économie sociale et solidaire",
    "EVS": "Espace de vie sociale",
    "FABLAB": "Atelier de fabrication (fablab)",
    "FT": "France Travail",
    "MDS": "Maison des solidarités",
    "MJC": "Maison des jeunes et de la culture",
    "ML": "Mission locale",
    "MQ": "Maison de quartier",
    "MSAP": "Maison de services au public",
    "MUNI": "Mairie",
    "OF": "Organisme de formation",
    "PAD": "Point d'accès au droit",
    "PIJ_BIJ": "Point ou bureau d'information jeunesse",
    "PIMMS": "Point information médiation multiservices",
    "REG": "Région",
    "RFS": "Réseau France Services",
    "RS_FJT": "Foyer de jeunes travailleurs",
    "TIERS_LIEUX": "Tiers-lieu",
    "UDAF": "Union départementale des associations familiales",
}

SUMMARY_MAX_LENGTH: Final = 280
# Seven places in ten of the national inventory published this for « unknown » (notes of its version 2.0.0).
UNKNOWN_PIVOT: Final = "00000000000000"


def typology_label(code: str) -> str:
    """Return what people read for a typology; the code itself where we have no label."""
    return TYPOLOGY_LABELS.get(code, code)
