"""Random indices, tables and commands, tried for as long as patience lasts."""
