"""Sessions as a Prometheus server knows them that collects the counters of agents.

What a stranger would get wrong: nothing of it is kept. Prometheus has sums and no calls, so its answers are shown as
they are and take no part in what a session is billed.
"""
