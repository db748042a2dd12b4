"""Whatever sends OpenTelemetry and is nobody that dashcam knows: its records are kept, and read by the GenAI words.

What a stranger would get wrong: this is no coding agent. It stands in the registry so that nothing that was sent is
lost, and so that a later version, which knows the sender, can read it again from the journal.
"""

from dashcam.agents.agent import Capabilities
from dashcam.agents.dialect import GEN_AI, REQUESTS, Dialect
from dashcam.agents.faces import OPENTELEMETRY
from dashcam.agents.without_files import agent_without_files

DIALECT = Dialect(
    session=("session.id", "gen_ai.conversation.id", "conversation.id", "thread.id"),
    or_service=True,
    provider=("gen_ai.provider.name", "gen_ai.system"),
    records={"gen_ai.client.inference.operation.details": GEN_AI},
    spans=REQUESTS,
    all_spans=True,
    tokens="gen_ai.client.token.usage",
)

AGENT = agent_without_files(
    face=OPENTELEMETRY,
    dialect=DIALECT,
    services=("",),
    gives=Capabilities(tokens="partial", cache="partial", reasoning="partial"),
)
