from passnum.territory.models.commune import Commune, CommunePeriod
from passnum.territory.models.ept import Ept, EptMembership
from passnum.territory.models.population import Population

__all__ = ["Commune", "CommunePeriod", "Ept", "EptMembership", "Population"]
