package io.github.pelab.cli;

import io.github.pelab.ablation.regression.Baseline;
import io.github.pelab.ablation.regression.Nights;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.Sweep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The configs that {@code pe nightly} and {@code pe baseline} are about, and where theirs is. */
final class NightlyConfigs {
  private static final String BASELINES = "baselines";

  @Parameters(
      arity = "1..*",
      paramLabel = "CONFIG",
      description = "YAML files, for instance configs/nightly/*.yaml.")
  private List<Path> files;

  @Option(
      names = "--runs",
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "Where runs are kept; nights are in its nightly. Default: runs.")
  private Path runs;

  @Option(
      names = "--baselines",
      paramLabel = "DIR",
      description =
          "Where baselines are, a NAME.json for each config's name. Default: baselines, beside the"
              + " directory that a config is in, for instance configs/baselines.")
  private Path baselines;

  /** A member, checked before the first one starts. */
  record Member(Sweep.Member member, Experiment experiment) {}

  /** A config and where its baseline is. */
  record Config(String name, List<Member> members, Path baselineFile) {
    Optional<Baseline> baseline() {
      Optional<Baseline> baseline = Baseline.read(baselineFile);
      baseline.ifPresent(
          found -> {
            if (!found.name().equals(name)) {
              throw new IllegalArgumentException(
                  "%s: name: found '%s', but it is the baseline of '%s'; restore it"
                      .formatted(baselineFile, found.name(), name));
            }
          });
      return baseline;
    }
  }

  Nights nights() {
    return new Nights(runs);
  }

  /** All of them; each is valid to its last member. */
  List<Config> read() {
    List<Config> configs = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Path file : files) {
      Sweep sweep = Experiment.configs().read(file);
      if (!names.add(sweep.name())) {
        throw new IllegalArgumentException(
            "%s: name: '%s' is another config's too; give each its own"
                .formatted(file, sweep.name()));
      }
      List<Member> members =
          sweep.members().stream()
              .map(each -> new Member(each, Experiment.of(each.config(), file.toString())))
              .toList();
      configs.add(new Config(sweep.name(), members, baselineFile(file, sweep.name())));
    }
    return configs;
  }

  private Path baselineFile(Path config, String name) {
    Path directory =
        baselines != null
            ? baselines
            : config.toAbsolutePath().normalize().getParent().resolveSibling(BASELINES);
    return directory.resolve(name + ".json");
  }
}
