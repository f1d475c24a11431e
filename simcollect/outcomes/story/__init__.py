"""One account's life told in sentences, in English and Chinese, from the event log alone."""

from __future__ import annotations

from simcollect.outcomes.story.choose import PICKS, find_account, pick
from simcollect.outcomes.story.telling import story
from simcollect.outcomes.story.text import Paragraph, Sentence, Story

__all__ = ["PICKS", "Paragraph", "Sentence", "Story", "find_account", "pick", "story"]
