# Deux commandes : « make run » (un essai complet sur cette machine) et « make test ». Le reste : README.md.
PYTHON ?= python3.11
PYTEST ?=

# Les outils parlent d'eux-mêmes ; make n'a rien à ajouter.
MAKEFLAGS += --no-print-directory
# Chaque processus que la suite lance relirait sinon tout le code, et récrirait toutes les assertions.
unexport PYTHONDONTWRITEBYTECODE
VENV := .venv/bin
NEEDS_PYTHON = @$(PYTHON) -c '' >/dev/null 2>&1 || \
	{ echo "Python 3.11 manque : installez-le (Debian 12 : « apt install python3.11 python3.11-venv »)." >&2; exit 1; }

.PHONY: help run test check bench format lock install install-dev

help:
	@echo "make run     démarre tout (base, service web, atelier) et donne l’adresse ; Ctrl-C arrête tout"
	@echo "make test    toute la suite, sur un vrai PostgreSQL ; make test PYTEST=\"-k mot\" en choisit"
	@echo "make check   style, types, flèches entre paquets, migrations, gabarits, dessins, API"
	@echo "make bench   mesure, à côté du plancher, dans la même passe"
	@echo "make format  remet en forme"
	@echo "make lock    refait requirements/*.txt avec leurs empreintes"

install:
	$(NEEDS_PYTHON)
	@$(PYTHON) -m tools.install base

install-dev:
	$(NEEDS_PYTHON)
	@$(PYTHON) -m tools.install dev

# exec : le superviseur prend la place du shell, il reçoit lui-même Ctrl-C et répond de tous ses processus.
run: install
	@exec $(VENV)/python -m tools.run

test: install-dev
	@$(VENV)/python -m tools.chromium
	@exec $(VENV)/python -m pytest -n 2 --dist worksteal $(PYTEST)

check: export PASSNUM_ENV = test
check: install-dev
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(VENV)/python manage.py draw_states --check
	$(VENV)/python manage.py export_openapi --check
	$(VENV)/djlint --lint --quiet passnum vouchers mediation reporting

bench: export PASSNUM_TEST_DURABLE = 1
bench: install-dev
	@exec $(VENV)/python -m pytest -p tests.conftest bench -q -n 0 -p no:randomly

format: install-dev
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

LOCK = UV_CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/uv pip compile --quiet --generate-hashes --no-emit-index-url \
	--python-version 3.11
lock: install-dev
	$(LOCK) requirements/base.in -o requirements/base.txt
	$(LOCK) requirements/base.in requirements/dev.in -o requirements/dev.txt
