package io.github.pelab.ablation.regression;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.time.Instant;
import java.util.List;

/**
 * One config, trained and ablated anew: a line of its {@code history.jsonl}.
 *
 * @param schemaVersion of this line
 * @param name the config's
 * @param id names the directory of the night's runs; ids sort by time
 * @param time when it began, in ISO 8601
 * @param origin machine and software; null if no member could be run
 * @param baseline {@link Baseline#id()} of what it was judged by; null if there was none
 * @param verdict of the whole night
 * @param regressions ids of the findings that are red
 * @param measurements of the members that could be run
 * @param failures the others
 */
public record Night(
    int schemaVersion,
    String name,
    String id,
    String time,
    @JsonSetter(nulls = Nulls.SET) Origin origin,
    @JsonSetter(nulls = Nulls.SET) String baseline,
    GateVerdict verdict,
    List<String> regressions,
    List<Measurement> measurements,
    List<Failure> failures) {

  /** The version of the line that is written. */
  public static final int SCHEMA_VERSION = 1;

  static final int MOST_MEMBERS = 10_000;
  private static final int MOST_FINDINGS = 1_000_000;

  public Night {
    Check.that(
        schemaVersion == SCHEMA_VERSION, "schemaVersion", schemaVersion, "1 is what is read here");
    Check.text("name", name);
    Check.text("id", id);
    Check.time("time", time);
    regressions = Check.list("regressions", regressions, MOST_FINDINGS);
    measurements = Check.list("measurements", measurements, MOST_MEMBERS);
    failures = Check.list("failures", failures, MOST_MEMBERS);
  }

  /**
   * A night before it is judged.
   *
   * @param origin null if there is no measurement
   */
  public static Night of(
      String name,
      String id,
      Instant time,
      Origin origin,
      List<Measurement> measurements,
      List<Failure> failures) {
    return new Night(
        SCHEMA_VERSION,
        name,
        id,
        time.toString(),
        origin,
        null,
        GateVerdict.NO_VERDICT,
        List.of(),
        measurements,
        failures);
  }

  /** The same night with what the gate said of it. */
  Night judged(String baseline, GateVerdict verdict, List<String> regressions) {
    return new Night(
        schemaVersion,
        name,
        id,
        time,
        origin,
        baseline,
        verdict,
        regressions,
        measurements,
        failures);
  }

  /**
   * A member that could not be trained, ablated or measured.
   *
   * @param member as in {@link Measurement}, and so the next two
   */
  public record Failure(
      String member, String configuration, String configurationHash, String message) {}
}
