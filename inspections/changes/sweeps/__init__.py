"""What a sweep found becomes one batch handover (举一反三): a change set that a second person publishes."""
