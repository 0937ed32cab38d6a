package io.github.pelab.ablation.regression;

import io.github.pelab.train.run.AtomicFile;
import io.github.pelab.train.run.LockFile;
import io.github.pelab.train.run.RunException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where nights are.
 *
 * <pre>
 * RUNS/nightly/
 *   nightly.md            the last command's report
 *   TEST-nightly.xml      the same, as JUnit's
 *   lock                  held by the one process that is at work
 *   distance/             a config
 *     history.jsonl       a {@link Night} a line
 *     20261121T020000.000Z/   a night's runs
 * </pre>
 */
public final class Nights {
  private static final String IDS = "\\d{8}T\\d{6}\\.\\d{3}Z";
  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Path path;

  /** Of runs that are in {@code runs}; nothing is made. */
  public Nights(Path runs) {
    path = runs.resolve("nightly");
  }

  /** The id of a night that begins now. */
  public static String id(Instant time) {
    return ID.format(time);
  }

  /** Where the nights of a config are. */
  public Path of(String name) {
    return path.resolve(name);
  }

  public History history(String name) {
    return new History(of(name).resolve("history.jsonl"));
  }

  public Path markdown() {
    return path.resolve("nightly.md");
  }

  public Path junit() {
    return path.resolve("TEST-nightly.xml");
  }

  /** Writes both reports, each whole or not at all. */
  public void report(List<Judgement> nights) {
    write(markdown(), NightReport.markdown(nights));
    write(junit(), NightReport.junit(nights));
  }

  private static void write(Path file, String text) {
    AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Makes this process the only one at work here until closed.
   *
   * @throws IllegalStateException if another one is
   */
  public LockFile lock() {
    return LockFile.take(path.resolve("lock"))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    path + ": another pe nightly is at work here; wait until it has ended"));
  }

  /** The ids of a config's nights whose runs are there, oldest first. */
  private List<String> ids(String name) {
    if (!Files.isDirectory(of(name))) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(of(name))) {
      return entries
          .filter(Files::isDirectory)
          .map(entry -> entry.getFileName().toString())
          .filter(entry -> entry.matches(IDS))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new RunException(of(name), e);
    }
  }

  /** Removes the runs of all but the newest nights; what was measured of them stays. */
  public void keepNewest(String name, int nights) {
    List<String> ids = ids(name);
    for (String id : ids.subList(0, Math.max(0, ids.size() - nights))) {
      remove(of(name).resolve(id));
    }
  }

  private static void remove(Path directory) {
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new RunException(directory, e);
    }
  }

  /**
   * The last night, as one that a baseline can be made of.
   *
   * @throws IllegalArgumentException if there is none, if it did not come to its end, or if a
   *     member failed or contradicts itself
   */
  public Night acceptable(String name) {
    List<Night> nights = history(name).nights();
    if (nights.isEmpty()) {
      throw new IllegalArgumentException(of(name) + ": holds no night; let pe nightly do one");
    }
    Night last = nights.get(nights.size() - 1);
    Optional<String> newer = ids(name).stream().filter(id -> id.compareTo(last.id()) > 0).findAny();
    if (newer.isPresent()) {
      throw new IllegalArgumentException(
          "%s: the night was broken off; let pe nightly do one to its end, or remove it"
              .formatted(of(name).resolve(newer.get())));
    }
    if (!last.failures().isEmpty()) {
      Night.Failure failure = last.failures().get(0);
      throw notSound(last, failure.member() + ": " + failure.message());
    }
    for (Measurement each : last.measurements()) {
      if (!each.faults().isEmpty()) {
        throw notSound(last, each.member() + ": " + each.faults().get(0));
      }
    }
    return last;
  }

  private IllegalArgumentException notSound(Night night, String problem) {
    return new IllegalArgumentException(
        "%s: the night of %s is no baseline: %s; mend that, then let pe nightly do another"
            .formatted(of(night.name()), night.time(), problem));
  }
}
