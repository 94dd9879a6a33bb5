"""A model behind an OpenAI-compatible address. The only user of langchain, openai and tenacity."""

from coach.llm.calm import Breaker
from coach.llm.client import LangchainModel, build_model, is_loopback, tracing_on
from coach.llm.fake import FakeModel

__all__ = ["Breaker", "FakeModel", "LangchainModel", "build_model", "is_loopback", "tracing_on"]
