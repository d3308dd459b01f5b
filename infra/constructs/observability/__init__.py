"""What is seen of a deployment: metrics, the alarms on them, and the dashboard."""
