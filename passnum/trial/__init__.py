"""A trial that tells two waves from order to evaluation, through the real actions and a seeded chance.

Every organisation, person and place in it is invented; the communes are real. Interrupted, it goes on where it stopped:
its idempotency keys are drawn from the seed, so an act already done answers what it did.
"""
