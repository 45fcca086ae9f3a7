"""The platform above (12345, 数字城管): its orders come in, and what becomes of them goes back."""
