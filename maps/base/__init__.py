"""The base map as pictures: ground, water, green, roads and names, open to everybody."""
