"""What the articles said when: the positions of an answer along the days on which they were published."""

from qa.timeline.rows import Point, Row, Timeline, timeline_of

__all__ = ["Point", "Row", "Timeline", "timeline_of"]
