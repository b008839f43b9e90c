#!/bin/sh
# A studio on Cloud Run, with PostgreSQL on Cloud SQL, Redis on Memorystore and songs in Cloud Storage. Makes and
# upgrades: first the database's schema, then the processes one after the other. docs/operations.md says what has to be
# there before.
#
#     PROJECT=… REGION=asia-south1 IMAGE=… DOMAIN=songs.example deploy/cloud-run/deploy.sh
set -eu
: "${PROJECT:?}" "${REGION:?}" "${IMAGE:?}" "${DOMAIN:?}"
NETWORK=${NETWORK:-default}
SUBNET=${SUBNET:-default}
ACCOUNT=${ACCOUNT:-melody@$PROJECT.iam.gserviceaccount.com}
# Secrets of the Secret Manager that are settings by the same name.
SECRETS=${SECRETS:-MELODY_DATABASE_URL MELODY_REDIS_URL MELODY_STORAGE_URL}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Requests reach a container from this network, and only Google's front ends can send any.
settings="{name: MELODY_ENV, value: production}, {name: MELODY_PUBLIC_URL, value: 'https://$DOMAIN'}"
settings="$settings, {name: MELODY_TRUSTED_PROXIES, value: 169.254.0.0/16}"
for secret in $SECRETS; do
    settings="$settings, {name: $secret, valueFrom: {secretKeyRef: {name: $secret, key: latest}}}"
done

# put KIND FILE [PROCESS COUNT CPU MEMORY COMMAND]: fills in the file, and makes it so.
put() {
    sed -e "s|@IMAGE@|$IMAGE|; s|@NETWORK@|$NETWORK|; s|@SUBNET@|$SUBNET|; s|@ACCOUNT@|$ACCOUNT|" \
        -e "s|@PROCESS@|${3-}|; s|@COUNT@|${4-}|; s|@CPU@|${5-}|; s|@MEMORY@|${6-}|; s|@COMMAND@|${7-}|" \
        -e "s|@ENV@|[$settings]|" "$here/$2" >"$work/${3:-$2}.yaml"
    gcloud run "$1" replace "$work/${3:-$2}.yaml" --project "$PROJECT" --region "$REGION" --quiet
}

put jobs migrate.yaml
gcloud run jobs execute melody-migrate --wait --project "$PROJECT" --region "$REGION" --quiet
put services api.yaml
put worker-pools process.yaml bot "${BOTS:-1}" 1 1Gi '[python, -m, bot.main]'
put worker-pools process.yaml worker "${WORKERS:-2}" 2 4Gi '[python, -m, tasks.worker, convert]'
put worker-pools process.yaml courier "${COURIERS:-1}" 1 2Gi '[python, -m, tasks.worker, courier]'
put worker-pools process.yaml relay "${RELAYS:-1}" 1 512Mi '[python, -m, tasks.relay]'
