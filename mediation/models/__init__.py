from mediation.models.attempt import Attempt, AttemptKind
from mediation.models.label import Label
from mediation.models.redemption import ActRecord, OwedDecision, Redemption, RedemptionLine
from mediation.models.service import NationalService, Service
from mediation.models.site import Site, SiteName
from mediation.models.wave_scope import WaveScope

__all__ = [
    "ActRecord",
    "Attempt",
    "AttemptKind",
    "Label",
    "NationalService",
    "OwedDecision",
    "Redemption",
    "RedemptionLine",
    "Service",
    "Site",
    "SiteName",
    "WaveScope",
]
