"""The knowledge base: questions that come again and their reviewed answers, from which the desk answers at once."""
