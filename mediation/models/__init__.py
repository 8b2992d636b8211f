from mediation.models.act_record import ActRecord, PersonRecord
from mediation.models.appointment import Appointment, AppointmentStep
from mediation.models.attempt import Attempt, AttemptKind
from mediation.models.closing_statement import ClosingLine, ClosingStatement
from mediation.models.counter_rules import CounterRules, RequiredAnswer
from mediation.models.goodwill import GoodwillLine
from mediation.models.label import Label
from mediation.models.paper_sample import Correction, PaperOutcome, PaperSample, PaperSampleItem
from mediation.models.quarantine import QuarantinedAct
from mediation.models.redemption import OwedDecision, Redemption, RedemptionLine
from mediation.models.service import NationalService, Service
from mediation.models.site import Site, SiteName
from mediation.models.wave_scope import WaveScope

__all__ = [
    "ActRecord",
    "Appointment",
    "AppointmentStep",
    "Attempt",
    "AttemptKind",
    "ClosingLine",
    "ClosingStatement",
    "Correction",
    "CounterRules",
    "GoodwillLine",
    "Label",
    "NationalService",
    "OwedDecision",
    "PaperOutcome",
    "PaperSample",
    "PaperSampleItem",
    "PersonRecord",
    "QuarantinedAct",
    "Redemption",
    "RedemptionLine",
    "RequiredAnswer",
    "Service",
    "Site",
    "SiteName",
    "WaveScope",
]
