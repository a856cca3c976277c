"""A front end for coding agents: the actions as tools of the Model Context Protocol.

Of all of hardwon only `cli/mcp.py` imports this package: it needs the extra `mcp`.
"""
