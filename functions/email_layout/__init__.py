"""The layout of emails in HTML, which all functions share that write one."""
