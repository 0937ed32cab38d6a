package io.github.pelab.claims;

import io.github.pelab.claims.metric.Metrics;
import io.github.pelab.claims.metric.Need;
import io.github.pelab.train.config.ConfigException;
import io.github.pelab.train.config.Sweep;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The runs that a claim needs, and what is to be measured of each: those members of its suites that
 * a statement chooses.
 *
 * @param tuning the grids that chose the learning rates of these, to be trained and no more
 */
public record Plan(Claim claim, List<Step> steps, List<Sweep> tuning) {

  public Plan {
    steps = List.copyOf(steps);
    tuning = List.copyOf(tuning);
  }

  /** All runs, those of the grids first. */
  public List<Step> everything() {
    return Stream.concat(
            tuning.stream()
                .flatMap(grid -> grid.members().stream())
                .map(member -> new Step(member, Set.of(), Set.of())),
            steps.stream())
        .toList();
  }

  /**
   * A run.
   *
   * @param metrics expressions of the numbers that are asked of it
   * @param needs what must be measured for these
   */
  public record Step(Sweep.Member member, Set<String> metrics, Set<Need> needs) {
    public Step {
      metrics = Set.copyOf(metrics);
      needs = Set.copyOf(needs);
    }

    /** The same run with all that this step and another ask of it. */
    public Step and(Step other) {
      return new Step(member, union(metrics, other.metrics), union(needs, other.needs));
    }

    private static <T> Set<T> union(Set<T> some, Set<T> others) {
      Set<T> all = new HashSet<>(some);
      all.addAll(others);
      return all;
    }
  }

  /**
   * Of a claim.
   *
   * @param suites of the directory of its file
   * @throws ConfigException if a suite, or the config at full scale, is not valid
   * @throws IllegalArgumentException if a statement chooses no run or several of one seed, or asks
   *     what its runs do not record
   */
  public static Plan of(Claim claim, Suites suites) {
    if (claim.fullScale() != null) {
      var unused = suites.read(claim.fullScale());
    }
    List<Step> steps = new ArrayList<>();
    for (String suite : claim.suites()) {
      for (Sweep.Member member : suites.read(suite).members()) {
        Set<String> metrics = new LinkedHashSet<>();
        claim.statements().stream()
            .filter(statement -> chooses(statement, member))
            .flatMap(statement -> statement.metrics().stream())
            .forEach(metrics::add);
        if (!metrics.isEmpty()) {
          metrics.addAll(claim.shown());
          steps.add(step(claim, member, metrics));
        }
      }
    }
    for (Statement statement : claim.statements()) {
      statement.selections().stream()
          .filter(selection -> steps.stream().noneMatch(step -> has(selection, step.member())))
          .forEach(
              selection -> {
                throw new IllegalArgumentException(
                    "%s: statement %s: no run of its suites is %s; check the fields and their values"
                        .formatted(claim.id(), statement.name(), selection));
              });
    }
    for (Statement statement : claim.statements()) {
      statement.selections().forEach(selection -> requireOneOfEachSeed(claim, selection, steps));
    }
    return new Plan(claim, steps, claim.tuning().stream().map(suites::read).toList());
  }

  /** Numbers of one seed are held against each other, so that there is one of each. */
  private static void requireOneOfEachSeed(Claim claim, Selection selection, List<Step> steps) {
    Set<Long> seeds = new HashSet<>();
    for (Step step : steps) {
      long seed = step.member().config().training().seed();
      if (has(selection, step.member()) && !seeds.add(seed)) {
        throw new IllegalArgumentException(
            "%s: several runs of seed %d are %s; choose fewer, by more fields"
                .formatted(claim.id(), seed, selection));
      }
    }
  }

  private static Step step(Claim claim, Sweep.Member member, Set<String> metrics) {
    Set<Need> needs = new LinkedHashSet<>();
    for (String metric : metrics) {
      needs.addAll(Metrics.parse(metric).needs());
    }
    if (needs.contains(new Need.Watching()) && member.config().spectra().every() == 0) {
      throw new IllegalArgumentException(
          "%s: %s: %s is of spectra during training; set spectra.every in the suite"
              .formatted(claim.id(), member.label(), metrics));
    }
    if (member.config().training().patience() > 0) {
      throw new IllegalArgumentException(
          "%s: %s: training.patience: found %d; runs that are compared are trained to their end, write 0"
              .formatted(claim.id(), member.label(), member.config().training().patience()));
    }
    if (needs.stream().filter(Need.Contraction.class::isInstance).count() > 1) {
      throw new IllegalArgumentException(
          "%s: %s: asks contraction of two checkpoints, and a run keeps that of one; choose one"
              .formatted(claim.id(), member.label()));
    }
    return new Step(member, metrics, needs);
  }

  private static boolean chooses(Statement statement, Sweep.Member member) {
    return statement.selections().stream().anyMatch(selection -> has(selection, member));
  }

  private static boolean has(Selection selection, Sweep.Member member) {
    return selection.has(member.effective());
  }
}
