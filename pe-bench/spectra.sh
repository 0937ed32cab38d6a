#!/usr/bin/env bash
# Watching spectra in training of the quickstart's size: a table in Markdown. --quick for fewer updates.
exec "$(dirname "${BASH_SOURCE[0]}")/run.sh" io.github.pelab.bench.step.Watching "$@"
