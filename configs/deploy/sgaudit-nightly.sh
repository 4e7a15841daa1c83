#!/bin/sh
# The nightly audit, for cron and for the systemd unit: prints a mail if somebody should look, and nothing otherwise.
# 夜间审计（cron 与 systemd 共用）：需要关注时输出邮件内容，否则不输出。
#
#   sgaudit-nightly FOLDER [OPTION ...]     (the options of an audit)
#
# The first line of the mail says what happened, and the mail never holds an older report. FOLDER keeps
#   known.json   the accepted report: only what it does not have is news. Copy report.json over it to accept a night.
#   report.txt, report.json   the last night that read everything (exit code 0 or 1)
#   incomplete.txt, incomplete.json   the last night that could not read everything (exit code 3)
#   history.db   every night: since when each finding is known, and the trend (sgaudit history history.db)
#   log          one dated entry for each night
# Once, as root:
#   python3 -m venv /opt/sgaudit && /opt/sgaudit/bin/pip install ./tke_sg_auditor-0.2.0-py3-none-any.whl
#   ln -s /opt/sgaudit/bin/sgaudit /usr/local/bin/ && install -m 0755 sgaudit-nightly.sh /usr/local/bin/sgaudit-nightly
#   useradd --system --create-home --home-dir /var/lib/sgaudit sgaudit
# Keys, unless the machine has a CVM role: ~sgaudit/.tencentcloud/credentials, readable by this user alone.
set -u

say() {
    printf '%s sgaudit: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1"
}

if [ $# -lt 1 ] || ! cd "$1"; then
    say "exit code 2: usage: sgaudit-nightly FOLDER [OPTION ...], nothing was audited"
    exit 2
fi
shift

if ! exec 9>>lock || ! flock -n 9; then
    say "exit code 3: another run holds the lock, nothing was audited"
    exit 3
fi

new=$(mktemp -d ./run.XXXXXX) || {
    say "exit code 3: no room for a report in $(pwd), nothing was audited"
    exit 3
}
trap 'rm -rf "$new"' EXIT

if [ -e known.json ]; then
    set -- --since known.json --fail-on-new "$@"
fi
set -- --history history.db "$@"
sgaudit audit --no-progress --format table="$new/report.txt" --format json="$new/report.json" "$@" >"$new/log" 2>&1
code=$?

case $code in
    0) what="nothing to look at" kept=report ;;
    1) what="findings to look at" kept=report ;;
    3) what="incomplete, something could not be checked" kept=incomplete ;;
    2) what="wrong options or configuration, nothing was audited" kept= ;;
    126 | 127) what="the program sgaudit was not found, nothing was audited" kept= ;;
    *) what="the audit failed" kept= ;;
esac
say "exit code $code: $what" >"$new/first"
cat "$new/first" "$new/log" >>log

if [ "$code" -ne 0 ]; then
    cat "$new/first"
    if [ -s "$new/report.txt" ]; then
        grep '^sgaudit: ' "$new/log"
        cat "$new/report.txt"
    else
        cat "$new/log"
    fi
fi
if [ -n "$kept" ] && [ -s "$new/report.json" ]; then
    mv -f "$new/report.txt" "$kept.txt" && mv -f "$new/report.json" "$kept.json"
fi
exit "$code"
