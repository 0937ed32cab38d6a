package io.github.pelab.train.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.pelab.tasks.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What {@code run.json} says of a run: where it came from and what it is about. Written when
 * training starts, and again, whole, when it ends.
 *
 * @param schemaVersion of this file
 * @param name the config's name, for instance {@code quickstart}
 * @param label the sweep axes' values, for instance {@code rope}; the run's short name in tables
 * @param axes each swept field's path and this member's value, in the config's order
 * @param config the effective config, every default filled in
 * @param configHash SHA-256 of the canonical JSON of {@code config}, in hexadecimal
 * @param parameters number of trainable parameters
 * @param classes number of labels
 * @param chance accuracy of a guess that knows the label distribution alone
 * @param ceilings what could be reached from less than the whole example, and from the whole
 * @param provenance machine and software
 */
public record RunRecord(
    int schemaVersion,
    String name,
    String label,
    Map<String, String> axes,
    JsonNode config,
    String configHash,
    long parameters,
    int classes,
    double chance,
    List<Ceiling> ceilings,
    Provenance provenance,
    Status status) {

  /** The version of {@code run.json} that is written. */
  public static final int SCHEMA_VERSION = 2;

  /** What every row of the run carries. */
  public Identity identity() {
    return new Identity(label, configHash, parameters, config);
  }

  /**
   * Which run a row is of, so that a row says by itself what was measured.
   *
   * @param label as the record has it, and so the others
   */
  public record Identity(String label, String configHash, long parameters, JsonNode config) {}

  /** The same run when training starts. */
  public RunRecord begun() {
    return with(provenance, Status.RUNNING);
  }

  /** The same run at its end. */
  public RunRecord ended(Status status, Instant when) {
    return with(provenance.ended(when), status);
  }

  /** The same run, going on. */
  public RunRecord resumed(Resumption resumption) {
    return with(provenance.resumed(resumption), Status.RUNNING);
  }

  private RunRecord with(Provenance provenance, Status status) {
    return new RunRecord(
        schemaVersion,
        name,
        label,
        axes,
        config,
        configHash,
        parameters,
        classes,
        chance,
        ceilings,
        provenance,
        status);
  }

  /** How far a run has come. */
  public enum Status {
    /** What an earlier attempt left is being removed; whatever is there does not count. */
    @JsonProperty("beginning")
    BEGINNING,
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("interrupted")
    INTERRUPTED,
    @JsonProperty("finished")
    FINISHED,
    @JsonProperty("failed")
    FAILED
  }

  /**
   * The best accuracy that a predictor can reach from partial knowledge of an example.
   *
   * @param from what is known, for instance {@code length} or {@code whole sequence}
   * @param how {@code closed form} or {@code simulation of n examples}
   */
  public record Ceiling(String from, double accuracy, String how) {
    /** Those that a task states. */
    public static List<Ceiling> of(Task task) {
      return task.ceilings().stream()
          .map(each -> new Ceiling(each.from(), each.accuracy(), each.how()))
          .toList();
    }
  }

  /**
   * The machine and the software that a run's numbers came from. Two runs with equal {@code
   * fingerprint} are promised to give the same bits.
   *
   * @param started when, in ISO 8601
   * @param finished when; null while the run goes on
   * @param resumed each time that training went on from a checkpoint
   * @param gitCommit hash, with {@code +changes} behind it when the tree was dirty; {@code unknown}
   *     outside a checkout
   * @param kernel which path the layers ran on and why
   * @param fingerprint of CPU, backend, BLAS and its threads, kernel path and width, JDK, DL4J
   */
  public record Provenance(
      String started,
      @JsonSetter(nulls = Nulls.SET) String finished,
      List<Resumption> resumed,
      String gitCommit,
      String peVersion,
      String dl4jVersion,
      String jvm,
      List<String> jvmFlags,
      String os,
      String cpu,
      int cores,
      String gpu,
      String backend,
      String blas,
      int blasThreads,
      String kernel,
      long seed,
      String fingerprint) {

    Provenance ended(Instant when) {
      return with(when.toString(), resumed);
    }

    Provenance resumed(Resumption resumption) {
      List<Resumption> all = new ArrayList<>(resumed);
      all.add(resumption);
      return with(null, List.copyOf(all));
    }

    private Provenance with(String finished, List<Resumption> resumed) {
      return new Provenance(
          started,
          finished,
          resumed,
          gitCommit,
          peVersion,
          dl4jVersion,
          jvm,
          jvmFlags,
          os,
          cpu,
          cores,
          gpu,
          backend,
          blas,
          blasThreads,
          kernel,
          seed,
          fingerprint);
    }
  }

  /**
   * Training that went on from a checkpoint.
   *
   * @param time when, in ISO 8601
   * @param step of the checkpoint
   * @param gitCommit of the program that went on, and so {@code fingerprint}: where it is another
   *     than the run's, the numbers may be other than without the interruption, in their last bits
   */
  public record Resumption(String time, int step, String gitCommit, String fingerprint) {}
}
