"""Undertakings (承办事项): what one body is to do by a time, and why it is: divided, instructed, ordered, promised."""
