"""The page of the audit log: who did what, and what was refused.

It stands in the topmost app, because the log itself knows neither units nor persons nor the names of other apps' acts.
"""
