package io.github.pelab.cli.report;

import io.github.pelab.claims.Cost;
import io.github.pelab.claims.Plan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What claims need and what that costs, as plain text. Runs of one config are shared: they are
 * trained once, and measured for all claims that ask; the first of these has the cost.
 */
public final class PlanTable {
  private static final TextTable PLAN =
      new TextTable(
          List.of("claim", "runs", "tuning", "of both new here", "done", "minutes", "minutes left"),
          Set.of("runs", "tuning", "of both new here", "done", "minutes", "minutes left"));

  /** Of the runs that were measured. Slower ones had to share the machine. */
  private static final double FASTEST = 0.75;

  private final List<Plan> plans;
  private final Map<String, Double> seconds;
  private final Map<String, Set<String>> done;
  private final Map<String, Cost> costs = new HashMap<>();

  /**
   * Of these claims.
   *
   * @param seconds that the training of a run took, by config hash, of those that were trained
   * @param done by a claim's id, the config hashes that it has rows of, those of its grids too
   */
  public PlanTable(List<Plan> plans, Map<String, Double> seconds, Map<String, Set<String>> done) {
    this.plans = List.copyOf(plans);
    this.seconds = Map.copyOf(seconds);
    this.done = Map.copyOf(done);
    Map<String, Plan.Step> steps = new HashMap<>();
    for (Plan plan : plans) {
      plan.everything().forEach(step -> steps.merge(hash(step), step, Plan.Step::and));
    }
    steps.forEach((hash, step) -> costs.put(hash, Cost.of(step)));
  }

  /** A line for each claim, and what they cost together. */
  public String text() {
    OptionalDouble speed = speed();
    List<List<String>> rows = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Set<String> left = new HashSet<>();
    for (Plan plan : plans) {
      Set<String> kept = done.getOrDefault(plan.claim().id(), Set.of());
      List<String> all = plan.everything().stream().map(PlanTable::hash).toList();
      List<String> fresh = all.stream().filter(seen::add).toList();
      List<String> toDo =
          all.stream().filter(hash -> !kept.contains(hash)).filter(left::add).toList();
      rows.add(
          List.of(
              plan.claim().id(),
              String.valueOf(plan.steps().size()),
              String.valueOf(all.size() - plan.steps().size()),
              String.valueOf(fresh.size()),
              String.valueOf(all.stream().filter(kept::contains).count()),
              minutes(fresh, speed),
              minutes(toDo, speed)));
    }
    return PLAN.text(rows)
        + "%nruns of all: %d, done: %d; minutes of all: %s, left: %s%n"
            .formatted(
                seen.size(), seen.size() - left.size(), minutes(seen, speed), minutes(left, speed))
        + (speed.isPresent()
            ? "at %.1f G multiplications and additions a second, which a quarter of the runs that are done went beyond%n"
                .formatted(speed.getAsDouble() / 1e9)
            : "how long they take is not known before one is done%n".formatted());
  }

  private String minutes(Collection<String> hashes, OptionalDouble speed) {
    double cost = hashes.stream().mapToDouble(hash -> costs.get(hash).total()).sum();
    return speed.isPresent()
        ? String.format(Locale.ROOT, "%.0f", cost / speed.getAsDouble() / 60)
        : "?";
  }

  private OptionalDouble speed() {
    double[] speeds =
        costs.entrySet().stream()
            .filter(cost -> seconds.containsKey(cost.getKey()))
            .mapToDouble(cost -> cost.getValue().training() / seconds.get(cost.getKey()))
            .sorted()
            .toArray();
    return speeds.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(speeds[(int) (FASTEST * (speeds.length - 1))]);
  }

  private static String hash(Plan.Step step) {
    return step.member().hash();
  }
}
