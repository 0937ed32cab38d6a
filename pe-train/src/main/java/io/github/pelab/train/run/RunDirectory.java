package io.github.pelab.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * A run on disk.
 *
 * <pre>
 * RUNS/quickstart/rope-1a2b3c4d/
 *   run.json         a {@link RunRecord}
 *   metrics.jsonl    a {@link MetricsRow} a line
 *   ablation.jsonl   …
 *   heads.jsonl      where heads look and how much they say
 *   formation.jsonl  what heads were worth during training, an epoch a line
 *   spectra.jsonl    spectra of logits during training, a step a line
 *   contraction.jsonl   those of the trained network, with positions and without
 *   evaluations.jsonl   an {@link EvaluationRow} a line, where the run was evaluated later
 *   checkpoints/     the newest ones and the best, by step
 *   lock             held by the one process that writes
 * </pre>
 *
 * <p>A run has one writer at a time and any number of readers. A line of a {@code .jsonl} file
 * counts once its line feed is written: readers skip, and the next writer removes, what a process
 * that died left behind the last one. Every line ends with the {@link RunRecord.Identity} of its
 * run, under {@code run}; rows are written and read without it.
 */
public final class RunDirectory {
  public static final String METRICS = "metrics.jsonl";
  public static final String ABLATION = "ablation.jsonl";
  public static final String HEADS = "heads.jsonl";
  public static final String FORMATION = "formation.jsonl";
  public static final String SPECTRA = "spectra.jsonl";
  public static final String CONTRACTION = "contraction.jsonl";
  public static final String EVALUATIONS = "evaluations.jsonl";

  private static final String RECORD = "run.json";
  private static final String LOCK = "lock";
  private static final String IDENTITY = "run";
  private static final String AGAIN = "; do the run --again";
  // RUNS/<config>/<member>/run.json
  private static final int DEPTH = 3;

  private static final JsonMapper JSON = StrictJson.MAPPER;

  private final Path path;

  /** Which file it is that this process has locked; null while it has none. */
  private Object locked;

  private RunDirectory(Path path) {
    this.path = path;
  }

  /**
   * The directory that a run has or would have; nothing is made.
   *
   * @param runs where all runs are
   * @param config the config's name
   * @param member the sweep member's directory name
   */
  public static RunDirectory at(Path runs, String config, String member) {
    return new RunDirectory(runs.resolve(config).resolve(member));
  }

  /**
   * As {@link #at}, made if it is not there yet, so that what will be written can be.
   *
   * @throws RunException when it cannot be made
   */
  public static RunDirectory create(Path runs, String config, String member) {
    RunDirectory run = at(runs, config, member);
    try {
      Files.createDirectories(run.checkpoints());
    } catch (IOException e) {
      throw new RunException(run.checkpoints(), e);
    }
    if (!Files.isWritable(run.path)) {
      throw new RunException(run.path, "not writable; change its permissions", null);
    }
    return run;
  }

  /**
   * The run in {@code path}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static RunDirectory open(Path path) {
    if (!Files.isRegularFile(path.resolve(RECORD))) {
      throw new IllegalArgumentException(
          path + ": not a run: it holds no " + RECORD + "; check the path");
    }
    return new RunDirectory(path);
  }

  /**
   * All runs in {@code runs}, by name; also the one that {@code runs} itself is. Their records are
   * not read: a damaged one does not hide the others.
   *
   * @throws IllegalArgumentException when there is no such directory
   * @throws RunException when it cannot be read
   */
  public static List<RunDirectory> list(Path runs) {
    if (!Files.isDirectory(runs)) {
      throw new IllegalArgumentException(runs + ": no such directory; check the path");
    }
    List<RunDirectory> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          runs,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          DEPTH,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes is) {
              if (is.isRegularFile() && file.endsWith(RECORD)) {
                found.add(new RunDirectory(file.getParent()));
              }
              return FileVisitResult.CONTINUE;
            }

            /** What a writer has just removed, for instance, is no run. */
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException || e instanceof FileSystemLoopException) {
                return FileVisitResult.CONTINUE;
              }
              throw e;
            }
          });
    } catch (IOException e) {
      throw new RunException(runs, e);
    }
    found.sort(Comparator.comparing(RunDirectory::path));
    return found;
  }

  public Path path() {
    return path;
  }

  /** Where the run's checkpoints are. */
  public Path checkpoints() {
    return path.resolve("checkpoints");
  }

  /** Writes {@code run.json}, whole. */
  public void write(RunRecord record) {
    requireLock();
    AtomicFile.write(
        path.resolve(RECORD),
        out ->
            out.write(
                JSON.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(record)));
  }

  /**
   * What {@code run.json} says.
   *
   * @throws RunException when it is missing or damaged
   */
  public RunRecord read() {
    Path file = path.resolve(RECORD);
    try (InputStream in = Files.newInputStream(file)) {
      JsonNode record = JSON.readTree(in);
      if (!record.isObject()) {
        throw new RunException(file, "not a run's record: holds no object" + AGAIN, null);
      }
      int version = record.path("schemaVersion").asInt(RunRecord.SCHEMA_VERSION);
      if (version != RunRecord.SCHEMA_VERSION) {
        throw new RunException(
            file,
            "found schema version %d, but this program reads %d; see UPGRADING.md"
                .formatted(version, RunRecord.SCHEMA_VERSION),
            null);
      }
      return JSON.treeToValue(record, RunRecord.class);
    } catch (JsonProcessingException e) {
      throw new RunException(file, "not a run's record: " + StrictJson.problem(e) + AGAIN, e);
    } catch (IOException e) {
      throw new RunException(file, e);
    }
  }

  /**
   * As {@link #read()}, of a run with the config of that hash.
   *
   * @throws IllegalArgumentException if it is of another
   */
  public RunRecord read(String configHash) {
    RunRecord record = read();
    if (!record.configHash().equals(configHash)) {
      throw new IllegalArgumentException(
          "%s: a run with another config, %s; move it elsewhere, or begin --again"
              .formatted(path, record.configHash()));
    }
    return record;
  }

  /**
   * Makes this process the run's only writer until closed. A process that dies gives it up.
   *
   * @throws RunException when another writer is at work
   */
  public Lock lock() {
    Path file = path.resolve(LOCK);
    Optional<LockFile> taken = LockFile.take(file);
    if (taken.isPresent()) {
      try {
        Files.createDirectories(checkpoints());
        locked = key(file);
        AtomicFile.removeLeftovers(path);
        AtomicFile.removeLeftovers(checkpoints());
      } catch (IOException | RuntimeException e) {
        locked = null;
        taken.get().close();
        throw e instanceof IOException io ? new RunException(file, io) : (RuntimeException) e;
      }
      return () -> {
        locked = null;
        taken.get().close();
      };
    }
    throw new RunException(path, "another pe is writing this run; wait until it has ended", null);
  }

  /**
   * Checks, before something is written, that it is still the run that this process has locked: who
   * removes a run's directory under its writer may let another begin there.
   *
   * @throws RunException if it is not
   */
  public void requireLock() {
    Path file = path.resolve(LOCK);
    try {
      if (locked == null || locked.equals(key(file))) {
        return;
      }
    } catch (NoSuchFileException e) {
      // said below
    } catch (IOException e) {
      throw new RunException(file, e);
    }
    throw new RunException(
        path, "was removed or replaced while it was being written; give the command again", null);
  }

  /** What tells a file from another of its name; null where the file system has nothing such. */
  private static Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /** The right to write a run. */
  @FunctionalInterface
  public interface Lock extends AutoCloseable {
    @Override
    void close();
  }

  /** Whether training has ever started. */
  public boolean begun() {
    return Files.exists(path.resolve(RECORD));
  }

  /**
   * What the run's {@code best} or {@code last} checkpoint was found to do when training had ended.
   *
   * @throws IllegalArgumentException if it has not
   */
  public MetricsRow.Evaluation result(String checkpoint) {
    return rows(METRICS, MetricsRow.class).stream()
        .filter(MetricsRow.Evaluation.class::isInstance)
        .map(MetricsRow.Evaluation.class::cast)
        .filter(row -> row.checkpoint().equals(checkpoint))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(path + ": training has not ended; let pe run end it"));
  }

  /**
   * Adds a line to {@code file}, in a single write, and sees it to the disk.
   *
   * @throws RunException when it cannot be written, or the run has no record yet
   */
  public void append(String file, Object row) {
    requireLock();
    Path target = path.resolve(file);
    try {
      JsonLines.append(target, lines(List.of(row)));
    } catch (IOException e) {
      throw new RunException(target, e);
    }
  }

  /**
   * Puts {@code rows} in the place of all lines of {@code file}.
   *
   * @throws RunException when it cannot be written, or there are rows and the run has no record yet
   */
  public void replace(String file, List<?> rows) {
    requireLock();
    AtomicFile.write(path.resolve(file), out -> out.write(lines(rows)));
  }

  private byte[] lines(List<?> rows) throws JsonProcessingException {
    if (rows.isEmpty()) {
      return new byte[0];
    }
    JsonNode identity = JSON.valueToTree(read().identity());
    StringBuilder lines = new StringBuilder();
    for (Object row : rows) {
      ObjectNode line = JSON.valueToTree(row);
      line.set(IDENTITY, identity);
      lines.append(JSON.writeValueAsString(line)).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The rows of {@code file}; none where there is no such file.
   *
   * @throws RunException when a line is not a {@code type}, or not of this run
   */
  public <T> List<T> rows(String file, Class<T> type) {
    Path source = path.resolve(file);
    if (!Files.exists(source)) {
      return List.of();
    }
    RunRecord run = read();
    List<T> rows = new ArrayList<>();
    try {
      String[] lines =
          new String(Files.readAllBytes(source), StandardCharsets.UTF_8).split("\n", -1);
      // Behind the last line feed stands nothing, or what a process that died left.
      for (int i = 0; i < lines.length - 1; i++) {
        rows.add(row(source, i + 1, lines[i], run, type));
      }
      return rows;
    } catch (IOException e) {
      throw new RunException(source, e);
    }
  }

  private static <T> T row(Path file, int number, String line, RunRecord run, Class<T> type) {
    try {
      if (!(JSON.readTree(line) instanceof ObjectNode row)) {
        throw new RunException(file, "line " + number + ": holds no row" + AGAIN, null);
      }
      JsonNode of = row.remove(IDENTITY);
      if (of == null || !of.path("configHash").asText().equals(run.configHash())) {
        throw new RunException(
            file,
            "line %d: does not say that it is of the run with config %s%s"
                .formatted(number, run.configHash(), AGAIN),
            null);
      }
      if (type == EvaluationRow.class && !row.has("attention")) {
        // Written before an evaluation could have another than the run's.
        row.set("attention", run.config().at("/model/attention"));
      }
      return JSON.treeToValue(row, type);
    } catch (JsonProcessingException e) {
      throw new RunException(
          file, "line " + number + ": not a row: " + StrictJson.problem(e) + AGAIN, e);
    }
  }
}
