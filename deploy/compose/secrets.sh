#!/bin/sh
# Makes the passwords of the servers in docker-compose.yml, and the addresses that the studio reaches them by:
#
#     deploy/compose/secrets.sh [FOLDER]        (secrets, where nothing else is said)
#
# What is there already stays as it is, so it can be repeated. The files are readable for all because each
# container has a user of its own; the folder lets in nobody but you.
set -eu
folder=${1:-secrets}

word() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# keep NAME: writes what comes in, unless the file is there.
keep() {
    if [ -e "$folder/$1" ]; then
        cat >/dev/null
    else
        cat >"$folder/$1.new"
        chmod 444 "$folder/$1.new"
        mv "$folder/$1.new" "$folder/$1"
    fi
}

umask 022
mkdir -p "$folder/melody"
chmod 700 "$folder"
word | keep postgres_password
word | keep redis_password
word | keep s3_key
word | keep s3_secret
s3_key=$(cat "$folder/s3_key")
s3_secret=$(cat "$folder/s3_secret")
keep s3_config <<END
{"identities": [{"name": "melody", "credentials": [{"accessKey": "$s3_key", "secretKey": "$s3_secret"}],
  "actions": ["Admin", "Read", "List", "Tagging", "Write"]}]}
END
echo "postgresql://melody:$(cat "$folder/postgres_password")@postgres:5432/melody" | keep melody/MELODY_DATABASE_URL
echo "redis://:$(cat "$folder/redis_password")@redis:6379/0" | keep melody/MELODY_REDIS_URL
echo "s3://$s3_key:$s3_secret@melody?endpoint_url=http://s3:8333" | keep melody/MELODY_STORAGE_URL
echo "The secrets are in $folder. Put further ones beside those in $folder/melody: a file a setting, like MELODY_TELEGRAM_TOKEN."
