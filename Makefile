# Lamplighter's workshop. `make help` lists what there is.
# Everything is set up on the way: system packages (as root), .venv, front end, embedded PostGIS.

PORT ?= 8000
WORKSHOP := config/bootstrap.sh

.PHONY: help setup demo test check bench mission locks

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */  make \1\t/' | expand -t 18

setup:  ## install what is missing, into .venv and frontend/node_modules
	@$(WORKSHOP) setup

demo:  ## the demo city, served on 127.0.0.1:8000 (PORT= changes it) until Ctrl-C
	@$(WORKSHOP) demo --port $(PORT)

test:  ## all tests, on the embedded PostGIS (or the server of DATABASE_URL)
	@$(WORKSHOP) test

check:  ## lint, format, types, imports, migrations
	@$(WORKSHOP) check

bench:  ## measured speeds: single verdict, load, tile
	@$(WORKSHOP) bench

mission:  ## the mission's rows with the tests that show each
	@$(WORKSHOP) mission

locks:  ## resolve requirements/*.in anew into hashed locks (UPGRADE=--upgrade for new versions)
	@$(WORKSHOP) locks $(UPGRADE)
