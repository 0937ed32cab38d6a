#!/usr/bin/env bash
# How our training step grows with length, width and batch: tables in Markdown. --quick for fewer points.
exec "$(dirname "${BASH_SOURCE[0]}")/run.sh" io.github.pelab.bench.step.Scaling "$@"
