"""What may go wrong between us and a Prometheus server, one class for each thing that a person can mend."""

from dashcam.records.errors import BadSettings, DashcamError


class PrometheusNotSet(BadSettings):
    """No server is set."""


class PrometheusError(DashcamError):
    """A server is set, but gave no answer that could be shown."""


class PrometheusUnreachable(PrometheusError):
    """Nothing answers there, or not with a certificate that is trusted."""


class PrometheusSlow(PrometheusError):
    """It did not answer in time."""


class PrometheusRefused(PrometheusError):
    """It wants other credentials."""


class PrometheusFailed(PrometheusError):
    """It could not answer the question, and says why."""


class NotPrometheus(PrometheusError):
    """Something answers, but not as Prometheus does."""


class NoMetrics(PrometheusError):
    """It is sound, but holds no metric of an agent."""
