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
  private static final Pattern NAME = Pattern.compile("step-(\\d{8,10})\\.zip");

  private final Path directory;
  private final int keep;

  /** Of those that are there and whole, by step. */
  private final NavigableMap<Integer, TrainingState> states = new TreeMap<>();

  /**
   * The checkpoints of {@code run}; nothing is read yet.
   *
   * @param keep how many of the newest stay, at least 1
   */
  public Checkpoints(RunDirectory run, int keep) {
    this.directory = run.checkpoints();
    this.keep = keep;
  }

  /** Where a run's checkpoint of {@code step} is. */
  public static Path file(RunDirectory run, int step) {
    return file(run.checkpoints(), step);
  }

  private static Path file(Path directory, int step) {
    return directory.resolve("step-%08d.zip".formatted(step));
  }

  /**
   * Gives {@code network} the numbers of a run's checkpoint.
   *
   * @param network as the run's config makes it
   * @throws IllegalArgumentException if there is none of that step, if it is damaged or of another
   *     network
   */
  public static void read(RunDirectory run, int step, MultiLayerNetwork network) {
    Path file = file(run, step);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(
          file + ": no such checkpoint; restore it from a copy, or do the run --again");
    }
    var unused = Checkpoint.read(file, network);
  }

  /**
   * Brings {@code network} to where training can go on: to the newest checkpoint that is whole, and
   * whose best is. Any other that is newer is set aside, under a name with {@code .set-aside}
   * behind it.
   *
   * @return empty, and the network unchanged, if training has to begin at its beginning
   * @throws IllegalArgumentException if the checkpoint is of another config, network or version
   */
  public Optional<TrainingState> restore(MultiLayerNetwork network, String configHash) {
    states.clear();
    steps().forEach(this::examine);
    while (!states.isEmpty()) {
      TrainingState newest = states.lastEntry().getValue();
      Path file = file(directory, newest.step());
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

  private void examine(int step) {
    Path file = file(directory, step);
    try {
      TrainingState state = Checkpoint.state(file);
      if (state.step() != step) {
        throw new DamagedException(file, "it holds step " + state.step(), null);
      }
      states.put(step, state);
    } catch (DamagedException e) {
      setAside(file, e.damage());
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
    Checkpoint.write(file(directory, state.step()), network, state);
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
        Path file = file(directory, step);
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          throw new RunException(file, e);
        }
      }
    }
  }

  private List<Integer> steps() {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> NAME.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(name -> Integer.valueOf(name.group(1)))
          .toList();
    } catch (IOException e) {
      throw new RunException(directory, e);
    }
  }
}
