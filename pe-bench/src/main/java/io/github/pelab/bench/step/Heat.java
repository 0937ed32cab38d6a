package io.github.pelab.bench.step;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Entries against each other: all are started, checked to compute the same, warmed up, and then
 * asked for a pass in turn, round after round.
 *
 * @param warmup rounds that are not counted: the JVM compiles, allocators grow
 * @param rounds that are counted
 */
record Heat(int warmup, int rounds) {
  private static final long REST_MS = 100;

  /**
   * What was found of an entry.
   *
   * @param description of what it ran on
   * @param steps milliseconds of a step, one number a round
   * @param mostMemory bytes, resident
   */
  record Result(Entry entry, String description, List<Double> steps, long mostMemory) {
    double step() {
      return Median.of(steps);
    }

    double bestStep() {
      return Collections.min(steps);
    }

    double examplesPerSecond() {
      return 1e3 * entry.workload().batch() / step();
    }

    /** How many times as long as the other's its steps are. */
    double timesThatOf(Result other) {
      return Median.ofRatios(steps, other.steps);
    }

    double gibibytes() {
      return mostMemory / 0x1p30;
    }
  }

  /**
   * Runs it.
   *
   * @param title of progress on standard error
   * @return in the order of the entries
   * @throws IllegalStateException if entries that train the same model do not agree, or a process
   *     fails; the message says whose
   */
  List<Result> run(String title, List<Entry> entries) {
    List<Contender> contenders = new ArrayList<>();
    try {
      for (Entry entry : entries) {
        System.err.printf("%s: starting %s%n", title, entry.name());
        contenders.add(new Contender(entry));
        // One after another: a start computes, too.
        var unused = contenders.get(contenders.size() - 1).describe();
      }
      check(contenders);
      for (int round = 1; round <= warmup + rounds; round++) {
        System.err.printf("%s: round %d of %d%n", title, round, warmup + rounds);
        for (Contender contender : contenders) {
          contender.step(round > warmup);
          rest();
        }
      }
      return contenders.stream().map(Contender::result).toList();
    } finally {
      contenders.forEach(Contender::close);
    }
  }

  /** Threads of BLAS and OpenMP spin for a while before they sleep. */
  private static void rest() {
    try {
      Thread.sleep(REST_MS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted between two steps", e);
    }
  }

  /** Those that train the same model. */
  private static void check(List<Contender> contenders) {
    Map<Workload, Map<String, double[]>> losses = new LinkedHashMap<>();
    for (Contender contender : contenders) {
      double[] first = contender.firstLosses();
      if (first.length > 0) {
        losses
            .computeIfAbsent(
                Agreement.workload(contender.entry().workload()), key -> new LinkedHashMap<>())
            .put(contender.entry().name(), first);
      }
    }
    losses.values().forEach(Agreement::check);
  }
}
