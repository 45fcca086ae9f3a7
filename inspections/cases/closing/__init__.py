"""What a case ends with: the handler's own word, why it was sent back, which ratings do not count."""
