"""Settings of hypothesis: no time limit per example, since other work may slow the machine."""

from hypothesis import settings

settings.register_profile("law", deadline=None)
settings.load_profile("law")
