package io.github.pelab.ablation.regression;

import io.github.pelab.ablation.Verdict;
import io.github.pelab.ablation.regression.Night.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Nights that nobody trained. */
final class Made {
  static final String HERE = "0123456789abcdef";
  static final String ELSEWHERE = "fedcba9876543210";
  static final Origin ORIGIN =
      new Origin("c0ffee", "0.1.0", "M2.1", "JVM 17", "a CPU", "BLAS, 1", "vector 256");
  static final int EXAMPLES = 1000;

  private Made() {}

  /** Of seed {@code seed} of a configuration. */
  static Measurement measurement(String configuration, int seed, double accuracy, String machine) {
    long correct = Math.round(accuracy * EXAMPLES);
    return new Measurement(
        configuration + "-seed" + seed,
        configuration,
        Digest.of(configuration),
        Digest.of(configuration + seed),
        machine,
        correct,
        EXAMPLES,
        1.0 - 0.9 * accuracy,
        Digest.of(configuration + seed + machine + correct),
        List.of(new Measurement.Layer(Verdict.DEPOSIT, List.of(correct, correct / 2))),
        Map.of("head", Digest.of("outcomes" + correct)),
        List.of(0.25, 0.75),
        List.of());
  }

  /** Seeds 1, 2, … of one configuration, with these accuracies. */
  static List<Measurement> seeds(String configuration, String machine, double... accuracies) {
    List<Measurement> seeds = new ArrayList<>();
    for (double accuracy : accuracies) {
      seeds.add(measurement(configuration, seeds.size() + 1, accuracy, machine));
    }
    return seeds;
  }

  static List<Measurement> changed(List<Measurement> all, UnaryOperator<Measurement> change) {
    return all.stream().map(change).toList();
  }

  static Measurement with(
      Measurement of, double loss, String parameters, List<Measurement.Layer> layers) {
    return with(of, loss, parameters, layers, of.probe(), of.faults());
  }

  static Measurement with(
      Measurement of,
      double loss,
      String parameters,
      List<Measurement.Layer> layers,
      List<Double> probe,
      List<String> faults) {
    return new Measurement(
        of.member(),
        of.configuration(),
        of.configurationHash(),
        of.configHash(),
        of.fingerprint(),
        of.correct(),
        of.total(),
        loss,
        parameters,
        layers,
        of.rows(),
        probe,
        faults);
  }

  /** Night {@code number}, an hour after the one before. */
  static Night night(int number, List<Measurement> measurements, Failure... failures) {
    Instant time = time(number);
    return Night.of("made", Nights.id(time), time, ORIGIN, measurements, List.of(failures));
  }

  static Instant time(int number) {
    return Instant.parse("2026-11-01T02:00:00Z").plusSeconds(3600L * number);
  }

  static Baseline baseline(List<Measurement> measurements) {
    return Baseline.of(night(0, measurements), Optional.empty(), time(0));
  }
}
