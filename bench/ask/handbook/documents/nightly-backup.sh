#!/usr/bin/env bash
# Nightly backup of the practice server. Runs from cron at 02:40.
# Owner: Beatrix (ext. 31). Restore drill: first Monday of each quarter.
set -euo pipefail

SOURCE=/srv/practice
TARGET=/mnt/vault/practice
REMOTE=backup@coldstore.example:/tank/practice
KEEP_DAILY=14
KEEP_WEEKLY=8      # Sundays
KEEP_MONTHLY=24    # the 1st; the law wants patients' records longer, see archive.sh
MIN_FREE_GB=60
LOCK=/run/lock/nightly-backup.lock
MAIL_TO=it@practice.example

# Scans are large and never change: they have a copy of their own (scans-sync.sh).
EXCLUDES=(--exclude=scans/ --exclude='*.tmp' --exclude=cache/ --exclude=.Trash-1000/)

fail() {
  echo "backup failed: $1" | mail -s "BACKUP FAILED on $(hostname)" "$MAIL_TO"
  exit "${2:-1}"
}

exec 9>"$LOCK"
flock -n 9 || fail "another run holds the lock" 3

free=$(df --output=avail -BG "$TARGET" | tail -1 | tr -dc 0-9)
[ "$free" -ge "$MIN_FREE_GB" ] || fail "only $free GB free" 4

# The database must be dumped, not copied: a copied file was useless in May 2022.
sudo -u postgres pg_dump --format=custom --compress=6 practice > "$SOURCE/dump/practice.pgdump" \
  || fail "pg_dump" 5

today=$(date +%F)
rsync -a --delete --link-dest="$TARGET/latest" "${EXCLUDES[@]}" "$SOURCE/" "$TARGET/$today/" || fail "rsync" 6
ln -sfn "$today" "$TARGET/latest"

# Off site, at no more than 4 MB/s so that the morning's first patients can log in.
rsync -a --bwlimit=4000 "$TARGET/$today/" "$REMOTE/$today/" || fail "copy off site" 7

find "$TARGET" -maxdepth 1 -type d -name '20*' | sort | head -n -"$KEEP_DAILY" | while read -r old; do
  day=$(basename "$old")
  [ "$(date -d "$day" +%u)" = 7 ] && [ "$(( ($(date +%s) - $(date -d "$day" +%s)) / 604800 ))" -le "$KEEP_WEEKLY" ] && continue
  [ "$(date -d "$day" +%d)" = 01 ] && [ "$(( ($(date +%s) - $(date -d "$day" +%s)) / 2629800 ))" -le "$KEEP_MONTHLY" ] && continue
  rm -rf -- "$old"
done

date +%s > /var/lib/node_exporter/backup_last_success
