"""Reproduce: does a published ranking follow from its published inputs, and where does it not?"""

from innov_index.analysis.reproduce.run import Announcement, Reproduction, reproduce
from innov_index.analysis.reproduce.verdicts import LevelResult, Verdict

__all__ = ["Announcement", "LevelResult", "Reproduction", "Verdict", "reproduce"]
