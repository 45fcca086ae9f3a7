"""How a message leaves the house: by mail, to a program, to a robot. Each raises Later or Refused."""
