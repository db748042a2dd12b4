"""Codex, OpenAI's coding agent: its CLI, its app and its editor extension write the same rollout files."""

from dashcam.agents.agent import Agent, Capabilities
from dashcam.agents.codex.body import body, image
from dashcam.agents.codex.memory import Memory, remember
from dashcam.agents.codex.otlp_lines import PUSHED, SERVICES
from dashcam.agents.codex.places import HISTORY, INDEX, ROLLOUTS, discover, roots
from dashcam.agents.codex.read import first_look, read
from dashcam.agents.codex.stream import LAUNCHING
from dashcam.agents.faces import CODEX

AGENT = Agent(
    face=CODEX,
    reader=2,
    gives=Capabilities(
        conversation="yes",
        thinking="partial",
        tools="yes",
        tokens="yes",
        cache="yes",
        reasoning="yes",
        cost="no",
        title="partial",
    ),
    roots=roots,
    discover=discover,
    watched=(*ROLLOUTS, INDEX, HISTORY),
    remember=remember,
    memory=Memory,
    read=read,
    body=body,
    image=image,
    first_look=first_look,
    launching=LAUNCHING,
    pushed=PUSHED,
    services=SERVICES,
)
