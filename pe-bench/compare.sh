#!/usr/bin/env bash
# Our training step side by side with PyTorch's: a table in Markdown. --quick for a first look, in three minutes.
exec "$(dirname "${BASH_SOURCE[0]}")/run.sh" io.github.pelab.bench.step.Compare "$@"
