from django.db import models


class Role(models.TextChoices):
    """What a person comes to do (product.md §2). One organisation and one role at a time."""

    ISSUER = "ISSUER", "Fournisseur des chèques"
    FUNDER = "FUNDER", "Agent d’un financeur"
    DISTRIBUTOR = "DISTRIBUTOR", "Agent d’un distributeur (CCAS)"
    MEDIATOR = "MEDIATOR", "Médiatrice ou médiateur"
    SITE_MANAGER = "SITE_MANAGER", "Responsable de lieu"
    PILOT = "PILOT", "Pilote (Métropole)"
    EVALUATOR = "EVALUATOR", "Évaluatrice ou évaluateur"
    LABEL_OFFICER = "LABEL_OFFICER", "Chargé·e de labellisation"
    FINANCE = "FINANCE", "Agent des finances"
    AUDITOR = "AUDITOR", "Auditrice ou auditeur"
