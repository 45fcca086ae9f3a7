# The product in one image: pages, API, worker and live hub under `manage.py serve`. The database stands apart.

FROM node:20-bookworm-slim AS screens
WORKDIR /app/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci
COPY frontend/ ./
RUN npm run build

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
# The base map writes names of streets; sheets of paper are set by pango.
RUN apt-get update && apt-get install -y --no-install-recommends \
    fonts-noto-cjk libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
COPY requirements/base.txt requirements/base.txt
RUN pip install --require-hashes -r requirements/base.txt
COPY . .
COPY --from=screens /app/frontend/dist frontend/dist
# Keys, originals of evidence and signed heads of the audit live here, on a volume.
ENV LAMPLIGHTER_STATE=/var/lib/lamplighter
RUN python -m compileall -q config core grid inspections exchange maps fixtures \
    && useradd --system --uid 10001 lamplighter \
    && install -d -o lamplighter -m 700 "$LAMPLIGHTER_STATE"
USER lamplighter
VOLUME /var/lib/lamplighter
EXPOSE 8000 8001
HEALTHCHECK --start-period=60s --interval=15s --timeout=5s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["sh", "-c", "python manage.py migrate && exec python manage.py serve --host 0.0.0.0 --live 0.0.0.0:8001"]
