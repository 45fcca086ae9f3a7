"""Residents' meetings (民情联系会): one meeting, what was said there as requests, and its minutes kept once."""
