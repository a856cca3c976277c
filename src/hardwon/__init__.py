"""hardwon: a developer-pattern memory in Markdown."""
