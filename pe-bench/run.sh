#!/usr/bin/env bash
# Builds pe-bench and starts one of its programs: run.sh MAIN-CLASS [ARGUMENT...]. Standard output is the program's alone.
set -euo pipefail
module=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname "$module")

echo "pe-bench: building ..." >&2
(cd "$root" && ./mvnw -B -q -Pbench -Dmaven.test.skip -Dspotless.skip=true -pl pe-bench -am process-classes) >&2

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
cd "$root"
exec "$java" --add-modules jdk.incubator.vector -cp "$module/target/classes:$(cat "$module/target/class-path")" "$@"
