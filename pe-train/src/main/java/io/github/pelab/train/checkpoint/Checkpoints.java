package io.github.pelab.train.checkpoint;

import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run's checkpoints, a file for each step that is kept: {@code step-00000250.zip}. Kept are the
 * newest ones, and the best as of each of these, so that whichever of them training has to go back
 * to is not without its best. One goes when what is newer is on the disk. For the run's one writer.
 */
public final class Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

  /** As {@link #file} makes them, of any step that is an int. */
  private static final Pattern NAME = Pattern.compile("step-(\\d{8}|[1-9]\\d{8}|1\\d{9})\\.zip");

  private final RunDirectory run;
  private final int keep;

  /** Of those that are there and whole, by step. */
  private final NavigableMap<Integer, TrainingState> states = new TreeMap<>();

  /**
   * The checkpoints of {@code run}; nothing is read yet.
   *
   * @param keep how many of the newest stay, at least 1
   */
  public Checkpoints(RunDirectory run, int keep) {
    this.run = run;
    this.keep = keep;
  }

  /** Where a run's checkpoint of {@code step} is. */
  public static Path file(RunDirectory run, int step) {
    return run.checkpoints().resolve("step-%08d.zip".formatted(step));
  }

  /**
   * Gives {@code network} the numbers of a run's checkpoint.
   *
   * @param network as the run's config makes it
   * @throws IllegalArgumentException if there is none of that step, if it is damaged or of another
   *     run
   */
  public static void read(
      RunDirectory run, int step, String configHash, MultiLayerNetwork network) {
    Path file = file(run, step);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(
          file + ": no such checkpoint; restore it from a copy, or do the run --again");
    }
    TrainingState state = Checkpoint.state(file);
    if (state.step() != step || !state.configHash().equals(configHash)) {
      throw new IllegalArgumentException(
          "%s: is of step %d of a run with config %s, and so not of this run; restore it from a copy, or do the run --again"
              .formatted(file, state.step(), state.configHash()));
    }
    var unused = Checkpoint.read(file, network);
  }

  /**
   * Brings {@code network} to where training can go on: to the newest checkpoint that is whole, and
   * whose best is. What is damaged, or newer, is set aside under a name with {@code .set-aside}
   * behind it.
   *
   * @param possible whether training is ever where a checkpoint says that it was
   * @return empty, and the network unchanged, if training has to begin at its beginning
   * @throws IllegalArgumentException if the checkpoint is of another config, network or version
   */
  public Optional<TrainingState> restore(
      MultiLayerNetwork network, String configHash, Predicate<TrainingState> possible) {
    states.clear();
    steps().forEach(step -> examine(step, possible));
    while (!states.isEmpty()) {
      TrainingState newest = states.lastEntry().getValue();
      Path file = file(run, newest.step());
      if (!newest.configHash().equals(configHash)) {
        throw new IllegalArgumentException(
            "%s: of a run with another config, %s; do the run --again"
                .formatted(file, newest.configHash()));
      }
      if (newest.best() == null || states.containsKey(newest.best().step())) {
        return Optional.of(Checkpoint.read(file, network));
      }
      setAside(file, "its best, step " + newest.best().step() + ", is damaged or gone");
      states.remove(newest.step());
    }
    return Optional.empty();
  }

  private void examine(int step, Predicate<TrainingState> possible) {
    Path file = file(run, step);
    try {
      TrainingState state = Checkpoint.state(file);
      if (state.step() != step) {
        setAside(file, "it holds step " + state.step());
      } else if (!possible.test(state)) {
        setAside(file, "training does not come to where it says");
      } else {
        states.put(step, state);
      }
    } catch (DamagedException e) {
      setAside(file, e.damage());
    }
  }

  /**
   * Holds a run that has no record to have no checkpoints either: they would be of nobody knows
   * what.
   *
   * @throws IllegalArgumentException if there are some
   */
  public void requireNone() {
    if (!steps().isEmpty()) {
      throw new IllegalArgumentException(
          run.path()
              + ": has checkpoints and no run.json; restore it from a copy, or begin --again");
    }
  }

  private static void setAside(Path file, String reason) {
    Path aside = file.resolveSibling(file.getFileName() + ".set-aside");
    LOG.warn("{}: {}; set aside as {}", file, reason, aside.getFileName());
    try {
      Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new RunException(file, e);
    }
  }

  /** Writes a checkpoint, and removes what need not be kept beside it. */
  public void write(MultiLayerNetwork network, TrainingState state) {
    run.requireLock();
    Checkpoint.write(file(run, state.step()), network, state);
    states.put(state.step(), state);
    Set<Integer> kept = new HashSet<>();
    states.descendingMap().values().stream()
        .limit(keep)
        .forEach(
            each -> {
              kept.add(each.step());
              if (each.best() != null) {
                kept.add(each.best().step());
              }
            });
    states.keySet().retainAll(kept);
    removeAllBut(kept);
  }

  /** Removes every checkpoint, for training to begin anew. */
  public void clear() {
    states.clear();
    removeAllBut(Set.of());
  }

  private void removeAllBut(Set<Integer> kept) {
    for (int step : steps()) {
      if (!kept.contains(step)) {
        Path file = file(run, step);
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          throw new RunException(file, e);
        }
      }
    }
  }

  private List<Integer> steps() {
    try (Stream<Path> files = Files.list(run.checkpoints())) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> NAME.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(name -> Integer.valueOf(name.group(1)))
          .toList();
    } catch (IOException e) {
      throw new RunException(run.checkpoints(), e);
    }
  }
}
