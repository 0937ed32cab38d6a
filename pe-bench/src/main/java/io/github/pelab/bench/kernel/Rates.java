package io.github.pelab.bench.kernel;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Columns of JMH's table: 10⁹ floating-point operations, and bytes, a second. */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class Rates {
  public double gflop;
  public double gbyte;

  void add(Work work) {
    gflop += work.flops() / 1e9;
    gbyte += work.bytes() / 1e9;
  }
}
