package io.github.pelab.claims;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.pelab.train.config.ConfigReader;
import io.github.pelab.train.config.Sweep;
import io.github.pelab.train.run.RunException;
import io.github.pelab.train.run.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is kept of runs and of what was made of them, in one directory.
 *
 * <pre>
 * results/claims/ID.jsonl       an {@link EvidenceRow} a line
 * results/tuning/SUITE.jsonl    a {@link TuningRow} a line
 * results/verdicts.jsonl        a {@link VerdictRow} a line
 * </pre>
 */
public final class Evidence {
  private static final String ROWS = "claims";

  /** What the last digits of a logarithm do, which are not the same on every JVM. */
  private static final double ROUNDING = 1e-9;

  private final Path directory;

  public Evidence(Path directory) {
    this.directory = directory;
  }

  /**
   * What was kept for the claim; nothing if it was not run.
   *
   * @throws RunException if a line is not a row of this claim, as it is stated now, or is of a run
   *     that another line is of
   */
  public List<EvidenceRow> of(Claim claim) {
    Set<String> runs = new HashSet<>();
    return rows(claim)
        .read(
            row -> {
              if (!row.claim().equals(claim.id()) || !row.hypothesis().equals(claim.hypothesis())) {
                return "of another claim, or of other statements than %s makes now"
                    .formatted(claim.id());
              }
              return fault(row.config(), row.configHash(), runs);
            });
  }

  /**
   * What was kept of a tuning's runs; nothing if it was not done.
   *
   * @param suite the name in its config
   * @throws RunException if a line is not such a row, or is of a run that another line is of
   */
  public List<TuningRow> ofTuning(String suite) {
    Set<String> runs = new HashSet<>();
    return tuning(suite).read(row -> fault(row.config(), row.configHash(), runs));
  }

  /**
   * What is wrong with the rows that are kept for a claim and its grids, other than that there are
   * none: runs that have none, rows of runs that are not needed, learning rates that the grids do
   * not choose.
   */
  public List<String> objections(Plan plan) {
    List<EvidenceRow> rows = of(plan.claim());
    if (rows.isEmpty()) {
      return List.of();
    }
    List<String> objections =
        new ArrayList<>(
            objections(
                rows.stream()
                    .collect(Collectors.toMap(EvidenceRow::configHash, EvidenceRow::label)),
                plan.steps().stream().map(Plan.Step::member).toList()));
    for (Sweep grid : plan.tuning()) {
      objections.addAll(
          objections(
              ofTuning(grid.name()).stream()
                  .collect(Collectors.toMap(TuningRow::configHash, TuningRow::label)),
              grid.members()));
    }
    objections.addAll(Tuning.objections(plan, this));
    return objections;
  }

  /**
   * By the labels of runs.
   *
   * @param rows labels by config hash
   */
  private static List<String> objections(Map<String, String> rows, List<Sweep.Member> needed) {
    Map<String, String> needless = new TreeMap<>(rows);
    needed.forEach(member -> needless.remove(member.hash()));
    return Stream.concat(
            needed.stream()
                .filter(member -> !rows.containsKey(member.hash()))
                .map(member -> "no row of " + member.label() + "; let pe claim make it"),
            needless.values().stream()
                .map(
                    label ->
                        "a row of %s, which is not asked; let pe claim leave it out"
                            .formatted(label)))
        .toList();
  }

  /**
   * Files of rows that are of none of these claims.
   *
   * @throws RunException if the directory cannot be read
   */
  public List<Path> ofOthers(List<Claim> claims) {
    Set<Path> ours = claims.stream().map(claim -> rows(claim).path()).collect(Collectors.toSet());
    Path all = directory.resolve(ROWS);
    if (!Files.isDirectory(all)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(all)) {
      return files.filter(file -> !ours.contains(file)).sorted().toList();
    } catch (IOException e) {
      throw new RunException(all, e);
    }
  }

  /** What is wrong with a row; its hash is added to those of the lines before. */
  private static String fault(JsonNode config, String hash, Set<String> before) {
    if (!before.add(hash)) {
      return "of the same run as a line before";
    }
    return ConfigReader.hash(config).equals(hash) ? "" : "its config has another hash than it says";
  }

  /** Puts rows in the place of those that were kept for the claim. */
  public void write(Claim claim, List<EvidenceRow> rows) throws IOException {
    rows(claim).write(rows);
  }

  /** Puts rows in the place of those that were kept of the tuning. */
  public void writeTuning(String suite, List<TuningRow> rows) throws IOException {
    tuning(suite).write(rows);
  }

  /** Puts the ledger's verdicts in the place of what was there. */
  public void write(Ledger ledger) throws IOException {
    verdicts().write(rows(ledger));
  }

  /**
   * The claims of which the ledger says otherwise than what was kept, or of which nothing was kept
   * though they were run, or that are no more; sorted. Numbers that differ by rounding are the
   * same.
   *
   * @throws RunException if a line is no verdict
   */
  public List<String> differences(Ledger ledger) {
    List<VerdictRow> kept = verdicts().read(row -> "");
    List<VerdictRow> now = rows(ledger);
    return Stream.concat(
            kept.stream().filter(row -> now.stream().noneMatch(each -> same(row, each))),
            now.stream().filter(row -> kept.stream().noneMatch(each -> same(row, each))))
        .map(VerdictRow::claim)
        .distinct()
        .sorted()
        .toList();
  }

  private static boolean same(VerdictRow one, VerdictRow other) {
    JsonNode tree = StrictJson.MAPPER.valueToTree(one);
    return tree.equals(Evidence::order, StrictJson.MAPPER.valueToTree(other));
  }

  /** 0 for values that are the same but for rounding. */
  private static int order(JsonNode one, JsonNode other) {
    if (one.isNumber() && other.isNumber()) {
      double a = one.doubleValue();
      double b = other.doubleValue();
      return Math.abs(a - b) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b))
          ? 0
          : Double.compare(a, b);
    }
    return one.equals(other) ? 0 : 1;
  }

  private static List<VerdictRow> rows(Ledger ledger) {
    return ledger.entries().stream().filter(entry -> entry.runs() > 0).map(VerdictRow::of).toList();
  }

  private RowFile<EvidenceRow> rows(Claim claim) {
    return new RowFile<>(directory.resolve(ROWS).resolve(claim.id() + ".jsonl"), EvidenceRow.class);
  }

  private RowFile<TuningRow> tuning(String suite) {
    return new RowFile<>(directory.resolve("tuning").resolve(suite + ".jsonl"), TuningRow.class);
  }

  private RowFile<VerdictRow> verdicts() {
    return new RowFile<>(directory.resolve("verdicts.jsonl"), VerdictRow.class);
  }
}
