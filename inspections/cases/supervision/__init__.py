"""Reminder letters (提醒函), supervision (督办) with its own clock, and the ladder it climbs."""
