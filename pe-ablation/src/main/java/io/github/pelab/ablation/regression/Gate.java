package io.github.pelab.ablation.regression;

import io.github.pelab.ablation.BenjaminiHochberg;
import io.github.pelab.ablation.Verdict;
import io.github.pelab.ablation.regression.Finding.Kind;
import io.github.pelab.ablation.regression.Night.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Compares a night with a baseline and with the nights before it.
 *
 * <table>
 * <caption>What is red, by {@link Finding.Kind}</caption>
 * <tr><td>of each member</td><td></td></tr>
 * <tr><td>SELF_CHECK</td><td>it failed, or contradicts itself</td></tr>
 * <tr><td>DRIFT</td><td>any bit is other than in the baseline, where that has the member with an
 *     equal fingerprint; else than in the latest night with an equal fingerprint that was judged by
 *     this baseline and was not red for its drift</td></tr>
 * <tr><td>PROBE</td><td>a probability differs from the baseline's by more than rounding</td></tr>
 * <tr><td>of each configuration, over its seeds</td><td></td></tr>
 * <tr><td>ACCURACY, LOSS, HEADS, VERDICTS</td><td>the permutation test of {@link SeedPermutation}
 *     against the baseline's seeds is beyond the null, and the difference matters; in either
 *     direction</td></tr>
 * <tr><td>TREND</td><td>Page's test over the nights is beyond the null, and the change matters
 *     </td></tr>
 * </table>
 *
 * <p>All tests of a night of one config are one family: beyond the null is a q of at most {@link
 * GateRule#level()} after Benjamini–Hochberg, so that with nothing changed a night is red with no
 * more than that probability. A test that could not reach the level alone with the seeds at hand is
 * not made: NO VERDICT. What is equal to the bit needs no test: PASS.
 *
 * <p>A night is a REGRESSION if any finding is. Else it is NO VERDICT if the members are not the
 * baseline's, or if of any configuration neither every member is equal to the baseline to the bit
 * nor all four comparisons over the seeds have a verdict. Else it is a PASS. So a single NO VERDICT
 * makes the whole one only where nothing else watches the configuration: on a machine whose
 * fingerprint the baseline does not have, a night passes by the probes and the tests over the
 * seeds.
 */
public final class Gate {
  private final GateRule rule;
  private final Night night;
  private final Optional<Baseline> baseline;
  private final String baselineId;
  private final List<Night> history;
  private final List<Finding> findings = new ArrayList<>();
  private final List<Candidate> candidates = new ArrayList<>();

  /**
   * A comparison of several seeds or nights, before its p is corrected for the others'.
   *
   * @param effect how large the difference is
   * @param matters the smallest that matters
   * @param p 1 where all is equal to the bit
   * @param smallest p that these seeds could give
   */
  private record Candidate(
      Kind kind,
      String configuration,
      String compared,
      String numbers,
      double effect,
      double matters,
      boolean equal,
      double p,
      double smallest) {}

  private Gate(GateRule rule, Night night, Optional<Baseline> baseline, List<Night> history) {
    this.rule = rule;
    this.night = night;
    this.baseline = baseline;
    this.baselineId = baseline.map(Baseline::id).orElse(null);
    this.history = history;
  }

  /**
   * Judges a night.
   *
   * @param history the nights before it, oldest first
   */
  public static Judgement judge(
      GateRule rule, Night night, Optional<Baseline> baseline, List<Night> history) {
    return new Gate(rule, night, baseline, history).judge();
  }

  private Judgement judge() {
    members();
    night.failures().forEach(this::failed);
    for (Measurement each : night.measurements()) {
      selfCheck(each);
      drift(each);
      probe(each);
    }
    for (List<Measurement> seeds : configurations(night.measurements()).values()) {
      compare(seeds);
      trend(seeds);
    }
    decide();
    List<String> regressions =
        findings.stream()
            .filter(finding -> finding.verdict() == GateVerdict.REGRESSION)
            .map(Finding::id)
            .toList();
    return new Judgement(night.judged(baselineId, overall(), regressions), baseline, findings);
  }

  private void add(
      Kind kind,
      Measurement of,
      String compared,
      String numbers,
      GateVerdict verdict,
      String reason) {
    findings.add(
        new Finding(kind, of.configuration(), of.member(), compared, numbers, verdict, reason));
  }

  private static Map<String, List<Measurement>> configurations(List<Measurement> measurements) {
    return measurements.stream()
        .collect(
            Collectors.groupingBy(
                Measurement::configurationHash, LinkedHashMap::new, Collectors.toList()));
  }

  private void members() {
    Set<String> now =
        Stream.concat(
                night.measurements().stream().map(Measurement::member),
                night.failures().stream().map(Failure::member))
            .collect(Collectors.toCollection(TreeSet::new));
    if (baseline.isEmpty()) {
      membersAre(
          GateVerdict.NO_VERDICT,
          now.size() + " members",
          "there is no baseline; look at this night, then pe baseline accept");
      return;
    }
    Map<String, String> hashes = new TreeMap<>();
    night.measurements().forEach(each -> hashes.put(each.member(), each.configHash()));
    List<String> other = new ArrayList<>();
    Set<String> missing = new TreeSet<>(now);
    for (Measurement each : baseline.get().measurements()) {
      if (!now.contains(each.member())) {
        other.add(each.member() + " is in the baseline only");
      } else if (!hashes.getOrDefault(each.member(), each.configHash()).equals(each.configHash())) {
        other.add(each.member() + " has another config");
      }
      missing.remove(each.member());
    }
    missing.forEach(member -> other.add(member + " is not in the baseline"));
    membersAre(
        other.isEmpty() ? GateVerdict.PASS : GateVerdict.NO_VERDICT,
        now.size() + " members, " + baseline.get().measurements().size() + " in the baseline",
        other.isEmpty()
            ? "the same"
            : String.join(", ", other.subList(0, Math.min(3, other.size())))
                + (other.size() > 3 ? " and " + (other.size() - 3) + " more" : "")
                + "; if that is meant, pe baseline accept");
  }

  private void membersAre(GateVerdict verdict, String numbers, String reason) {
    findings.add(
        new Finding(Kind.MEMBERS, night.name(), "", "the baseline", numbers, verdict, reason));
  }

  private void failed(Failure failure) {
    findings.add(
        new Finding(
            Kind.SELF_CHECK,
            failure.configuration(),
            failure.member(),
            "the member itself",
            "",
            GateVerdict.REGRESSION,
            "failed: " + failure.message()));
  }

  private void selfCheck(Measurement now) {
    add(
        Kind.SELF_CHECK,
        now,
        "the member itself",
        now.faults().size() + " faults",
        now.faults().isEmpty() ? GateVerdict.PASS : GateVerdict.REGRESSION,
        now.faults().isEmpty()
            ? "heads add up, ablation leaves nothing behind"
            : String.join("; ", now.faults()));
  }

  private void drift(Measurement now) {
    Optional<Measurement> accepted =
        baseline.flatMap(all -> equalMachine(all.measurements().stream(), now));
    Optional<Night> before = Optional.empty();
    for (int i = history.size() - 1; accepted.isEmpty() && before.isEmpty() && i >= 0; i--) {
      Night each = history.get(i);
      boolean sameBaseline =
          each.baseline() == null ? baselineId == null : each.baseline().equals(baselineId);
      boolean red = each.regressions().contains(now.member() + "/" + Kind.DRIFT.key());
      if (sameBaseline && !red && equalMachine(each.measurements().stream(), now).isPresent()) {
        before = Optional.of(each);
      }
    }
    Optional<Measurement> was =
        accepted.isPresent()
            ? accepted
            : before.flatMap(each -> equalMachine(each.measurements().stream(), now));
    String with =
        accepted.isPresent()
            ? "the baseline"
            : before.map(each -> "the night of " + each.time()).orElse("nothing");
    if (was.isEmpty()) {
      add(
          Kind.DRIFT,
          now,
          with,
          "",
          GateVerdict.NO_VERDICT,
          "neither baseline nor history has it with fingerprint "
              + now.fingerprint()
              + ": only the probe and the tests over the seeds apply");
      return;
    }
    Optional<String> difference = firstDifference(was.get(), now);
    add(
        Kind.DRIFT,
        now,
        with,
        difference.orElse("0 differences"),
        difference.isEmpty() ? GateVerdict.PASS : GateVerdict.REGRESSION,
        difference.isEmpty()
            ? "equal to the bit"
            : "fingerprints are equal, results are not; if that is meant, pe baseline accept");
  }

  private static Optional<Measurement> equalMachine(Stream<Measurement> among, Measurement now) {
    return among
        .filter(
            each ->
                each.configHash().equals(now.configHash())
                    && each.fingerprint().equals(now.fingerprint()))
        .findFirst();
  }

  /** What differs first, in the order in which things come about; empty if all is equal. */
  static Optional<String> firstDifference(Measurement was, Measurement is) {
    if (!was.probe().equals(is.probe())) {
      return Optional.of("first of all the untrained network's probabilities differ");
    }
    if (!was.parameters().equals(is.parameters())) {
      return Optional.of(
          text(
              "first the trained parameters differ (accuracy %.4f, now %.4f; loss %.6g, now %.6g)",
              was.accuracy(), is.accuracy(), was.loss(), is.loss()));
    }
    if (was.correct() != is.correct() || was.loss() != is.loss()) {
      return Optional.of(
          text(
              "first the test differs: accuracy %.4f, now %.4f; loss %s, now %s",
              was.accuracy(), is.accuracy(), was.loss(), is.loss()));
    }
    if (was.layers().size() != is.layers().size()) {
      return Optional.of(
          text("first the ablated layers: %d, now %d", was.layers().size(), is.layers().size()));
    }
    for (int layer = 0; layer < is.layers().size(); layer++) {
      List<Long> before = was.layers().get(layer).right();
      List<Long> now = is.layers().get(layer).right();
      for (int head = 0; head < Math.min(before.size(), now.size()); head++) {
        if (!before.get(head).equals(now.get(head))) {
          return Optional.of(
              text(
                  "first the ablation of layer %d, head %d differs: %d right, now %d",
                  layer, head, before.get(head), now.get(head)));
        }
      }
      if (before.size() != now.size()) {
        return Optional.of(
            text("first the heads of layer %d: %d, now %d", layer, before.size(), now.size()));
      }
      Verdict wasVerdict = was.layers().get(layer).verdict();
      Verdict isVerdict = is.layers().get(layer).verdict();
      if (wasVerdict != isVerdict) {
        return Optional.of(
            text("first the verdict on layer %d: %s, now %s", layer, wasVerdict, isVerdict));
      }
    }
    Set<String> kinds = new TreeSet<>(was.rows().keySet());
    kinds.addAll(is.rows().keySet());
    return kinds.stream()
        .filter(kind -> !Objects.equals(was.rows().get(kind), is.rows().get(kind)))
        .findFirst()
        .map(kind -> "in its rows of kind %s, and nothing before them".formatted(kind));
  }

  private void probe(Measurement now) {
    Optional<Measurement> was =
        baseline.flatMap(
            all ->
                all.measurements().stream()
                    .filter(each -> each.configHash().equals(now.configHash()))
                    .findFirst());
    if (was.isEmpty()) {
      add(
          Kind.PROBE,
          now,
          "nothing",
          "",
          GateVerdict.NO_VERDICT,
          "the baseline has no member of this config");
      return;
    }
    double apart = probesApart(was.get(), now);
    add(
        Kind.PROBE,
        now,
        "the baseline",
        text("%.2g apart, %s is rounding", apart, rule.probe()),
        apart <= rule.probe() ? GateVerdict.PASS : GateVerdict.REGRESSION,
        apart <= rule.probe()
            ? "within rounding"
            : "the untrained network, whole or with a head ablated, computes something else");
  }

  /** The largest relative difference; infinity where there are not as many numbers. */
  static double probesApart(Measurement was, Measurement is) {
    if (was.probe().size() != is.probe().size()) {
      return Double.POSITIVE_INFINITY;
    }
    return IntStream.range(0, is.probe().size())
        .mapToDouble(
            i -> {
              double before = was.probe().get(i);
              double now = is.probe().get(i);
              double larger = Math.max(Math.abs(before), Math.abs(now));
              return larger == 0 ? 0 : Math.abs(before - now) / larger;
            })
        .max()
        .orElse(0);
  }

  /** All seeds of a configuration with the baseline's. */
  private void compare(List<Measurement> now) {
    List<Measurement> was =
        baseline.stream()
            .flatMap(all -> all.measurements().stream())
            .filter(each -> each.configurationHash().equals(now.get(0).configurationHash()))
            .toList();
    int layers = now.get(0).layers().size();
    boolean comparable =
        !was.isEmpty()
            && Stream.concat(was.stream(), now.stream()).allMatch(m -> m.layers().size() == layers);
    if (!comparable) {
      for (Kind kind : List.of(Kind.ACCURACY, Kind.LOSS, Kind.HEADS, Kind.VERDICTS)) {
        findings.add(
            new Finding(
                kind,
                now.get(0).configuration(),
                "",
                "nothing",
                "",
                GateVerdict.NO_VERDICT,
                "the baseline has no such configuration"));
      }
      return;
    }
    compareMeans(Kind.ACCURACY, was, now, each -> new double[] {each.accuracy()}, rule.accuracy());
    compareMeans(
        Kind.LOSS, was, now, each -> new double[] {Math.log(each.loss() + 1e-12)}, rule.logLoss());
    if (layers == 0) {
      return;
    }
    compareMeans(
        Kind.HEADS,
        was,
        now,
        each -> IntStream.range(0, layers).mapToDouble(each::topDrop).toArray(),
        rule.drop());
    compareVerdicts(was, now);
  }

  private void compareMeans(
      Kind kind,
      List<Measurement> was,
      List<Measurement> now,
      Function<Measurement, double[]> quantity,
      double matters) {
    double[][] before = was.stream().map(quantity).toArray(double[][]::new);
    double[][] after = now.stream().map(quantity).toArray(double[][]::new);
    double[][] all =
        Stream.concat(was.stream(), now.stream()).map(quantity).toArray(double[][]::new);
    boolean equal = Arrays.deepEquals(before, after);
    test(
        kind,
        was,
        now,
        text("mean %s, now %s", means(before), means(after)),
        Distances.ofMeans(all),
        matters,
        equal);
  }

  private void compareVerdicts(List<Measurement> was, List<Measurement> now) {
    List<List<Verdict>> all =
        Stream.concat(was.stream(), now.stream()).map(Gate::verdicts).toList();
    boolean equal =
        was.stream().map(Gate::verdicts).toList().equals(now.stream().map(Gate::verdicts).toList());
    test(
        Kind.VERDICTS,
        was,
        now,
        text("%s, now %s", counts(was), counts(now)),
        Distances.ofVerdicts(all),
        rule.fraction(),
        equal);
  }

  private void test(
      Kind kind,
      List<Measurement> was,
      List<Measurement> now,
      String numbers,
      SeedPermutation.Distance distance,
      double matters,
      boolean equal) {
    boolean[] first = new boolean[was.size() + now.size()];
    Arrays.fill(first, 0, was.size(), true);
    candidates.add(
        new Candidate(
            kind,
            now.get(0).configuration(),
            "%d seeds with the baseline's %d".formatted(now.size(), was.size()),
            numbers,
            distance.of(first),
            matters,
            equal,
            equal ? 1 : SeedPermutation.p(was.size(), now.size(), distance),
            SeedPermutation.smallest(was.size(), now.size())));
  }

  /** A configuration's accuracies over the nights that differ, the baseline's first. */
  private void trend(List<Measurement> now) {
    String hash = now.get(0).configurationHash();
    Instant since = baseline.map(Baseline::trendSince).map(Instant::parse).orElse(Instant.MIN);
    Stream<Night> nights =
        history.stream().filter(each -> !Instant.parse(each.time()).isBefore(since));
    List<List<Measurement>> all = new ArrayList<>();
    baseline.ifPresent(each -> all.add(of(each.measurements(), hash)));
    nights.forEach(each -> all.add(of(each.measurements(), hash)));
    all.add(now);
    // Of equal nights the last one counts: to be equal is no further evidence.
    Map<List<String>, List<Measurement>> states = new LinkedHashMap<>();
    int looked = 0;
    for (List<Measurement> each :
        all.subList(Math.max(0, all.size() - rule.nights()), all.size())) {
      if (members(each).equals(members(now))) {
        List<String> state = each.stream().map(m -> m.parameters() + m.correct()).toList();
        states.remove(state);
        states.put(state, each);
        looked++;
      }
    }
    String compared = "%d different of %d nights".formatted(states.size(), looked);
    boolean equal = looked > 1 && states.size() == 1;
    if (!equal && states.size() < rule.states()) {
      findings.add(
          new Finding(
              Kind.TREND,
              now.get(0).configuration(),
              "",
              compared,
              "",
              GateVerdict.NO_VERDICT,
              "a trend is looked for in %d different nights or more".formatted(rule.states())));
      return;
    }
    double[][] values =
        states.values().stream()
            .map(each -> each.stream().mapToDouble(Measurement::accuracy).toArray())
            .toArray(double[][]::new);
    Trend trend = equal ? new Trend(0, 1) : Trend.of(values);
    candidates.add(
        new Candidate(
            Kind.TREND,
            now.get(0).configuration(),
            compared,
            text("accuracy changes by %.4f", trend.change()),
            Math.abs(trend.change()),
            rule.accuracy(),
            equal,
            trend.p(),
            Trend.smallest(values.length, now.size())));
  }

  private static List<Measurement> of(List<Measurement> measurements, String hash) {
    return measurements.stream().filter(each -> each.configurationHash().equals(hash)).toList();
  }

  private static List<String> members(List<Measurement> measurements) {
    return measurements.stream().map(Measurement::configHash).toList();
  }

  private void decide() {
    List<Candidate> tested = new ArrayList<>();
    for (Candidate each : candidates) {
      double reachable = each.smallest() * candidates.size();
      if (each.equal() || reachable <= rule.level()) {
        tested.add(each);
      } else {
        add(
            each,
            GateVerdict.NO_VERDICT,
            text(
                "too few seeds: in %d tests the smallest q that they could give is %.2g, above %s",
                candidates.size(), reachable, rule.level()));
      }
    }
    double[] q = BenjaminiHochberg.adjust(tested.stream().mapToDouble(Candidate::p).toArray());
    for (int i = 0; i < q.length; i++) {
      Candidate each = tested.get(i);
      boolean matters = each.effect() >= each.matters();
      boolean beyond = q[i] <= rule.level();
      String apart =
          text("%.3g apart, from %.3g on it matters; q %.2g", each.effect(), each.matters(), q[i]);
      if (each.equal()) {
        add(each, GateVerdict.PASS, "equal to the bit");
      } else if (beyond && matters) {
        add(each, GateVerdict.REGRESSION, apart + ", below " + rule.level());
      } else if (matters) {
        add(each, GateVerdict.PASS, apart + ": seeds differ as much among themselves");
      } else {
        add(each, GateVerdict.PASS, apart);
      }
    }
  }

  private void add(Candidate of, GateVerdict verdict, String reason) {
    findings.add(
        new Finding(
            of.kind(), of.configuration(), "", of.compared(), of.numbers(), verdict, reason));
  }

  private GateVerdict overall() {
    if (findings.stream().anyMatch(each -> each.verdict() == GateVerdict.REGRESSION)) {
      return GateVerdict.REGRESSION;
    }
    boolean sameMembers =
        findings.stream()
            .filter(each -> each.kind() == Kind.MEMBERS)
            .allMatch(each -> each.verdict() == GateVerdict.PASS);
    boolean allWatched =
        configurations(night.measurements()).values().stream().allMatch(this::watched);
    return sameMembers && allWatched && !night.measurements().isEmpty()
        ? GateVerdict.PASS
        : GateVerdict.NO_VERDICT;
  }

  private boolean watched(List<Measurement> configuration) {
    boolean equal =
        configuration.stream()
            .allMatch(
                each ->
                    baseline
                        .flatMap(all -> equalMachine(all.measurements().stream(), each))
                        .isPresent());
    Set<Kind> comparisons = Set.of(Kind.ACCURACY, Kind.LOSS, Kind.HEADS, Kind.VERDICTS);
    return equal
        || findings.stream()
            .filter(each -> comparisons.contains(each.kind()))
            .filter(each -> each.configuration().equals(configuration.get(0).configuration()))
            .noneMatch(each -> each.verdict() == GateVerdict.NO_VERDICT);
  }

  private static List<Verdict> verdicts(Measurement of) {
    return of.layers().stream().map(Measurement.Layer::verdict).toList();
  }

  /** By layer: {@code 5 DEPOSIT, 3 SPREAD}. */
  static String counts(List<Measurement> seeds) {
    return IntStream.range(0, seeds.get(0).layers().size())
        .mapToObj(
            layer -> {
              Map<Verdict, Long> counts =
                  seeds.stream()
                      .map(each -> each.layers().get(layer).verdict())
                      .collect(Collectors.groupingBy(v -> v, TreeMap::new, Collectors.counting()));
              return "layer "
                  + layer
                  + ": "
                  + counts.entrySet().stream()
                      .map(each -> each.getValue() + " " + each.getKey().name().replace('_', ' '))
                      .collect(Collectors.joining(", "));
            })
        .collect(Collectors.joining("; "));
  }

  private static String means(double[][] values) {
    return IntStream.range(0, values[0].length)
        .mapToObj(
            i -> {
              ToDoubleFunction<double[]> entry = seed -> seed[i];
              return text("%.4f", Arrays.stream(values).mapToDouble(entry).average().orElseThrow());
            })
        .collect(Collectors.joining(" and "));
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
