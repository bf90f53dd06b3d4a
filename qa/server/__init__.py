"""The faces for other programs, HTTP (`qa serve`) and MCP (`qa mcp`): pip install dateline-qa[server]."""
