#!/usr/bin/env bash
# Ablating every head, by an evaluation for each and by the branches of one: a table in Markdown. --quick for fewer examples.
exec "$(dirname "${BASH_SOURCE[0]}")/run.sh" io.github.pelab.bench.step.Branching "$@"
