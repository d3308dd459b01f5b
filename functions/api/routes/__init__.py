"""The routes, one module for each area. A route parses, calls one service and shapes the answer."""
