"""By which ways reports come in: the registry of channels, and what each one sends."""
