from passnum.kit.models.audit import AuditEntry
from passnum.kit.models.idempotency_key import IdempotencyKey
from passnum.kit.models.job import Job, JobBatch, JobStatus
from passnum.kit.models.key_fingerprint import KeyFingerprint
from passnum.kit.models.mark import AfterMark, Mark
from passnum.kit.models.transition import Transition

__all__ = [
    "AfterMark",
    "AuditEntry",
    "IdempotencyKey",
    "Job",
    "JobBatch",
    "JobStatus",
    "KeyFingerprint",
    "Mark",
    "Transition",
]
