#!/usr/bin/env bash
# The kernels one by one, by JMH, whose arguments these are: -h lists them, -l the benchmarks, Attention -f 1 runs some.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-PASSIVE} # as the launcher has it
exec "$(dirname "${BASH_SOURCE[0]}")/run.sh" org.openjdk.jmh.Main "$@"
